"""The limit: the same rows by plain `executemany` into the same kind of table, FULL sync.

    python -m bench.limit DATABASE ROWS

Says the seconds and the bytes of the table.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import zstandard
from sqlcipher3 import dbapi2 as sqlite

from bench.agent import say
from bench.rows import FIELDS, read_lines

SCOPE = "t-0123abcd"
TABLE = """
CREATE TABLE attendance (
    id VARCHAR(36) NOT NULL PRIMARY KEY, scope VARCHAR(40) NOT NULL, person VARCHAR(36) NOT NULL,
    activity VARCHAR(36) NOT NULL, day DATE NOT NULL, signed_in DATETIME NOT NULL,
    minutes INTEGER NOT NULL, state VARCHAR(20) NOT NULL, late INTEGER NOT NULL, notes TEXT
) WITHOUT ROWID
"""
PAGE_ROWS = 10_000
"""Rows that are compressed together, as in a page of the protocol."""


def insert(path: Path, rows: list[tuple[object, ...]]) -> float:
    """Seconds to put the rows into a new table by one commit."""
    database = sqlite.connect(str(path), isolation_level=None)
    database.execute("PRAGMA journal_mode = wal")
    database.execute("PRAGMA synchronous = full")
    database.execute(TABLE)
    began = time.perf_counter()
    database.execute("BEGIN IMMEDIATE")
    database.executemany("INSERT INTO attendance VALUES (?,?,?,?,?,?,?,?,?,?)", rows)
    database.execute("COMMIT")
    seconds = time.perf_counter() - began
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return seconds


def compressed(rows: list[tuple[object, ...]]) -> int:
    """Bytes of the plain values, column by column as JSON, under zstd at its usual level."""
    import json

    packer = zstandard.ZstdCompressor()
    parts = [rows[start : start + PAGE_ROWS] for start in range(0, len(rows), PAGE_ROWS)]
    return sum(
        len(packer.compress(json.dumps(list(zip(*part, strict=True)), ensure_ascii=False).encode()))
        for part in parts
    )


def main(database: Path, source: Path) -> None:
    """Insert, and tell."""
    rows: list[tuple[object, ...]] = [
        (row["id"], SCOPE, *(row[name] for name in FIELDS)) for row in read_lines(source)
    ]
    seconds = insert(database, rows)
    say(seconds=seconds, bytes=database.stat().st_size, compressed=compressed(rows))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
