"""Hours of service: which of them count, what others are given, and what is shown."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

from hongxian import Seen, Store, Text, gives, local_today, view
from hongxian.contracts import Hours, given
from hongxian.days import month_away
from hongxian.doubles import Doubles
from hongxian.shapes import Chart, Stat, Stats
from hongxian_plugins.service.records import NO_SERVICE, Activity, Attendance

MONTHS = 6
"""Of which the hours are shown, the present one with them."""
_HOUR = Text("小时", "h")
_CONFIRMED = Text("已确认时长", "Confirmed hours")


def minutes_between(signed_in: datetime, signed_out: datetime, cap: int | None = None) -> int:
    """Whole minutes of a stay, at most `cap`; less than none where out is before in."""
    minutes = (signed_out - signed_in) // timedelta(minutes=1)
    return minutes if cap is None else min(minutes, cap)


@gives(Hours, of=Attendance, through=("activity",), person="person", day="activity.day")
def hours_of(attendance: Attendance, seen: Seen) -> Hours | None:
    """What an attendance counts for: what was written, else what in and out give.

    Nothing until somebody has confirmed it, and nothing of a drill or of what is no
    service (民政部令第67号 7, 19).
    """
    came, left = attendance.signed_in, attendance.signed_out
    activity = seen.get(Activity, attendance.activity)
    if activity is None or activity.drill or activity.kind in NO_SERVICE or attendance.voided:
        return None
    if left is None or not attendance.confirmed_by:
        return None
    minutes = minutes_between(came, left, activity.shift_cap)
    if attendance.minutes is not None:
        minutes = min(minutes, attendance.minutes)
    if minutes <= 0:
        return None
    return Hours(
        person=attendance.person,
        day=activity.day,
        minutes=minutes,
        activity=activity.title,
        about=activity.id,
        late=attendance.late_entry,
        begins=came,
        ends=left,
        note=attendance.note or "",
        platform_no=activity.platform_no or "",
    )


@view(title=Text("一年的服务时长", "A year's hours of service"), audience="keeper", console=True)
def year(store: Store) -> Chart:
    """Confirmed hours of twelve months."""
    return by_month(store, 12)


def by_month(store: Store, count: int = MONTHS) -> Chart:
    """Confirmed hours of so many months, the present one last."""
    months = _months(store, count)
    minutes = Counter[date]()
    for _, each in given(store, Hours, since=months[0]):
        minutes[each.day.replace(day=1)] += each.minutes
    labels = [Text(f"{month.month}月", f"{month:%b}") for month in months]
    return Chart(labels, [(_CONFIRMED, [minutes[each] // 60 for each in months])], _HOUR)


@view(title=Text("本月服务", "This month's service"), menu=False)
def month(store: Store) -> Stats:
    """This month's hours, people and activities, beside the months before."""
    months = _months(store, MONTHS)
    minutes, came = Counter[date](), {each: set[str]() for each in months}
    doubles = Doubles("roster.person")
    for _, each in given(store, Hours, since=months[0], until=local_today(store)):
        first = each.day.replace(day=1)
        minutes[first] += each.minutes
        came[first].add(doubles.first(each.person))
    days = Activity.select(Activity.day).where(Activity.day >= months[0]).tuples()
    held = Counter(day.replace(day=1) for (day,) in days)
    told = (
        (_CONFIRMED, _HOUR, [minutes[each] // 60 for each in months]),
        (Text("参加的人", "People"), Text("人", ""), [len(came[each]) for each in months]),
        (Text("活动", "Activities"), Text("次", ""), [held[each] for each in months]),
    )
    return Stats(
        [Stat(label, of[-1], unit, past=of[:-1], to="service.hours") for label, unit, of in told],
        note=Text("与上月比。", "Beside last month."),
    )


def _months(store: Store, count: int) -> list[date]:
    """The first days of so many months, the present one last."""
    return [month_away(local_today(store), each) for each in range(1 - count, 1)]
