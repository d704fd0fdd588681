"""Knife grinding: bookings, benches and slots, and queue numbers at the stall."""

from __future__ import annotations

from datetime import date

from hongxian import CalendarEntry, Record, Store, Text, Values, hookimpl
from hongxian_plugins.knife_grinding.bookings import Booking
from hongxian_plugins.knife_grinding.days import Day
from hongxian_plugins.knife_grinding.queue import NumberBook, Slip
from hongxian_plugins.knife_grinding.rules import (
    refuse_bad_book,
    refuse_bad_booking,
    refuse_bad_day,
    refuse_bad_slip,
)

__all__ = ["Booking", "Day", "NumberBook", "Slip"]

title = Text("磨刀预约", "Knife grinding")


@hookimpl
def hongxian_collections() -> list[type[Record]]:
    return [Day, Booking, NumberBook, Slip]


@hookimpl
def hongxian_record_will_be_stored(
    collection: str, id: str, values: Values, before: Values | None, after: Values
) -> None:
    if collection == "knife_grinding.booking":
        refuse_bad_booking(values, after)
    elif collection == "knife_grinding.day":
        refuse_bad_day(id, values, after)
    elif collection == "knife_grinding.number_book":
        refuse_bad_book(values, before, after)
    elif collection == "knife_grinding.slip":
        refuse_bad_slip(values, before)


@hookimpl
def hongxian_calendar_entries(first: date, last: date) -> list[CalendarEntry]:
    from hongxian_plugins.knife_grinding import tables

    return tables.calendar_entries(first, last)


@hookimpl
def hongxian_demo_was_asked(store: Store, seed: int) -> None:
    from hongxian_plugins.knife_grinding.demo import fill

    fill(store, seed)
