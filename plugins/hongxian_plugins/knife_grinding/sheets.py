"""Sheets to print: the day's list to tick by pen, and the slip that a resident holds."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from hongxian import Store, Text, document
from hongxian.days import day_on_paper
from hongxian_plugins.knife_grinding.bookings import items_of
from hongxian_plugins.knife_grinding.days import Day, day_here
from hongxian_plugins.knife_grinding.placing import booked_on
from hongxian_plugins.knife_grinding.queue import Slip
from hongxian_plugins.knife_grinding.stall import LABELS, ahead_of

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


@document(of=Slip, title=Text("排队号 80 毫米", "Queue slip, 80 mm"), paper="80mm")
def slip_80mm(store: Store, slip: Slip) -> str:
    """What a resident holds while waiting."""
    day = day_here(slip.day)
    return _sheets.get_template("slip.html").render(
        slip=slip,
        service=LABELS[slip.service],
        day=day,
        date=day_on_paper(day.date) if day else "",
        ahead=ahead_of(slip),
        code=slip.id[-CODE:],
    )


@document(of=Slip, title=Text("排队号 58 毫米", "Queue slip, 58 mm"), paper="58mm")
def slip_58mm(store: Store, slip: Slip) -> str:
    """The same on a narrow roll."""
    return slip_80mm(store, slip)
