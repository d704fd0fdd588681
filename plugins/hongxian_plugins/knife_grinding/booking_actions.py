"""How a booking gets a place; its other steps need no more than its workflow says."""

from __future__ import annotations

from datetime import time

import peewee
from peewee import CharField

from hongxian import Reference, Refused, Store, Text, Value, Values, action, joined, step
from hongxian_plugins.knife_grinding.bookings import Booking
from hongxian_plugins.knife_grinding.days import Day
from hongxian_plugins.knife_grinding.places import coming_days, first_free, place_name


def _as_in_a_booking(name: str, **options: object) -> peewee.Field:
    """Asked for as the booking itself describes it."""
    asked = Booking._meta.fields[name].clone()
    for option, value in options.items():
        setattr(asked, option, value)
    return asked


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
        "name": _as_in_a_booking("name", null=True),
        **{name: _as_in_a_booking(name) for name in ("phone", "scissors", "knives", "screens")},
        "day": _as_in_a_booking("day", null=False),
        "slot": _as_in_a_booking("slot", null=False),
        "bench": _as_in_a_booking("bench", null=False),
    },
)
def book(
    store: Store, day: str, slot: time, bench: int, booking: str | None, **asked: Value
) -> Text:
    """Give a free place to a booking that waits, or to a resident who asks for it now."""
    held, place = Day.get_by_id(day), {"day": day, "slot": slot, "bench": bench}
    with store.transaction():
        if booking:
            given = Booking.get_by_id(booking)
            _put(given, {"state": "slotted", "grinder": None, **place})
            given.save()
        else:
            told = {name: value for name, value in asked.items() if value is not None}
            given = Booking.create(scope=held.scope, state="slotted", **place, **told)
    return joined([given.name, place_name(held, slot, bench, None)], Text.of(" → "))


@action(
    of=Booking,
    title=Text("换到别的位置", "Move to another place"),
    when=lambda booking: booking.state == "slotted" and not booking.at_home,
    asks={name: _as_in_a_booking(name, null=False) for name in ("day", "slot", "bench")},
)
def move(store: Store, booking: Booking, day: str, slot: time, bench: int) -> Text:
    """Bring a booking to another place, of the same day or of another."""
    _put(booking, {"day": day, "slot": slot, "bench": bench})
    booking.save()
    return joined([booking.name, place_name(Day.get_by_id(day), slot, bench, None)], Text.of(" → "))


@step(
    Booking,
    "slot",
    asks={
        "day": Reference(
            "knife_grinding.day",
            verbose_name=Text("磨刀日", "Day"),
            null=True,
            help_text=Text(
                "留空则排最近有空位的一天。", "Empty for the next day with a free place."
            ),
        ),
        "grinder": CharField(
            verbose_name=Text("上门师傅", "Grinder"),
            null=True,
            help_text=Text("上门才填。", "For home visits only."),
        ),
    },
)
def slot(
    store: Store, booking: Booking, day: str | None = None, grinder: str | None = None
) -> Text:
    """Give a booking the first free place, of one day or of those that come; or another place."""
    given = day or (booking.day if booking.state == "slotted" else None)
    who = _grinder_of(booking, grinder) if booking.at_home else None
    found, place = first_free([Day.get_by_id(given)] if given else coming_days(store), who)
    _put(booking, place)
    return place_name(found, place["slot"], place["bench"], place["grinder"])


def _grinder_of(booking: Booking, grinder: str | None) -> str:
    who = (grinder or booking.grinder or "").strip()
    if not who:
        raise Refused(
            detail=Text(
                "上门要写明哪位师傅去（grinder=姓名）。",
                "Say who goes to their home: grinder=NAME.",
            )
        )
    return who


def _put(booking: Booking, place: Values) -> None:
    for name, value in place.items():
        setattr(booking, name, value)
