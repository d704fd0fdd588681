"""Dealing rights out: to whom they go by recent use, and which idle ones are called back.

The hub is a holder like any other. About two thirds of what is left are the laptops', each its
share by recent use; the rest stays with the hub, for whoever comes with more need than was
foreseen. Rights are handed out only to a laptop that is in contact: passed to one that is away they
would lie idle until it comes, and so might others'. What an absent one lacks is written down as
owed; what others hold beyond their share is called back when the hub has too little for all that.

`bench/offline.py` measures what comes of it, against one who knows the future.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from math import ceil
from typing import Any

from peewee import BigIntegerField, CharField, CompositeKey, DoubleField, IntegerField, Model

from hongxian.collection import Collection
from hongxian.merge import Quota
from hongxian.quota import left, recalled, rights, step_of
from hongxian.record import COMMUNITY, RecordMetadata
from hongxian.row import Change, Row
from hongxian.shared import Device
from hongxian.stamp import HUB
from hongxian.storage.setting import get_setting
from hongxian_server.store import HubStore
from hongxian_server.tables.access import Access

HALF_LIFE_MILLISECONDS = 7 * 24 * 3600 * 1000
"""After so long a use counts half."""
DEALT = 0.65
"""The part of what is left that laptops are to hold; more of it would lie where it is not used."""
NEWCOMER_MILLISECONDS = 7 * 24 * 3600 * 1000
"""For so long a new laptop is taken to need what others do, ever less so."""
PRIOR = 5.0
"""Units of use that a device's use of all records of the collection counts for in a single one."""


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


def note_uses(hub: HubStore, device: int, changes: Iterable[tuple[Collection, Change]]) -> None:
    """Take note of what accepted changes spent."""
    for collection, change in changes:
        for name in collection.quotas & change.values.keys():
            spent = step_of(change.values[name]).spent if change.values[name] else 0
            for record in (change.id, "") if spent else ():
                _note(hub, (collection.name, name, record, device), spent)


def _note(hub: HubStore, key: tuple[str, str, str, int], spent: int) -> None:
    held = Use.get_or_none(
        (Use.collection == key[0])
        & (Use.field == key[1])
        & (Use.record == key[2])
        & (Use.device == key[3])
    )
    amount = spent + (_now_worth(held, hub.now()) if held else 0.0)
    (
        Use.insert(
            collection=key[0],
            field=key[1],
            record=key[2],
            device=key[3],
            amount=amount,
            at=hub.now(),
        )
        .on_conflict(
            conflict_target=[Use.collection, Use.field, Use.record, Use.device],
            update={Use.amount: amount, Use.at: hub.now()},
        )
        .execute()
    )


def _now_worth(use: Use, now: int) -> float:
    return float(use.amount * 0.5 ** (max(now - use.at, 0) / HALF_LIFE_MILLISECONDS))


def _uses(
    hub: HubStore, devices: Iterable[Access], collection: str, field: str, record: str
) -> dict[int, float]:
    """What each device used of late; a laptop's numbers share what it used under any of them."""
    used: dict[str, float] = defaultdict(float)
    laptops = dict(Access.select(Access.number, Access.laptop).tuples())
    for use in Use.select().where(
        (Use.collection == collection) & (Use.field == field) & (Use.record == record)
    ):
        used[laptops.get(use.device, "")] += _now_worth(use, hub.now())
    numbers = Counter(each.laptop for each in devices)
    return {each.number: used[each.laptop] / numbers[each.laptop] for each in devices}


def is_owed(device: int) -> bool:
    """Whether a device lacks any of its shares."""
    database = Owed._meta.database
    sql = f"SELECT 1 FROM hongxian_owed WHERE device = {database.param} LIMIT 1"
    return database.execute_sql(sql, (device,)).fetchone() is not None


def hand_out(hub: HubStore, device: int, used: Mapping[str, Iterable[str]]) -> None:
    """Hand a device in contact what it lacks of the records that it used and of those it is owed."""
    lacking = {name: set(ids) for name, ids in used.items()}
    for owed in Owed.select().where(Owed.device == device):
        lacking.setdefault(owed.collection, set()).add(owed.record)
    _rebalance(hub, lacking, partial(_handed_to, hub, device))


def rebalance(hub: HubStore, records: Mapping[str, Iterable[str]]) -> None:
    """Write down who is owed rights of these records, and call back what others hold beyond theirs.

    Inside the caller's commit. Nothing is dealt while the hub is being refilled: what it had dealt
    before may be unknown to it.
    """
    _rebalance(hub, records, partial(_called_for, hub))


Part = dict[str, Any]
"""A change of the hub's own entry of one quota."""
Dealer = Callable[[Collection, Row, str], Part | None]


def _rebalance(hub: HubStore, records: Mapping[str, Iterable[str]], dealer: Dealer) -> None:
    """Edit the shared quotas of these records by what the dealer says."""
    if get_setting("recovering", False):
        return
    for name, ids in records.items():
        collection = hub.collections.get(name)
        fields = collection and [
            each for each in collection.quotas if collection.quota(each).deal == "shared"
        ]
        if not collection or not fields:
            continue
        for row in collection.rows_by_id(ids).values():
            parts = {field: part for field in fields if (part := dealer(collection, row, field))}
            if parts and not row.deleted:
                hub.edit(collection.model, {row.id: parts})


def _handed_to(
    hub: HubStore, device: int, collection: Collection, row: Row, field: str
) -> Part | None:
    """What one device is handed, up to its share; it stays owed what the hub has not got."""
    lacking = _lacking(hub, collection, row, field).get(device, 0)
    amount = min(lacking, max(rights(_state(row, field), HUB), 0))
    if amount == lacking:
        Owed.delete().where(
            (Owed.device == device) & (Owed.collection == collection.name) & (Owed.record == row.id)
        ).execute()
    return _hubs_part(_state(row, field), {str(device): amount}, {}) if amount > 0 else None


def _called_for(hub: HubStore, collection: Collection, row: Row, field: str) -> Part | None:
    """What is called back from those that hold too much, for those that hold too little."""
    state = _state(row, field)
    lacking = _lacking(hub, collection, row, field)
    low = {device: amount for device, amount in lacking.items() if amount > 0}
    _put_owed(collection.name, row.id, low)
    hubs_own = int((1 - DEALT) * left(state))
    missing = sum(low.values()) + hubs_own - max(rights(state, HUB), 0)
    rich = {
        device: min(-amount, _held(state, device) - _handed(state, device))
        for device, amount in lacking.items()
    }
    calls: dict[str, int] = {}
    for device, beyond in sorted(rich.items(), key=lambda each: (-each[1], each[0])):
        amount = min(beyond, missing)
        if amount > 0:
            calls[str(device)], missing = amount, missing - amount
    return _hubs_part(state, {}, calls) if calls else None


def _put_owed(collection: str, record: str, devices: Iterable[int]) -> None:
    of_record = (Owed.collection == collection) & (Owed.record == record)
    before, now = {each.device for each in Owed.select().where(of_record)}, set(devices)
    if before - now:
        Owed.delete().where(of_record & Owed.device.in_(sorted(before - now))).execute()
    for device in sorted(now - before):
        Owed.create(collection=collection, record=record, device=device)


def _state(row: Row, field: str) -> Mapping[str, Any]:
    return row.values.get(field) or {}


def _held(state: Mapping[str, Any], device: int) -> int:
    """What a device holds and is not called back."""
    return rights(state, device) - recalled(state, device)


def _lacking(hub: HubStore, collection: Collection, row: Row, field: str) -> dict[int, int]:
    """What each device that holds the record lacks of its share; below zero what it has beyond it."""
    state = _state(row, field)
    shares = _shares(hub, collection, row, field, left(state))
    return {device: share - _held(state, device) for device, share in shares.items()}


def _handed(state: Mapping[str, Any], device: int) -> int:
    """What other laptops passed to a device by hand and it has not spent: not for the hub to call."""
    name = str(device)
    received = sum(
        entry.get("p", {}).get(name, 0) for giver, entry in state.items() if giver != str(HUB)
    )
    return max(int(received) - int(state.get(name, {}).get("s", 0)), 0)


def _hubs_part(state: Mapping[str, Any], passed: dict[str, int], calls: dict[str, int]) -> Part:
    before = state.get(str(HUB), {})
    after = {**before, "p": _added(before.get("p", {}), passed)}
    wanted = dict(before.get("c", {}))
    for device, amount in calls.items():
        already = state.get(device, {}).get("p", {}).get(str(HUB), 0)
        wanted[device] = max(wanted.get(device, 0), already) + amount
    after["c"] = wanted
    kept = {name: value for name, value in after.items() if value}
    return {str(HUB): {**kept, Quota.BEFORE: before} if before else kept}


def _added(amounts: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    return {name: amounts.get(name, 0) + more.get(name, 0) for name in sorted({*amounts, *more})}


def _shares(
    hub: HubStore, collection: Collection, row: Row, field: str, amount: int
) -> dict[int, int]:
    """What each device that holds the record is to hold of `amount`, in whole pieces, rounded up."""
    devices = devices_of(row.scope)
    own = _uses(hub, devices, collection.name, field, row.id)
    usual = _uses(hub, devices, collection.name, field, "")
    known = sum(usual.values()) + len(devices)
    weights = {each: used + PRIOR * (usual[each] + 1) / known for each, used in own.items()}
    average = sum(weights.values()) / max(len(weights), 1)
    for each in devices:
        weights[each.number] += average * _newness(each, hub.now())
    whole = sum(weights.values())
    return {each: ceil(DEALT * amount * weight / whole) for each, weight in weights.items()}


def _newness(device: Access, now: int) -> float:
    """From one, for a device that has just come (or by a clock that was ahead), to zero."""
    return min(max(1 - (now - int(device.enrolled)) / NEWCOMER_MILLISECONDS, 0.0), 1.0)


def devices_of(scope: str) -> list[Access]:
    """The live devices that hold a scope."""
    live = Access.select().where(~Access.revoked & ~Access.retired).order_by(Access.number)
    holding = {each.number for each in Device.select() if scope == COMMUNITY or scope in each.teams}
    return [each for each in live if each.number in holding]


def take_rights_back(hub: HubStore) -> None:
    """Return to the hub what devices hold that may no longer spend it: revoked, or out of the team.

    What one spent and never told the hub of is not known: a count will show it.
    """
    touched: dict[str, list[str]] = {}
    gone: dict[str, set[int]] = {}
    with hub.separately():
        for collection in hub.collections.values():
            for row in collection.rows("NOT deleted") if collection.quotas else ():
                if row.scope not in gone:
                    gone[row.scope] = _gone_from(row.scope)
                parts = {
                    field: part
                    for field in collection.quotas
                    if (part := _taken_back(row, field, gone[row.scope]))
                }
                if parts:
                    hub.edit(collection.model, {row.id: parts})
                    touched.setdefault(collection.name, []).append(row.id)
        rebalance(hub, touched)


def _gone_from(scope: str) -> set[int]:
    """The devices that no longer hold a scope; a number that was retired may have a twin that does."""
    known = Access.select().where(Access.revoked | ~Access.retired)
    return {each.number for each in known} - {each.number for each in devices_of(scope)}


def _taken_back(row: Row, field: str, gone: Iterable[int]) -> dict[str, Any] | None:
    state = row.values.get(field) or {}
    amounts = {str(each): amount for each in gone if (amount := rights(state, each)) > 0}
    if not amounts:
        return None
    before = state.get(str(HUB), {})
    after = {**before, "t": _added(before.get("t", {}), amounts)}
    return {str(HUB): {**after, Quota.BEFORE: before} if before else after}


def rebalance_all(hub: HubStore) -> None:
    """Deal every shared quota anew, as recent use grows old; the hub does so once an hour.

    First come rights back whose plugin was missing when their holder's access ended.
    """
    with hub.writing, hub.separately():
        take_rights_back(hub)
        for name, collection in hub.collections.items():
            if collection.quotas:
                rebalance(hub, {name: [row.id for row in collection.rows("NOT deleted")]})
