"""How far this laptop has read each scope's feed, by collection.

By collection, so that a plugin installed later is filled from 0 without a word in the protocol.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from peewee import BigIntegerField, CharField, CompositeKey, Model

from hongxian.model.record import RecordMetadata
from hongxian.storage.database import write_all


class Cursor(Model):  # type: ignore[misc]
    """The largest seq read of one scope and collection, in the hub's present epoch."""

    scope = CharField(max_length=40)
    collection = CharField(max_length=80)
    seq = BigIntegerField(default=0)

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_cursor"
        primary_key = CompositeKey("scope", "collection")


def cursors(collections: Iterable[str]) -> dict[str, dict[str, int]]:
    """`{scope: {collection: seq}}` of these collections.

    A collection whose plugin is missing here has no say: the hub takes the least of what is told for
    all that this laptop has seen.
    """
    wanted, found = set(collections), dict[str, dict[str, int]]()
    sql = "SELECT scope, collection, seq FROM hongxian_cursor"
    for scope, collection, seq in Cursor._meta.database.execute_sql(sql).fetchall():
        if collection in wanted:
            found.setdefault(scope, {})[collection] = seq
    return found


def move_cursors(told: Mapping[str, Mapping[str, int]]) -> None:
    """Set those of the cursors that differ."""
    held = cursors({name for each in told.values() for name in each})
    write_all(
        Cursor._meta.database,
        "INSERT INTO hongxian_cursor (scope, collection, seq) VALUES (?, ?, ?) "
        "ON CONFLICT (scope, collection) DO UPDATE SET seq = excluded.seq",
        [
            (scope, name, seq)
            for scope, by_collection in told.items()
            for name, seq in by_collection.items()
            if held.get(scope, {}).get(name, 0) != seq
        ],
    )
