"""An activity that takes place each week or each month, planned at one press."""

from __future__ import annotations

from datetime import date, timedelta

from peewee import CharField, IntegerField

from hongxian import Refused, Store, Text, action
from hongxian.days import month_away
from hongxian_plugins.service.records import Activity

MOST_TIMES = 53
_EVERY = (
    ("week", Text("每周", "Every week")),
    ("fortnight", Text("每两周", "Every two weeks")),
    ("month", Text("每月同一天", "The same day of each month")),
)
_WEEKS = {"week": 1, "fortnight": 2}
_KEPT = ("title", "begins", "place", "kind", "planned_minutes", "shift_cap", "places", "risky")
"""What the next ones have of the first: not what happened there, nor its number or insurance."""


@action(
    of=Activity,
    title=Text("照样再安排", "Repeat"),
    icon="arrow-repeat",
    asks={
        "every": CharField(
            verbose_name=Text("多久一次", "How often"), choices=_EVERY, default="week"
        ),
        "times": IntegerField(
            verbose_name=Text("再来几次", "How many more"),
            default=4,
            help_text=Text("1 到 53。", "1 to 53."),
        ),
    },
)
def repeat(store: Store, activity: Activity, every: str, times: int) -> Text:
    """Plan it again so many times; a day on which it is planned already is left as it is."""
    if not 1 <= times <= MOST_TIMES:
        raise Refused(
            "再来 {times} 次不行，1 到 {most} 次。",
            "Not {times} {times:time|times}: 1 to {most}.",
            times=times,
            most=MOST_TIMES,
        )
    given = {name: getattr(activity, name) for name in _KEPT}
    rows = []
    for number in range(1, times + 1):
        day = _day_of(activity.day, every, number)
        title = activity.title.replace(_in_title(activity.day), _in_title(day))
        if not Activity.select().where(Activity.day == day, Activity.title == title).exists():
            rows.append({**given, "day": day, "title": title, "scope": activity.scope})
    store.create(Activity, rows)
    if not rows:
        return Text("这些天都排好了。", "Those days have it already.")
    return Text("排了 {n} 次，到 {last}。", "{n} more are planned, up to {last}.").format(
        n=len(rows), last=rows[-1]["day"]
    )


def _day_of(first: date, every: str, number: int) -> date:
    """The `number`th day after the first; the last of a month that has no such day."""
    if every in _WEEKS:
        return first + timedelta(weeks=_WEEKS[every] * number)
    month = month_away(first, number)
    last = month_away(first, number + 1) - timedelta(days=1)
    return month.replace(day=min(first.day, last.day))


def _in_title(day: date) -> str:
    """How a day stands in a title: 学习室值班 3月1日."""
    return f"{day.month}月{day.day}日"
