"""A stall of grinding elsewhere is a day here, with its bookings and its queue; how many came is told back."""

from __future__ import annotations

from collections import Counter

from hongxian import Seen, gives, takes
from hongxian.contracts import Occasion, Turnout
from hongxian.records import Values
from hongxian_plugins.knife_grinding.days import Day
from hongxian_plugins.knife_grinding.queue import Slip

GRINDING = "grinding"
"""The service of an occasion that is taken."""


@takes(Occasion, into=Day, also_by_hand=True)
def day_of(occasion: Occasion, source: str) -> Values | None:
    """A day with the usual benches; of no team's nobody could have the bookings."""
    if occasion.service != GRINDING or not occasion.team:
        return None
    hours = {"begins": occasion.opens, "ends": occasion.closes}
    return {
        "title": occasion.title,
        "date": occasion.day,
        "place": occasion.place,
        "stall": source,
        **{name: hour for name, hour in hours.items() if hour},
    }


@gives(Turnout, of=Day, day="date")
def turnout_of(day: Day, seen: Seen) -> Turnout | None:
    """What its queue came to, for whoever the day is of."""
    if not day.stall:
        return None
    states = Counter(str(each.state) for each in seen.all(Slip, day=day.id))
    return Turnout(
        about=day.stall,
        day=day.date,
        numbers=states.total(),
        waiting=states["taken"] + states["called"] + states["serving"],
        served=states["done"] + states["handed_back"],
        skipped=states["skipped"],
        visits=states["at_home"],
    )
