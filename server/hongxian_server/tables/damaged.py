"""Rows that the hub's disk has changed: they wait here for a copy of which their hash says that it is the one."""

from __future__ import annotations

from collections.abc import Iterable

from peewee import BigIntegerField, BooleanField, CharField, CompositeKey, Model

from hongxian.model.record import RecordMetadata
from hongxian.model.row import Row
from hongxian.storage.database import write_all
from hongxian_server.hub_state import HubState


class Damaged(Model):  # type: ignore[misc]
    """One row that does not fit its hash."""

    collection = CharField(max_length=80)
    record = CharField(max_length=36)
    scope = CharField(max_length=40)
    found = BigIntegerField()
    """When it was found, in milliseconds since 1970."""
    told = BooleanField(default=False)
    """Whether a task tells of it."""

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_damaged"
        primary_key = CompositeKey("collection", "record")


def note_damaged(collection: str, rows: Iterable[Row], now: int) -> int:
    """Note rows, inside the caller's transaction; returns how many were not yet."""
    database = Damaged._meta.database
    marks = ", ".join([database.param] * 4)
    write_all(
        database,
        f"INSERT INTO hongxian_damaged (collection, record, scope, found, told) "
        f"VALUES ({marks}, FALSE) ON CONFLICT (collection, record) DO NOTHING",
        [(collection, row.id, row.scope, now) for row in rows],
    )
    return _count()


def let_go(damaged: Iterable[Damaged]) -> None:
    """Strike out what is as it was again, inside the caller's transaction."""
    for each in damaged:
        each.delete_instance()
    _count()


def _count() -> int:
    """Keep how many there are; returns by how many they have grown."""
    with HubState.changing() as state:
        before, state.damaged = state.damaged, Damaged.select().count()
        return state.damaged - before


def damaged_in(collection: str, ids: Iterable[str]) -> dict[str, Damaged]:
    """What is noted of these records."""
    own = (Damaged.collection == collection) & Damaged.record.in_(list(ids))
    return {each.record: each for each in Damaged.select().where(own)}


def all_damaged() -> list[Damaged]:
    """All of it, the oldest first."""
    return list(Damaged.select().order_by(Damaged.found, Damaged.collection, Damaged.record))


def wanted_of(scopes: Iterable[str], collections: Iterable[str], most: int) -> dict[str, list[str]]:
    """The ids of what laptops of these scopes may have as it was, by collection."""
    own = Damaged.scope.in_(list(scopes)) & Damaged.collection.in_(list(collections))
    wanted: dict[str, list[str]] = {}
    for each in Damaged.select().where(own).order_by(Damaged.found).limit(most):
        wanted.setdefault(each.collection, []).append(each.record)
    return wanted
