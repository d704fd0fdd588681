"""Redeeming: a gift and its points are held together, offline, and given back together.

A laptop reserves; the hub, when it has taken that in, gives the code, which follows at once on what a phone
redeems there. So nobody holds a code for something that another laptop had promised already.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from hongxian import Record, Reference, Refused, Store, Text, Viewer, action, local_now, step
from hongxian.quotas import give_back
from hongxian.records import new_id, present_store
from hongxian_plugins.reward_station.codes import short_code
from hongxian_plugins.reward_station.gifts.records import ON_PHONES, Gift, Redemption
from hongxian_plugins.reward_station.goods.records import Lot, Merchant, Movement
from hongxian_plugins.reward_station.points import ledger
from hongxian_plugins.reward_station.reach import hold
from hongxian_plugins.reward_station.setting import Setting

CODE_IS_OUT = Text(
    "取货码已发出，只能在商户柜台退还；柜台刚关的，请先联网再办。",
    "Its code is out: only the merchant's counter takes it back; if that was just closed, sync first.",
)
_PERSON = Reference(
    "roster.person",
    verbose_name=Text("志愿者", "Person"),
    help_text=Text("谁来换。", "Who redeems."),
)


@action(
    of=Gift, title=Text("兑换", "Redeem"), when=lambda gift: gift.on_offer, asks={"person": _PERSON}
)
def redeem(store: Store, gift: Gift, person: str) -> Text:
    """Hold one piece of a gift and its points for a person; what may not be redeemed `rules.py` says."""
    reserve(store, gift, person)
    return Text(
        "已预留 {title}，联网后发取货码。",
        "{title} is reserved; the code comes with the next sync.",
    ).format(title=gift.title)


def reserve(store: Store, gift: Gift, person: str) -> str:
    """The same, told by the id of the redemption."""
    merchant, lot, redemption = Merchant.get_by_id(gift.merchant), Lot.get_by_id(gift.lot), new_id()
    refuse_if_left(merchant)
    if not gift.on_offer:
        raise Refused("{title} 不在兑换。", "{title} is not on offer.", title=gift.title)
    if merchant.counter_laptop is None:
        raise Refused(
            "{name} 还没有核销电脑，也没有开手机核销，不能兑换。请先在商户的电脑上开柜台，或请商户在手机上开通。",
            "{name} has no counter yet: open one on the merchant's laptop, or on the merchant's phone, first.",
            name=merchant.name,
        )
    same = Redemption.person.in_(ledger.same_person(person))
    refuse_if_too_often(local_now(store), Redemption.select().where(same), Setting.now(store))
    with store.transaction():
        Redemption.create(
            id=redemption,
            gift=gift,
            merchant=merchant,
            person=person,
            price=gift.price,
            short=short_code(redemption),
        )
        hold(lot, "stock", 1)
        Movement.create(lot=lot, kind="redeemed", amount=1, redemption=redemption)
        ledger.book_spent(person, gift.price, redemption)
    return redemption


@action(
    of="roster.person",
    title=Text("兑换", "Redeem"),
    usual=True,
    icon="gift",
    when=lambda person: ledger.usable_by(person.id) > 0,
    asks=[Redemption.gift],
)
def redeem_for(store: Store, person: Record, gift: str) -> Text:
    """Hold one piece of a gift and its points for them."""
    return redeem(store, Gift.get_by_id(gift), person.id)


def refuse_if_too_often(at: datetime, made: Iterable[Redemption], setting: Setting) -> None:
    """Raise `Refused` where the town's rule leaves no redemption in a quarter beside those that were made."""
    most, quarter = setting.quarterly_redemptions, _quarter(at)
    count = sum(each.state != "reversed" and _quarter(each.at) == quarter for each in made)
    if most is not None and count >= most:
        raise Refused(
            "按规则每人每季最多换 {most} 次，本季度已满。",
            "By the rules one person redeems {most} a quarter at most, and this quarter has them.",
            most=most,
        )


def _quarter(at: datetime) -> tuple[int, int]:
    return at.year, (at.month - 1) // 3


def refuse_if_left(merchant: Merchant) -> None:
    """Raise `Refused` for a merchant who takes part no more."""
    if merchant.state == "left":
        raise Refused(
            "{name} 已退出，不再收捐赠、不再兑换。",
            "{name} has left and takes no more pledges or redemptions.",
            name=merchant.name,
        )


def goes_back(merchant: Merchant, setting: Setting) -> bool:
    """Whether a code that is out can be given back elsewhere than at the counter.

    Where it is on phones the hub knows what was handed out; of a laptop's it may not have heard.
    """
    by_rules = setting.codes_go_back and merchant.counter_laptop == ON_PHONES
    return merchant.counter_laptop is None or by_rules


def _is_mine_to_give_back(redemption: Redemption, viewer: Viewer) -> bool:
    if redemption.person not in ledger.same_person(viewer.person or ""):
        return False
    merchant, setting = Merchant.get_by_id(redemption.merchant), Setting.now(present_store())
    return redemption.state == "reserved" or goes_back(merchant, setting)


def _which(redemption: Redemption) -> Text:
    gift = Gift.with_deleted().where(Gift.id == redemption.gift).get()
    return Text("{title} 1 件", "One {title}").format(title=gift.title)


@step(Redemption, "cancel", audience=("leader", "self"), theirs=_is_mine_to_give_back, says=_which)
def cancel(store: Store, redemption: Redemption) -> Text:
    """Give a redemption back before its code is out; then only the counter takes it back."""
    merchant = Merchant.get_by_id(redemption.merchant)
    if redemption.state == "code_given" and not goes_back(merchant, Setting.now(store)):
        raise Refused(CODE_IS_OUT)
    refund(redemption)
    return Text("退回 {n} 分和 1 件库存", "{n} {n:point|points} and one piece are back").format(
        n=redemption.price
    )


def refund(redemption: Redemption) -> None:
    """Give back what a redemption held, its points and its piece, beside the step that reverses it."""
    went = Movement.get(Movement.redemption == redemption.id, Movement.kind == "redeemed")
    give_back(Lot.get_by_id(went.lot), "stock", 1)
    Movement.create(lot=went.lot, kind="returned", amount=1, redemption=redemption)
    ledger.book_returned(redemption.person, redemption.id)
