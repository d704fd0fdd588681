"""What an attendance may not say, asked on the laptop as on the hub.

志愿服务记录与证明出具办法 (民政部令第67号): hours come from what happened, a mistake stays to be
seen, and what was confirmed does not change under the one who confirmed it.
"""

from __future__ import annotations

from hongxian import Refused, Seen, Text, rule
from hongxian_plugins.service.minutes import OutBeforeIn, minutes_between
from hongxian_plugins.service.records import LONGEST_MINUTES, Activity, Attendance

_TIMES = ("signed_in", "signed_out", "minutes", "activity")
_CONFIRMED_STAYS = (*_TIMES, "person")


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


@rule(of=Attendance, when=_CONFIRMED_STAYS)
def stays_once_confirmed(attendance: Attendance, before: Attendance | None, seen: Seen) -> None:
    if before is None or attendance.voided or not before.confirmed_by:
        return
    for name in _CONFIRMED_STAYS:
        if getattr(attendance, name) != getattr(before, name):
            label = Attendance._meta.fields[name].verbose_name
            raise Refused(_STAYS.format(who=before.confirmed_by, label=label))


_STAYS = Text(
    "{who} 已确认，{label}不能再改；请作废后另记一条。",
    "Confirmed by {who}: “{label}” stays. Void it and write another.",
)


@rule(of=Attendance, when=_TIMES)
def has_times_that_add_up(attendance: Attendance, before: Attendance | None, seen: Seen) -> None:
    signed_in, signed_out = attendance.signed_in, attendance.signed_out
    minutes = attendance.minutes
    if attendance.voided:
        return
    if signed_out is None:
        if minutes is not None:
            raise Refused(
                Text("还没有签退，先不填分钟。", "Not signed out yet: leave the minutes empty.")
            )
        return
    try:
        stayed = minutes_between(signed_in, signed_out)
    except OutBeforeIn as error:
        raise Refused(error.why) from None
    if stayed > LONGEST_MINUTES:
        raise Refused(
            Text(
                f"签到到签退 {stayed} 分钟，超过 24 小时；请核对签退时刻。",
                f"{stayed} minutes is over 24 hours; check when they signed out.",
            )
        )
    activity = seen.get(Activity, attendance.activity)  # it may arrive later
    counts = minutes_between(signed_in, signed_out, activity.shift_cap if activity else None)
    if minutes is not None and minutes > counts:
        raise Refused(
            Text(
                f"这次最多计 {counts} 分钟，填的是 {minutes}。",
                f"This counts for {counts} minutes at most, not {minutes}.",
            )
        )
