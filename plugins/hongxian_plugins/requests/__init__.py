"""Requests: what residents report, who takes it, by when, and how they hear what came of it."""

from __future__ import annotations

from datetime import date

from hongxian import Record, Store, Text, hookimpl
from hongxian.shapes import CalendarEntry
from hongxian_plugins.requests.kept.lines import Outside, Step
from hongxian_plugins.requests.kept.people import Ask, Reporter
from hongxian_plugins.requests.kept.records import Request, RequestBook
from hongxian_plugins.requests.kept.settings import RequestRules

__all__ = ["Ask", "Outside", "Reporter", "Request", "RequestBook", "RequestRules", "Step"]

title = Text("报事", "Requests")
icon = "telephone"


@hookimpl
def hongxian_collections() -> list[type[Record]]:
    return [Request, Reporter, Step, Ask, Outside, RequestBook, RequestRules]


@hookimpl
def hongxian_calendar_entries(first: date, last: date) -> list[CalendarEntry]:
    """The hours at which a team's volunteers are to go somewhere; on the laptops of that team."""
    going = Ask.select().where(Ask.say == "yes", Ask.begins.is_null(False))
    asks = [each for each in going if first <= each.begins.date() <= last]
    found = Request.select().where(Request.id.in_([each.request for each in asks]))
    of = {each.id: each for each in found}
    return [
        CalendarEntry(
            each.begins.date(),
            of[each.request].title,
            of=Request,
            id=each.request,
            hour=each.begins.time(),
            place=of[each.request].place,
        )
        for each in asks
        if each.request in of and each.seat == 1
    ]


@hookimpl(trylast=True)  # whoever takes something is of the roster, which fills itself first
def hongxian_demo_was_asked(store: Store, seed: int) -> None:
    from hongxian_plugins.requests.demo import fill

    fill(store, seed)
