"""What was used of late, what the hub owes laptops, and what it lacks itself: the tables that rebalancing reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from peewee import BigIntegerField, CharField, CompositeKey, DoubleField, Model

from hongxian.collections.collection import Collection
from hongxian.merges.quota import step_of
from hongxian.model.record import LONGEST_LAPTOP, RecordMetadata
from hongxian.model.row import Change
from hongxian.model.stamp import DAY_MILLISECONDS
from hongxian_server.quota.policy import worth_now

HUBS = ""
"""In the place of a laptop: what was spent at the hub itself, for phones."""
WANTED_MILLISECONDS = 7 * DAY_MILLISECONDS
"""For so long the hub keeps what it lacked for who wanted it: as long as an ask stands."""


class Use(Model):  # type: ignore[misc]
    """How much a laptop spent of late: of one record, and (record "") of a whole collection."""

    collection = CharField(max_length=80)
    field = CharField(max_length=80)
    record = CharField(max_length=36)
    laptop = CharField(max_length=LONGEST_LAPTOP)
    amount = DoubleField()
    at = BigIntegerField()

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_use"
        primary_key = CompositeKey("collection", "field", "record", "laptop")


class Owed(Model):  # type: ignore[misc]
    """A record of which an incarnation holds less than its share, for when it comes into contact."""

    holder = BigIntegerField()
    collection = CharField(max_length=80)
    record = CharField(max_length=36)

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_owed"
        primary_key = CompositeKey("holder", "collection", "record")


class Want(Model):  # type: ignore[misc]
    """What was wanted of a record at the hub itself while laptops held it."""

    collection = CharField(max_length=80)
    field = CharField(max_length=80)
    record = CharField(max_length=36)
    amount = BigIntegerField()
    at = BigIntegerField()

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_want"
        primary_key = CompositeKey("collection", "field", "record")


# -- use -----------------------------------------------------------------------------------------


def note_uses(laptop: str, changes: Iterable[tuple[Collection, Change]], now: int) -> None:
    """Take note of what accepted changes spent, of a laptop's or (`HUBS`) of the hub's own."""
    for collection, change in changes:
        for name in collection.quotas & change.values.keys():
            spent = step_of(change.values[name]).spent if change.values[name] else 0
            for record in (change.id, "") if spent else ():
                _note(collection.name, name, record, laptop, spent, now)


def _note(collection: str, field: str, record: str, laptop: str, spent: int, now: int) -> None:
    held = Use.get_or_none(_uses_of(collection, field, record) & (Use.laptop == laptop))
    amount = spent + (worth_now(held.amount, now - held.at) if held else 0.0)
    (
        Use.insert(
            collection=collection, field=field, record=record, laptop=laptop, amount=amount, at=now
        )
        .on_conflict(
            conflict_target=[Use.collection, Use.field, Use.record, Use.laptop],
            update={Use.amount: amount, Use.at: now},
        )
        .execute()
    )


def used_of_late(collection: str, field: str, record: str, now: int) -> dict[str, float]:
    """What each laptop spent of a record, or (record "") of all, worth what it is by now."""
    used: dict[str, float] = defaultdict(float)
    for use in Use.select().where(_uses_of(collection, field, record)):
        used[use.laptop] += worth_now(use.amount, now - use.at)
    return used


def _uses_of(collection: str, field: str, record: str) -> object:
    return (Use.collection == collection) & (Use.field == field) & (Use.record == record)


# -- what the hub lacks itself -------------------------------------------------------------------


def wanted_at_hub(collection: str, field: str, record: str, now: int) -> int:
    """How many rights the hub is to hold itself, for those who found too few; by hand, each use asks."""
    database = Want._meta.database
    names = ("collection", "field", "record")
    same = " AND ".join(f"{name} = {database.param}" for name in names)
    sql = f"SELECT amount FROM hongxian_want WHERE {same} AND at > {database.param}"
    found = database.execute_sql(sql, (collection, field, record, _over(now))).fetchone()
    return int(found[0]) if found else 0


def put_want(collection: str, field: str, record: str, amount: int, now: int) -> None:
    """So many are wanted; who asks again and again wants no more by that, and 0 wants none any more."""
    amount = max(amount, wanted_at_hub(collection, field, record, now)) if amount else 0
    Want.delete().where(_wants_of(collection, field, record)).execute()
    if amount:
        Want.create(collection=collection, field=field, record=record, amount=amount, at=now)


def was_spent(collection: str, field: str, record: str, amount: int) -> None:
    """So many of what was wanted somebody got."""
    mine = _wants_of(collection, field, record)
    Want.update(amount=Want.amount - amount).where(mine).execute()
    Want.delete().where(mine & (Want.amount <= 0)).execute()


def end_wants(now: int) -> dict[str, set[str]]:
    """Let go of those that are over; gives the records of the others, by collection."""
    Want.delete().where(Want.at <= _over(now)).execute()
    records = defaultdict[str, set[str]](set)
    for each in Want.select():
        records[each.collection].add(each.record)
    return records


def _over(now: int) -> int:
    return now - WANTED_MILLISECONDS


def _wants_of(collection: str, field: str, record: str) -> object:
    return (Want.collection == collection) & (Want.field == field) & (Want.record == record)


# -- what is owed --------------------------------------------------------------------------------


def is_owed(holder: int) -> bool:
    """Whether an incarnation lacks any of its shares."""
    database = Owed._meta.database
    sql = f"SELECT 1 FROM hongxian_owed WHERE holder = {database.param} LIMIT 1"
    return database.execute_sql(sql, (holder,)).fetchone() is not None


def owed_to(holder: int) -> dict[str, set[str]]:
    """The records of which an incarnation lacks something, by collection; by hand, each write asks."""
    database, records = Owed._meta.database, defaultdict[str, set[str]](set)
    sql = f"SELECT collection, record FROM hongxian_owed WHERE holder = {database.param}"
    for collection, record in database.execute_sql(sql, (holder,)).fetchall():
        records[collection].add(record)
    return records


def was_given(holder: int, collection: str, record: str) -> None:
    """An incarnation has its share of a record."""
    Owed.delete().where((Owed.holder == holder) & _debts_of(collection, record)).execute()


def put_owed(collection: str, record: str, holders: Iterable[int]) -> None:
    """These incarnations, and no others, lack something of a record."""
    of_record = _debts_of(collection, record)
    before, now = {each.holder for each in Owed.select().where(of_record)}, set(holders)
    if before - now:
        Owed.delete().where(of_record & Owed.holder.in_(sorted(before - now))).execute()
    for holder in sorted(now - before):
        Owed.create(collection=collection, record=record, holder=holder)


def _debts_of(collection: str, record: str) -> object:
    return (Owed.collection == collection) & (Owed.record == record)
