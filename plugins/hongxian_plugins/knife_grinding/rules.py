"""What days, bookings and slips may not say, asked on the laptop as on the hub before it is stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import time

from hongxian import PluginRefused, Text, Values
from hongxian.quota import amounts
from hongxian_plugins.knife_grinding.bookings import ITEMS, Booking
from hongxian_plugins.knife_grinding.days import Day, day_here, slots_between, slots_of
from hongxian_plugins.knife_grinding.queue import NumberBook
from hongxian_plugins.knife_grinding.steps import HAS_PLACE, OVER

_PLACE = frozenset({"state", "day", "bench", "slot", "grinder", "at_home", "address"})
_HOURS = frozenset({"begins", "ends", "slot_minutes", "benches"})
_ON_PAPER = ("day", "service", "number", "first")
"""Of a slip or book: what is printed already."""


def refuse_bad_booking(values: Values, after: Values) -> None:
    """Raise `PluginRefused` for a place or a donation that cannot be."""
    if values.get("deleted"):
        _refuse_deletion(after["state"])
    if not values.keys().isdisjoint(ITEMS) and not any(after.get(name) for name in ITEMS):
        raise PluginRefused(
            detail=Text(
                "至少要有一把剪刀、一把菜刀或一扇纱窗。",
                "At least one pair of scissors, knife or screen is needed.",
            )
        )
    if not values.keys().isdisjoint(_PLACE):
        _refuse_bad_place(after)
    if not values.keys().isdisjoint(("materials", "donor")):
        _refuse_unnamed_donor(after)


def _refuse_deletion(state: str) -> None:
    if state not in OVER:
        raise PluginRefused(
            detail=Text(
                "还没办完的预约不能删除，请取消并写明原因。",
                "A booking that is not over is not deleted; cancel it and say why.",
            )
        )


def _refuse_bad_place(after: Values) -> None:
    bench = after.get("bench")
    if after["at_home"] and bench is not None:
        raise PluginRefused(
            detail=Text(
                "上门不占工位，请把工位留空。", "A home visit has no bench; leave it empty."
            )
        )
    if after["state"] not in HAS_PLACE:
        return
    missing = list(_missing_of_place(after))
    if missing:
        needs = Text("排位还缺：{missing}。", "To have a place it still needs: {missing}.")
        raise PluginRefused(detail=needs.format(missing=missing))
    day = day_here(after["day"])
    if day is not None:  # it may arrive after the booking
        _refuse_place_outside(day, after)


def _missing_of_place(after: Values) -> Iterator[Text]:
    for name in ("grinder", "address") if after["at_home"] else ("bench",):
        if not after.get(name):
            yield Booking._meta.fields[name].verbose_name


def _refuse_place_outside(day: Day, booking: Values) -> None:
    slot, slots = time.fromisoformat(booking["slot"]), slots_of(day)
    if slot not in slots:
        no_slot = Text(
            "{day}没有 {slot:%H:%M} 这个时段；时段是：{slots}。",
            "{day} has no slot at {slot:%H:%M}; its slots are: {slots}.",
        )
        listed = [f"{each:%H:%M}" for each in slots]
        raise PluginRefused(detail=no_slot.format(day=day.title, slot=slot, slots=listed))
    if not booking["at_home"] and booking["bench"] > day.benches:
        raise PluginRefused(
            detail=Text(
                "{title}只有 {benches} 个工位，没有 {bench} 号。",
                "{title} has {benches} benches; there is no bench {bench}.",
            ).format(title=day.title, benches=day.benches, bench=booking["bench"])
        )


def _refuse_unnamed_donor(after: Values) -> None:
    if after.get("materials") == "donor" and not (after.get("donor") or "").strip():
        raise PluginRefused(
            detail=Text("材料是捐赠的，请写捐赠者。", "Materials were given: say by whom.")
        )


def refuse_bad_day(id: str, values: Values, after: Values) -> None:
    """Raise `PluginRefused` for hours without a slot, or for what would leave bookings without a place."""
    booked = Booking.select().where(Booking.day == id, Booking.state.in_(HAS_PLACE))
    if values.get("deleted") and booked.exists():
        raise PluginRefused(
            detail=Text(
                "{title}还有 {count} 个排好的预约，请先改排或取消。",
                "{title} still has {count} bookings; move or cancel them first.",
            ).format(title=after["title"], count=booked.count())
        )
    if "book_size" in values and NumberBook.select().where(NumberBook.day == id).exists():
        raise PluginRefused(
            detail=Text(
                "号簿已经开了，每本号数不能再改。",
                "Number books are open; how many numbers one holds stays.",
            )
        )
    if not values.keys().isdisjoint(_HOURS):
        _refuse_hours_that_do_not_fit(booked, after)


def _refuse_hours_that_do_not_fit(booked: Iterable[Booking], after: Values) -> None:
    begins, ends = (time.fromisoformat(str(after[name])) for name in ("begins", "ends"))
    slots = slots_between(begins, ends, after["slot_minutes"])
    if not slots:
        raise PluginRefused(
            detail=Text(
                f"{begins:%H:%M} 到 {ends:%H:%M} 放不下一个 {after['slot_minutes']} 分钟的时段。",
                f"No slot of {after['slot_minutes']} minutes fits between {begins:%H:%M} and "
                f"{ends:%H:%M}.",
            )
        )
    for booking in booked:
        if booking.slot not in slots or (booking.bench or 0) > after["benches"]:
            where = Text("上门", "a visit")
            if booking.bench:
                where = Text(f"{booking.bench} 号工位", f"bench {booking.bench}")
            taken = Text(
                "{slot:%H:%M}（{where}）已经排了人，请先改排。",
                "Someone is booked at {slot:%H:%M} ({where}); move them first.",
            )
            raise PluginRefused(detail=taken.format(slot=booking.slot, where=where))


def refuse_bad_slip(values: Values, before: Values | None) -> None:
    """Raise `PluginRefused` for another number than the one on paper."""
    _refuse_what_paper_forbids(values, before, Text("过号", "pass it over"))


def refuse_bad_book(values: Values, before: Values | None, after: Values) -> None:
    """Raise `PluginRefused` for a book whose numbers could be in another book, or come twice."""
    _refuse_what_paper_forbids(values, before, Text("留着", "keep it"))
    day = day_here(after["day"])
    if day is None:  # it may arrive after its books
        return
    if (after["first"] - 1) % day.book_size:
        raise PluginRefused(
            detail=Text(
                "{title}的号簿每本 {book_size} 号，不能从 {first} 开始。",
                "A book of {book_size} numbers cannot begin at {first}.",
            ).format(title=day.title, book_size=day.book_size, first=after["first"])
        )
    if amounts(after["numbers"]).granted > day.book_size:
        raise PluginRefused(
            detail=Text(
                f"一本号簿只有 {day.book_size} 个号，不能加；请另开一本。",
                f"A book has {day.book_size} numbers and no more; open another.",
            )
        )
    if any(entry.get("r") for entry in values.get("numbers", {}).values()):
        raise PluginRefused(
            detail=Text(
                "撕下的号不能退回，请取新号。",
                "A number that was torn off is not given back; draw another.",
            )
        )


def _refuse_what_paper_forbids(values: Values, before: Values | None, instead: Text) -> None:
    if values.get("deleted"):
        out = Text(
            "发出去的号收不回来，不能删除，请{instead}。",
            "It is out on paper and is not deleted; {instead}.",
        )
        raise PluginRefused(detail=out.format(instead=instead))
    if before is not None and any(
        values.get(name, before.get(name)) != before.get(name) for name in _ON_PAPER
    ):
        raise PluginRefused(
            detail=Text(
                "号码已在纸上，磨刀日、项目和号码不能再改。",
                "The number is out on paper: its day, service and number stay.",
            )
        )
