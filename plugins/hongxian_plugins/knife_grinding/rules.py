"""What days, bookings and slips may not say, asked on the laptop as on the hub."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hongxian import Refused, Seen, Text, rule
from hongxian_plugins.knife_grinding.bookings import ITEMS, Booking
from hongxian_plugins.knife_grinding.days import Day, slots_of
from hongxian_plugins.knife_grinding.queue import NumberBook, Slip
from hongxian_plugins.knife_grinding.steps import HAS_PLACE, OVER

_PLACE = ("state", "day", "bench", "slot", "grinder", "at_home", "address")
_HOURS = ("begins", "ends", "slot_minutes", "benches")


# -- bookings ------------------------------------------------------------------------------------


@rule(of=Booking, when=("deleted",))
def is_over_when_deleted(booking: Booking, before: Booking | None, seen: Seen) -> None:
    if booking.deleted and booking.state not in OVER:
        raise Refused(
            Text(
                "还没办完的预约不能删除，请取消并写明原因。",
                "A booking that is not over is not deleted; cancel it and say why.",
            )
        )


@rule(of=Booking, when=tuple(ITEMS))
def is_for_something(booking: Booking, before: Booking | None, seen: Seen) -> None:
    if not any(getattr(booking, name) for name in ITEMS):
        raise Refused(
            Text(
                "至少要有一把剪刀、一把菜刀或一扇纱窗。",
                "At least one pair of scissors, knife or screen is needed.",
            )
        )


@rule(of=Booking, when=_PLACE)
def has_a_place(booking: Booking, before: Booking | None, seen: Seen) -> None:
    if booking.at_home and booking.bench is not None:
        raise Refused(
            Text("上门不占工位，请把工位留空。", "A home visit has no bench; leave it empty.")
        )
    if booking.state not in HAS_PLACE:
        return
    if missing := list(_missing_of_place(booking)):
        needs = Text("排位还缺：{missing}。", "To have a place it still needs: {missing}.")
        raise Refused(needs.format(missing=missing))
    day = seen.get(Day, booking.day)
    if day is not None:  # it may arrive after the booking
        _refuse_place_outside(day, booking)


def _missing_of_place(booking: Booking) -> Iterator[Text]:
    for name in ("grinder", "address") if booking.at_home else ("bench",):
        if not getattr(booking, name):
            yield Booking._meta.fields[name].verbose_name


def _refuse_place_outside(day: Day, booking: Booking) -> None:
    slots = slots_of(day)
    if booking.slot not in slots:
        no_slot = Text(
            "{day}没有 {slot:%H:%M} 这个时段；时段是：{slots}。",
            "{day} has no slot at {slot:%H:%M}; its slots are: {slots}.",
        )
        listed = [f"{each:%H:%M}" for each in slots]
        raise Refused(no_slot.format(day=day.title, slot=booking.slot, slots=listed))
    if not booking.at_home and booking.bench > day.benches:
        raise Refused(
            Text(
                "{title}只有 {benches} 个工位，没有 {bench} 号。",
                "{title} has {benches} benches; there is no bench {bench}.",
            ).format(title=day.title, benches=day.benches, bench=booking.bench)
        )


@rule(of=Booking, when=("state", "day", "slot", "grinder"))
def is_in_one_home_at_a_time(booking: Booking, before: Booking | None, seen: Seen) -> None:
    """The claim holds within a day's record; two of them may lie on one date."""
    day = seen.get(Day, booking.day)
    if day is None or not booking.grinder or booking.state not in HAS_PLACE:
        return
    for other in seen.all(Booking, grinder=booking.grinder, slot=booking.slot):
        if other.day != booking.day and other.state in HAS_PLACE:
            elsewhere = seen.get(Day, other.day)
            if elsewhere is not None and elsewhere.date == day.date:
                raise Refused(
                    Text(
                        "{grinder} {date} {slot:%H:%M} 已经约在{title}，请换个时段。",
                        "{grinder} is at {title} on {date} at {slot:%H:%M}; choose another hour.",
                    ).format(
                        grinder=booking.grinder,
                        date=day.date,
                        slot=booking.slot,
                        title=elsewhere.title,
                    )
                )


@rule(of=Booking, when=("state",))
def goes_by_the_day(booking: Booking, before: Booking | None, seen: Seen) -> None:
    """What is entered afterwards, or brought from elsewhere, may lie in the past."""
    day = seen.get(Day, booking.day)
    if before is None or day is None or booking.state == before.state:
        return
    if booking.state == "slotted" and day.date < seen.now.date():
        raise Refused(
            Text(
                "{title}（{date}）已经过去，请另选一天。",
                "{title} ({date}) is over; choose another day.",
            ).format(title=day.title, date=day.date)
        )
    if booking.state == "no_show" and day.date > seen.now.date():
        raise Refused(
            Text(
                "{date} 还没到，不能记没有来；来不了请取消。",
                "{date} has not come yet, so nobody failed to; cancel it instead.",
            ).format(date=day.date)
        )


@rule(of=Booking, when=("materials", "donor"))
def names_its_donor(booking: Booking, before: Booking | None, seen: Seen) -> None:
    if booking.materials == "donor" and not (booking.donor or "").strip():
        raise Refused(Text("材料是捐赠的，请写捐赠者。", "Materials were given: say by whom."))


# -- days ----------------------------------------------------------------------------------------


@rule(of=Day, when=("deleted",))
def has_no_bookings_when_deleted(day: Day, before: Day | None, seen: Seen) -> None:
    booked = _booked(day, seen) if day.deleted else []
    if booked:
        raise Refused(
            Text(
                "{title}还有 {count} 个排好的预约，请先改排或取消。",
                "{title} still has {count} bookings; move or cancel them first.",
            ).format(title=day.title, count=len(booked))
        )


@rule(of=Day, when=_HOURS)
def has_hours_for_its_bookings(day: Day, before: Day | None, seen: Seen) -> None:
    slots = slots_of(day)
    if not slots:
        raise Refused(
            Text(
                f"{day.begins:%H:%M} 到 {day.ends:%H:%M} 放不下一个 {day.slot_minutes} 分钟的时段。",
                f"No slot of {day.slot_minutes} minutes fits between {day.begins:%H:%M} and "
                f"{day.ends:%H:%M}.",
            )
        )
    for booking in _booked(day, seen):
        if booking.slot not in slots or (booking.bench or 0) > day.benches:
            where = Text("上门", "a visit")
            if booking.bench:
                where = Text(f"{booking.bench} 号工位", f"bench {booking.bench}")
            taken = Text(
                "{slot:%H:%M}（{where}）已经排了人，请先改排。",
                "Someone is booked at {slot:%H:%M} ({where}); move them first.",
            )
            raise Refused(taken.format(slot=booking.slot, where=where))


def _booked(day: Day, seen: Seen) -> list[Booking]:
    return [each for each in seen.all(Booking, day=day.id) if each.state in HAS_PLACE]


# -- slips and their books -----------------------------------------------------------------------


@rule(of=Slip, when=("deleted", "day", "service", "number"))
def is_what_the_paper_says(slip: Slip, before: Slip | None, seen: Seen) -> None:
    printed = ("day", "service", "number")
    _refuse_what_paper_forbids(slip, before, printed, Text("过号", "pass it over"))


@rule(of=NumberBook, when=("deleted", "day", "service", "numbers"))
def holds_its_own_numbers(book: NumberBook, before: NumberBook | None, seen: Seen) -> None:
    printed = ("day", "service")
    _refuse_what_paper_forbids(book, before, printed, Text("留着", "keep it"))
    if book.numbers.given_back:
        raise Refused(
            Text(
                "撕下的号不能退回，请取新号。",
                "A number that was torn off is not given back; draw another.",
            )
        )


def _refuse_what_paper_forbids(
    paper: Slip | NumberBook,
    before: Slip | NumberBook | None,
    printed: Iterable[str],
    instead: Text,
) -> None:
    if paper.deleted:
        out = Text(
            "发出去的号收不回来，不能删除，请{instead}。",
            "It is out on paper and is not deleted; {instead}.",
        )
        raise Refused(out.format(instead=instead))
    if before is not None and any(
        getattr(paper, name) != getattr(before, name) for name in printed
    ):
        raise Refused(
            Text(
                "号码已在纸上，磨刀日、项目和号码不能再改。",
                "The number is out on paper: its day, service and number stay.",
            )
        )
