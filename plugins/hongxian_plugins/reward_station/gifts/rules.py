"""Of gifts, redemptions and counters: what may not be written, asked on the laptop as on the hub.

The hub's answer is the last, for there a redemption meets what the counter wrote.
"""

from __future__ import annotations

from hongxian import Mark, Refused, Seen, rule
from hongxian.doubles import group_seen
from hongxian_plugins.reward_station.gifts.counter import handover_id
from hongxian_plugins.reward_station.gifts.records import Counter, Gift, Handover, Redemption
from hongxian_plugins.reward_station.gifts.redeeming import (
    CODE_IS_OUT,
    goes_back,
    refuse_if_left,
    refuse_if_too_often,
)
from hongxian_plugins.reward_station.goods.records import Lot, Merchant, Pledge
from hongxian_plugins.reward_station.points.records import Entry
from hongxian_plugins.reward_station.setting import Setting


def is_of_who_takes_part(record: Pledge | Counter | Redemption, before: object, seen: Seen) -> None:
    merchant = seen.get(Merchant, record.merchant)
    if before is None and merchant is not None:
        refuse_if_left(merchant)


for _model in (Pledge, Counter, Redemption):
    rule(of=_model)(is_of_who_takes_part)


@rule(of=Gift, when=("lot",))
def was_given_for_rewards(gift: Gift, seen: Seen) -> None:
    lot = seen.get(Lot, gift.lot)
    if lot is not None and lot.purpose != "rewards":
        raise Refused(
            "这一批不是捐来兑换积分的，不能作礼品。",
            "This lot was not given for rewards; it cannot be a gift.",
        )


@rule(of=Gift, when=("price", "on_offer", "lot"))
def has_a_price(gift: Gift) -> Mark | None:
    """Nobody gets for nothing what points are to buy."""
    if gift.price:
        return None
    if gift.on_offer:
        raise Refused("先定积分价，再上架兑换。", "Say its points before it is put on offer.")
    return Mark(
        "“{title}”还没有定积分价。", "{title} has no price in points yet.", title=gift.title
    )


# -- redemptions and the counter -----------------------------------------------------------------


@rule(of=Redemption)
def is_not_too_often(redemption: Redemption, before: Redemption | None, seen: Seen) -> None:
    if before is None:
        made = seen.all(Redemption, person=redemption.person)
        others = [each for each in made if each.id != redemption.id]
        refuse_if_too_often(redemption.at, others, seen.settings(Setting))


@rule(of=Redemption)
def is_paid(redemption: Redemption, before: Redemption | None, seen: Seen) -> None:
    """A gift goes with its points, in the same transaction."""
    paid = seen.all(Entry, about=redemption.id, target="spent")
    if before is None and sum(each.points for each in paid) != redemption.price:
        raise Refused(
            "兑换和扣的积分对不上，要 {price} 分。",
            "A redemption comes with the points that it costs: {price}.",
            price=redemption.price,
        )


@rule(of=Entry, hub_only=True)
def is_paid_by_who_gets_it(entry: Entry, before: Entry | None, seen: Seen) -> None:
    """Out of their own account, or that of a double, which a laptop of another team may not know of."""
    if before is not None or entry.target != "spent":
        return
    redemption = seen.get(Redemption, entry.about)
    if redemption is None or entry.person not in group_seen(
        seen, "roster.person", redemption.person
    ):
        raise Refused(
            "礼品只能用换礼品的人自己的积分。",
            "A gift is paid with the points of whoever gets it, and with nobody else's.",
        )


@rule(of=Handover)
def goes_back_by_the_rules(handover: Handover, before: Handover | None, seen: Seen) -> None:
    if before is None and handover.kind == "returned" and not seen.settings(Setting).codes_go_back:
        raise Refused(
            "按规则发码后不退；请交付礼品。",
            "By the rules no code is taken back: hand the gift out.",
        )


def only_goes_on(record: Redemption | Counter, before: Redemption | Counter | None) -> None:
    """No new turn lets somebody have their points, or a counter, once more."""
    flow = type(record).state.workflow
    was = before.state if before else flow.first
    if record.state != was and not (before and flow.leads_to(was, record.state)):
        raise Refused(
            "现在是“{was}”，不能再变成“{now}”。",
            "It is “{was}” and cannot become “{now}” any more.",
            was=flow.title_of(was),
            now=flow.title_of(record.state),
        )


for _model in (Redemption, Counter):
    rule(of=_model, when=("state",))(only_goes_on)


@rule(of=Redemption, when=("state",), hub_only=True)
def is_handed_out_at_the_counter(
    redemption: Redemption, before: Redemption | None, seen: Seen
) -> None:
    """What the counter wrote is its team's alone, or the hub's, so nobody else can ask for it."""
    if before is None or before.state != "code_given":
        return
    handover = seen.get(Handover, handover_id(redemption.merchant, redemption.short))
    merchant = seen.get(Merchant, redemption.merchant)
    if handover is not None:
        may_be = (handover.kind, redemption.state) in _BECOMES
    else:
        may_go = merchant is not None and goes_back(merchant, seen.settings(Setting))
        may_be = redemption.state == "reversed" and may_go
    if not may_be:
        raise Refused(CODE_IS_OUT)


_BECOMES = {("collected", "collected"), ("returned", "reversed")}
"""What a handover's kind makes of a redemption."""


@rule(of=Handover)
def is_of_the_merchants_counter(handover: Handover, seen: Seen) -> None:
    merchant = seen.get(Merchant, handover.merchant)
    if merchant is None or merchant.counter_laptop != handover.laptop:
        raise Refused(
            "这台电脑不是该商户的核销电脑。", "This laptop is not the merchant's counter."
        )
