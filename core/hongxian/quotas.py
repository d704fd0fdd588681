"""The words that plugins write quotas with: grant, spend, give back, pass on, ask.

Each is an edit of the record like any other: it joins the transaction that is open, goes out with
the outbox, and is refused as a whole with the records written beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hongxian.collections.asks import ASKS, asks_about
from hongxian.collections.builtin import Ask
from hongxian.collections.collection import Collection
from hongxian.collections.directory import Directory
from hongxian.collections.rights import may_write
from hongxian.collections.store_protocol import PresentStore, present_store
from hongxian.errors import (
    Invalid,
    NotAQuota,
    QuotaShort,
    RecordUnknown,
    Refused,
)
from hongxian.merges.merge import State
from hongxian.merges.quota import LARGEST_AMOUNT, Amounts, Step, holders_of, received
from hongxian.model.lines import Lines, Look
from hongxian.model.record import Record
from hongxian.model.row import Row
from hongxian.text import Text
from hongxian.words.incarnation import HUB, is_hubs
from hongxian.words.values import Value

__all__ = [
    "HUB",
    "Amounts",
    "Lines",
    "Look",
    "QuotaElsewhere",
    "QuotaShort",
    "ask",
    "give_back",
    "grant",
    "pass_on",
    "spend",
    "spendable",
]

Beyond = Literal["refuse", "pend", "uncovered"]
"""What becomes of a spend beyond this laptop's rights."""


@dataclass(frozen=True)
class Use:
    """One use of a quota, before it is known what of it this laptop's rights cover."""

    word: Literal["grant", "spend", "give_back", "pass_on", "ask"]
    amount: int
    beyond: Beyond = "refuse"
    to: int = 0


def grant(record: Record, field: str, amount: int) -> None:
    """There are `amount` more, and this laptop may spend them."""
    _use(record, field, Use("grant", amount))


def spend(record: Record, field: str, amount: int, *, beyond: Beyond = "refuse") -> None:
    """`amount` are gone.

    Beyond this laptop's rights: "refuse" raises `QuotaShort`; "pend" leaves it to the hub, which
    refuses it if too few are left; "uncovered" tells what happened: what the rights cover is
    spent, the rest is kept as uncovered. At the hub there is nobody to leave it to: "pend" refuses
    too. What is lacking there it calls back from the laptops.
    """
    _use(record, field, Use("spend", amount, beyond))


def give_back(record: Record, field: str, amount: int) -> None:
    """`amount` of what was spent are back."""
    _use(record, field, Use("give_back", amount))


def pass_on(record: Record, field: str, amount: int, *, to: int) -> None:
    """Let another incarnation, or the hub (`to=HUB`), spend `amount` in this laptop's place.

    `Device.incarnation` tells that of each laptop of the directory.
    """
    _use(record, field, Use("pass_on", amount, to=int(to)))


def ask(record: Record, field: str, amount: int) -> None:
    """Ask that `amount` more come to this laptop of a quota whose rights are kept; 0 asks no more.

    They come with the syncs: this laptop's, then that of whoever holds them, then this one's again. Asked
    anew, it is this amount in place of the one before; after seven days the ask ends by itself. At the hub,
    for phones, it is asked of shared rights too. Raises `QuotaShort` where the others have not so many.
    """
    store, collection, row = _as_seen(record, field)
    state, writer = row.values.get(field) or {}, store.writer()
    if writer.is_hub:
        _ask_at_hub(store, collection, row, field, amount)
        return
    if collection.quota(field).deal != "kept":
        raise Refused(_COME_BY_THEMSELVES)
    if not may_write(collection, row, field, writer):
        raise Refused(_NOT_YOURS)
    mine = {
        each.id
        for each in asks_about(store.collection(ASKS), collection.name, row.id, field)
        if each.values["holder"] == writer.incarnation
    }
    with store.transaction():
        if mine:
            store.delete(Ask, sorted(mine))
        if amount == 0:
            return
        _refuse_odd_amounts(collection, field, Use("ask", amount), writer.incarnation)
        here = max(spendable_of(store, collection, row, field), 0)
        if here + amount > collection.quota(field).there(state):
            raise _short(store, collection, row, field, here + amount, here)
        Ask.create(
            scope=row.scope,
            collection=collection.name,
            record=row.id,
            field=field,
            holder=writer.incarnation,
            until=received(state, writer.incarnation) + amount,
        )


def _ask_at_hub(
    store: PresentStore, collection: Collection, row: Row, field: str, amount: int
) -> None:
    """The hub calls rights back itself, so no record says it: it takes note."""
    here = max(spendable_of(store, collection, row, field), 0)
    if amount:
        _refuse_odd_amounts(collection, field, Use("ask", amount), store.writer().incarnation)
        if here + amount > collection.quota(field).there(_state(row, field)):
            raise _short(store, collection, row, field, here + amount, here)
    with store.transaction():
        store.wants(collection, row.id, field, here + amount if amount else 0)


_COME_BY_THEMSELVES = Text(
    "这里的额度由主机分配，联网时自动调来，不用申请。",
    "The hub deals these by itself: they come with the syncs, unasked.",
)
_NOT_YOURS = Text(
    "这台电脑不能改这条记录，也就不能申请它的额度。",
    "This laptop may not write this record, so it asks for none of it.",
)


def spendable(record: Record, field: str) -> int:
    """How many this laptop may spend of a record's quota now, whoever else is offline."""
    store, collection, row = _as_seen(record, field)
    return spendable_of(store, collection, row, field)


def _as_seen(record: Record, field: str) -> tuple[PresentStore, Collection, Row]:
    """The store, the record's collection and its row here; raises `NotAQuota` and `RecordUnknown`."""
    store = present_store()
    collection = store.collection(record._meta.collection)
    _refuse_no_quota(collection, field)
    view = store.view(collection, [record.id]).get(record.id)
    if view is None:
        raise RecordUnknown(id=record.id, collection=collection.name)
    return store, collection, view.local


def spendable_of(store: PresentStore, collection: Collection, row: Row, name: str) -> int:
    """The same of a row as it is seen: rights to what has gone out uncovered meanwhile are none."""
    there = collection.quota(name).there(row.values.get(name) or {})
    return min(store.rights_held(collection, row, name), there)


def _use(record: Record, field: str, use: Use) -> None:
    store = present_store()
    model = type(record)
    _refuse_no_quota(store.collection(model._meta.collection), field)
    store.edit(model, {record.id: {field: use}})


def _refuse_no_quota(collection: Collection, field: str) -> None:
    if field not in collection.quotas:
        known = sorted(collection.quotas) or "-"
        raise NotAQuota(collection=collection.name, field=field, known=known)


def step_of_use(
    store: PresentStore,
    collection: Collection,
    row: Row | None,
    name: str,
    value: Value,
    owner: int,
) -> Step | State:
    """What a value given for a quota field adds; `row` is the record as it is seen (None: new).

    A plain number is granted with a new record; later only the four words write a quota. The hub
    gives the part itself.
    """
    if isinstance(value, dict):
        return value
    if not isinstance(value, Use):
        if row is not None:
            raise Invalid(collection=collection.name, reasons={name: [_ONLY_WORDS]})
        if not value:
            return Step()
        value = Use("grant", value)
    _refuse_odd_amounts(collection, name, value, owner)
    return _step(store, collection, row, name, value)


_ONLY_WORDS = Text(
    "数量只能通过入账、支出、退回、转让来改变（hongxian quota）。",
    "Changed only by granting, spending, giving back or passing on (hongxian quota).",
)


def _refuse_odd_amounts(collection: Collection, name: str, use: Use, owner: int) -> None:
    reason = None
    if type(use.amount) is not int or not 0 < use.amount <= LARGEST_AMOUNT:
        reason = Text(
            f"数量应为正整数，不能是 {use.amount}。",
            f"A positive whole number is wanted, not {use.amount}.",
        )
    elif use.word == "pass_on" and not _may_receive(use.to, owner):
        reason = Text("不能转给这台电脑。", "Cannot be passed on to that laptop.")
    if reason:
        raise Invalid(collection=collection.name, reasons={name: [reason]})


def _may_receive(to: int, giver: int) -> bool:
    """Whether anybody is told so, and another than who gives."""
    if is_hubs(to):
        return to == HUB and not is_hubs(giver)
    return to != giver


def _step(
    store: PresentStore, collection: Collection, row: Row | None, name: str, use: Use
) -> Step:
    if use.word == "grant":
        return _granted(store, collection, row, name, use.amount)
    if use.word == "give_back":
        return Step(given_back=use.amount)
    if use.word == "pass_on":
        held = store.rights_held(collection, row, name) if row else 0
        if use.amount > held:
            raise _short(store, collection, row, name, use.amount, held)
        return Step(passed={str(use.to): use.amount})
    here = spendable_of(store, collection, row, name) if row else 0
    there = collection.quota(name).there(_state(row, name))
    may_pend = use.beyond == "pend" and store.kind != "hub"
    if use.amount <= here or (may_pend and use.amount <= there):
        return Step(spent=use.amount)
    if use.beyond == "uncovered":
        covered = max(here, 0)
        return Step(spent=covered, uncovered=use.amount - covered)
    if row is not None and use.amount <= there:
        store.wants(collection, row.id, name, use.amount)
    raise _short(store, collection, row, name, use.amount, here)


def _state(row: Row | None, name: str) -> State:
    return (row.values.get(name) or {}) if row else {}


def _granted(
    store: PresentStore, collection: Collection, row: Row | None, name: str, amount: int
) -> Step:
    """A grant pays first for what is uncovered; should two pay for the same, the hub deals the rest."""
    debt = 0 if store.kind == "hub" else collection.quota(name).debt(_state(row, name))
    paid = min(amount, debt)
    return Step(granted=amount, passed={str(HUB): paid} if paid else None)


def _short(
    store: PresentStore, collection: Collection, row: Row | None, name: str, wanted: int, here: int
) -> QuotaShort:
    state, quota = _state(row, name), collection.quota(name)
    directory, own, left = Directory(), store.writer().incarnation, quota.there(state)
    held = holders_of(state) | {int(HUB): quota.at_hub(state)}
    held = {each: amount for each, amount in held.items() if amount > 0 and each != own}
    at_hub = store.kind == "hub"
    return (QuotaElsewhere if at_hub else QuotaShort)(
        collection=collection.name,
        record=row.id if row else "",
        field=name,
        label=quota.label,
        unit=collection.columns[name].unit,
        wanted=wanted,
        here=max(here, 0),
        left=left,
        holders=[(directory.of(each)[1], amount) for each, amount in held.items()],
        rest=(_CALLED if wanted <= left else _GONE) if at_hub else None,
    )


class QuotaElsewhere(QuotaShort):
    """More than the hub may give out now, to a phone: it calls the rest back, and does not say from which laptop."""

    message = Text(
        "{label}：要 {wanted}{units}，现在这里能给 {here}，总共还有 {left}。{rest}",
        "{label}: {wanted}{units} wanted, {here} of {left} left can be had here now. {rest}",
    )


_CALLED = Text(
    "其余的在各电脑手里，已请它们调来；它们联网后请再试。",
    "Laptops hold the rest and have been asked for it: try again once they have been in contact.",
)
_GONE = Text("没有这么多了。", "There are not so many any more.")
