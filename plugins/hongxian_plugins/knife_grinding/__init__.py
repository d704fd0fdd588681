"""Knife grinding: bookings, benches and slots, and queue numbers at the stall."""

from __future__ import annotations

from datetime import date

from hongxian import CalendarEntry, Record, Store, Text, hookimpl
from hongxian_plugins.knife_grinding.bookings import Booking
from hongxian_plugins.knife_grinding.days import Day
from hongxian_plugins.knife_grinding.queue import NumberBook, Slip

__all__ = ["Booking", "Day", "NumberBook", "Slip"]

title = Text("磨刀预约", "Knife grinding")


@hookimpl
def hongxian_collections() -> list[type[Record]]:
    return [Day, Booking, NumberBook, Slip]


@hookimpl
def hongxian_calendar_entries(first: date, last: date) -> list[CalendarEntry]:
    from hongxian_plugins.knife_grinding import tables

    return tables.calendar_entries(first, last)


@hookimpl
def hongxian_demo_was_asked(store: Store, seed: int) -> None:
    from hongxian_plugins.knife_grinding.demo import fill

    fill(store, seed)
