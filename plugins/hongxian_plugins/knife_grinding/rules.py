"""What days, bookings and slips may not say, asked on the laptop as on the hub."""

from __future__ import annotations

from hongxian import Mark, Refused, Seen, Text, rule
from hongxian.records import Somebody
from hongxian_plugins.knife_grinding.bookings import HAS_PLACE, ITEMS, OVER, Booking
from hongxian_plugins.knife_grinding.days import Day, slots_of
from hongxian_plugins.knife_grinding.queue import Slip
from hongxian_plugins.knife_grinding.settings import GrindingRules

# -- bookings ------------------------------------------------------------------------------------


@rule(of=Booking, when=("deleted",))
def is_over_when_deleted(booking: Booking) -> None:
    if booking.deleted and booking.state not in OVER:
        raise Refused(
            "还没办完的预约不能删除，请取消并写明原因。",
            "A booking that is not over is not deleted; cancel it and say why.",
        )


@rule(of=Booking, when=tuple(ITEMS))
def is_for_something(booking: Booking, seen: Seen) -> None:
    counts = [getattr(booking, each) for each in ITEMS]
    if not any(counts):
        raise Refused(
            "至少要有一把剪刀、一把菜刀或一扇纱窗。",
            "At least one pair of scissors, knife or screen is needed.",
        )
    if max(counts) > (most := seen.settings(GrindingRules).most_pieces):
        raise Refused("一样最多 {most} 件。", "At most {most} of a kind.", most=most)


@rule(of=Booking, when=("state", "day", "bench", "slot", "grinder", "at_home", "address"))
def has_a_place(booking: Booking, seen: Seen) -> None:
    if booking.at_home and booking.bench is not None:
        raise Refused("上门不占工位，请把工位留空。", "A home visit has no bench; leave it empty.")
    if booking.state not in HAS_PLACE:
        return
    needs = ("grinder", "address") if booking.at_home else ("bench",)
    fields = Booking._meta.fields
    if missing := [fields[each].verbose_name for each in needs if not getattr(booking, each)]:
        raise Refused(
            "排位还缺：{missing}。", "To have a place it still needs: {missing}.", missing=missing
        )
    day = seen.get(Day, booking.day)
    if day is not None:  # it may arrive after the booking
        _lies_within(day, booking)
        _is_in_one_home(day, booking, seen)


def _lies_within(day: Day, booking: Booking) -> None:
    slots = slots_of(day)
    if booking.slot not in slots:
        raise Refused(
            "{day}没有 {slot:%H:%M} 这个时段；时段是：{slots}。",
            "{day} has no slot at {slot:%H:%M}; its slots are: {slots}.",
            day=day.title,
            slot=booking.slot,
            slots=[f"{each:%H:%M}" for each in slots],
        )
    if (booking.bench or 0) > day.benches:
        raise Refused(
            "{day}只有 {benches} 个工位，没有 {bench} 号。",
            "{day} has {benches} {benches:bench|benches}; there is no bench {bench}.",
            day=day.title,
            benches=day.benches,
            bench=booking.bench,
        )


def _is_in_one_home(day: Day, visit: Booking, seen: Seen) -> None:
    """The claim holds within a day's record; two of them may lie on one date."""
    same = {"grinder": visit.grinder, "slot": visit.slot}
    for other in seen.all(Booking, **same) if visit.grinder else ():
        there = seen.get(Day, other.day) if other.day != day.id else None
        if there is not None and there.date == day.date and other.state in HAS_PLACE:
            raise Refused(
                "{grinder} {date} {slot:%H:%M} 已经约在{there}，请换个时段。",
                "{grinder} is at {there} on {date} at {slot:%H:%M}; choose another hour.",
                **same,
                date=day.date,
                there=there.title,
            )


@rule(of=Booking, when=("state",))
def goes_by_the_day(booking: Booking, before: Booking | None, seen: Seen) -> None:
    """What is entered afterwards, or brought from elsewhere, may lie in the past."""
    day, today = seen.get(Day, booking.day), seen.now.date()
    if before is None or day is None or booking.state == before.state:
        return
    if booking.state == "slotted" and day.date < today:
        raise Refused(
            "{day}（{date}）已经过去，请另选一天。",
            "{day} ({date}) is over; choose another day.",
            day=day.title,
            date=day.date,
        )
    if booking.state == "no_show" and day.date > today:
        raise Refused(
            "{date} 还没到，不能记没有来；来不了请取消。",
            "{date} has not come yet, so nobody failed to; cancel it instead.",
            date=day.date,
        )


@rule(of=Booking, when=("materials", "donor"))
def names_its_donor(booking: Booking) -> None:
    if booking.materials == "donor" and not (booking.donor or "").strip():
        raise Refused("材料是捐赠的，请写捐赠者。", "Materials were given: say by whom.")


@rule(of=Booking, when=("state", "day", "name"))
def comes_once_a_day(booking: Booking, seen: Seen) -> Mark | None:
    """Two laptops may have written down one resident; who is there with a second bag is served."""
    same = seen.all(Booking, day=booking.day, name=booking.name) if booking.day else []
    placed = [each.id for each in same if each.state in HAS_PLACE]
    if booking.id in placed[1:]:
        return Mark(
            "{who} 这天约了两次。", "{who} is booked twice on this day.", who=_name(booking)
        )
    return None


def _name(booking: Booking) -> Text | str:
    """A rule looks nobody up in the roster: its record says who it is."""
    return Somebody(booking.name).name or Text("名册里的这位", "This volunteer")


# -- days ----------------------------------------------------------------------------------------


@rule(of=Day, when=("deleted",))
def has_no_bookings_when_deleted(day: Day, seen: Seen) -> None:
    if day.deleted and (booked := _booked(day, seen)):
        raise Refused(
            "{day}还有 {count} 个排好的预约，请先改排或取消。",
            "{day} still has {count} {count:booking|bookings}; move or cancel them first.",
            day=day.title,
            count=len(booked),
        )


@rule(of=Day, when=("date", "begins", "ends", "slot_minutes", "benches"))
def has_room_for_its_bookings(day: Day, seen: Seen) -> None:
    if not slots_of(day):
        raise Refused(
            "{begins:%H:%M} 到 {ends:%H:%M} 放不下一个 {minutes} 分钟的时段。",
            "No slot of {minutes} {minutes:minute|minutes} fits between {begins:%H:%M} and {ends:%H:%M}.",
            begins=day.begins,
            ends=day.ends,
            minutes=day.slot_minutes,
        )
    for booking in _booked(day, seen):
        try:
            _lies_within(day, booking)
            _is_in_one_home(day, booking, seen)
        except Refused as refused:
            raise Refused(
                "{name} 已经排好，请先改排。{why}",
                "{name} is booked; move them first. {why}",
                name=_name(booking),
                why=refused.text,
            ) from refused


def _booked(day: Day, seen: Seen) -> list[Booking]:
    return [each for each in seen.all(Booking, day=day.id) if each.state in HAS_PLACE]


# -- numbers at the stall ----------------------------------------------------------------------------


@rule(of=Slip, when=("day",))
def is_within_a_days_work(slip: Slip, seen: Seen) -> Mark | None:
    """Whoever stands there gets a number all the same; the first beyond tells of the day."""
    most = seen.settings(GrindingRules).most_numbers
    beyond = seen.all(Slip, day=slip.day)[most : most + 1] if most else []
    if slip.id in [each.id for each in beyond]:
        return Mark(
            "这天已发过 {most} 号，磨不完的请约上门或下次。",
            "More than {most} {most:number was|numbers were} drawn; promise visits, or the next day.",
            most=most,
        )
    return None
