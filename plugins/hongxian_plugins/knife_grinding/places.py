"""The places of a day, who has them, and the first one that is free."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import time

from hongxian import Refused, Store, Text, Values, joined, local_today
from hongxian_plugins.knife_grinding.bookings import Booking
from hongxian_plugins.knife_grinding.days import Day, slots_of
from hongxian_plugins.knife_grinding.steps import HAS_PLACE


def booked_on(day: Day) -> list[Booking]:
    """The bookings that have a place on a day: by time, the benches' first, then visits."""
    found = Booking.select().where(Booking.day == day.id, Booking.state.in_(HAS_PLACE))
    return sorted(found, key=lambda each: (each.slot, each.at_home, each.bench or 0, each.id))


def free_places(day: Day, grinder: str | None = None) -> Iterator[Values]:
    """The day's free places, earliest first: benches, or the hours of a grinder who goes to homes."""
    held = {(each.bench, each.grinder, each.slot) for each in booked_on(day)}
    held |= {(None, grinder, each.slot) for each in _elsewhere(day, grinder)}
    lanes = [(None, grinder)] if grinder else [(n, None) for n in range(1, day.benches + 1)]
    for slot in slots_of(day):
        for bench, who in lanes:
            if (bench, who, slot) not in held:
                yield {"day": day.id, "bench": bench, "grinder": who, "slot": slot}


def _elsewhere(day: Day, grinder: str | None) -> Iterator[Booking]:
    """Where a grinder is on the same date by another day's record."""
    others = Day.select().where(Day.date == day.date, Day.id != day.id) if grinder else ()
    for other in others:
        yield from (each for each in booked_on(other) if each.grinder == grinder)


def first_free(days: Sequence[Day], grinder: str | None = None) -> tuple[Day, Values]:
    """The first free place on the first of these days that has one; raises `Refused`."""
    for day in days:
        for place in free_places(day, grinder):
            return day, place
    names = [day.title for day in days] or "-"
    raise Refused(
        detail=Text(
            "没有空位了（看过：{names}）；请加工位、延长时间或另开一天。",
            "No free place (looked at: {names}); add a bench, hours or another day.",
        ).format(names=names)
    )


def coming_days(store: Store) -> list[Day]:
    """Days from today on, the next one first."""
    return list(Day.select().where(Day.date >= local_today(store)).order_by(Day.date, Day.begins))


def place_name(day: Day, slot: time, bench: int | None, grinder: str | None) -> Text:
    """A place for people: 2023-05-08 09:15 2 号工位."""
    where = Text("上门：{grinder}", "visit by {grinder}").format(grinder=grinder)
    if bench:
        where = Text(f"{bench} 号工位", f"bench {bench}")
    moment = f"{day.date:%Y-%m-%d} {slot:%H:%M}"
    return joined([moment, where], Text.of(" "))
