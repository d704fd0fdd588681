"""Dealing rights out: to whom they go by recent use, and which idle ones are called back.

The hub is a holder like any other. A tenth of what is left stays with it, to cover what laptops
leave to it to decide; the rest is shared among the devices that hold the record. A device gets
more when it holds much less than its share; what others hold beyond theirs is called back when the
hub has too little to give.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from peewee import BigIntegerField, CharField, CompositeKey, DoubleField, IntegerField, Model

from hongxian.collection import Collection
from hongxian.merge import Quota
from hongxian.quota import called_back, left, rights, step_of
from hongxian.record import COMMUNITY, RecordMetadata
from hongxian.row import Change, Row
from hongxian.setting import get_setting
from hongxian.shared import Device
from hongxian.stamp import HUB
from hongxian_server.access import Access

if TYPE_CHECKING:
    from hongxian_server.hub import Hub

HALF_LIFE_MILLISECONDS = 7 * 24 * 3600 * 1000
"""After so long a use counts half."""
RESERVE = 10
"""One in so many stays with the hub."""
PRIOR = 5.0
"""Units of use that a device's use of all records of the collection counts for in a single one."""
LOW = 0.75
"""A device that holds less than this part of its share gets more."""


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


def note_uses(hub: Hub, device: int, changes: Iterable[tuple[Collection, Change]]) -> None:
    """Take note of what accepted changes spent."""
    for collection, change in changes:
        for name in collection.quotas & change.values.keys():
            spent = step_of(change.values[name]).spent if change.values[name] else 0
            for record in (change.id, "") if spent else ():
                _note(hub, (collection.name, name, record, device), spent)


def _note(hub: Hub, key: tuple[str, str, str, int], spent: int) -> None:
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


def _uses(hub: Hub, collection: str, field: str, record: str) -> dict[int, float]:
    found = Use.select().where(
        (Use.collection == collection) & (Use.field == field) & (Use.record == record)
    )
    return {use.device: _now_worth(use, hub.now()) for use in found}


def deal(hub: Hub, records: Mapping[str, Iterable[str]]) -> None:
    """Deal the rights of these records anew, by collection; inside the caller's commit.

    Nothing is dealt while the hub is being refilled: what it had dealt before may be unknown to it.
    """
    if get_setting("recovering", False):
        return
    for name, ids in records.items():
        collection = hub.collections[name]
        fields = [each for each in collection.quotas if collection.columns[each].deal == "shared"]
        rows = collection.rows_by_id(ids).values() if fields else ()
        for row in rows:
            parts = {
                field: part for field in fields if (part := _dealt(hub, collection, row, field))
            }
            if parts and not row.deleted:
                hub.edit(collection.model, {row.id: parts})


def _dealt(hub: Hub, collection: Collection, row: Row, field: str) -> dict[str, Any] | None:
    """The change of the hub's entry that deals one quota; None if nothing is to change."""
    state = row.values.get(field) or {}
    shares = _shares(hub, collection, row, field, left(state))
    held = {device: rights(state, device) - called_back(state, device) for device in shares}
    low = {d: shares[d] - held[d] for d in shares if held[d] < shares[d] * LOW}
    if not low:
        return None
    pool = max(rights(state, HUB), 0)
    passed: dict[str, int] = {}
    for device, lacking in sorted(low.items(), key=lambda each: (-each[1], each[0])):
        amount = min(lacking, pool)
        if amount > 0:
            passed[str(device)], pool = amount, pool - amount
    missing = sum(low.values()) - sum(passed.values()) + max(left(state) // RESERVE - pool, 0)
    calls: dict[str, int] = {}
    rich = {
        device: min(held[device] - shares[device], held[device] - _handed(state, device))
        for device in shares
    }
    for device, beyond in sorted(rich.items(), key=lambda each: (-each[1], each[0])):
        amount = min(beyond, missing)
        if amount > 0:
            calls[str(device)], missing = amount, missing - amount
    return _hubs_part(state, passed, calls)


def _handed(state: Mapping[str, Any], device: int) -> int:
    """What other laptops passed to a device by hand and it has not spent: not for the hub to call."""
    name = str(device)
    received = sum(
        entry.get("p", {}).get(name, 0) for giver, entry in state.items() if giver != str(HUB)
    )
    return max(int(received) - state.get(name, {}).get("s", 0), 0)


def _hubs_part(
    state: Mapping[str, Any], passed: dict[str, int], calls: dict[str, int]
) -> dict[str, Any] | None:
    if not passed and not calls:
        return None
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


def _shares(hub: Hub, collection: Collection, row: Row, field: str, amount: int) -> dict[int, int]:
    """What each device that holds the record is to hold of `amount`."""
    devices = devices_of(row.scope)
    own = _uses(hub, collection.name, field, row.id)
    usual = _uses(hub, collection.name, field, "")
    known = sum(usual.get(device, 0.0) for device in devices)
    weights = {
        device: own.get(device, 0.0) + PRIOR * (usual.get(device, 0.0) + 1) / (known + len(devices))
        for device in devices
    }
    whole = sum(weights.values())
    dealt = amount - amount // RESERVE
    return (
        {device: int(dealt * weight / whole) for device, weight in weights.items()} if whole else {}
    )


def devices_of(scope: str) -> list[int]:
    """The numbers of the live devices that hold a scope."""
    live = {
        each.number
        for each in Access.select(Access.number).where(~Access.revoked & ~Access.retired)
    }
    return sorted(
        each.number
        for each in Device.select()
        if each.number in live and (scope == COMMUNITY or scope in each.teams)
    )


def take_rights_back(hub: Hub, number: int, scope: str | None = None) -> None:
    """Return to the hub what a device held that may no longer spend it, in one scope or in all.

    What it spent and never told the hub of is not known: a count will show it.
    """
    touched: dict[str, list[str]] = {}
    with hub.separately():
        for collection in hub.collections.values():
            if not collection.quotas:
                continue
            for row in collection.rows("NOT deleted"):
                parts = {
                    field: part
                    for field in collection.quotas
                    if scope in (None, row.scope) and (part := _taken_back(row, field, number))
                }
                if parts:
                    hub.edit(collection.model, {row.id: parts})
                    touched.setdefault(collection.name, []).append(row.id)
        deal(hub, touched)


def _taken_back(row: Row, field: str, number: int) -> dict[str, Any] | None:
    state = row.values.get(field) or {}
    amount = rights(state, number)
    if amount <= 0:
        return None
    before = state.get(str(HUB), {})
    after = {**before, "t": _added(before.get("t", {}), {str(number): amount})}
    return {str(HUB): {**after, Quota.BEFORE: before} if before else after}


def deal_all(hub: Hub) -> None:
    """Deal every shared quota anew, as recent use grows old; the hub does so once an hour."""
    with hub.writing, hub.separately():
        for name, collection in hub.collections.items():
            if collection.quotas:
                deal(hub, {name: [row.id for row in collection.rows("NOT deleted")]})
