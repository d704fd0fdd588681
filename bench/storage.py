"""Bytes on disk, with what waits in write-ahead logs taken in."""

from __future__ import annotations

from pathlib import Path

from sqlcipher3 import dbapi2 as sqlite

HEADER = b"SQLite format 3\0"


def bytes_in(folder: Path) -> int | None:
    """Of all files in a folder whose processes have ended; None where a system keeps none."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    for path in files:
        # Taking one in removes its log and index, which are in the list too.
        if path.exists() and path.open("rb").read(len(HEADER)) == HEADER:
            _take_in_log(path)
    return sum(path.stat().st_size for path in files if path.exists()) or None


def _take_in_log(path: Path) -> None:
    database = sqlite.connect(str(path))
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
