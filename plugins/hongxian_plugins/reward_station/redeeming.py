"""Redeeming: a gift and its points are held together, offline, and given back together.

A laptop reserves; the hub, when it has taken that in, gives the code. So nobody holds a code for
something that another laptop had promised already.
"""

from __future__ import annotations

from hongxian import Reference, Refused, Store, Text, action, local_now, local_today
from hongxian.quotas import give_back
from hongxian.records import COMMUNITY, new_id
from hongxian_plugins.reward_station import ledger
from hongxian_plugins.reward_station.asking import (
    edit,
    found,
    hold,
    is_in,
    name_of,
    refuse,
)
from hongxian_plugins.reward_station.codes import short_code
from hongxian_plugins.reward_station.gifts import Gift, Redemption
from hongxian_plugins.reward_station.goods import Lot, Merchant
from hongxian_plugins.reward_station.shelf import move


@action(
    of=Gift,
    title=Text("兑换", "Redeem"),
    when=lambda gift: gift.on_offer,
    asks={
        "person": Reference(
            "roster.person",
            verbose_name=Text("志愿者", "Person"),
            help_text=Text("谁来换。", "Who redeems."),
        )
    },
)
def redeem(store: Store, gift: Gift, person: str) -> Text:
    """Hold one piece of a gift and its points for a person."""
    lot = found(Lot, gift.lot)
    _refuse_what_is_not_on_offer(store, gift, lot)
    redemption = new_id()
    with store.transaction():
        Redemption.create(
            id=redemption,
            gift=gift.id,
            merchant=gift.merchant,
            person=person,
            price=gift.price,
            short=short_code(redemption),
            at=local_now(store),
            scope=COMMUNITY,
        )
        hold(lot, "stock", 1)
        move(store, lot, "redeemed", 1, redemption=redemption)
        ledger.book_spent(store, person, gift.price, local_today(store), redemption)
    return Text(
        "已为 {name} 预留 {title}，联网后发取货码。",
        "{title} is reserved for {name}; the code comes with the next sync.",
    ).format(name=name_of(store, person), title=gift.title)


def _refuse_what_is_not_on_offer(store: Store, gift: Gift, lot: Lot) -> None:
    if not gift.on_offer:
        raise refuse(
            "{title} 已下架，不能兑换。", "{title} is no longer on offer.", title=gift.title
        )
    if lot.expires is not None and lot.expires < local_today(store):
        raise refuse(
            "{title} 这一批已于 {expires} 过期，不能兑换。",
            "This lot of {title} expired on {expires}; it cannot be redeemed.",
            title=gift.title,
            expires=lot.expires,
        )
    merchant = found(Merchant, gift.merchant)
    refuse_if_left(merchant)
    if merchant.counter_laptop is None:
        raise refuse(
            "{name} 还没有核销电脑，不能兑换。请先在商户的电脑上开柜台。",
            "{name} has no counter yet: open one on the merchant's laptop first.",
            name=merchant.name,
        )


def refuse_if_left(merchant: Merchant) -> None:
    """Raise `Refused` for a merchant who takes part no more."""
    if merchant.state == "left":
        raise refuse(
            "{name} 已退出，不再收捐赠、不再兑换。",
            "{name} has left and takes no more pledges or redemptions.",
            name=merchant.name,
        )


CODE_IS_OUT = Text(
    "取货码已发出，只能在商户柜台退还；柜台刚关的，请先联网再办。",
    "Its code is out: only the merchant's counter takes it back; if that was just closed, sync first.",
)


@action(of=Redemption, title=Text("取消兑换", "Cancel"), when=is_in("reserved", "code_given"))
def cancel(store: Store, redemption: Redemption) -> Text:
    """Give a redemption back before its code is out; then only the counter takes it back."""
    has_counter = found(Merchant, redemption.merchant).counter_laptop is not None
    if redemption.state == "code_given" and has_counter:
        raise Refused(CODE_IS_OUT)
    refund(store, redemption)
    return Text(
        f"已取消，退回 {redemption.price} 分和 1 件库存",
        f"Cancelled: {redemption.price} points and one piece are back",
    )


def refund(store: Store, redemption: Redemption) -> None:
    """Mark a redemption reversed, and give back its points and its piece, together."""
    with store.transaction():
        edit(redemption, state="reversed")
        gift = Gift.with_deleted().where(Gift.id == redemption.gift).get()
        lot = found(Lot, gift.lot)
        give_back(lot, "stock", 1)
        move(store, lot, "returned", 1, redemption=redemption.id)
        ledger.book_returned(
            store, redemption.person, redemption.price, local_today(store), redemption.id
        )
