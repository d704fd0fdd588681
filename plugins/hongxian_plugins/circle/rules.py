"""What depends on several fields, alike on laptop and hub."""

from __future__ import annotations

from datetime import timedelta

from hongxian import Refused, Seen, rule
from hongxian_plugins.circle.records import Special, Venue

LONGEST_SPECIAL = 366
"""Days."""
_A_DAY = timedelta(days=1)


@rule(of=Venue, when=("phone", "phone_is", "phone_consent"))
def owner_has_consented(venue: Venue, seen: Seen) -> None:
    """An owner's own number stands here by consent alone (个人信息保护法 25); one that is over is no consent."""
    is_over = venue.phone_until is not None and venue.phone_until < seen.now.date()
    if venue.phone and venue.phone_is == "owner" and venue.phone_consent is None and not is_over:
        raise Refused(
            "店主本人的电话要他同意才能公开：请填“店主同意公开的日期”，或改用店里的电话。",
            "The owner's own number needs their consent: fill in “Owner consented on”, or give the venue's.",
        )


@rule(of=Venue, when=("phone",))
def a_new_number_is_for_now(venue: Venue, before: Venue | None, seen: Seen) -> None:
    """A number that would be erased at once is a mistake."""
    if venue.phone and venue.phone_until is not None and venue.phone_until < seen.now.date():
        raise Refused(
            "“电话公开到”已经过了：请先清空或改掉，再填新电话。",
            "“Phone until” is over: empty or change it with the new number.",
        )


@rule(of=Venue, when=("checked_on",))
def nobody_looked_tomorrow(venue: Venue, seen: Seen) -> None:
    """The latest check counts for good, so a year that was mistyped would never be asked about again."""
    if venue.checked_on is not None and venue.checked_on > seen.now.date() + _A_DAY:
        raise Refused(
            "核对日期 {day} 还没到。",
            "{day} is still to come: it cannot be checked then.",
            day=venue.checked_on,
        )


@rule(of=Special, when=("first", "last"))
def ends_after_it_begins(special: Special, seen: Seen) -> None:
    if special.last < special.first:
        raise Refused(
            "最后一天 {last} 早于第一天 {first}。",
            "The last day, {last}, comes before the first, {first}.",
            first=special.first,
            last=special.last,
        )
    if (special.last - special.first).days > LONGEST_SPECIAL:
        raise Refused("特别时间最长一年。", "Other hours hold for a year at most.")
