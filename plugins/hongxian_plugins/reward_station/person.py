"""What stands on a person's page of their points, and redeeming from there."""

from __future__ import annotations

from hongxian import Record, Store, Text, action, view
from hongxian.shapes import Stat, Stats
from hongxian_plugins.reward_station import ledger
from hongxian_plugins.reward_station.gifts import Gift, Redemption
from hongxian_plugins.reward_station.redeeming import redeem

_PERSON = "roster.person"


@view(of=_PERSON, title=Text("积分", "Points"))
def usable(store: Store, person: Record) -> Stats:
    """What they may spend."""
    points = ledger.usable_by(person.id)
    return Stats([Stat(Text("可用积分", "Points"), points)] if points else [])


@action(
    of=_PERSON,
    title=Text("兑换", "Redeem"),
    usual=True,
    icon="gift",
    when=lambda person: ledger.usable_by(person.id) > 0,
    asks={"gift": Redemption.gift},
)
def redeem_for(store: Store, person: Record, gift: str) -> Text:
    """Hold one piece of a gift and its points for them."""
    return redeem(store, Gift.get_by_id(gift), person.id)
