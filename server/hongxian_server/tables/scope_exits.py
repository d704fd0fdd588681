"""Scope exits: records that moved out of a scope, so that its laptops let them go."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, CompositeKey, Model

from hongxian.model.record import RecordMetadata


class ScopeExit(Model):  # type: ignore[misc]
    """One record that left one scope."""

    scope = CharField(max_length=40)
    collection = CharField(max_length=80)
    record = CharField(max_length=36)
    seq = BigIntegerField(index=True)

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_scope_exit"
        primary_key = CompositeKey("scope", "collection", "record")


def exits_between(scope: str, collection: str, after: int, upto: int) -> list[tuple[str, int]]:
    """The records that left a scope, with their seqs, of which the first is exclusive; by hand, each round asks."""
    database = ScopeExit._meta.database
    mark = database.param
    sql = (
        f"SELECT record, seq FROM hongxian_scope_exit WHERE scope = {mark} AND collection = {mark} "
        f"AND seq > {mark} AND seq <= {mark}"
    )
    return list(database.execute_sql(sql, (scope, collection, after, upto)).fetchall())


def note_move(collection: str, id: str, old: str, new: str, seq: int) -> None:
    """A record went from one scope to another; a departure from where it arrives is void."""
    for scope in (old, new):
        same = (
            (ScopeExit.scope == scope)
            & (ScopeExit.collection == collection)
            & (ScopeExit.record == id)
        )
        ScopeExit.delete().where(same).execute()
    ScopeExit.insert(scope=old, collection=collection, record=id, seq=seq).execute()
