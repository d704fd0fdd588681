"""Days of the calendar: how one is written on paper and in a sentence, months away, and time that was spent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from hongxian.text import Text

__all__ = ["day_ahead", "day_in_words", "day_on_paper", "minutes_together", "month_away"]

_WEEKDAYS = "一二三四五六日"


def day_on_paper(day: date) -> str:
    """2023年3月1日（周三）."""
    return f"{day.year}年{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）"


def day_in_words(day: date, today: date) -> Text:
    """3月1日, and 2023年3月1日 where its year is not that of `today`."""
    if day.year == today.year:
        return Text(f"{day.month}月{day.day}日", f"{day.day} {day:%b}")
    return Text(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {day:%b} {day.year}")


def day_ahead(day: date, today: date) -> Text:
    """3月1日 周三, for what somebody plans to come to: one thinks of a week by its days."""
    said = day_in_words(day, today)
    return Text(f"{said.zh} 周{_WEEKDAYS[day.weekday()]}", f"{day:%a} {said.en}")


def month_away(day: date, months: int) -> date:
    """The first day of the month so many months after a day's, or before it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def minutes_together(spans: Iterable[tuple[datetime, datetime]]) -> int:
    """Whole minutes that lie in any of these times, from then to then: what overlaps counts once.

    A time that ends before it begins is none.
    """
    spent, until = timedelta(), datetime.min
    for begins, ends in sorted(spans):
        spent += max(ends - max(begins, until), timedelta())
        until = max(until, ends)
    return spent // timedelta(minutes=1)
