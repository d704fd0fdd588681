"""The service of a year, in numbers: hours by kind, who served, how often."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from functools import partial

from hongxian import Store, Text
from hongxian.doubles import Doubles
from hongxian.shapes import Table
from hongxian.yearly import Figure, yearly
from hongxian_plugins.service.hours import minutes_between
from hongxian_plugins.service.records import KINDS, NO_SERVICE, Activity, Attendance

_HOURS, _PEOPLE, _TIMES = Text("小时", "h"), Text("人", "people"), Text("人次", "times")


@yearly(title=Text("志愿服务", "Voluntary service"))
def service(store: Store, year: int) -> Iterator[Figure]:
    """Confirmed hours, in all and by kind; of how many people, and how often."""
    minutes, times = Counter[str](), Counter[str]()
    by_activity, people = defaultdict[str, Counter[tuple[date, str]]](Counter), set[str]()
    doubles = Doubles("roster.person")
    for kind, title, day, person, counted in _attended(year):
        minutes[kind] += counted
        times[kind] += 1
        by_activity[kind][day, title] += counted
        people.add(doubles.first(person))
    for kind, label in KINDS:
        if minutes[kind]:
            told = Text("时长：{kind}", "Hours: {kind}").format(kind=label)
            counts = partial(_activities, by_activity[kind])
            yield Figure(told, minutes[kind] // 60, _HOURS, counts)
    yield Figure(Text("时长合计", "Hours in all"), minutes.total() // 60, _HOURS)
    yield Figure(Text("参加的人", "People who served"), len(people), _PEOPLE)
    kinds = dict(KINDS)
    yield Figure.tallied(
        Text("参加人次", "Attendances"), _TIMES, times, Activity.kind.verbose_name, kinds
    )


def _attended(year: int) -> Iterator[tuple[str, str, date, str, int]]:
    """Kind, title and day of the activity, the person, and the minutes that count, of each attendance that does."""
    query = (
        Attendance.select(
            Activity.kind,
            Activity.title,
            Activity.day,
            Activity.shift_cap,
            Attendance.person,
            Attendance.signed_in,
            Attendance.signed_out,
            Attendance.minutes,
        )
        .join(Activity, on=Attendance.activity == Activity.id)
        .where(
            Activity.day.between(date(year, 1, 1), date(year, 12, 31)),
            Activity.drill == False,  # noqa: E712
            Activity.kind.not_in(NO_SERVICE),
            Attendance.voided == False,  # noqa: E712
            Attendance.confirmed_by.is_null(False),
            Attendance.signed_out.is_null(False),
        )
    )
    for kind, title, day, cap, person, came, left, written in query.tuples().iterator():
        stayed = minutes_between(came, left, cap)
        yield kind, title, day, person, stayed if written is None else min(stayed, written)


def _activities(minutes: Counter[tuple[date, str]]) -> Table:
    return Table(
        [Activity.day.verbose_name, Activity.title.verbose_name, _HOURS],
        [[day, title, round(spent / 60, 1)] for (day, title), spent in sorted(minutes.items())],
    )
