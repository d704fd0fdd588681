"""Sheets to print: the day's list to tick by pen, and the slip that a resident holds."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from hongxian import Store, Text, day_on_paper, document
from hongxian_plugins.knife_grinding.bookings import items_of
from hongxian_plugins.knife_grinding.days import Day
from hongxian_plugins.knife_grinding.places import booked_on
from hongxian_plugins.knife_grinding.queue import SERVICES, Slip
from hongxian_plugins.knife_grinding.queue_actions import ahead_of

CODE = 6
"""Last letters of an id: enough to find the record again among a team's bookings."""
_sheets = Environment(
    loader=PackageLoader("hongxian_plugins.knife_grinding"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@document(of=Day, title=Text("当日清单", "The day's list"))
def day_list(store: Store, day: Day) -> str:
    """Everyone who is booked on a day, with boxes to tick and a code to type the result back by."""
    return _sheets.get_template("day_list.html").render(
        day=day,
        date=day_on_paper(day.date),
        rows=[(each, items_of(each).zh, each.id[-CODE:]) for each in booked_on(day)],
    )


@document(of=Slip, title=Text("排队号", "Queue slip"), paper="80mm")
def slip(store: Store, held: Slip) -> str:
    """What a resident holds while waiting."""
    day = Day.get_or_none(Day.id == held.day)
    return _sheets.get_template("slip.html").render(
        slip=held,
        service=dict(SERVICES)[held.service],
        day=day,
        date=day_on_paper(day.date) if day else "",
        ahead=ahead_of(held),
        code=held.id[-CODE:],
    )
