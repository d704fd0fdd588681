"""What the hub does once it has taken records in: counters and their keys, codes, and what they became.

Each step asks only what is so now, and doing it again changes nothing; so a step that was
missed, as while the hub was refilled, is made up with the next record that comes.
"""

from __future__ import annotations

from hongxian import Store, every
from hongxian.records import Device, Phone, same_id
from hongxian_plugins.reward_station import codes
from hongxian_plugins.reward_station.gifts.counter import handover_id
from hongxian_plugins.reward_station.gifts.records import (
    ON_PHONES,
    Counter,
    Handover,
    Key,
    Redemption,
)
from hongxian_plugins.reward_station.gifts.redeeming import refund
from hongxian_plugins.reward_station.goods.records import Merchant


@every(hours=1, on="hub")  # what was missed as the records came
def move_on(store: Store) -> None:
    """Bring keys, codes and redemptions up to date; not while the hub is refilled."""
    if store.recovering:
        return
    # In one commit: each write here is told as well, and the next look finds all of them done.
    with store.separately():
        _settle_counters()
        _give_codes()
        _settle_handovers()


def _settle_counters() -> None:
    """Each open counter has a key of its own, which its team gets; that of a closed one is gone."""
    in_use = Device.select(Device.laptop).where(~Device.revoked)
    with_phone = Phone.select(Phone.record).where(
        Phone.of == Merchant._meta.collection, ~Phone.ended
    )
    on_phones = Counter.laptop == ON_PHONES
    lost = (on_phones & Counter.merchant.not_in(with_phone)) | (
        ~on_phones & Counter.laptop.not_in(in_use)
    )
    for counter in list(Counter.select().where(Counter.state == "open", lost)):
        counter.state = "closed"
        counter.save()
    opened = {each.merchant: each for each in Counter.select().where(Counter.state == "open")}
    for merchant in list(Merchant.select()):
        held = opened.get(merchant.id)
        team = held.scope if held and held.laptop != ON_PHONES else None
        now = (held.laptop if held else None, team)
        if (merchant.counter_laptop, merchant.counter_team) != now:
            merchant.counter_laptop, merchant.counter_team = now
            merchant.save()
    keys = {same_id("reward_station.key", each.id): each for each in opened.values()}
    known = {key.id for key in Key.select()}
    if known - keys.keys():
        Key.delete().where(Key.id.not_in(list(keys))).execute()
    for id in keys.keys() - known:
        of = {"merchant": keys[id].merchant, "laptop": keys[id].laptop, "scope": keys[id].scope}
        Key.create(id=id, secret=codes.new_secret(), **of)


def _give_codes() -> None:
    """Each redemption has a code that its merchant's counter can check: another for each opening."""
    secrets = {key.merchant: key.secret for key in Key.select()}
    waiting = Redemption.select().where(
        Redemption.state.in_(("reserved", "code_given")), Redemption.merchant.in_(list(secrets))
    )
    for each in list(waiting):
        secret = secrets[each.merchant]
        letters = codes.letters_of(secret, each.merchant, each.short, each.gift)
        if letters != each.letters:
            each.letters, each.state = letters, "code_given"
            each.save()


def _settle_handovers() -> None:
    """What a counter handed out is collected; what it took back is refunded."""
    out = Redemption.select().where(Redemption.state == "code_given")
    by_handover = {handover_id(each.merchant, each.short): each for each in out}
    for handover in list(Handover.select().where(Handover.id.in_(list(by_handover)))):
        redemption = by_handover[handover.id]
        if handover.kind == "returned":
            refund(redemption)
        redemption.state = "reversed" if handover.kind == "returned" else "collected"
        redemption.save()
