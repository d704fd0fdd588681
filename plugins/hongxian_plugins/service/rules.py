"""What an attendance may not say, asked on the laptop as on the hub before it is stored.

志愿服务记录与证明出具办法 (民政部令第67号): hours come from what happened, a mistake stays to be
seen, and what was confirmed does not change under the one who confirmed it.
"""

from __future__ import annotations

from datetime import datetime

from hongxian import PluginRefused, Text, Value, Values
from hongxian_plugins.service.minutes import OutBeforeIn, minutes_between
from hongxian_plugins.service.records import LONGEST_MINUTES, Activity, Attendance

_TIMES = ("signed_in", "signed_out", "minutes", "activity")
_CONFIRMED_STAYS = (*_TIMES, "person")


def refuse_what_hours_forbid(values: Values, before: Values, after: Values) -> None:
    """Raise `PluginRefused` when an attendance would be deleted, or would not add up."""
    if values.get("deleted"):
        raise PluginRefused(
            detail=Text(
                "服务签到不能删除；记错了请作废。", "Attendance is never deleted; void it instead."
            )
        )
    if after.get("voided"):
        _refuse_void_without_reason(after)
        return
    if before.get("confirmed_by"):
        _refuse_change_of_confirmed(before, values)
    if any(name in values for name in _TIMES):
        _refuse_times_that_do_not_add_up(after)


def _refuse_void_without_reason(after: Values) -> None:
    if not (after.get("void_reason") or "").strip():
        raise PluginRefused(detail=Text("作废要写明原因。", "Say why it is void."))


def _refuse_change_of_confirmed(held: Values, values: Values) -> None:
    who = held["confirmed_by"]
    for name in _CONFIRMED_STAYS:
        if name in values and str(values[name]) != str(held.get(name)):
            label = Attendance._meta.fields[name].verbose_name
            raise PluginRefused(detail=_STAYS.format(who=who, label=label))


_STAYS = Text(
    "{who} 已确认，{label}不能再改；请作废后另记一条。",
    "Confirmed by {who}: “{label}” stays. Void it and write another.",
)


def _refuse_times_that_do_not_add_up(after: Values) -> None:
    signed_in, signed_out = _moment(after.get("signed_in")), _moment(after.get("signed_out"))
    minutes = after.get("minutes")
    if signed_in is None or signed_out is None:
        if minutes is not None:
            raise PluginRefused(
                detail=Text(
                    "还没有签退，先不填分钟。", "Not signed out yet: leave the minutes empty."
                )
            )
        return
    try:
        stayed = minutes_between(signed_in, signed_out)
    except OutBeforeIn as error:
        raise PluginRefused(detail=error.why) from None
    if stayed > LONGEST_MINUTES:
        raise PluginRefused(
            detail=Text(
                f"签到到签退 {stayed} 分钟，超过 24 小时；请核对签退时刻。",
                f"{stayed} minutes is over 24 hours; check when they signed out.",
            )
        )
    counts = minutes_between(signed_in, signed_out, _cap_of(after.get("activity")))
    if minutes is not None and minutes > counts:
        raise PluginRefused(
            detail=Text(
                f"这次最多计 {counts} 分钟，填的是 {minutes}。",
                f"This counts for {counts} minutes at most, not {minutes}.",
            )
        )


def _cap_of(activity: str | None) -> int | None:
    """The activity's cap; None while the activity has not arrived here."""
    held = Activity.with_deleted().where(Activity.id == activity).get_or_none()
    return held.shift_cap if held else None


def _moment(value: Value) -> datetime | None:
    """A moment as it is read from a record, or as it travels."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value
