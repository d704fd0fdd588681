"""Reward station: donated goods on a shelf, points for service, gifts for points."""

from __future__ import annotations

from hongxian import Record, Store, Text, hookimpl
from hongxian_plugins.reward_station.gifts.at_hub import move_on
from hongxian_plugins.reward_station.gifts.records import Counter, Gift, Handover, Key, Redemption
from hongxian_plugins.reward_station.goods.records import Lot, Merchant, Movement, Pledge
from hongxian_plugins.reward_station.points.records import Account, Day, Entry
from hongxian_plugins.reward_station.setting import Setting

title = Text("红房子驿站", "Reward station")
icon = "house-heart"
_GOODS = (Merchant, Pledge, Lot, Movement)
_POINTS = (Setting, Account, Day, Entry)
_GIFTS = (Gift, Redemption, Counter, Key, Handover)
_MOVE_THE_HUB = {"hongxian.device", "hongxian.phone"} | {
    f"reward_station.{name}" for name in ("merchant", "counter", "redemption", "handover")
}
"""What moves the hub on; of the directory, that a counter's laptop was revoked or its phones ended."""


@hookimpl
def hongxian_collections() -> list[type[Record]]:
    return [*_GOODS, *_POINTS, *_GIFTS]


@hookimpl
def hongxian_record_was_stored(store: Store, collection: str) -> None:
    if store.kind == "hub" and collection in _MOVE_THE_HUB:  # which alone hands out keys and codes
        move_on(store)


@hookimpl(trylast=True)  # the people come first, and the roster makes them
def hongxian_demo_was_asked(store: Store, seed: int) -> None:
    from hongxian_plugins.reward_station.demo import fill

    fill(store, seed)
