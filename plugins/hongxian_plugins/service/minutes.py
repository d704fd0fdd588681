"""Minutes of service: how they are reckoned, and who has how many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter

from hongxian import Doubles, Text, group
from hongxian_plugins.service.records import Activity, Attendance


class OutBeforeIn(ValueError):
    """Someone would have left before coming."""

    def __init__(self, why: Text) -> None:
        self.why = why
        super().__init__(why.en)


@dataclass(frozen=True)
class Confirmed:
    """One line that counts: traceable to one sign-in (民政部令第67号)."""

    attendance: str
    activity: str
    person: str
    day: date
    minutes: int


def minutes_between(signed_in: datetime, signed_out: datetime, cap: int | None = None) -> int:
    """Whole minutes of a stay, at most `cap`; raises `OutBeforeIn`."""
    if signed_out < signed_in:
        raise OutBeforeIn(
            Text(
                f"签退 {signed_out:%H:%M} 早于签到 {signed_in:%H:%M}。",
                f"Signed out at {signed_out:%H:%M}, before signing in at {signed_in:%H:%M}.",
            )
        )
    minutes = int((signed_out - signed_in).total_seconds()) // 60
    return minutes if cap is None else min(minutes, cap)


def credited_minutes(attendance: Attendance, activity: Activity) -> int:
    """What an attendance counts for: the minutes that were written, else what in and out give."""
    if attendance.voided or activity.drill or attendance.signed_out is None:
        return 0
    most = minutes_between(attendance.signed_in, attendance.signed_out, activity.shift_cap)
    return most if attendance.minutes is None else min(attendance.minutes, most)


def is_late_entry(signed_in: datetime, entered: datetime, after_hours: int) -> bool:
    """Whether an entry was made so long after the sign-in that it is to be marked."""
    return entered - signed_in > timedelta(hours=after_hours)


def confirmed_lines(
    person: str | None = None, since: date | None = None, until: date | None = None
) -> Iterator[Confirmed]:
    """What counts for a certificate, oldest first; both days are included.

    Left out: what nobody confirmed, what is void, drills, and sign-ins whose activity is not
    here, for a line must be traceable.
    """
    query = (
        Attendance.select(
            Attendance.id,
            Attendance.activity,
            Attendance.person,
            Attendance.signed_in,
            Attendance.signed_out,
            Attendance.minutes,
            Attendance.voided,
            Activity.day,
            Activity.shift_cap,
            Activity.drill,
        )
        .join(Activity, on=(Attendance.activity == Activity.id))
        .where(
            Attendance.voided == False,  # noqa: E712
            Attendance.confirmed_by.is_null(False),
            Attendance.confirmed_by != "",
            Attendance.signed_out.is_null(False),
            Activity.deleted == False,  # noqa: E712
            Activity.drill == False,  # noqa: E712
        )
        .order_by(Activity.day, Attendance.id)
    )
    if person is not None:
        query = query.where(Attendance.person.in_(group("roster.person", person)))
    if since is not None:
        query = query.where(Activity.day >= since)
    if until is not None:
        query = query.where(Activity.day <= until)
    for each in query.namedtuples().iterator():  # a year's lines make no records
        minutes = credited_minutes(each, each)
        yield Confirmed(each.id, each.activity, each.person, each.day, minutes)


def confirmed_minutes(since: date | None = None, until: date | None = None) -> dict[str, int]:
    """Confirmed minutes by person; those of doubles are of the one that stands for them."""
    totals: dict[str, int] = defaultdict(int)
    doubles = Doubles("roster.person")
    for line in confirmed_lines(since=since, until=until):
        totals[doubles.first(line.person)] += line.minutes
    return dict(totals)


def overlapping_attendances() -> list[tuple[str, str]]:
    """Pairs of sign-ins of one person at one time: entered on two laptops, or in two places.

    For a person to judge and void one; nothing is taken off by itself.
    """
    query = (
        Attendance.select(
            Attendance.id, Attendance.person, Attendance.signed_in, Attendance.signed_out
        )
        .where(Attendance.voided == False, Attendance.signed_out.is_null(False))  # noqa: E712
        .order_by(Attendance.person, Attendance.signed_in, Attendance.id)
    )
    pairs = []
    for _, own in groupby(query.iterator(), key=attrgetter("person")):
        longest, *later = own
        for each in later:
            if each.signed_in < longest.signed_out:
                pairs.append((longest.id, each.id))
            longest = max(longest, each, key=attrgetter("signed_out"))
    return pairs
