"""What to look at: the shelf, what is low, donors' public account, a person's points, redemptions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import accumulate
from operator import attrgetter

from peewee import fn

from hongxian import Reference, Store, Text, view
from hongxian.shapes import Button, Qr, Stat, Stats, Table
from hongxian.text import joined
from hongxian_plugins.reward_station import codes, ledger
from hongxian_plugins.reward_station.gifts import REDEMPTION, Redemption
from hongxian_plugins.reward_station.goods import (
    CAME,
    KINDS,
    Lot,
    Movement,
    Pledge,
)
from hongxian_plugins.reward_station.points import ACCOUNTS, Entry
from hongxian_plugins.reward_station.setting import Setting
from hongxian_plugins.reward_station.shelf import asked_as, is_over, on_shelf

_PERSON = Reference(
    "roster.person", verbose_name=Text("志愿者", "Person"), help_text=Text("看谁的。", "Whose.")
)
_ALL = Text("只看一种；留空看全部。", "Of one alone; empty for all.")


def name_of(store: Store, person: str) -> str:
    """A person's name, where a roster is installed and knows them; else the end of their id."""
    return store.names_of("roster.person", [person]).get(person, f"…{person[-6:]}")


# -- goods ---------------------------------------------------------------------------------------


@view(title=Text("低库存", "Low stock"), card=True, menu=False)
def low_stock(store: Store) -> Table:
    """Items of which fewer are left, over all lots that have not expired, than the rules' line."""
    line, there = Setting.now(store).low_stock, Counter[str]()
    for lot in Lot.select():
        there[lot.item] += 0 if is_over(lot) else on_shelf(lot)
    low = sorted((pieces, item) for item, pieces in there.items() if pieces < (line or 0))
    note = Text("规则里没有填低库存线", "The rules name no line") if line is None else ""
    heads = Text("物品", "Item"), Text("架上", "Pieces")
    return Table(heads, [(item, pieces) for pieces, item in low], note=note)


@view(title=Text("上架", "To shelve"), menu=False)
def to_shelve(store: Store) -> Table:
    """What was promised and what came, with the next step of each; what waits longest is first."""
    waits = Pledge.select().where(Pledge.state.in_(("pledged", "received")))
    return Table.listing(
        Pledge,
        list(waits.order_by(Pledge.pledged_on, Pledge.id)),
        "item",
        "merchant",
        "amount",
        "state",
        (Text("办理", "Do"), _next_of),
        note=Text("签收了的才能上架。", "What was received can be shelved."),
    )


def _next_of(pledge: Pledge) -> Button:
    if pledge.state == "pledged":
        return Button(Text("签收", "Receive"), "reward_station.receive", {}, pledge.id)
    left = {"amount": pledge.to_shelve.left}
    return Button(Text("上架", "Shelve"), "reward_station.shelve", left, pledge.id)


@view(
    title=Text("捐赠公示", "Donors' public account"),
    menu=False,
    asks={"merchant": asked_as(Pledge.merchant, null=True, help_text=_ALL)},
)
def public_account(store: Store, merchant: str | None = None) -> Table:
    """What each donor promised and gave, for what, and what became of it: for everyone to read."""
    query = Pledge.select().order_by(Pledge.merchant, Pledge.pledged_on, Pledge.id)
    pledges = list(query.where(Pledge.merchant == merchant) if merchant else query)
    moved = _moved(pledges)
    return Table.listing(
        Pledge,
        pledges,
        *("merchant", "item", "purpose"),
        (Text("认捐", "Pledged"), attrgetter("amount")),
        (Text("签收", "Received"), lambda pledge: pledge.received or 0),
        "receipt",
        (Text("上架", "Shelved"), lambda pledge: moved[pledge.id]["shelved"]),
        (Text("去向", "Went"), lambda pledge: _went(moved[pledge.id])),
        (Text("现有", "There"), lambda pledge: _there(moved[pledge.id])),
        note=Text("来去都在账上，谁都可以看", "Open to everyone"),
    )


def _went(moved: Counter[str]) -> Text:
    return _listed((label, moved[kind]) for kind, label in KINDS if kind != "shelved")


def _there(moved: Counter[str]) -> int:
    return sum(n if kind in CAME else -n for kind, n in moved.items())


def _moved(pledges: Iterable[Pledge]) -> dict[str, Counter[str]]:
    """Pieces by pledge and kind of movement."""
    moved = {each.id: Counter[str]() for each in pledges}
    query = (
        Movement.select(Lot.pledge, Movement.kind, fn.SUM(Movement.amount))
        .join(Lot, on=(Movement.lot == Lot.id))
        .where(Lot.pledge.in_(list(moved)))
        .group_by(Lot.pledge, Movement.kind)
    )
    for pledge, kind, amount in query.tuples():
        moved[pledge][kind] = int(amount)
    return moved


def _listed(counted: Iterable[tuple[Text, int | str]]) -> Text:
    """Labels with their numbers, those of none left out, one after the other."""
    one, listed = Text.of("{label} {number}"), Text.of("{all}")
    return listed.format(all=[one.format(label=label, number=n) for label, n in counted if n])


# -- points and gifts ----------------------------------------------------------------------------


@view(title=Text("积分流水", "A person's points"), asks={"person": _PERSON}, menu=False, usual=True)
def points(store: Store, person: str) -> Table:
    """A person's ledger: every line has two sides, and all accounts add up to zero."""
    same, names = ledger.same_person(person), dict(ACCOUNTS)
    entries = list(Entry.select().where(Entry.person.in_(same)).order_by(Entry.day, Entry.id))
    brought = map(ledger.brings, entries)
    total = dict(zip([each.id for each in entries], accumulate(brought), strict=True))
    usable = ledger.usable_by(person)
    held = ledger.balances(*same)
    sums = _listed((label, f"{held[name]:+}") for name, label in ACCOUNTS)
    return Table.listing(
        Entry,
        entries,
        "day",
        (Text("科目", "Sides"), lambda e: joined([names[e.source], names[e.target]], _TO)),
        (Text("积分", "Points"), lambda entry: f"{ledger.brings(entry):+}"),
        (Text("结余", "Balance"), lambda entry: total[entry.id]),
        "minutes",
        note=_USABLE.format(name=name_of(store, person), left=usable, sums=sums),
    )


_TO = Text.of(" → ")
_USABLE = Text("{name}：可用 {left} 分；{sums}。", "{name}: {left} usable; {sums}.")


@view(of=Redemption, title=Text("取货码", "Code"))
def code(store: Store, redemption: Redemption) -> Table:
    """The pick-up code of a redemption, to be read by a telephone or by eye."""
    if redemption.state != "code_given":
        return Table((), ())
    written = codes.written(redemption.short, redemption.letters)
    note = Text("只能用一次，请勿转发。", "It works once; keep it to yourself.")
    heads = Text("取货码", "Code"), Text("二维码", "QR")
    return Table(heads, [[written, Qr(written)]], note=note)


@view(title=Text("兑换情况", "How redemptions stand"), menu=False)
def redemptions(store: Store) -> Stats:
    """How many wait for a code, wait to be collected, and went; the list has each, by its state."""
    query = Redemption.select(Redemption.state, fn.COUNT(Redemption.id)).group_by(Redemption.state)
    counted = dict(query.tuples())
    return Stats([Stat(each.title, counted.get(each.name, 0)) for each in REDEMPTION.states])
