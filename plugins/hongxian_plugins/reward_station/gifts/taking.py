"""What institutions promise or bring, whoever keeps them, becomes a pledge here, and a gift where it is for rewards.

A gift has no count of its own: its stock is what came of the pledge and was shelved, so one piece is
never in two books. Its price is for people to say, and until they have it is not on offer.
"""

from __future__ import annotations

from hongxian import Store, local_today, takes
from hongxian.contracts import Goods, Offering
from hongxian.records import same_id
from hongxian_plugins.reward_station.gifts.records import Gift
from hongxian_plugins.reward_station.goods.records import PURPOSES, Lot, Merchant, Pledge


@takes(Offering)
def take_offering(store: Store, source: str, offering: Offering | None) -> None:
    """What was agreed for rewards is promised, and a gift once people say for how many points."""
    meant = offering is not None and offering.purpose == "rewards" and offering.pieces
    if offering is None or not meant:
        _let_go(store, source)
        return
    pledge = _promise(store, source, offering.donor, offering.item, offering.pieces, "rewards")
    gift, lot = same_id("reward_station.gift", source), _first_lot(source)
    if pledge is None or Gift.select().where(Gift.id == gift).exists():
        return
    with store.transaction():
        made = {"pledge": pledge, "item": pledge.item, "purpose": "rewards"}
        Lot.get_or_create(id=lot, defaults=made)
        of = {"title": offering.item[:60], "merchant": pledge.merchant, "lot": lot}
        Gift.create(id=gift, price=0, on_offer=False, **of)


@takes(Goods)
def take_goods(store: Store, source: str, goods: Goods | None) -> None:
    """What somebody gave for the shelf is promised until it is received; for rewards it was already."""
    if goods is None:
        _let_go(store, source)
    elif goods.donor and goods.purpose in dict(PURPOSES) and goods.purpose != "rewards":
        _promise(store, source, goods.donor, goods.item, goods.pieces, goods.purpose)


def _promise(
    store: Store, source: str, donor: str, item: str, pieces: int, purpose: str
) -> Pledge | None:
    """The pledge of a source, made once and by whoever comes first; None of who left."""
    id = _pledge_id(source)
    held = Pledge.get_or_none(Pledge.id == id)
    if held is not None and held.state != "withdrawn":
        return held  # type: ignore[no-any-return]
    with store.transaction():
        if held is None:
            merchant = _merchant(donor[:40])
            if merchant.state == "left":
                return None
            Pledge.create(
                id=id,
                merchant=merchant,
                item=item[:40],
                amount=pieces,
                purpose=purpose,
                pledged_on=local_today(store),
            )
        else:
            held.state = "pledged"
            held.save()
    return Pledge.get_by_id(id)  # type: ignore[no-any-return]


def _merchant(name: str) -> Merchant:
    """Who gives it, as it is called in public; a new one where there is none of the name."""
    found: Merchant | None = (
        Merchant.select().where(Merchant.name == name).order_by(Merchant.id).first()
    )
    return found or Merchant.create(id=same_id("reward_station.merchant", name), name=name)


def _let_go(store: Store, source: str) -> None:
    """Nothing comes any more: what did not come is promised no longer, and its gift is off offer."""
    pledge = Pledge.get_or_none(Pledge.id == _pledge_id(source))
    gift = Gift.get_or_none(Gift.id == same_id("reward_station.gift", source), Gift.on_offer)
    with store.transaction():
        if pledge is not None and pledge.state == "pledged":
            pledge.state = "withdrawn"
            pledge.save()
        if gift is not None:
            gift.on_offer = False
            gift.save()


def _pledge_id(source: str) -> str:
    return same_id("reward_station.pledge", source)


def _first_lot(source: str) -> str:
    """The lot into which a pledge is shelved where its goods keep (`shelf.shelve`)."""
    return same_id("reward_station.lot", _pledge_id(source), str(None))
