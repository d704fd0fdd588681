"""What a caravan may not say, asked on the laptop as on the hub.

未成年人保护法 60 (blades), the notices on 义诊 (registered staff, filed, nothing sold), 志愿服务条例 21, 25
(nothing is taken, paid stands are no service), 个人信息保护法 28 (no result of health is kept).
"""

from __future__ import annotations

from datetime import timedelta

from hongxian import Mark, Refused, Seen, rule
from hongxian_plugins.caravan.counter.records import OPEN, Slip, order
from hongxian_plugins.caravan.counter.things import Left, Wish
from hongxian_plugins.caravan.fairs import Fair, Stall
from hongxian_plugins.caravan.helpers.records import Helper, Post
from hongxian_plugins.caravan.services import SERVICES

_LONGEST = timedelta(hours=24)


@rule(of=Fair, when=("opens", "closes"))
def closes_after_it_opens(fair: Fair) -> None:
    if fair.closes <= fair.opens:
        raise Refused("结束要晚于开始。", "It closes after it opens.")


# -- stalls ----------------------------------------------------------------------------------------


@rule(of=Stall, when=("service", "provider", "filing_no", "state"))
def health_is_for_registered_staff(stall: Stall) -> None:
    """Consultations and health talks are filed before they are held."""
    if SERVICES[stall.service].kind == "health" and stall.provider != "medical":
        raise Refused(
            "义诊、健康讲座只由注册的医务人员来做，“谁来做”请选医务人员。",
            "Health services are for registered medical staff alone: choose them.",
        )
    if (
        stall.provider == "medical"
        and stall.state != "waiting"
        and not (stall.filing_no or "").strip()
    ):
        raise Refused(
            "义诊要先向区卫生健康部门备案，请填备案号再开摊。",
            "File it with the county's health office first, and write its number before it opens.",
        )


@rule(of=Stall, when=("service", "provider", "prices", "state"))
def a_trader_shows_prices(stall: Stall) -> None:
    if SERVICES[stall.service].kind == "sale" and stall.provider != "paid":
        raise Refused(
            "售卖的是收费摊，“谁来做”请选收费摊。", "What sells is a paid trader's stall."
        )
    if stall.provider == "paid" and stall.state != "waiting" and not (stall.prices or "").strip():
        raise Refused(
            "收费摊要明码标价，请填价目再开摊。", "Write its prices before a paid stall opens."
        )


@rule(of=Stall, when=("letter", "provider", "fair"))
def nothing_is_sold_beside_medical_staff(stall: Stall, seen: Seen) -> Mark | None:
    """Traders stand apart; the organiser is told of those whose letters are next to each other."""
    row = sorted(seen.all(Stall, fair=stall.fair), key=lambda each: (len(each.letter), each.letter))
    place = next((n for n, each in enumerate(row) if each.id == stall.id), None)
    if stall.provider != "paid" or place is None:
        return None
    beside = [row[n] for n in (place - 1, place + 1) if 0 <= n < len(row)]
    if any(each.provider == "medical" for each in beside):
        return Mark(
            "{stall}是收费摊，紧挨着医务摊；义诊旁边不卖东西，请分开摆。",
            "{stall} sells beside medical staff: put it elsewhere.",
            stall=stall.called,
        )
    return None


@rule(of=Stall, when=("adults_only", "service"))
def blades_go_to_adults(stall: Stall) -> None:
    if SERVICES[stall.service].blades and not stall.adults_only:
        raise Refused("刀剪只交成年人，请勾选“只交成年人”。", "Blades go to adults alone: tick it.")


@rule(of=Post, when=("begins", "ends", "stall"))
def a_post_is_for_volunteers(post: Post, seen: Seen) -> None:
    if post.ends <= post.begins:
        raise Refused("这班的结束要晚于开始。", "A shift ends after it begins.")
    stall = seen.get(Stall, post.stall)
    if stall is not None and stall.provider == "paid":
        raise Refused(
            "收费摊不是志愿服务，没有志愿者岗位和时长。",
            "A paid stall is no volunteer service: it has no posts and gives no hours.",
        )


# -- helpers ---------------------------------------------------------------------------------------


@rule(of=Helper, when=("came", "gone", "confirmed_by", "voided"))
def times_add_up(helper: Helper) -> None:
    if helper.voided:
        return
    if helper.confirmed_by and not helper.span:
        raise Refused("到和离都有了才能确认。", "Confirm once both in and out are written.")
    if helper.gone and (not helper.came or helper.gone < helper.came):
        raise Refused("离岗要晚于到岗。", "They left after they came.")
    if helper.span and helper.gone - helper.came > _LONGEST:
        raise Refused("超过 24 小时，请核对。", "That is over 24 hours: check it.")


@rule(of=Helper, when=("person", "fair", "shift", "post", "state"))
def is_in_one_place(helper: Helper, seen: Seen) -> Mark | None:
    """Shifts of different stalls may overlap; the hours are those between, and somebody is to look."""
    post = seen.get(Post, helper.post)
    if post is None or helper.state != "signed_up" or helper.voided:
        return None
    for other in seen.all(Helper, person=helper.person, fair=helper.fair, state="signed_up"):
        at = seen.get(Post, other.post)
        if other.id < helper.id and at and at.begins < post.ends and post.begins < at.ends:
            return Mark(
                "这个人 {at:%H:%M} 已有岗位，时间重叠。",
                "This person has a post at {at:%H:%M} already, at the same time.",
                at=at.begins,
            )
    return None


# -- slips -----------------------------------------------------------------------------------------


@rule(of=Slip, when=("stall", "number", "deleted"))
def what_is_on_paper_stays(slip: Slip, before: Slip | None) -> None:
    moved = before and (slip.stall, slip.number) != (before.stall, before.number)
    if slip.deleted or moved:
        raise Refused("号码已在纸上，请取新号。", "It is out on paper: draw another number.")


@rule(of=Slip, when=("state", "to_adult"))
def blades_are_handed_to_adults(slip: Slip, seen: Seen) -> None:
    if slip.state == "done":
        _refuse_if_to_a_child(slip.to_adult, slip, seen)


def _refuse_if_to_a_child(to_adult: bool, slip: Slip | None, seen: Seen) -> None:
    stall = seen.get(Stall, slip.stall) if slip else None
    if stall and stall.adults_only and not to_adult:
        raise Refused(
            "刀剪只交给成年人，请勾选“交给成年人”。", "Blades go to adults alone: tick it."
        )


@rule(of=Slip, when=("items", "stall"))
def no_result_of_health_is_kept(slip: Slip, seen: Seen) -> None:
    stall = seen.get(Stall, slip.stall)
    if slip.items and stall and stall.provider == "medical":
        raise Refused("健康类摊位不记内容和结果。", "Nothing is written down at a health stall.")


@rule(of=Slip, when=("stall",))
def is_within_what_a_stall_can_do(slip: Slip, seen: Seen) -> Mark | None:
    """Whoever stands there gets a number all the same; the first beyond tells of the stall."""
    stall = seen.get(Stall, slip.stall)
    fair = seen.get(Fair, stall.fair) if stall else None
    if stall is None or fair is None or not stall.per_hour:
        return None
    minutes = (fair.closes.hour - fair.opens.hour) * 60 + fair.closes.minute - fair.opens.minute
    most = stall.per_hour * minutes // 60
    beyond = sorted(seen.all(Slip, stall=slip.stall), key=order)[most : most + 1]
    if slip.id in [each.id for each in beyond]:
        return Mark(
            "{stall}已发过 {most} 号，做不完的请约上门或下次。",
            "{stall} has given {most} {most:number|numbers}: promise visits, or next time.",
            stall=stall.called,
            most=most,
        )
    return None


@rule(of=Slip, when=("stall", "state"))
def was_given_before_the_stall_closed(slip: Slip, seen: Seen) -> Mark | None:
    """One laptop closed the stall and another gave a number: somebody is to see to them."""
    stall = seen.get(Stall, slip.stall)
    if stall is None or stall.state != "closed" or slip.state not in OPEN:
        return None
    return Mark(
        "{stall}已经收了，{number} 号还没服务到。",
        "{stall} is closed, and No. {number} was not served.",
        stall=stall.called,
        number=slip.number,
    )


@rule(of=Left, when=("state", "to_adult"))
def a_blade_is_fetched_by_an_adult(left: Left, seen: Seen) -> None:
    if left.state == "fetched":
        _refuse_if_to_a_child(left.to_adult, seen.get(Slip, left.slip), seen)


@rule(of=Wish, when=("kind", "name", "address"))
def a_visit_says_to_whom(wish: Wish) -> None:
    if wish.kind == "visit" and not (wish.name and (wish.address or "").strip()):
        raise Refused("上门要写姓名和住址。", "A visit needs a name and an address.")
