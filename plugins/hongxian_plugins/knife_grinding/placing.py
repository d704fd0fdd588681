"""How a booking gets a place: the first one that is free, or the one that was pressed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

from hongxian import PersonField, Reference, Refused, Store, Text, action, local_today, step
from hongxian.records import Value, Values
from hongxian.shapes import Link
from hongxian.text import joined
from hongxian_plugins.knife_grinding.bookings import HAS_PLACE, ITEMS, Booking
from hongxian_plugins.knife_grinding.days import Day, day_here, other_benches, other_hours

_PLACE = {each: getattr(Booking, each) for each in ("day", "slot", "bench")}


def coming_days() -> list[Day]:
    """Days from today on, the next one first."""
    return list(Day.select().where(Day.date >= local_today()).order_by(Day.date, Day.begins))


NO_DAY = Text("没有要来的磨刀日。", "No grinding day is coming.")
WHICH_DAY = Reference(
    "knife_grinding.day",
    verbose_name=Text("磨刀日", "Day"),
    help_text=Text("留空看最近的一天。", "Empty for the next one."),
    null=True,
)


def day_meant(store: Store, id: str | None) -> Day | None:
    """The day that was named, or the next one; None where there is none."""
    return day_here(id) if id else next(iter(coming_days()), None)


def link_to(day: Day) -> Link:
    """A day for people, as a link."""
    return Link(f"{day.date} {day.title}", Day, day.id)


@action(of=Day, title=Text("改期", "Move to another day"), asks=[Day.date])
def move_day(store: Store, day: Day, date: date) -> Text:
    """Bring a day with all its places to another date, as for rain; its bookings go along."""
    day.date = date
    day.save()
    told = Text(
        "已改到 {date}；{n} 户请逐一告知。", "Moved to {date}; tell its {n} {n:resident|residents}."
    )
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
    menu=False,
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
    day: str | None,
    slot: time | None,
    bench: int | None,
    **brings: Value,
) -> Text:
    """Give a place to a booking that waits, or to a resident who asks for it now."""
    with store.transaction():
        if booking:
            given = Booking.get_by_id(booking)
        else:
            of_team = {"scope": held.scope} if (held := day_here(day)) else {}
            given = Booking.create(name=name, state="verified", **of_team, **brings)
        told = place(store, given, day, slot, bench)
        given.state = "slotted"
        given.save()
    return joined([given.who, told], Text.of(" → "))


@step(Booking, "slot", asks=[*_PLACE.values(), Booking.grinder])
def place(
    store: Store,
    booking: Booking,
    day: str | None = None,
    slot: time | None = None,
    bench: int | None = None,
    grinder: str | None = None,
) -> Text:
    """Give a booking the place that is named, or of what is not named the first that is free."""
    who = _grinder_of(booking, grinder) if booking.at_home else None
    if booking.state == "slotted":
        day = day or booking.day
    wanted = {"slot": slot, "bench": bench, "grinder": who}
    if not (day and slot):
        wanted = first_free([Day.get_by_id(day)] if day else coming_days(), wanted)
    for name, value in ({"day": day} | wanted).items():
        setattr(booking, name, value)
    return place_name(booking)


def first_free(days: Sequence[Day], wanted: Values) -> Values:
    """The first free place as it is wanted, on the first of these days that has one; raises `Refused`."""
    for day in days:
        begin = {**wanted, "day": day.id, "slot": str(day.begins)}
        for place in (other_hours if wanted["grinder"] else other_benches)(begin):
            fits = all(value in (None, place[name]) for name, value in wanted.items())
            if fits and not _is_held(day, place):
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
