"""The grinding of a year, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

from hongxian import Store, Text
from hongxian.shapes import Table
from hongxian.yearly import Figure, yearly
from hongxian_plugins.knife_grinding.bookings import ITEMS, Booking
from hongxian_plugins.knife_grinding.days import Day
from hongxian_plugins.knife_grinding.queue import SERVICES, Slip

_DONE = ("done", "called_back")
_SERVED = ("done", "handed_back")


@yearly(title=Text("磨刀便民", "Knife grinding"))
def grinding(store: Store, year: int) -> Iterator[Figure]:
    """Days, bookings and pieces that were done, and numbers that were served at the stall."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = {each.id: each for each in Day.select().where(Day.date.between(first, last))}
    pieces, of_day = Counter[str](), Counter[str]()
    for each in Booking.select().where(
        Booking.day.in_(Day.select(Day.id).where(Day.date.between(first, last))),
        Booking.state.in_(_DONE),
    ):
        of_day[each.day] += 1
        pieces.update({name: getattr(each, name) for name in ITEMS})
    served = Counter(
        each.service
        for each in Slip.select().where(
            Slip.taken_at.between(datetime(year, 1, 1), datetime(year, 12, 31, 23, 59, 59)),
            Slip.state.in_(_SERVED),
        )
    )
    told = [[each.date, each.title, of_day[id]] for id, each in days.items()]
    heads = [Day.date.verbose_name, Day.title.verbose_name, Text("户", "Bookings")]
    yield Figure(Text("磨刀日", "Grinding days"), len(days), Text("次", "days"))
    yield Figure(
        Text("预约做好", "Bookings done"),
        of_day.total(),
        Text("户", "bookings"),
        lambda: Table(heads, sorted(told, key=lambda row: (row[0], str(row[1])))),
    )
    yield Figure.tallied(
        Text("做好的东西", "Pieces done"),
        Text("件", "pieces"),
        pieces,
        Text("东西", "What"),
        dict(ITEMS),
    )
    yield Figure.tallied(
        Text("摊位办好的号", "Numbers served"),
        Text("个", "numbers"),
        served,
        Slip.service.verbose_name,
        dict(SERVICES),
    )
