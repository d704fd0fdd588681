"""What service shows of the day: its activities, the team's hours, and the calendar."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from hongxian import CalendarEntry, Chart, Store, Table, Text, local_today, view
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
    months = [now.replace(day=1)]
    while len(months) < count:
        months.insert(0, (months[0] - timedelta(days=1)).replace(day=1))
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
