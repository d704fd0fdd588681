"""What the study room may not write, and what is kept and looked into; asked on the laptop as on the hub."""

from __future__ import annotations

from hongxian import Mark, Refused, Seen, rule
from hongxian.records import refuse_out_of_order
from hongxian_plugins.study_room.children import Adult, Child, why_not_alone
from hongxian_plugins.study_room.month import age_on
from hongxian_plugins.study_room.rooms import IS_OPEN, Day, Room
from hongxian_plugins.study_room.settings import StudyRules
from hongxian_plugins.study_room.visits import Booking, Duty, Visit, inside, on_duty

_UNSURE = ("telephoned", "seen")

# -- at the door: whoever stands there is written down ------------------------------------------------


@rule(of=Visit, when=("came", "left", "seen_in", "day"))
def has_a_seat(visit: Visit, seen: Seen) -> Mark | None:
    """A child at the door is never sent away."""
    day = seen.get(Day, visit.day)
    room = seen.get(Room, day.room) if day else None
    there = [each.id for each in inside(seen.all(Visit, day=visit.day))]
    if room is None or visit.id not in there or len(there) <= room.seats:
        return None
    return Mark(
        "超员：{room}有 {seats} 座，{name}来时已坐满；请加人或请监护人来接。",
        "Beyond its seats: {room} has {seats}, all taken when {name} came. Call more adults, or the guardian.",
        room=room.name,
        seats=room.seats,
        name=_name(visit, seen),
    )


@rule(of=Visit, when=("came", "child"))
def has_consent(visit: Visit, seen: Seen) -> Mark | None:
    child = seen.get(Child, visit.child)
    if child is None or child.state == "enrolled":
        return None
    return Mark(
        "{name}不在册；请监护人签同意书（个人信息保护法 31），再登记在册。",
        "{name} is not enrolled: have the guardian sign the consent, then enrol.",
        name=child.name,
    )


@rule(of=Visit, when=("came", "left", "seen_in", "day"))
def is_gone_when_it_is_closed(visit: Visit, seen: Seen) -> Mark | None:
    """It opens on both laptops and at the keeper's, from whichever side the news comes."""
    day = seen.get(Day, visit.day)
    there = [each.id for each in inside(seen.all(Visit, day=visit.day))]
    if day is None or day.state in ("planned", *IS_OPEN) or visit.id not in there:
        return None
    return Mark(
        "{day} 已关闭，{name}还显示在里面：马上去看、打电话，再写明怎么走的。",
        "{day} is closed and {name} is still shown in: look and call at once, then write how it left.",
        day=day.title,
        name=_name(visit, seen),
    )


@rule(of=Day, when=("state",))
def leaves_nobody_in(day: Day, seen: Seen) -> Mark | None:
    if day.state != "closed":
        return None
    names = [_name(each, seen) for each in inside(seen.all(Visit, day=day.id))]
    if not names:
        return None
    return Mark(
        "{day} 关门时还有 {n} 个孩子显示在里面：{names}。",
        "{day} was closed, and shown in are ({n}): {names}.",
        day=day.title,
        n=len(names),
        names=names,
    )


@rule(of=Day, when=("state",))
def has_enough_adults(day: Day, seen: Seen) -> Mark | None:
    """The children are at the door already: it opens with fewer, and somebody is called."""
    room = seen.get(Room, day.room)
    there = len(on_duty(seen.all(Duty, day=day.id)))
    if room is None or day.state not in IS_OPEN or there >= room.duty_min:
        return None
    return Mark(
        "{day} 值班 {there} 人，至少要 {least} 人；请再叫人来。",
        "{day}: {there} on duty, of at least {least}. Call somebody.",
        day=day.title,
        there=there,
        least=room.duty_min,
    )


# -- how it leaves -----------------------------------------------------------------------------------


@rule(of=Visit, when=("how", "left", "came"))
def says_how_it_left(visit: Visit) -> None:
    if visit.left is None:
        return
    refuse_out_of_order(visit, "came", "left")
    if not visit.how:
        raise Refused("请写明孩子怎么走的。", "Say how the child left.")
    if visit.how in _UNSURE and not (visit.said_by or "").strip():
        raise Refused(
            "没有当面交接，请写明是谁看见、谁接的电话。",
            "Nobody handed it over: say who saw it, or who answered.",
        )


@rule(of=Visit, when=("how", "left", "child"))
def leaves_alone_as_it_may(visit: Visit, seen: Seen) -> Mark | None:
    """The desk refuses to write it; what another laptop wrote has happened."""
    child = seen.get(Child, visit.child)
    if visit.how != "alone" or visit.left is None or child is None:
        return None
    why = why_not_alone(child, visit.left, seen.settings(StudyRules).alone_age)
    return Mark(why) if why else None


@rule(of=Visit, when=("how", "fetched_by"))
def is_fetched_by_whom_it_may(visit: Visit, seen: Seen) -> Mark | None:
    if visit.how == "slipped":
        return Mark(
            "{name}擅自离开：马上打监护人电话，找不到就报警。",
            "{name} slipped away: call the guardian at once, then the police.",
            name=_name(visit, seen),
        )
    adult = seen.get(Adult, visit.fetched_by) if visit.fetched_by else None
    if visit.how != "adult" or (adult is not None and adult.child == visit.child):
        return None
    return Mark(
        "接走{name}的人不在名单上（{who}）；请和监护人核对。",
        "Whoever fetched {name} is not on the list ({who}): ask the guardian.",
        name=_name(visit, seen),
        who=visit.out_to or "—",
    )


@rule(of=Child, when=("alone", "born"))
def is_old_enough_to_leave_alone(child: Child, seen: Seen) -> None:
    least = seen.settings(StudyRules).alone_age
    if child.alone and (child.born is None or age_on(child.born, seen.now.date()) < least):
        raise Refused(
            "未满 {least} 周岁（或没写出生年月）不能独自离开（未成年人保护法 21）。",
            "Under {least}, or of unknown age, nobody leaves alone (Law on the Protection of Minors, 21).",
            least=least,
        )


# -- bookings and duty ---------------------------------------------------------------------------------


@rule(of=Booking, when=("seat", "day"))
def is_one_of_the_seats(booking: Booking, seen: Seen) -> None:
    day = seen.get(Day, booking.day)
    room = seen.get(Room, day.room) if day else None
    if room is not None and not 1 <= booking.seat <= room.seats:
        raise Refused(
            "{room}有 {seats} 座，都约满了；请改天，或到门口来。",
            "{room} has {seats} {seats:seat|seats}, and all are kept; choose another day, or come to the door.",
            room=room.name,
            seats=room.seats,
        )


@rule(of=Duty, when=("came", "left", "voided"))
def is_on_duty_in_order(duty: Duty) -> None:
    if duty.left and (duty.came is None or duty.left < duty.came) and not duty.voided:
        raise Refused("离早于到，或没有签到。", "Out before in, or never signed in.")


@rule(of=Duty, when=("left",))
def leaves_no_child_alone(duty: Duty, seen: Seen) -> Mark | None:
    day = seen.get(Day, duty.day)
    if duty.left is None or duty.voided or day is None or day.state not in IS_OPEN:
        return None
    others = [each for each in on_duty(seen.all(Duty, day=duty.day)) if each.left is None]
    if others or not inside(seen.all(Visit, day=duty.day)):
        return None
    return Mark(
        "{day} 还有孩子在里面，值班的都签退了；马上叫人来（未成年人保护法 21）。",
        "{day}: children are in and no adult is. Call somebody at once (Law on the Protection of Minors, 21).",
        day=day.title,
    )


def _name(visit: Visit, seen: Seen) -> str:
    child = seen.get(Child, visit.child)
    return str(child.name) if child else f"…{visit.child[-6:]}"
