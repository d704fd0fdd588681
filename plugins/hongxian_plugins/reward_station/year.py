"""Goods and gifts of a year, in numbers: what came from whom, what went to whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

from hongxian import Store, Text
from hongxian.shapes import Table
from hongxian.yearly import Figure, yearly
from hongxian_plugins.reward_station.gifts import Gift, Redemption
from hongxian_plugins.reward_station.goods import WHOM, Lot, Movement, Pledge

_PIECES = Text("件", "pieces")


@yearly(title=Text("红房子驿站", "Reward station"))
def goods(store: Store, year: int) -> Iterator[Figure]:
    """Pieces received and taken, written off, and gifts that were collected."""
    begins, ends = datetime(year, 1, 1), datetime(year, 12, 31, 23, 59, 59)
    came = Counter[tuple[str, str]]()
    for each in Pledge.select().where(
        Pledge.received_on.between(date(year, 1, 1), date(year, 12, 31)),
        Pledge.received.is_null(False),
    ):
        came[each.merchant, each.item] += each.received
    went, to = Counter[str](), Counter[str]()
    lost = 0
    for each in Movement.select().where(Movement.at.between(begins, ends)):
        if each.kind == "taken":
            went[each.lot] += each.amount
            to[each.whom or ""] += each.amount
        elif each.kind == "written_off":
            lost += each.amount
    gifts = Counter(
        each.gift
        for each in Redemption.select().where(
            Redemption.at.between(begins, ends), Redemption.state == "collected"
        )
    )
    yield Figure(Text("收到", "Received"), came.total(), _PIECES, lambda: _by_merchant(store, came))
    yield Figure(
        Text("取用", "Taken"),
        went.total(),
        _PIECES,
        lambda: Table(
            [Movement.whom.verbose_name, _PIECES],
            [[label, to[whom]] for whom, label in WHOM if to[whom]],
        ),
    )
    yield Figure(
        Text("取用（按物品）", "Taken, by item"), went.total(), _PIECES, lambda: _by_item(went)
    )
    yield Figure(Text("到期下架", "Written off"), lost, _PIECES)
    yield Figure(
        Text("兑换领走", "Gifts collected"),
        gifts.total(),
        Text("份", "gifts"),
        lambda: Table(
            [Gift.title.verbose_name, Text("份", "Gifts")],
            [
                [each.title, gifts[each.id]]
                for each in Gift.select().where(Gift.id.in_(list(gifts))).order_by(Gift.title)
            ],
        ),
    )


def _by_merchant(store: Store, came: Counter[tuple[str, str]]) -> Table:
    names = store.names_of("reward_station.merchant", [merchant for merchant, _ in came])
    rows = [[names.get(merchant, "…"), item, n] for (merchant, item), n in came.items()]
    return Table(
        [Pledge.merchant.verbose_name, Pledge.item.verbose_name, _PIECES],
        sorted(rows, key=lambda row: (str(row[0]), str(row[1]))),
    )


def _by_item(went: Counter[str]) -> Table:
    items = Counter[str]()
    for lot in Lot.select(Lot.id, Lot.item).where(Lot.id.in_(list(went))):
        items[lot.item] += went[lot.id]
    return Table([Lot.item.verbose_name, _PIECES], [[each, items[each]] for each in sorted(items)])
