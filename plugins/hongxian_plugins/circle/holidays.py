"""The next holiday: which days it has, which venues said nothing of it yet, and a sheet to type it into."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from hongxian import Store, Text, local_today, view
from hongxian.days import day_in_words
from hongxian.records import same_id
from hongxian.shapes import Cells, Grid, GridRow, Table
from hongxian.workdays import holidays_between
from hongxian_plugins.circle.near import venues
from hongxian_plugins.circle.opening import calendar_note, special_of, specials_between
from hongxian_plugins.circle.records import Special, Venue

AHEAD = 60
"""Days to look for a holiday."""
_ONE_DAY = timedelta(days=1)
_NONE = Text(f"{AHEAD} 天内没有节假日。", f"No holiday within {AHEAD} days.")


@dataclass(frozen=True)
class Holiday:
    """Days that are free one after the other, as the State Council announced them."""

    name: Text
    first: date
    last: date


def next_holiday(today: date) -> Holiday | None:
    """The holiday that is on or comes next, None where none is near or nobody told."""
    told = holidays_between(today, today + 2 * timedelta(days=AHEAD))
    first = min(told, default=None)
    if first is None or first - today >= timedelta(days=AHEAD):
        return None
    name, last = told[first], first
    while told.get(last + _ONE_DAY) == name:
        last += _ONE_DAY
    return Holiday(name, first, last)


def untold(holiday: Holiday) -> list[Venue]:
    """Open venues of which nobody knows what they do on some day of a holiday."""
    told = specials_between(holiday.first, holiday.last)
    length = (holiday.last - holiday.first).days + 1
    days = [holiday.first + timedelta(days=n) for n in range(length)]
    return [
        each
        for each in venues()
        if each.state == "open"
        and not each.holidays
        and not all(special_of(told[each.id], day) for day in days)
    ]


@view(title=Text("节假日时间", "Holiday hours"), icon="calendar-plus")
def holiday_hours(store: Store) -> Grid | Table:
    """A row for each open venue: its hours of the next holiday, typed one below the other."""
    holiday = next_holiday(local_today(store))
    if holiday is None:
        last = local_today(store) + timedelta(days=AHEAD)
        return Table([], [], note=calendar_note(last) or _NONE)
    missing = {each.id for each in untold(holiday)}
    found = sorted(
        (each for each in venues() if each.state == "open"), key=lambda each: each.id not in missing
    )
    today = local_today(store)
    return Grid(
        of=Special,
        title=Text("场所", "Venue"),
        columns=[Cells("hours")],
        rows=[_row(each, holiday) for each in found],
        note=Text(
            "{name}：{first} 到 {last}，还差 {n} 家", "{name}: {first} to {last}, {n} missing"
        ).format(
            name=holiday.name,
            first=day_in_words(holiday.first, today),
            last=day_in_words(holiday.last, today),
            n=len(missing),
        ),
    )


def _row(venue: Venue, holiday: Holiday) -> GridRow:
    first, last = holiday.first, holiday.last
    id = same_id("circle.special", venue.id, first.isoformat(), last.isoformat())
    given = {"id": id, "venue": venue.id, "first": first, "last": last, "note": holiday.name.zh}
    hints = {"hours": venue.holidays} if venue.holidays else {}
    return GridRow(venue.name, key=venue.id, given=given, beside=venue.address, hints=hints)
