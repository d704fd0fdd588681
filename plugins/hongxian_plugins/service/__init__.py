"""Service: activities, who took part and for how long, and what was counted."""

from __future__ import annotations

from datetime import date

from peewee import fn

from hongxian import Record, Store, Text, hookimpl
from hongxian.shapes import CalendarEntry
from hongxian_plugins.service.records import Activity, Attendance, Tally
from hongxian_plugins.service.setting import ServiceRules
from hongxian_plugins.service.sign_up import SignUp

__all__ = ["Activity", "Attendance", "ServiceRules", "SignUp", "Tally"]

title = Text("服务记录", "Service")
icon = "person-check"


@hookimpl
def hongxian_collections() -> list[type[Record]]:
    return [Activity, Attendance, Tally, SignUp, ServiceRules]


@hookimpl
def hongxian_calendar_entries(first: date, last: date) -> list[CalendarEntry]:
    held = Activity.select().where(Activity.day.between(first, last))
    came = _came([each.id for each in held])
    return [
        CalendarEntry(
            each.day,
            each.title,
            of=Activity,
            id=each.id,
            hour=each.begins,
            place=each.place or "",
            note=Text("到 {n}", "{n} came").format(n=came[each.id]) if each.id in came else "",
            opens="service.sign_in",
        )
        for each in held
    ]


def _came(activities: list[str]) -> dict[str, int]:
    """How many are signed in at each of these, where anybody is."""
    query = (
        Attendance.select(Attendance.activity, fn.COUNT(Attendance.person.distinct()))
        .where(Attendance.activity.in_(activities), Attendance.voided == False)  # noqa: E712
        .group_by(Attendance.activity)
    )
    return dict(query.tuples())


@hookimpl(trylast=True)  # the people come first, and the roster makes them
def hongxian_demo_was_asked(store: Store, seed: int) -> None:
    from hongxian_plugins.service.demo import fill

    fill(store, seed)
