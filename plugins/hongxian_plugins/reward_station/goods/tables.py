"""What to look at of the goods: what is low, what waits, the count, and the donors' public account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from operator import attrgetter

from peewee import fn

from hongxian import Store, Text, Viewer, view
from hongxian.records import asked_as
from hongxian.shapes import Button, Cells, Grid, GridRow, Print, Table
from hongxian_plugins.reward_station.goods.records import CAME, KINDS, Lot, Movement, Pledge
from hongxian_plugins.reward_station.goods.shelf import left_by_item, on_shelf
from hongxian_plugins.reward_station.setting import Setting

_ALL = Text("只看一种；留空看全部。", "Of one alone; empty for all.")


@view(title=Text("低库存", "Low stock"), card=True, menu=False)
def low_stock(store: Store) -> Table:
    """Items of which fewer are left, over all lots that have not expired, than the rules' line."""
    line, there = Setting.now(store).low_stock, left_by_item(Lot.select())
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
    return listed((label, moved[kind]) for kind, label in KINDS if kind != "shelved")


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


def listed(counted: Iterable[tuple[Text, int | str]]) -> Text:
    """Labels with their numbers, those of none left out, one after the other."""
    one = Text.of("{label} {number}")
    return Text.of("{all}").format(
        all=[one.format(label=label, number=n) for label, n in counted if n]
    )


@view(title=Text("盘点", "Count the shelf"))
def counting(store: Store, viewer: Viewer) -> Grid:
    """A row for each lot of which any should be there; a number typed is a count of it."""
    lots = [each for each in Lot.select() if on_shelf(each) > 0]
    return Grid(
        of=Lot,
        title=Text("物品", "Goods"),
        columns=[
            Cells("place", typed=False),
            Cells("expires", typed=False),
            Cells("counted", Text("实有", "Counted")),
        ],
        rows=[
            GridRow(
                each.item, each.id, given={"reason": viewer.name}, hints={"counted": on_shelf(each)}
            )
            for each in lots
        ],
        by_name=True,
        action="reward_station.count",
        note=Text(
            "灰色是账上的数，与账上不符的会调整。",
            "In grey what the books say; what differs adjusts them.",
        ),
        presses=[Print(Text("盘点表", "Stock-take"), "reward_station.stock_take")],
    )
