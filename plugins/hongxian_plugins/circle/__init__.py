"""The circle: what there is within a quarter of an hour on foot, when it is open, and what is missing."""

from __future__ import annotations

from datetime import date

from hongxian import Record, Store, Text, hookimpl
from hongxian.shapes import CalendarEntry
from hongxian_plugins.circle.around import Gate, Picture, Walk
from hongxian_plugins.circle.due import entries
from hongxian_plugins.circle.records import Special, Venue
from hongxian_plugins.circle.settings import CircleRules
from hongxian_plugins.circle.told import Apart, Satisfaction, Wrong

__all__ = [
    "Apart",
    "CircleRules",
    "Gate",
    "Picture",
    "Satisfaction",
    "Special",
    "Venue",
    "Walk",
    "Wrong",
]

title = Text("便民生活圈", "Quarter-hour circle")
icon = "geo-alt"


@hookimpl
def hongxian_collections() -> list[type[Record]]:
    return [Venue, Special, Gate, Picture, Walk, Satisfaction, Wrong, Apart, CircleRules]


@hookimpl
def hongxian_calendar_entries(first: date, last: date) -> list[CalendarEntry]:
    return entries(first, last)


@hookimpl
def hongxian_demo_was_asked(store: Store, seed: int) -> None:
    from hongxian_plugins.circle.demo import fill

    fill(store, seed)
