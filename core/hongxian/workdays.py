"""Working days: a weekday that is no holiday, and a day of a week-end that is worked for one.

What the State Council announced stands in the library `chinese_calendar`, up to the last year that its release
knows. Later years, and what a place does in its own way, are `SpecialDay`s: the notice of each November is one
sheet of some thirty rows, brought in once for the whole community.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import chinese_calendar

from hongxian.collections.builtin import SpecialDay
from hongxian.collections.store_protocol import present_store
from hongxian.text import Text

__all__ = [
    "SpecialDay",
    "holidays_between",
    "is_workday",
    "workdays_after",
    "workdays_between",
    "year_is_known",
]

_ONE_DAY = timedelta(days=1)
_HOLIDAY = Text("节假日", "Holiday")


def is_workday(day: date) -> bool:
    """Whether people work on a day, as the community has it; needs a store (`with store:`)."""
    return _as_told(day, _special(day, day))


def holidays_between(first: date, last: date) -> dict[date, Text]:
    """What holiday each day is of, week-end days within it too; of a year that is not told none."""
    rows = SpecialDay.select().where(SpecialDay.day.between(first, last)).order_by(SpecialDay.id)
    special = {each.day: each for each in rows}
    return {
        day: name
        for day in _days(first, last)
        if (name := _holiday(day, special.get(day))) is not None
    }


def _holiday(day: date, told: SpecialDay | None) -> Text | None:
    if told is not None:
        return None if told.works else Text.of(told.name) if told.name else _HOLIDAY
    if _announced(day) is None:
        return None
    is_free, name = chinese_calendar.get_holiday_detail(day)
    if not is_free or name is None:
        return None
    return Text(chinese_calendar.Holiday(name).chinese, name)


def workdays_after(day: date, count: int) -> date:
    """The last of the next `count` working days after a day: 10 after Friday, 9 January 2026 are over on the 23rd."""
    while count > 0:
        last = day + timedelta(days=count)  # no sooner: so many days are the fewest that it takes
        count -= workdays_between(day, last)
        day = last
    return day


def workdays_between(after: date, last: date) -> int:
    """How many days after one and up to another are worked; 0 where the second is no later."""
    special = _special(after + _ONE_DAY, last)
    return sum(_as_told(day, special) for day in _days(after + _ONE_DAY, last))


def year_is_known(year: int) -> bool:
    """Whether the holidays of a year are told here; of another every weekday is taken for a working day."""
    return _announced(date(year, 1, 1)) is not None or bool(
        _special(date(year, 1, 1), date(year, 12, 31))
    )


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _special(first: date, last: date) -> dict[date, bool]:
    """The community's own word on days: the one written last where two laptops brought one day each."""
    told = present_store().database.kept(_special, _all_special)
    return {day: works for day, works in told.items() if first <= day <= last}


def _all_special() -> dict[date, bool]:
    rows = SpecialDay.select(SpecialDay.day, SpecialDay.works).order_by(SpecialDay.id)
    return {each.day: each.works for each in rows}


def _as_told(day: date, special: dict[date, bool]) -> bool:
    told = special.get(day, _announced(day))
    return day.weekday() < 5 if told is None else told


def _announced(day: date) -> bool | None:
    """Whether a day was announced as worked; None of a year that the library's release does not know."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None
