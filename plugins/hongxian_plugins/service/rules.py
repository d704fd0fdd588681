"""What activities and attendances may not say, asked on the laptop as on the hub.

志愿服务记录与证明出具办法 (民政部令第67号): hours come from what happened. What does not fit is marked
for a person to judge, and is not confirmed before. That an attendance lasts, the model itself says.
"""

from __future__ import annotations

from datetime import timedelta

from hongxian import Mark, Refused, Seen, rule
from hongxian_plugins.service.hours import minutes_between
from hongxian_plugins.service.records import LONGEST_MINUTES, Activity, Attendance

_COUNTS = ("voided", "confirmed_by")
_A_DAY = timedelta(days=1)


@rule(of=Activity, when=("title", "day"))
def is_there_once(activity: Activity, seen: Seen) -> Mark | None:
    """A sheet that comes in twice doubles nobody's hours in silence."""
    if len(seen.all(Activity, day=activity.day, title=activity.title)) < 2:
        return None
    return Mark(
        "{day} 有两个“{title}”，像是登记了两次；请留一个。",
        "There are two “{title}” on {day}, as if entered twice: leave one.",
        day=activity.day,
        title=activity.title,
    )


@rule(of=Attendance, when=("signed_in", "signed_out", "minutes", "activity", *_COUNTS))
def has_times_that_add_up(attendance: Attendance, seen: Seen) -> None:
    came, left, minutes = attendance.signed_in, attendance.signed_out, attendance.minutes
    if attendance.voided:
        return
    if left is None:
        if minutes is not None:
            raise Refused(
                "还没有签退，先不填分钟。", "Not signed out yet: leave the minutes empty."
            )
        if attendance.confirmed_by:
            raise Refused("还没有签退，不能确认。", "Not signed out yet: it cannot be confirmed.")
        return
    stayed = minutes_between(came, left)
    if stayed < 0:
        raise Refused(
            "签退 {left} 早于签到 {came}。",
            "Signed out at {left}, before signing in at {came}.",
            left=f"{left:%H:%M}",
            came=f"{came:%H:%M}",
        )
    if stayed > LONGEST_MINUTES:
        raise Refused(
            "签到到签退 {stayed} 分钟，超过 24 小时；请核对签退时刻。",
            "{stayed} {stayed:minute|minutes} is over 24 hours; check when they signed out.",
            stayed=stayed,
        )
    activity = seen.get(Activity, attendance.activity)  # it may arrive later
    counts = minutes_between(came, left, activity.shift_cap if activity else None)
    if minutes is not None and minutes > counts:
        raise Refused(
            "这次最多计 {counts} 分钟，填的是 {minutes}。",
            "This counts for {counts} {counts:minute|minutes} at most, not {minutes}.",
            counts=counts,
            minutes=minutes,
        )


@rule(of=Attendance, when=("signed_in", "activity", *_COUNTS))
def is_on_the_activitys_day(attendance: Attendance, seen: Seen) -> Mark | None:
    activity, day = seen.get(Activity, attendance.activity), attendance.signed_in.date()
    if activity is None or attendance.voided:
        return None
    if abs(day - activity.day) <= _A_DAY:  # some prepare, some stay late
        return None
    mark = Mark(
        "签到是 {day}，活动“{title}”在 {held}；请核对。",
        "Signed in on {day}, and “{title}” is on {held}.",
        day=day,
        title=activity.title,
        held=activity.day,
    )
    return _not_before_judged(attendance, mark)


@rule(of=Attendance, when=("person", "signed_in", "signed_out", *_COUNTS))
def is_one_at_a_time(attendance: Attendance, seen: Seen) -> Mark | None:
    """An hour counts once, on however many laptops it was entered."""
    others = seen.all(Attendance, person=attendance.person, voided=False)
    meanwhile = [each for each in others if each.id != attendance.id and _meet(each, attendance)]
    if attendance.voided or not meanwhile:
        return None
    other = next((each for each in meanwhile if each.confirmed_by), meanwhile[0])
    mark = Mark(
        "这个人 {day} {came}–{left} 已有签到，时间重叠；请作废其中一条。",
        "This person is signed in on {day} from {came} to {left} already: void one of the two.",
        day=other.signed_in.date(),
        came=f"{other.signed_in:%H:%M}",
        left=f"{other.signed_out:%H:%M}" if other.signed_out else "",
    )
    return _not_before_judged(attendance, mark) if other.confirmed_by else mark


def _meet(one: Attendance, other: Attendance) -> bool:
    """Whether two stays overlap; of one that goes on still no more than its beginning is known."""
    if one.signed_out is None or other.signed_out is None:
        return bool(one.signed_in == other.signed_in)
    return bool(one.signed_in < other.signed_out and other.signed_in < one.signed_out)


def _not_before_judged(attendance: Attendance, mark: Mark) -> Mark:
    """The mark while nobody has confirmed it; raises `Refused` to whoever does."""
    if attendance.confirmed_by:
        raise Refused(mark.text)
    return mark
