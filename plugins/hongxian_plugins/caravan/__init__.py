"""The caravan: a fair of stalls with queue numbers, helpers at posts, things left and head-counts."""

from __future__ import annotations

from datetime import date

from hongxian import Record, Store, Text, hookimpl
from hongxian.shapes import CalendarEntry
from hongxian_plugins.caravan.counter.records import Slip, SlipBook
from hongxian_plugins.caravan.counter.things import Count, Left, Material, Wish
from hongxian_plugins.caravan.fairs import FAIR, Fair, Stall
from hongxian_plugins.caravan.helpers.records import Helper, Post
from hongxian_plugins.caravan.settings import CaravanRules

__all__ = [
    "CaravanRules",
    "Count",
    "Fair",
    "Helper",
    "Left",
    "Material",
    "Post",
    "Slip",
    "SlipBook",
    "Stall",
    "Wish",
]

title = Text("红管大篷车", "Caravan")
icon = "truck"


@hookimpl
def hongxian_collections() -> list[type[Record]]:
    return [Fair, Stall, Post, Helper, SlipBook, Slip, Left, Wish, Count, Material, CaravanRules]


@hookimpl
def hongxian_calendar_entries(first: date, last: date) -> list[CalendarEntry]:
    fairs = Fair.select().where(Fair.date.between(first, last))
    return [
        CalendarEntry(
            each.date,
            each.title,
            of=Fair,
            id=each.id,
            hour=each.opens,
            place=each.place,
            note=FAIR.title_of(each.state),
        )
        for each in fairs
    ]


@hookimpl
def hongxian_demo_was_asked(store: Store, seed: int) -> None:
    from hongxian_plugins.caravan.demo import fill

    fill(store, seed)
