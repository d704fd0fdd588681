"""What the hub does once it has taken records in: counters and their keys, codes, and what they became.

Each step asks only what is so now, and doing it again changes nothing; so a step that was
missed, as while the hub was refilled, is made up with the next record that comes.
"""

from __future__ import annotations

from hongxian import Store
from hongxian.records import same_id
from hongxian_plugins.reward_station import codes
from hongxian_plugins.reward_station.asking import edit
from hongxian_plugins.reward_station.counter import handover_id, is_in_use
from hongxian_plugins.reward_station.gifts import Counter, Handover, Key, Redemption
from hongxian_plugins.reward_station.goods import Merchant
from hongxian_plugins.reward_station.redeeming import refund


def move_on(store: Store) -> None:
    """Bring keys, codes and redemptions up to date; not while the hub is refilled."""
    if store.recovering:
        return
    # In one commit: each write here is told as well, and the next look finds all of them done.
    with store.separately():
        _settle_counters()
        _give_codes()
        _settle_handovers(store)


def _settle_counters() -> None:
    """Each open counter has a key of its own, which its team gets; that of a closed one is gone."""
    opened: dict[str, Counter] = {}
    for counter in Counter.select().where(Counter.state == "open"):
        if is_in_use(counter.laptop):
            opened[counter.merchant] = counter
        else:
            edit(counter, state="closed")
    for merchant in Merchant.select():
        held = opened.get(merchant.id)
        laptop, team = (held.laptop, held.scope) if held else (None, None)
        if (merchant.counter_laptop, merchant.counter_team) != (laptop, team):
            edit(merchant, counter_laptop=laptop, counter_team=team)
    keys = {_key_id(counter): counter for counter in opened.values()}
    known = {key.id for key in Key.select()}
    for id in sorted(known - keys.keys()):
        Key.delete().where(Key.id == id).execute()
    for id, counter in keys.items():
        if id not in known:
            Key.create(
                id=id,
                merchant=counter.merchant,
                laptop=counter.laptop,
                secret=codes.new_secret(),
                scope=counter.scope,
            )


def _key_id(counter: Counter) -> str:
    return same_id("reward_station.key", counter.id)


def _give_codes() -> None:
    """Each redemption has a code that its merchant's counter can check: another for each opening."""
    secrets = {key.merchant: key.secret for key in Key.select()}
    for redemption in Redemption.select().where(Redemption.state.in_(["reserved", "code_given"])):
        secret = secrets.get(redemption.merchant)
        if secret is not None:
            letters = codes.letters_of(
                secret, redemption.merchant, redemption.short, redemption.gift
            )
            if letters != redemption.letters:
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
