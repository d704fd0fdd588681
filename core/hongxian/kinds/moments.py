"""Dates, times of day, and both together: they travel as ISO text, to the second, without a zone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any, ClassVar  # Any: marshmallow's options

from marshmallow import fields

from hongxian.kinds.column import Column, Stored, Widget
from hongxian.kinds.text_shape import have_shape
from hongxian.kinds.typed_input import WrongCell, halfwidth
from hongxian.text import Text
from hongxian.words.values import Cell, Value

_DAY_ALONE = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})"
    r"|年(\d{1,2})月(\d{1,2})[日号]|(\d{2})(\d{2}))(?:\s*\(?(?:周|星期|礼拜)[一二三四五六日天]\)?)?"
)
_DAY = re.compile(_DAY_ALONE.pattern + r"(?: 0?0:00(?::00)?)?")
_MONTH = re.compile(r"(\d{4})(?:年(\d{1,2})月|[-/.](\d{1,2}))份?")
_SERIALS = range(20_000, 80_000)
"""Numbers that Excel shows as days between 1954 and 2119."""
_BEFORE_THE_FIRST = date(1899, 12, 30)
_TIME = re.compile(r"(\d{1,2})(?::(\d{1,2})(?::(\d{1,2}))?|[时点](?:(\d{1,2})分?)?)")


@dataclass
class MomentColumn(Column):
    """What the three have in common."""

    stored: ClassVar[Stored] = Stored.AS_TEXT
    says_itself: ClassVar[bool] = True
    shape: ClassVar[str]
    """How it travels, with 0 for any digit."""
    python_type: ClassVar[type[date] | type[time]]
    not_one: ClassVar[Text]

    def are_real(self, texts: Sequence[str]) -> bool:
        """Whether these texts, one or more, are all moments that there are."""
        different = list(set(texts))
        if not have_shape(different, self.shape):
            return False
        parse = self.python_type.fromisoformat
        try:
            for text in different:
                parse(text)
        except ValueError:
            return False
        return True

    def all_sound(self, types: set[type], values: Sequence[Value]) -> bool:
        return types == {str} and self.are_real(values)

    def rule(self, **options: Any) -> fields.Field[Any]:
        return _Moment(self, **options)

    def said_in_brief(self, plain: Value) -> Text:
        """Without seconds, if there are none."""
        said = self.said(plain)
        return Text.of(said.zh.removesuffix(":00")) if said.zh.count(":") == 2 else said

    def from_database(self, postgres: bool) -> Callable[[Sequence[Value]], Sequence[Value]] | None:
        return (lambda values: [self.to_wire(value) for value in values]) if postgres else None


_NO_DAY = Text("缺哪一天。", "Which day of the month is missing.")
_AS_THE_FIRST = Text("按 1 日算", "Take the 1st")
_AS_IN_EXCEL = Text("按 Excel 的日期算", "Take it as Excel's date")


@dataclass
class DateColumn(MomentColumn):
    """A `DateField`."""

    kind_name: ClassVar[str] = "date"
    typed_as: ClassVar[Text] = Text("日期，如 2023-03-01", "a date such as 2023-03-01")
    blank: ClassVar[Value] = "0001-01-01"
    usual_widget: ClassVar[Widget] = "date"
    shape: ClassVar[str] = "0000-00-00"
    python_type = date
    not_one: ClassVar[Text] = Text(
        "不是有效日期（如 2023-03-01）。", "Not a date such as 2023-03-01."
    )

    def parse(self, cell: Cell) -> Value:
        if isinstance(cell, datetime) and cell.time() == time():
            return cell.date().isoformat()
        if isinstance(cell, date) and not isinstance(cell, datetime):
            return cell.isoformat()
        typed = halfwidth(cell)
        try:
            if found := _DAY.fullmatch(typed):
                return _day(found).isoformat()
            if month := _MONTH.fullmatch(typed):
                first = date(int(month[1]), int(month[2] or month[3]), 1)
                raise WrongCell(_NO_DAY, {"first": (_AS_THE_FIRST, first)})
            if typed.isdecimal() and int(typed) in _SERIALS:
                day = _BEFORE_THE_FIRST + timedelta(days=int(typed))
                raise WrongCell(self.not_one, {"serial": (_AS_IN_EXCEL, day)})
        except ValueError:
            pass
        raise WrongCell(self.not_one)

    def around(self, value: Value) -> Iterator[Value]:
        return super().around(value) if self.choices else _days_after(value)

    def cell(self, value: Value) -> Cell | Text:
        return date.fromisoformat(value)


@dataclass
class DateTimeColumn(MomentColumn):
    """A `DateTimeField`."""

    kind_name: ClassVar[str] = "datetime"
    typed_as: ClassVar[Text] = Text(
        "时刻，如 2023-03-01 08:30", "a moment such as 2023-03-01 08:30"
    )
    blank: ClassVar[Value] = "0001-01-01 00:00:00"
    usual_widget: ClassVar[Widget] = "datetime-local"
    shape: ClassVar[str] = "0000-00-00 00:00:00"
    python_type = datetime
    not_one: ClassVar[Text] = Text(
        "不是有效时刻（如 2023-03-01 08:30:00）。", "Not a moment such as 2023-03-01 08:30:00."
    )
    sheet_width: ClassVar[int] = 20

    def parse(self, cell: Cell) -> Value:
        if isinstance(cell, datetime):
            whole = cell.replace(tzinfo=None) + timedelta(microseconds=500_000)
            return whole.isoformat(" ", "seconds")
        typed = halfwidth(cell)
        day = _DAY_ALONE.match(typed)
        moment = _TIME.fullmatch(typed[day.end() :].removeprefix("T").strip()) if day else None
        try:
            if day and moment:
                return f"{_day(day).isoformat()} {_clock(moment)}"
        except ValueError:
            pass
        raise WrongCell(
            Text(
                "应为日期和时间（如 2023-03-01 08:30）。",
                "Not a date and time such as 2023-03-01 08:30.",
            )
        )

    def cell(self, value: Value) -> Cell | Text:
        return datetime.fromisoformat(value)


@dataclass
class TimeColumn(MomentColumn):
    """A `TimeField`."""

    kind_name: ClassVar[str] = "time"
    typed_as: ClassVar[Text] = Text("时间，如 08:30", "a time such as 08:30")
    blank: ClassVar[Value] = "00:00:00"
    usual_widget: ClassVar[Widget] = "time"
    shape: ClassVar[str] = "00:00:00"
    python_type = time
    not_one: ClassVar[Text] = Text("不是有效时间（如 08:30:00）。", "Not a time such as 08:30:00.")

    def parse(self, cell: Cell) -> Value:
        if isinstance(cell, time):
            return cell.strftime("%H:%M:%S")
        found = _TIME.fullmatch(halfwidth(cell))
        try:
            if found:
                return _clock(found)
        except ValueError:
            pass
        raise WrongCell(Text("应为时间（如 08:30）。", "Not a time such as 08:30."))


def _days_after(day: str) -> Iterator[date]:
    with suppress(OverflowError):  # the calendar ends
        for step in count(1):
            yield date.fromisoformat(day) + timedelta(days=step)


def _day(found: re.Match[str]) -> date:
    year, month, day = (int(part) for part in found.groups() if part is not None)
    return date(year, month, day)


def _clock(found: re.Match[str]) -> str:
    hour, minute, second, spoken = found.groups()
    return time(int(hour), int(minute or spoken or 0), int(second or 0)).isoformat()


class _Moment(fields.Field):  # type: ignore[type-arg]
    """Stays the text that travels, once it is known to be real."""

    def __init__(self, column: MomentColumn, *, error_messages: dict[str, Any], **options: Any):
        self.column = column
        messages: dict[str, Any] = {**error_messages, "invalid": column.not_one}
        super().__init__(error_messages=messages, **options)

    def _deserialize(self, value: object, attr: object, data: object, **kwargs: object) -> str:
        if not isinstance(value, str) or not self.column.are_real([value]):
            raise self.make_error("invalid")
        return value
