"""A matter that somebody reported and passed on becomes a booking; what comes of it goes back."""

from __future__ import annotations

from hongxian import Seen, Store, gives, takes
from hongxian.contracts import Matter, Outcome
from hongxian.records import same_id
from hongxian_plugins.knife_grinding.bookings import Booking
from hongxian_plugins.knife_grinding.days import Day

_LONGEST = 40
"""Letters of a name."""


@takes(Matter)
def book_matter(store: Store, source: str, matter: Matter | None, scope: str) -> None:
    """It waits for a place among the others; who and how many is filled in by whoever calls them."""
    id = same_id("knife_grinding.booking", source)
    booking = Booking.get_or_none(Booking.id == id)
    if matter is None and booking is not None and booking.state in ("requested", "verified"):
        booking.state, booking.cancel_reason = "cancelled", "报事已收回"
        booking.save()
    if matter is None or matter.kind != "booking" or booking is not None:
        return
    name = f"{matter.title} {matter.place}".strip()[:_LONGEST]
    Booking.create(id=id, scope=scope, name=name, knives=1, matter=source)


@gives(Outcome, of=Booking, through=("day",))
def outcome_of(booking: Booking, seen: Seen) -> Outcome | None:
    """When it has a place, when it is done, and why not; nothing of who it is for."""
    if not booking.matter:
        return None
    day = seen.get(Day, booking.day) if booking.day else None
    if booking.state == "slotted" and day is not None:
        return Outcome(matter=booking.matter, said=f"约在 {day.date}", day=day.date)
    if booking.state in ("done", "called_back") and day is not None:
        said = f"磨好了 {booking.result or ''}".strip()
        return Outcome(matter=booking.matter, said=said, day=day.date, settled=True)
    if booking.state == "cancelled":
        today = day.date if day is not None else seen.now.date()
        return Outcome(matter=booking.matter, said="没有磨成，请另派", day=today)
    return None
