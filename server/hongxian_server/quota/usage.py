"""What devices used of late, and what the hub owes them: the two tables that rebalancing reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from peewee import BigIntegerField, CharField, CompositeKey, DoubleField, IntegerField, Model

from hongxian.collection import Collection
from hongxian.quota import step_of
from hongxian.record import RecordMetadata
from hongxian.row import Change
from hongxian_server.quota.policy import worth_now


class Use(Model):  # type: ignore[misc]
    """How much a device spent of late: of one record, and (record "") of a whole collection."""

    collection = CharField(max_length=80)
    field = CharField(max_length=80)
    record = CharField(max_length=36)
    device = IntegerField()
    amount = DoubleField()
    at = BigIntegerField()

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_use"
        primary_key = CompositeKey("collection", "field", "record", "device")


class Owed(Model):  # type: ignore[misc]
    """A record of which a device holds less than its share, for when it comes into contact."""

    device = IntegerField()
    collection = CharField(max_length=80)
    record = CharField(max_length=36)

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_owed"
        primary_key = CompositeKey("device", "collection", "record")


# -- use -----------------------------------------------------------------------------------------


def note_uses(device: int, changes: Iterable[tuple[Collection, Change]], now: int) -> None:
    """Take note of what accepted changes spent."""
    for collection, change in changes:
        for name in collection.quotas & change.values.keys():
            spent = step_of(change.values[name]).spent if change.values[name] else 0
            for record in (change.id, "") if spent else ():
                _note(collection.name, name, record, device, spent, now)


def _note(collection: str, field: str, record: str, device: int, spent: int, now: int) -> None:
    held = Use.get_or_none(_uses_of(collection, field, record) & (Use.device == device))
    amount = spent + (worth_now(held.amount, now - held.at) if held else 0.0)
    (
        Use.insert(
            collection=collection, field=field, record=record, device=device, amount=amount, at=now
        )
        .on_conflict(
            conflict_target=[Use.collection, Use.field, Use.record, Use.device],
            update={Use.amount: amount, Use.at: now},
        )
        .execute()
    )


def used_of_late(collection: str, field: str, record: str, now: int) -> dict[int, float]:
    """What each device number spent of a record, or (record "") of all, worth what it is by now."""
    used: dict[int, float] = defaultdict(float)
    for use in Use.select().where(_uses_of(collection, field, record)):
        used[use.device] += worth_now(use.amount, now - use.at)
    return used


def _uses_of(collection: str, field: str, record: str) -> object:
    return (Use.collection == collection) & (Use.field == field) & (Use.record == record)


# -- what is owed --------------------------------------------------------------------------------


def is_owed(device: int) -> bool:
    """Whether a device lacks any of its shares."""
    database = Owed._meta.database
    sql = f"SELECT 1 FROM hongxian_owed WHERE device = {database.param} LIMIT 1"
    return database.execute_sql(sql, (device,)).fetchone() is not None


def owed_to(device: int) -> dict[str, set[str]]:
    """The records of which a device lacks something, by collection."""
    records: dict[str, set[str]] = defaultdict(set)
    for owed in Owed.select().where(Owed.device == device):
        records[owed.collection].add(owed.record)
    return records


def was_given(device: int, collection: str, record: str) -> None:
    """A device has its share of a record."""
    Owed.delete().where((Owed.device == device) & _debts_of(collection, record)).execute()


def put_owed(collection: str, record: str, devices: Iterable[int]) -> None:
    """These devices, and no others, lack something of a record."""
    of_record = _debts_of(collection, record)
    before, now = {each.device for each in Owed.select().where(of_record)}, set(devices)
    if before - now:
        Owed.delete().where(of_record & Owed.device.in_(sorted(before - now))).execute()
    for device in sorted(now - before):
        Owed.create(collection=collection, record=record, device=device)


def _debts_of(collection: str, record: str) -> object:
    return (Owed.collection == collection) & (Owed.record == record)
