"""How a booking gets a place: the first one that is free, or the one that was pressed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

from peewee import CharField

from hongxian import PersonField, Reference, Refused, Store, Text, action, local_today, step
from hongxian.records import Value, Values
from hongxian.shapes import Link
from hongxian.text import joined
from hongxian_plugins.knife_grinding.bookings import HAS_PLACE, ITEMS, Booking
from hongxian_plugins.knife_grinding.days import Day, day_here, other_benches, other_hours

_PLACE = {each: getattr(Booking, each) for each in ("day", "slot", "bench")}


def coming_days(store: Store) -> list[Day]:
    """Days from today on, the next one first."""
    return list(Day.select().where(Day.date >= local_today(store)).order_by(Day.date, Day.begins))


NO_DAY = Text("没有要来的磨刀日。", "No grinding day is coming.")
WHICH_DAY = Reference(
    "knife_grinding.day",
    verbose_name=Text("磨刀日", "Day"),
    help_text=Text("留空看最近的一天。", "Empty for the next one."),
    null=True,
)


def day_meant(store: Store, id: str | None) -> Day | None:
    """The day that was named, or the next one; None where there is none."""
    return day_here(id) if id else next(iter(coming_days(store)), None)


def link_to(day: Day) -> Link:
    """A day for people, as a link."""
    return Link(f"{day.date} {day.title}", Day, day.id)


@action(of=Day, title=Text("改期", "Move to another day"), asks=[Day.date])
def move_day(store: Store, day: Day, date: date) -> Text:
    """Bring a day with all its places to another date, as for rain; its bookings go along."""
    day.date = date
    day.save()
    told = Text("已改到 {date}；{n} 户请逐一告知。", "Moved to {date}; tell its {n} residents.")
    return told.format(date=date, n=len(booked_on(day)))


def booked_on(day: Day) -> list[Booking]:
    """The bookings that have a place on a day: by time, the benches' first, then visits."""
    found = Booking.select().where(Booking.day == day.id, Booking.state.in_(HAS_PLACE))
    return sorted(found, key=lambda each: (each.slot, each.at_home, each.bench or 0, each.id))


def waiting() -> list[Booking]:
    """Those who have no place yet, the first that asked before the others."""
    states = ("requested", "verified")
    return list(Booking.select().where(Booking.state.in_(states)).order_by(Booking.id))


@action(
    title=Text("预约一个空位", "Book a free place"),
    asks={
        "booking": Reference(
            "knife_grinding.booking",
            verbose_name=Text("已提出的预约", "Booking"),
            null=True,
            help_text=Text(
                "已核实、还没排位的选这里，下面就不用填；新来的留空。",
                "One that is verified and waits; then leave the rest. Empty for someone new.",
            ),
        ),
        "name": PersonField(
            verbose_name=Booking.name.verbose_name, help_text=Booking.name.help_text, null=True
        ),
        **{each: getattr(Booking, each) for each in ITEMS},
        **_PLACE,
    },
)
def book(
    store: Store,
    booking: str | None,
    name: str | None,
    day: str,
    slot: time,
    bench: int,
    **brings: Value,
) -> Text:
    """Give a free place to a booking that waits, or to a resident who asks for it now."""
    place = {"day": day, "slot": slot, "bench": bench, "state": "slotted"}
    with store.transaction():
        if booking:
            given = Booking.get_by_id(booking)
            _put(given, place)
            given.save()
        else:
            scope = Day.get_by_id(day).scope
            given = Booking.create(scope=scope, name=name, **place, **brings)
    return joined([given.who, place_name(given)], Text.of(" → "))


@step(
    Booking,
    "slot",
    asks={
        **_PLACE,
        "day": Reference(
            "knife_grinding.day",
            verbose_name=Booking.day.verbose_name,
            null=True,
            help_text=Text(
                "留空则排最近有空位的一天，时段和工位也可留空。",
                "Empty for the next day with a free place; slot and bench may be empty too.",
            ),
        ),
        "grinder": CharField(
            verbose_name=Booking.grinder.verbose_name,
            null=True,
            help_text=Text("上门才填。", "For home visits only."),
        ),
    },
)
def slot(
    store: Store,
    booking: Booking,
    day: str | None = None,
    slot: time | None = None,
    bench: int | None = None,
    grinder: str | None = None,
) -> Text:
    """Give a booking a place: the one that is named, or the first free one of a day or of those that come."""
    who = _grinder_of(booking, grinder) if booking.at_home else None
    stays = booking.day if booking.state == "slotted" else None
    if slot is None:
        days = [Day.get_by_id(day or stays)] if day or stays else coming_days(store)
        _put(booking, first_free(days, who))
    else:
        _put(booking, {"day": day or stays, "slot": slot, "bench": bench, "grinder": who})
    return place_name(booking)


def first_free(days: Sequence[Day], grinder: str | None = None) -> Values:
    """The first free place on the first of these days that has one; raises `Refused`."""
    for day in days:
        begin = {"day": day.id, "slot": str(day.begins), "bench": None, "grinder": grinder}
        for place in (other_hours if grinder else other_benches)(begin):
            if not _is_held(day, place):
                return place
    raise Refused(
        "没有空位了（看过：{names}）；请加工位、延长时间或另开一天。",
        "No free place (looked at: {names}); add a bench, hours or another day.",
        names=[day.title for day in days] or "-",
    )


def _is_held(day: Day, place: Values) -> bool:
    """Of a bench on that day; of a grinder wherever they are on that date."""
    where = (Booking.day == day.id) & (Booking.bench == place["bench"])
    if place["grinder"]:
        that_date = Day.select(Day.id).where(Day.date == day.date)
        where = Booking.day.in_(that_date) & (Booking.grinder == place["grinder"])
    held = Booking.select().where(where, Booking.slot == place["slot"])
    return bool(held.where(Booking.state.in_(HAS_PLACE)).exists())


def place_name(booking: Booking) -> Text:
    """A booking's place for people: 2023-05-08 09:15 2 号工位."""
    told = Text("{date} {slot:%H:%M} 上门：{who}", "{date} {slot:%H:%M} visit by {who}")
    if booking.bench:
        told = Text("{date} {slot:%H:%M} {bench} 号工位", "{date} {slot:%H:%M} bench {bench}")
    date = Day.get_by_id(booking.day).date
    return told.format(date=date, slot=booking.slot, bench=booking.bench, who=booking.grinder)


def _grinder_of(booking: Booking, grinder: str | None) -> str:
    who = (grinder or booking.grinder or "").strip()
    if not who:
        raise Refused(
            "上门要写明哪位师傅去（grinder=姓名）。", "Say who goes to their home: grinder=NAME."
        )
    return who


def _put(booking: Booking, place: Values) -> None:
    for name, value in place.items():
        setattr(booking, name, value)
