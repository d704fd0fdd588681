"""Hours of service: which of them count, what others are given, and what is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from hongxian import Record, Seen, Store, Text, gives, local_today, view
from hongxian.contracts import Hours
from hongxian.days import month_away
from hongxian.doubles import Doubles, group
from hongxian.shapes import Chart, Stat, Stats
from hongxian_plugins.service.records import Activity, Attendance

MONTHS = 6
"""Of which the hours are shown, the present one with them."""
_HOUR = Text("小时", "h")
_CONFIRMED = Text("已确认时长", "Confirmed hours")


def minutes_between(signed_in: datetime, signed_out: datetime, cap: int | None = None) -> int:
    """Whole minutes of a stay, at most `cap`; less than none where out is before in."""
    minutes = (signed_out - signed_in) // timedelta(minutes=1)
    return minutes if cap is None else min(minutes, cap)


def counted_minutes(attendance: Attendance, activity: Activity) -> int:
    """What an attendance counts for: what was written, else what in and out give.

    Nothing until somebody has confirmed it, and nothing of a drill (民政部令第67号).
    """
    if attendance.voided or activity.drill or not attendance.confirmed_by:
        return 0
    if attendance.signed_out is None:
        return 0
    most = minutes_between(attendance.signed_in, attendance.signed_out, activity.shift_cap)
    return most if attendance.minutes is None else min(attendance.minutes, most)


@gives(Hours, of=Attendance, through=("activity",), person="person", day="activity.day")
def hours_of(attendance: Attendance, seen: Seen) -> Hours | None:
    activity = seen.get(Activity, attendance.activity)
    minutes = counted_minutes(attendance, activity) if activity else 0
    if activity is None or minutes <= 0:
        return None
    return Hours(
        person=attendance.person,
        day=activity.day,
        minutes=minutes,
        activity=activity.title,
        late=attendance.late_entry,
    )


def counted(since: date | None = None, of: str = "") -> Iterator[tuple[str, date, int]]:
    """Whose, of which day and how many minutes, of each attendance whose activity is here.

    Who was entered twice is told as the one that stands for both.
    """
    query = (
        Attendance.select(Attendance, Activity.day, Activity.shift_cap, Activity.drill)
        .join(Activity, on=(Attendance.activity == Activity.id))
        .where(Attendance.confirmed_by != "", Activity.deleted == False)  # noqa: E712
    )
    if since:
        query = query.where(Activity.day >= since)
    if of:
        query = query.where(Attendance.person.in_(group("roster.person", of)))
    doubles = Doubles("roster.person")
    for each in query.namedtuples().iterator():  # a year's lines make no records
        yield doubles.first(each.person), each.day, counted_minutes(each, each)


@view(title=Text("一年的服务时长", "A year's hours of service"), audience="keeper", console=True)
def year(store: Store) -> Chart:
    """Confirmed hours of twelve months."""
    return _by_month(store, 12)


@view(title=Text("服务时长", "Hours of service"), card=True)
def hours(store: Store) -> Chart:
    """Confirmed hours of the last months."""
    return _by_month(store, MONTHS)


def _by_month(store: Store, count: int) -> Chart:
    months = _months(store, count)
    minutes = Counter[date]()
    for _, day, spent in counted(since=months[0]):
        minutes[day.replace(day=1)] += spent
    labels = [f"{month:%Y-%m}" for month in months]
    return Chart(labels, [(_CONFIRMED, [minutes[each] // 60 for each in months])], _HOUR)


@view(title=Text("本月服务", "This month's service"), card=True)
def month(store: Store) -> Stats:
    """This month's hours, people and activities, beside the months before."""
    months = _months(store, MONTHS)
    minutes, came = Counter[date](), set[tuple[date, str]]()
    for person, day, spent in counted(since=months[0]):
        minutes[day.replace(day=1)] += spent
        came.add((day.replace(day=1), person))
    people = Counter(first for first, _ in came)
    days = Activity.select(Activity.day).where(Activity.day >= months[0]).tuples()
    held = Counter(day.replace(day=1) for (day,) in days)
    told = (
        (_CONFIRMED, _HOUR, [minutes[each] // 60 for each in months]),
        (Text("参加的人", "People"), Text("人", ""), [people[each] for each in months]),
        (Text("活动", "Activities"), Text("次", ""), [held[each] for each in months]),
    )
    return Stats(
        [Stat(label, of[-1], unit, past=of[:-1], to="service.hours") for label, unit, of in told],
        note=Text("与上月比。", "Beside last month."),
    )


@view(of="roster.person", title=Text("服务时长", "Hours of service"))
def served(store: Store, person: Record) -> Stats:
    """What of one person's service counts: this year's, and all."""
    by_year = Counter[int]()
    for _, day, spent in counted(of=person.id):
        by_year[day.year] += spent
    this_year = by_year[local_today(store).year]
    told = ((Text("今年", "This year"), this_year), (Text("累计", "In all"), by_year.total()))
    return Stats([Stat(label, minutes // 60, _HOUR) for label, minutes in told if by_year])


def _months(store: Store, count: int) -> list[date]:
    """The first days of so many months, the present one last."""
    return [month_away(local_today(store), each) for each in range(1 - count, 1)]
