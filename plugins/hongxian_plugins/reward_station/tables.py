"""Tables to look at: the shelf, what is low, donors' public account, a person's points, the counter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from peewee import CharField

from hongxian import Reference, Store, Text, local_today, view
from hongxian.shapes import Button, Qr, Table
from hongxian.text import joined
from hongxian_plugins.reward_station import codes, ledger
from hongxian_plugins.reward_station.asking import name_of
from hongxian_plugins.reward_station.gifts import STATES, Gift, Redemption
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
from hongxian_plugins.reward_station.shelf import on_shelf

TAKE = "reward_station.take"
"""The action behind the shelf's buttons."""
_PERSON = Reference(
    "roster.person", verbose_name=Text("志愿者", "Person"), help_text=Text("看谁的。", "Whose.")
)
_MERCHANT = Reference(
    "reward_station.merchant",
    verbose_name=Text("商户", "Merchant"),
    null=True,
    help_text=Text("只看一家；留空看全部。", "Of one merchant; empty for all."),
)


def _asked(verbose_name: Text, help_text: Text, **options: object) -> CharField:
    return CharField(verbose_name=verbose_name, help_text=help_text, null=True, **options)


@view(
    title=Text("货架", "The shelf"),
    asks={
        "item": _asked(
            Text("物品", "Item"),
            Text("只看一种；留空看全部。", "One item; empty for all."),
            max_length=40,
        )
    },
)
def shelf(store: Store, item: str | None = None) -> Table:
    """Every lot that is still there, what expires first on top."""
    query = Lot.select().order_by(Lot.expires.is_null(), Lot.expires, Lot.item)
    lots = [each for each in (query.where(Lot.item == item) if item else query) if on_shelf(each)]
    return Table(
        headers=(
            Text("物品", "Item"),
            Text("架上", "Pieces"),
            Text("保质期至", "Expires"),
            Text("提醒", "Note"),
            Text("货架", "Place"),
            Text("用途", "For"),
            Text("取用", "Take out"),
            Text("取多件", "Several"),
        ),
        rows=[
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
        ],
        ids=[each.id for each in lots],
        of=Lot,
    )


def _takes(store: Store, lot: Lot) -> tuple[Button | str, Button | str]:
    """Two buttons for what may be handed out: one piece at once, or as many as are typed."""
    expired = lot.expires is not None and lot.expires < local_today(store)
    if expired or lot.purpose == "rewards":
        return "", ""
    whom = next(each for each, _ in WHOM if each in SERVES[lot.purpose])
    return (
        Button(Text("取 1 件", "Take 1"), TAKE, {"amount": 1, "whom": whom}, lot.id, at_once=True),
        Button(Text("取几件…", "Take…"), TAKE, {"amount": 2, "whom": whom}, lot.id),
    )


@view(of=Redemption, title=Text("取货码", "Code"))
def code(store: Store, redemption: Redemption) -> Table:
    """The pick-up code of a redemption, to be read by a telephone or by eye."""
    if redemption.state != "code_given":
        return Table((), ())
    written = codes.written(redemption.short, redemption.letters)
    return Table(
        headers=[Text("取货码", "Code"), Text("二维码", "QR")],
        rows=[[written, Qr(written)]],
        note=Text("只能用一次，请勿转发。", "It works once; keep it to yourself."),
    )


def _note(store: Store, lot: Lot) -> Text | str:
    day = local_today(store)
    if on_shelf(lot) < 0:
        return Text("账上不够，请盘点", "count it")
    if lot.expires is None:
        return ""
    if lot.expires < day:
        return Text("已过期，请下架", "expired")
    near = Setting.now(store).near_expiry_days
    return (
        Text("临期", "expires soon")
        if near is not None and lot.expires <= day + timedelta(days=int(near))
        else ""
    )


@view(title=Text("低库存", "Low stock"), card=True)
def low_stock(store: Store) -> Table:
    """Items of which fewer are left, over all lots that have not expired, than the rules' line."""
    line, day = Setting.now(store).low_stock, local_today(store)
    there: dict[str, int] = defaultdict(int)
    for lot in Lot.select():
        there[lot.item] += on_shelf(lot) if lot.expires is None or lot.expires >= day else 0
    low = sorted((pieces, item) for item, pieces in there.items() if pieces < (line or 0))
    note = Text("规则里没有填低库存线", "The rules name no line") if line is None else ""
    return Table(
        (Text("物品", "Item"), Text("架上", "Pieces")),
        [(item, pieces) for pieces, item in low],
        note=note,
    )


@view(title=Text("捐赠公示", "Donors' public account"), asks={"merchant": _MERCHANT})
def public_account(store: Store, merchant: str | None = None) -> Table:
    """What each donor promised and gave, for what, and what became of it: for everyone to read."""
    names = dict(Merchant.with_deleted(Merchant.id, Merchant.name).tuples())
    query = Pledge.select().order_by(Pledge.merchant, Pledge.pledged_on, Pledge.id)
    pledges = list(query.where(Pledge.merchant == merchant) if merchant else query)
    moved = _moved(pledges)
    return Table(
        headers=(
            Text("商户", "Merchant"),
            Text("物品", "Item"),
            Text("用途", "For"),
            Text("认捐", "Pledged"),
            Text("签收", "Received"),
            Text("收据号", "Receipt"),
            Text("上架", "Shelved"),
            Text("去向", "Went"),
            Text("现有", "There"),
        ),
        rows=[
            (
                names.get(each.merchant, "?"),
                each.item,
                dict(PURPOSES)[each.purpose],
                each.amount,
                each.received or 0,
                each.receipt or "",
                moved[each.id].get("shelved", 0),
                _went(moved[each.id]),
                sum(n if kind in CAME else -n for kind, n in moved[each.id].items()),
            )
            for each in pledges
        ],
        ids=[each.id for each in pledges],
        of=Pledge,
        note=Text("来去都在账上，谁都可以看", "Open to everyone"),
    )


def _moved(pledges: Iterable[Pledge]) -> dict[str, dict[str, int]]:
    """Pieces by pledge and kind of movement."""
    moved: dict[str, dict[str, int]] = {each.id: defaultdict(int) for each in pledges}
    query = (
        Movement.select(Movement.kind, Movement.amount, Lot.pledge)
        .join(Lot, on=(Movement.lot == Lot.id))
        .where(Lot.pledge.in_(list(moved)))
    )
    for kind, amount, pledge in query.tuples():
        moved[pledge][kind] += amount
    return moved


def _went(moved: dict[str, int]) -> Text:
    return _listed(
        (label, moved[kind]) for kind, label in KINDS if kind != "shelved" and moved.get(kind)
    )


def _listed(counted: Iterable[tuple[Text, int | str]]) -> Text:
    """Labels with their numbers, one after the other."""
    one = Text.of("{label} {number}")
    return Text.of("{all}").format(
        all=[one.format(label=label, number=number) for label, number in counted]
    )


@view(title=Text("积分流水", "A person's points"), asks={"person": _PERSON})
def points(store: Store, person: str) -> Table:
    """A person's ledger: every line has two sides, and all accounts add up to zero."""
    same = ledger.same_person(person)
    held = ledger.balances(*same)
    entries = list(Entry.select().where(Entry.person.in_(same)).order_by(Entry.day, Entry.id))
    rows, total, names = [], 0, dict(ACCOUNTS)
    for each in entries:
        change = each.points if each.target == "person" else -each.points
        total += change
        sides = joined([names[each.source], names[each.target]], Text.of(" → "))
        rows.append((each.day, sides, f"{change:+}", total, each.minutes or ""))
    left = sum(int(each.points.left) for each in Account.select().where(Account.person.in_(same)))
    sums = _listed((label, f"{held[name]:+}") for name, label in ACCOUNTS)
    return Table(
        headers=(
            Text("日期", "Day"),
            Text("科目", "Sides"),
            Text("积分", "Points"),
            Text("结余", "Balance"),
            Text("分钟", "Minutes"),
        ),
        rows=rows,
        ids=[each.id for each in entries],
        of=Entry,
        note=_USABLE.format(name=name_of(store, person), left=left, sums=sums),
    )


_USABLE = Text("{name}：可用 {left} 分；{sums}。", "{name}: {left} usable; {sums}.")


@view(
    title=Text("兑换情况", "How redemptions stand"),
    asks={
        "state": _asked(
            Text("状态", "State"),
            Text("只看一种；留空看全部。", "One state; empty for all."),
            max_length=10,
            choices=STATES,
        )
    },
)
def redemptions(store: Store, state: str | None = None) -> Table:
    """Redemptions, those that wait first."""
    order = [name for name, _ in STATES]
    query = Redemption.select().order_by(Redemption.at, Redemption.id)
    shown = sorted(
        query.where(Redemption.state == state) if state else query,
        key=lambda each: order.index(each.state),
    )
    gifts = dict(Gift.with_deleted(Gift.id, Gift.title).tuples())
    shops = dict(Merchant.with_deleted(Merchant.id, Merchant.name).tuples())
    return Table(
        headers=(
            Text("时刻", "At"),
            Text("礼品", "Gift"),
            Text("商户", "Merchant"),
            Text("志愿者", "Person"),
            Text("积分", "Points"),
            Text("状态", "State"),
        ),
        rows=[
            (
                each.at,
                gifts.get(each.gift, "?"),
                shops.get(each.merchant, "?"),
                name_of(store, each.person),
                each.price,
                dict(STATES)[each.state],
            )
            for each in shown
        ],
        ids=[each.id for each in shown],
        of=Redemption,
    )
