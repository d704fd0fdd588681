"""What can be done to a booking, one step after the other."""

from __future__ import annotations

from datetime import time

import peewee
from peewee import CharField, TextField

from hongxian import Reference, Refused, Store, Text, Value, action, joined
from hongxian_plugins.knife_grinding.bookings import MATERIALS, Booking
from hongxian_plugins.knife_grinding.days import Day
from hongxian_plugins.knife_grinding.places import coming_days, first_free, place_name
from hongxian_plugins.knife_grinding.steps import BOOKING, BOOKING_STATES

_LABELS = dict(BOOKING_STATES)
_LEADS_TO = Text.of(" → ")
_PLACE = ("bench", "grinder")
"""Fields that a new place empties too."""


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
    held = Day.get_by_id(day)
    with store.transaction():
        if booking:
            told = _move(booking, "slotted", day=day, slot=slot, bench=bench, grinder=None)
        else:
            given = {name: value for name, value in asked.items() if value is not None}
            made = Booking.create(
                scope=held.scope, state="slotted", day=day, slot=slot, bench=bench, **given
            )
            told = Text.of(made.name)
    return joined([told, place_name(held, slot, bench, None)], _LEADS_TO)


@action(of=Booking, title=Text("核实", "Verify"), when=BOOKING.leads_to("verified"))
def verify(store: Store, booking: Booking) -> Text:
    """The leader spoke with the resident: they do want it, and the address is right."""
    return _move(booking.id, "verified")


@action(
    of=Booking,
    title=Text("排位（第一个空位）", "Give the first free place"),
    when=lambda booking: booking.state in ("verified", "slotted"),
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
    with store.transaction():
        given = day or (booking.day if booking.state == "slotted" else None)
        who = _grinder_of(booking, grinder) if booking.at_home else None
        days = [Day.get_by_id(given)] if given else coming_days(store)
        found, place = first_free(days, who)
        where = place_name(found, place["slot"], place["bench"], place["grinder"])
        return joined([_move(booking.id, "slotted", **place), where], _LEADS_TO)


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


@action(
    of=Booking,
    title=Text("完成", "Done"),
    when=BOOKING.leads_to("done"),
    asks={
        "materials": CharField(
            verbose_name=Text("材料来源", "Materials"),
            choices=MATERIALS,
            help_text=Text("由谁出。", "Who supplied them."),
        ),
        "result": TextField(
            verbose_name=Text("结果", "Result"),
            null=True,
            help_text=Text("做了什么。", "What was done."),
        ),
        "donor": CharField(
            verbose_name=Text("捐赠者", "Donor"),
            null=True,
            help_text=Text("捐赠材料的是谁。", "Who gave them."),
        ),
    },
)
def done(
    store: Store,
    booking: Booking,
    materials: str,
    result: str | None = None,
    donor: str | None = None,
) -> Text:
    """The blades are sharp again, and it is known who supplied what was used."""
    return _move(booking.id, "done", materials=materials, result=result, donor=donor)


@action(
    of=Booking,
    title=Text("回访", "Call back"),
    when=BOOKING.leads_to("called_back"),
    asks={
        "callback": TextField(
            verbose_name=Text("回访记录", "Callback"),
            null=True,
            help_text=Text("居民怎么说。", "What the resident said."),
        )
    },
)
def call_back(store: Store, booking: Booking, callback: str | None = None) -> Text:
    """The resident was asked afterwards whether all is well."""
    return _move(booking.id, "called_back", callback=callback)


@action(
    of=Booking,
    title=Text("取消", "Cancel"),
    when=BOOKING.leads_to("cancelled"),
    asks={
        "reason": CharField(
            verbose_name=Text("取消原因", "Reason"),
            help_text=Text("为什么取消。", "Why it is cancelled."),
        )
    },
)
def cancel(store: Store, booking: Booking, reason: str) -> Text:
    """The booking is off; its place is free again."""
    return _move(booking.id, "cancelled", cancel_reason=reason)


@action(of=Booking, title=Text("没有来", "No-show"), when=BOOKING.leads_to("no_show"))
def no_show(store: Store, booking: Booking) -> Text:
    """Nobody came; the place is free again."""
    return _move(booking.id, "no_show")


def _move(id: str, state: str, **values: Value) -> Text:
    given = {name: value for name, value in values.items() if value is not None or name in _PLACE}
    Booking.update(state=state, **given).where(Booking.id == id).execute()
    told = Text("{name}：{state}", "{name}: {state}")
    return told.format(name=Booking.get_by_id(id).name, state=_LABELS[state])
