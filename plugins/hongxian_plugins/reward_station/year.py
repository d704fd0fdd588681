"""Goods and gifts of a year, in numbers: what came and what went, and to whom. Who gave it the public account tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

from hongxian import Store, Text
from hongxian.shapes import Table
from hongxian.yearly import Figure, yearly
from hongxian_plugins.reward_station.gifts.records import Gift, Redemption
from hongxian_plugins.reward_station.goods.records import WHOM, Lot, Movement, Pledge

_PIECES = Text("件", "pieces")


@yearly(title=Text("红房子驿站", "Reward station"))
def goods(store: Store, year: int) -> Iterator[Figure]:
    """Pieces received and taken, written off, and gifts that were collected."""
    begins, ends = datetime(year, 1, 1), datetime(year, 12, 31, 23, 59, 59)
    came = Counter[str]()
    for each in Pledge.select().where(
        Pledge.received_on.between(date(year, 1, 1), date(year, 12, 31)),
        Pledge.received.is_null(False),
    ):
        came[each.item] += each.received
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
    yield Figure.tallied(Text("收到", "Received"), _PIECES, came, Pledge.item.verbose_name)
    yield Figure.tallied(Text("取用", "Taken"), _PIECES, to, Movement.whom.verbose_name, dict(WHOM))
    yield Figure(
        Text("取用（按物品）", "Taken, by item"), went.total(), _PIECES, lambda: _by_item(went)
    )
    yield Figure(Text("到期下架", "Written off"), lost, _PIECES)
    found = Gift.select().where(Gift.id.in_(list(gifts))).order_by(Gift.title)
    yield Figure.tallied(
        Text("兑换领走", "Gifts collected"),
        Text("份", "gifts"),
        gifts,
        Gift.title.verbose_name,
        {each.id: each.title for each in found},
    )


def _by_item(went: Counter[str]) -> Table:
    items = Counter[str]()
    for lot in Lot.select(Lot.id, Lot.item).where(Lot.id.in_(list(went))):
        items[lot.item] += went[lot.id]
    return Table([Lot.item.verbose_name, _PIECES], [[each, items[each]] for each in sorted(items)])
