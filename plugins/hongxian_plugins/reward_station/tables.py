"""What to look at: the shelf, what is low, donors' public account, a person's points, redemptions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from peewee import fn

from hongxian import Reference, Store, Text, local_today, view
from hongxian.shapes import Button, Qr, Stat, Stats, Table
from hongxian.text import joined
from hongxian_plugins.reward_station import codes, ledger
from hongxian_plugins.reward_station.gifts import REDEMPTION, Redemption
from hongxian_plugins.reward_station.goods import (
    CAME,
    KINDS,
    PURPOSES,
    SERVES,
    WHOM,
    Lot,
    Merchant,
    Movement,
    Pledge,
)
from hongxian_plugins.reward_station.points import ACCOUNTS, Account, Entry
from hongxian_plugins.reward_station.setting import Setting
from hongxian_plugins.reward_station.shelf import asked_as, on_shelf

TAKE = "reward_station.take"
"""The action behind the shelf's buttons."""
_PERSON = Reference(
    "roster.person", verbose_name=Text("志愿者", "Person"), help_text=Text("看谁的。", "Whose.")
)
_ALL = Text("只看一种；留空看全部。", "Of one alone; empty for all.")


def _heads(*heads: tuple[str, str]) -> list[Text]:
    return [Text(*each) for each in heads]


def name_of(store: Store, person: str) -> str:
    """A person's name, where a roster is installed and knows them; else the end of their id."""
    roster = store.collections.get("roster.person")
    names = roster.names_of([person]) if roster else {}
    return names.get(person, f"…{person[-6:]}")


# -- goods ---------------------------------------------------------------------------------------


@view(title=Text("货架", "The shelf"), asks={"item": asked_as(Lot.item, null=True, help_text=_ALL)})
def shelf(store: Store, item: str | None = None) -> Table:
    """Every lot that is still there, what expires first on top."""
    query = Lot.select().order_by(Lot.expires.is_null(), Lot.expires, Lot.item)
    lots = [each for each in (query.where(Lot.item == item) if item else query) if on_shelf(each)]
    heads = ("物品", "Item"), ("架上", "Pieces"), ("保质期至", "Expires"), ("提醒", "Note")
    more = ("货架", "Place"), ("用途", "For"), ("取用", "Take out"), ("取多件", "Several")
    rows = [
        (
            each.item,
            on_shelf(each),
            each.expires or "",
            _note(store, each),
            each.place or "",
            dict(PURPOSES)[each.purpose],
            *_takes(store, each),
        )
        for each in lots
    ]
    return Table(_heads(*heads, *more), rows, ids=[each.id for each in lots], of=Lot)


def _takes(store: Store, lot: Lot) -> tuple[Button | str, Button | str]:
    """Two buttons for what may be handed out: one piece at once, or as many as are typed."""
    expired = lot.expires is not None and lot.expires < local_today(store)
    if expired or not SERVES[lot.purpose]:
        return "", ""
    whom = next(each for each, _ in WHOM if each in SERVES[lot.purpose])
    return (
        Button(Text("取 1 件", "Take 1"), TAKE, {"amount": 1, "whom": whom}, lot.id, at_once=True),
        Button(Text("取几件…", "Take…"), TAKE, {"amount": 2, "whom": whom}, lot.id),
    )


def _note(store: Store, lot: Lot) -> Text | str:
    day, near = local_today(store), Setting.now(store).near_expiry_days
    if on_shelf(lot) < 0:
        return Text("账上不够，请盘点", "count it")
    if lot.expires is None:
        return ""
    if lot.expires < day:
        return Text("已过期，请下架", "expired")
    soon = near is not None and lot.expires <= day + timedelta(days=near)
    return Text("临期", "expires soon") if soon else ""


@view(title=Text("低库存", "Low stock"), card=True)
def low_stock(store: Store) -> Table:
    """Items of which fewer are left, over all lots that have not expired, than the rules' line."""
    line, day = Setting.now(store).low_stock, local_today(store)
    there = Counter[str]()
    for lot in Lot.select():
        there[lot.item] += on_shelf(lot) if lot.expires is None or lot.expires >= day else 0
    low = sorted((pieces, item) for item, pieces in there.items() if pieces < (line or 0))
    note = Text("规则里没有填低库存线", "The rules name no line") if line is None else ""
    heads = _heads(("物品", "Item"), ("架上", "Pieces"))
    return Table(heads, [(item, pieces) for pieces, item in low], note=note)


@view(
    title=Text("捐赠公示", "Donors' public account"),
    asks={"merchant": asked_as(Pledge.merchant, null=True, help_text=_ALL)},
)
def public_account(store: Store, merchant: str | None = None) -> Table:
    """What each donor promised and gave, for what, and what became of it: for everyone to read."""
    query = Pledge.select().order_by(Pledge.merchant, Pledge.pledged_on, Pledge.id)
    pledges = list(query.where(Pledge.merchant == merchant) if merchant else query)
    names = dict(Merchant.select(Merchant.id, Merchant.name).tuples())
    moved = _moved(pledges)
    heads = ("商户", "Merchant"), ("物品", "Item"), ("用途", "For"), ("认捐", "Pledged")
    came = ("签收", "Received"), ("接收单号", "Receipt"), ("上架", "Shelved")
    went = ("去向", "Went"), ("现有", "There")
    rows = [
        (
            names.get(each.merchant, "?"),
            each.item,
            dict(PURPOSES)[each.purpose],
            each.amount,
            each.received or 0,
            each.receipt or "",
            moved[each.id]["shelved"],
            _listed((label, moved[each.id][kind]) for kind, label in KINDS if kind != "shelved"),
            sum(n if kind in CAME else -n for kind, n in moved[each.id].items()),
        )
        for each in pledges
    ]
    note = Text("来去都在账上，谁都可以看", "Open to everyone")
    ids = [each.id for each in pledges]
    return Table(_heads(*heads, *came, *went), rows, ids=ids, of=Pledge, note=note)


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


@view(title=Text("积分流水", "A person's points"), asks={"person": _PERSON})
def points(store: Store, person: str) -> Table:
    """A person's ledger: every line has two sides, and all accounts add up to zero."""
    same, names = ledger.same_person(person), dict(ACCOUNTS)
    entries = list(Entry.select().where(Entry.person.in_(same)).order_by(Entry.day, Entry.id))
    rows, total = [], 0
    for each in entries:
        total += ledger.brings(each)
        sides = joined([names[each.source], names[each.target]], Text.of(" → "))
        rows.append((each.day, sides, f"{ledger.brings(each):+}", total, each.minutes or ""))
    usable = sum(int(each.points) for each in Account.select().where(Account.person.in_(same)))
    held = ledger.balances(*same)
    sums = _listed((label, f"{held[name]:+}") for name, label in ACCOUNTS)
    heads = ("日期", "Day"), ("科目", "Sides"), ("积分", "Points"), ("结余", "Balance")
    return Table(
        _heads(*heads, ("分钟", "Minutes")),
        rows,
        ids=[each.id for each in entries],
        of=Entry,
        note=_USABLE.format(name=name_of(store, person), left=usable, sums=sums),
    )


_USABLE = Text("{name}：可用 {left} 分；{sums}。", "{name}: {left} usable; {sums}.")


@view(of=Redemption, title=Text("取货码", "Code"))
def code(store: Store, redemption: Redemption) -> Table:
    """The pick-up code of a redemption, to be read by a telephone or by eye."""
    if redemption.state != "code_given":
        return Table((), ())
    written = codes.written(redemption.short, redemption.letters)
    note = Text("只能用一次，请勿转发。", "It works once; keep it to yourself.")
    return Table(_heads(("取货码", "Code"), ("二维码", "QR")), [[written, Qr(written)]], note=note)


@view(title=Text("兑换情况", "How redemptions stand"))
def redemptions(store: Store) -> Stats:
    """How many wait for a code, wait to be collected, and went; the list has each, by its state."""
    query = Redemption.select(Redemption.state, fn.COUNT(Redemption.id)).group_by(Redemption.state)
    counted = dict(query.tuples())
    return Stats([Stat(each.title, counted.get(each.name, 0)) for each in REDEMPTION.states])
