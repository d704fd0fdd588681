"""What the hub does once it has taken records in: keys for counters, codes, and what they became.

Each step asks only what is so now, and doing it again changes nothing; so a step that was
missed, as while the hub was refilled, is made up with the next record that comes.
"""

from __future__ import annotations

from hongxian import Store, same_id
from hongxian_plugins.reward_station import codes
from hongxian_plugins.reward_station.asking import edit
from hongxian_plugins.reward_station.counter import handover_id
from hongxian_plugins.reward_station.gifts import Handover, Key, Redemption
from hongxian_plugins.reward_station.goods import Merchant
from hongxian_plugins.reward_station.redeeming import refund


def move_on(store: Store) -> None:
    """Bring keys, codes and redemptions up to date; not while the hub is refilled."""
    if store.recovering:
        return
    # In one commit: each write here is told as well, and the next look finds all of them done.
    with store.separately():
        _give_keys(store)
        _give_codes()
        _settle_handovers(store)


def _give_keys(store: Store) -> None:
    """Each open counter's team gets its key; the key of a closed counter is of no laptop."""
    for merchant in Merchant.select():
        key = Key.get_or_none(Key.id == same_id("reward_station.key", merchant.id))
        laptop, team = merchant.counter_laptop, merchant.counter_team
        if key is None and laptop and team:
            Key.create(
                id=same_id("reward_station.key", merchant.id),
                merchant=merchant.id,
                laptop=laptop,
                secret=codes.new_secret(),
                scope=team,
            )
        elif key is not None and key.laptop != (laptop or ""):
            edit(key, laptop=laptop or "", scope=team or key.scope)


def _give_codes() -> None:
    """Each redemption gets its code once its merchant's counter can check it."""
    waiting = Redemption.select().where(Redemption.state == "reserved")
    for redemption in waiting:
        key = Key.get_or_none(Key.merchant == redemption.merchant)
        if key is not None and key.laptop:
            letters = codes.letters_of(
                key.secret, redemption.merchant, redemption.short, redemption.gift
            )
            edit(redemption, letters=letters, state="code_given")


def _settle_handovers(store: Store) -> None:
    """What a counter handed out is collected; what it took back is refunded."""
    out = Redemption.select().where(Redemption.state == "code_given")
    by_handover = {handover_id(each.merchant, each.short): each for each in out}
    for handover in Handover.select().where(Handover.id.in_(list(by_handover))):
        redemption = by_handover[handover.id]
        if handover.kind == "returned":
            refund(store, redemption)
        else:
            edit(redemption, state="collected")
