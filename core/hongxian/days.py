"""Days of the calendar: how one is written on paper and in a sentence, and months away from it."""

from __future__ import annotations

from datetime import date

from hongxian.text import Text

__all__ = ["day_in_words", "day_on_paper", "month_away"]

_WEEKDAYS = "一二三四五六日"


def day_on_paper(day: date) -> str:
    """2023年3月1日（周三）."""
    return f"{day.year}年{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）"


def day_in_words(day: date, today: date) -> Text:
    """3月1日, and 2023年3月1日 where its year is not that of `today`."""
    if day.year == today.year:
        return Text(f"{day.month}月{day.day}日", f"{day.day} {day:%b}")
    return Text(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {day:%b} {day.year}")


def month_away(day: date, months: int) -> date:
    """The first day of the month so many months after a day's, or before it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)
