"""What service shows of the day: its activities, the team's hours, and the calendar."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta

from hongxian import CalendarEntry, Chart, Stat, Stats, Store, Table, Text, local_today, view
from hongxian_plugins.service.minutes import confirmed_lines
from hongxian_plugins.service.records import KINDS, Activity
from hongxian_plugins.service.steps import ACTIVITY

MONTHS = 6
"""Of which the hours are shown, the present one with them."""


@view(title=Text("今天的活动", "Today's activities"), card=True)
def today(store: Store) -> Table:
    """What takes place today."""
    held = list(
        Activity.select().where(Activity.day == local_today(store)).order_by(Activity.title)
    )
    kinds = dict(KINDS)
    return Table(
        headers=[
            Text("活动", "Activity"),
            Text("地点", "Place"),
            Text("类别", "Kind"),
            Text("状态", "State"),
        ],
        rows=[
            [each.title, each.place, kinds[each.kind], ACTIVITY.title_of(each.state)]
            for each in held
        ],
        ids=[each.id for each in held],
        of=Activity,
    )


@view(title=Text("一年的服务时长", "A year's hours of service"), audience="keeper", console=True)
def year(store: Store) -> Chart:
    """Confirmed hours of twelve months."""
    return _hours(store, 12)


@view(title=Text("服务时长", "Hours of service"), card=True)
def hours(store: Store) -> Chart:
    """Confirmed hours of the last months."""
    return _hours(store, MONTHS)


def _hours(store: Store, count: int) -> Chart:
    """Confirmed hours, month by month."""
    now = local_today(store)
    months = _months(now, count)
    minutes: Counter[date] = Counter()
    for line in confirmed_lines(since=months[0], until=now):
        minutes[line.day.replace(day=1)] += line.minutes
    return Chart(
        labels=[f"{month:%Y-%m}" for month in months],
        series=[
            (Text("已确认时长", "Confirmed hours"), [minutes[month] // 60 for month in months])
        ],
        unit=Text("小时", "h"),
    )


def calendar_entries(first: date, last: date) -> list[CalendarEntry]:
    """Each activity on its day."""
    query = Activity.select().where(Activity.day.between(first, last))
    return [CalendarEntry(each.day, each.title, of=Activity, id=each.id) for each in query]


@view(title=Text("本月服务", "This month's service"), card=True)
def month(store: Store) -> Stats:
    """This month's hours, people and activities, beside the months before."""
    months = _months(local_today(store), MONTHS)
    hours, people = Counter[date](), defaultdict[date, set[str]](set)
    for line in confirmed_lines(since=months[0], until=local_today(store)):
        hours[line.day.replace(day=1)] += line.minutes
        people[line.day.replace(day=1)].add(line.person)
    held = Counter(
        day.replace(day=1)
        for (day,) in Activity.select(Activity.day).where(Activity.day >= months[0]).tuples()
    )
    told = (
        (
            Text("已确认时长", "Confirmed hours"),
            Text("小时", "h"),
            [hours[m] // 60 for m in months],
        ),
        (Text("参加的人", "People"), Text("人", ""), [len(people[m]) for m in months]),
        (Text("活动", "Activities"), Text("次", ""), [held[m] for m in months]),
    )
    return Stats(
        [
            Stat(label, numbers[-1], unit, past=numbers[:-1], to="service.hours")
            for label, unit, numbers in told
        ],
        note=Text("与上月比。", "Beside last month."),
    )


def _months(today: date, count: int) -> list[date]:
    """The first days of so many months, the present one last."""
    months = [today.replace(day=1)]
    while len(months) < count:
        months.insert(0, (months[0] - timedelta(days=1)).replace(day=1))
    return months
