"""Agreed copies: what laptop and hub agree a record is, while unsent work lies over it.

A record without unsent work is its agreed row, stamps and all. The first unsent change puts a
copy of the agreed row aside; pulls then update the copy, and what a person sees is the copy with
the unsent changes merged on top. Like a working tree over its last commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import orjson
from peewee import CharField, CompositeKey, Model, TextField

from hongxian.record import RecordMetadata
from hongxian.row import Row
from hongxian.storage.database import write_all


class Base(Model):  # type: ignore[misc]
    """One record's agreed row, as JSON."""

    collection = CharField(max_length=80)
    record = CharField(max_length=36)
    row = TextField()

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_base"
        primary_key = CompositeKey("collection", "record")


def base_rows(collection: str, ids: Sequence[str]) -> dict[str, Row]:
    """The copies that exist of these records."""
    if not ids:
        return {}
    condition, parameters = Base._meta.database.among("record", list(ids))
    sql = f"SELECT record, row FROM hongxian_base WHERE collection = ? AND {condition}"
    found = Base._meta.database.execute_sql(sql, (collection, *parameters)).fetchall()
    return {id: _load(text) for id, text in found}


def keep_base(collection: str, rows: Iterable[Row]) -> None:
    """Keep these rows, in the place of what is kept of their records."""
    _put("REPLACE", collection, rows)


def begin_base(collection: str, rows: Iterable[Row]) -> None:
    """Keep the rows of those records of which nothing is kept yet: an edit is about to cover them."""
    _put("INSERT OR IGNORE", collection, rows)


def _put(how: str, collection: str, rows: Iterable[Row]) -> None:
    write_all(
        Base._meta.database,
        f"{how} INTO hongxian_base (collection, record, row) VALUES (?, ?, ?)",
        ((collection, row.id, _dump(row)) for row in rows),
    )


def forget_base(collection: str, ids: Sequence[str]) -> None:
    """Let copies go: the table's row is the agreed one again."""
    if ids:
        condition, parameters = Base._meta.database.among("record", list(ids))
        sql = f"DELETE FROM hongxian_base WHERE collection = ? AND {condition}"
        Base._meta.database.execute_sql(sql, (collection, *parameters))


def _dump(row: Row) -> str:
    parts = {
        "id": row.id,
        "stamp": row.stamp,
        "values": row.values,
        "stamps": row.stamps,
        "seq": row.seq,
    }
    return orjson.dumps(parts).decode()


def _load(text: str) -> Row:
    return Row(**orjson.loads(text))
