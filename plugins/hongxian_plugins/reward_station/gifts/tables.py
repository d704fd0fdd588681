"""What to look at of the redemptions: how all stand."""

from __future__ import annotations

from peewee import fn

from hongxian import Store, Text, view
from hongxian.shapes import Stat, Stats
from hongxian_plugins.reward_station.gifts.records import REDEMPTION, Redemption


@view(title=Text("兑换情况", "How redemptions stand"), menu=False)
def redemptions(store: Store) -> Stats:
    """How many wait for a code, wait to be collected, and went; the list has each, by its state."""
    query = Redemption.select(Redemption.state, fn.COUNT(Redemption.id)).group_by(Redemption.state)
    counted = dict(query.tuples())
    return Stats([Stat(each.title, counted.get(each.name, 0)) for each in REDEMPTION.states])
