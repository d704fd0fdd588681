"""Knife grinding: bookings, benches and slots, and queue numbers at the stall."""

from __future__ import annotations

from datetime import date

from hongxian import Record, Store, Text, hookimpl
from hongxian.shapes import CalendarEntry, on_calendar
from hongxian_plugins.knife_grinding.bookings import Booking
from hongxian_plugins.knife_grinding.days import Day
from hongxian_plugins.knife_grinding.queue import NumberBook, Slip
from hongxian_plugins.knife_grinding.settings import GrindingRules

__all__ = ["Booking", "Day", "GrindingRules", "NumberBook", "Slip"]

title = Text("磨刀预约", "Knife grinding")
icon = "scissors"


@hookimpl
def hongxian_collections() -> list[type[Record]]:
    return [Day, Booking, NumberBook, Slip, GrindingRules]


@hookimpl
def hongxian_calendar_entries(first: date, last: date) -> list[CalendarEntry]:
    return [*on_calendar(Day.date, first, last)]


@hookimpl
def hongxian_demo_was_asked(store: Store, seed: int) -> None:
    from hongxian_plugins.knife_grinding.demo import fill

    fill(store, seed)
