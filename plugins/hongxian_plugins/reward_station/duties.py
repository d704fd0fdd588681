"""What the station has to do by a day, and what it does by itself from time to time."""

from __future__ import annotations

from collections.abc import Iterator

from hongxian import Due, Store, Text, every, reminder
from hongxian_plugins.reward_station import earning
from hongxian_plugins.reward_station.at_hub import move_on
from hongxian_plugins.reward_station.goods import Lot
from hongxian_plugins.reward_station.shelf import on_shelf


@reminder(ahead=7)
def lots_that_expire(store: Store) -> Iterator[Due]:
    """The last day of each lot of which any is left: hand it out before, take it off the shelf after."""
    for lot in Lot.select().where(Lot.expires.is_null(False)):
        if on_shelf(lot) > 0:
            title = Text("{item} 到期", "{item} expires").format(item=lot.item)
            yield Due(lot.expires, title, lot)


@every(hours=24, on="laptop")
def expire_old_points(store: Store) -> None:
    """Points that are too old expire, on the laptop that holds the rights to them."""
    earning.expire(store)


@every(hours=1, on="hub")
def make_up_what_was_missed(store: Store) -> None:
    """Keys, codes and redemptions are brought up to date as records come; and what was missed then."""
    move_on(store)
