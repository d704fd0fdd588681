"""What an attendance may not say, asked on the laptop as on the hub.

志愿服务记录与证明出具办法 (民政部令第67号): hours come from what happened, a mistake stays to be
seen, and what was confirmed does not change under the one who confirmed it. What does not fit is
marked for a person to judge, and is not confirmed before.
"""

from __future__ import annotations

from datetime import timedelta

from hongxian import Mark, Refused, Seen, Text, rule
from hongxian_plugins.service.hours import minutes_between
from hongxian_plugins.service.records import LONGEST_MINUTES, Activity, Attendance

_TIMES = ("signed_in", "signed_out", "minutes", "activity")
_STAYS = (*_TIMES, "person")
_COUNTS = ("voided", "confirmed_by")
_A_DAY = timedelta(days=1)


@rule(of=Attendance, when=("deleted",))
def is_never_deleted(attendance: Attendance, before: Attendance | None, seen: Seen) -> None:
    if attendance.deleted:
        raise Refused(
            Text(
                "服务签到不能删除；记错了请作废。", "Attendance is never deleted; void it instead."
            )
        )


@rule(of=Attendance, when=("voided", "void_reason"))
def is_voided_with_a_reason(attendance: Attendance, before: Attendance | None, seen: Seen) -> None:
    if attendance.voided and not (attendance.void_reason or "").strip():
        raise Refused(Text("作废要写明原因。", "Say why it is void."))


@rule(of=Attendance, when=_STAYS)
def stays_once_confirmed(attendance: Attendance, before: Attendance | None, seen: Seen) -> None:
    if before is None or attendance.voided or not before.confirmed_by:
        return
    for name in _STAYS:
        if getattr(attendance, name) != getattr(before, name):
            raise Refused(
                Text(
                    "{who} 已确认，{label}不能再改；请作废后另记一条。",
                    "Confirmed by {who}: “{label}” stays. Void it and write another.",
                ).format(who=before.confirmed_by, label=Attendance._meta.fields[name].verbose_name)
            )


@rule(of=Attendance, when=(*_TIMES, *_COUNTS))
def has_times_that_add_up(attendance: Attendance, before: Attendance | None, seen: Seen) -> None:
    came, left, minutes = attendance.signed_in, attendance.signed_out, attendance.minutes
    if attendance.voided:
        return
    if left is None:
        if minutes is not None:
            raise Refused(
                Text("还没有签退，先不填分钟。", "Not signed out yet: leave the minutes empty.")
            )
        if attendance.confirmed_by:
            raise Refused(
                Text("还没有签退，不能确认。", "Not signed out yet: it cannot be confirmed.")
            )
        return
    stayed = minutes_between(came, left)
    if stayed < 0:
        raise Refused(
            Text(
                f"签退 {left:%H:%M} 早于签到 {came:%H:%M}。",
                f"Signed out at {left:%H:%M}, before signing in at {came:%H:%M}.",
            )
        )
    if stayed > LONGEST_MINUTES:
        raise Refused(
            Text(
                f"签到到签退 {stayed} 分钟，超过 24 小时；请核对签退时刻。",
                f"{stayed} minutes is over 24 hours; check when they signed out.",
            )
        )
    activity = seen.get(Activity, attendance.activity)  # it may arrive later
    counts = minutes_between(came, left, activity.shift_cap if activity else None)
    if minutes is not None and minutes > counts:
        raise Refused(
            Text(
                f"这次最多计 {counts} 分钟，填的是 {minutes}。",
                f"This counts for {counts} minutes at most, not {minutes}.",
            )
        )


@rule(of=Attendance, when=("signed_in", "activity", *_COUNTS))
def is_on_the_activitys_day(
    attendance: Attendance, before: Attendance | None, seen: Seen
) -> Mark | None:
    activity = seen.get(Activity, attendance.activity)
    if activity is None or attendance.voided:
        return None
    if abs(attendance.signed_in.date() - activity.day) <= _A_DAY:  # some prepare, some stay late
        return None
    return _not_before_judged(
        attendance,
        Text(
            f"签到是 {attendance.signed_in:%Y-%m-%d}，活动“{activity.title}”在 {activity.day}；请核对。",
            f"Signed in on {attendance.signed_in:%Y-%m-%d}, and “{activity.title}” is on {activity.day}.",
        ),
    )


@rule(of=Attendance, when=("person", "signed_in", "signed_out", *_COUNTS))
def is_one_at_a_time(attendance: Attendance, before: Attendance | None, seen: Seen) -> Mark | None:
    """An hour counts once, on however many laptops it was entered."""
    if attendance.voided or attendance.signed_out is None:
        return None
    meanwhile = [
        other
        for other in seen.all(Attendance, person=attendance.person, voided=False)
        if other.id != attendance.id
        and other.signed_out is not None
        and other.signed_in < attendance.signed_out
        and attendance.signed_in < other.signed_out
    ]
    if not meanwhile:
        return None
    other = next((each for each in meanwhile if each.confirmed_by), meanwhile[0])
    why = Text(
        "这个人 {day} {from_}–{until} 已有签到，时间重叠；请作废其中一条。",
        "This person is signed in on {day} from {from_} to {until} already: void one of the two.",
    ).format(
        day=other.signed_in.date(),
        from_=f"{other.signed_in:%H:%M}",
        until=f"{other.signed_out:%H:%M}",
    )
    return _not_before_judged(attendance, why) if other.confirmed_by else Mark(why)


def _not_before_judged(attendance: Attendance, why: Text) -> Mark:
    """A mark while nobody has confirmed it; raises `Refused` to whoever does."""
    if attendance.confirmed_by:
        raise Refused(why)
    return Mark(why)
