"""What somebody may get for their points on a phone, and getting it.

A phone redeems at the hub and with the hub's rights: there the stock, the points and the code are one matter. What
laptops hold is theirs until they pass it on: whoever wants more than the hub has is told so, and that calls it back.
"""

from __future__ import annotations

from dataclasses import dataclass

from hongxian import Refused, Store, Text, Viewer, action
from hongxian.quotas import spendable
from hongxian.shapes import Button, Card, Link, Tone
from hongxian_plugins.reward_station.gifts.records import Gift, Redemption
from hongxian_plugins.reward_station.gifts.redeeming import reserve
from hongxian_plugins.reward_station.goods.records import DRAWINGS, Lot, Merchant
from hongxian_plugins.reward_station.goods.shelf import is_over, on_shelf
from hongxian_plugins.reward_station.points import ledger
from hongxian_plugins.reward_station.reach import call_what_is_away


@dataclass(frozen=True)
class Purse:
    """What somebody has in all, and what of it the hub may spend for them."""

    points: int
    at_hand: int

    def card(self, gift: Gift, lot: Lot, shop: Merchant) -> Card:
        """With a button where it may be had now."""
        left = 0 if is_over(lot) else max(on_shelf(lot), 0)
        may_ask, tone, lacks = self._lacking(gift, lot, shop, left)
        there = Text("剩 {left} 件", "{left} left").format(left=left)
        return Card(
            title=gift.title,
            number=gift.price,
            unit=Text("分", "points"),
            icon=next((icon for word, icon in DRAWINGS if word in gift.title), "gift"),
            note=there,
            state=lacks,
            tone=tone,
            presses=(Button(_GET, "reward_station.want", id=gift.id),) if may_ask else (),
        )

    def _lacking(
        self, gift: Gift, lot: Lot, shop: Merchant, left: int
    ) -> tuple[bool, Tone, Text | str]:
        """Whether it may be pressed for, and what is said of it."""
        if not left:
            return False, "rest", Text("换完了", "None left")
        if shop.counter_laptop is None:
            return False, "rest", Text("店里还没开柜台", "The shop has no counter yet")
        if self.points < gift.price:
            return False, "wait", _MISSING.format(n=gift.price - self.points)
        if self.at_hand < gift.price or spendable(lot, "stock") < 1:
            return True, "wait", _COMES  # a press calls it
        return True, "done", ""


_COMES = Text("要等队里电脑调来", "A laptop has it still")
_GET, _MISSING = Text("换", "Get"), Text("还差 {n} 分", "{n} {n:point|points} missing")


def _is_on_offer(gift: Gift, viewer: Viewer) -> bool:
    return bool(gift.on_offer)


def _said(gift: Gift) -> Text:
    """What it is and what it costs, before they press."""
    shop = Merchant.get_by_id(gift.merchant)
    return Text(
        "{title} 1 件，{price} 分，到{shop}取。按下就扣分、留货。",
        "One {title} for {price} {price:point|points}, at {shop}. Both are held as you press.",
    ).format(title=gift.title, price=gift.price, shop=shop.name)


@action(
    of=Gift,
    title=Text("换这个", "Get this"),
    audience="self",
    theirs=_is_on_offer,
    says=_said,
    icon="gift",
)
def want(store: Store, gift: Gift, viewer: Viewer) -> Link:
    """Hold one piece of a gift and the points of who asks; its code follows at once."""
    if store.recovering:
        raise Refused(
            "社区主机正在恢复，暂时不能兑换，请过一阵再来。",
            "The hub is being refilled and gives nothing out now: come again later.",
        )
    person = viewer.person or ""
    call_what_is_away(
        store, [(Lot.get_by_id(gift.lot), "stock", 1), *ledger.to_pay(person, gift.price)]
    )
    redemption = reserve(store, gift, person)
    told = Text("换好了：{title}", "Yours: {title}").format(title=gift.title)
    return Link(told, Redemption, redemption)
