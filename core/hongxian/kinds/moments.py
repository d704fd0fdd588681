"""Dates, times of day, and both together: they travel as ISO text, to the second, without a zone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, ClassVar

from marshmallow import fields

from hongxian.kinds.column import Column, Widget
from hongxian.kinds.shape import have_shape


@dataclass
class MomentColumn(Column):
    """What the three have in common."""

    shape: ClassVar[str]
    """How it travels, with 0 for any digit."""
    python_type: ClassVar[type[date] | type[time]]
    not_one: ClassVar[str]

    def are_real(self, texts: Sequence[str]) -> bool:
        """Whether these texts, one or more, are all moments that there are."""
        if not have_shape(texts, self.shape):
            return False
        parse = self.python_type.fromisoformat
        try:
            for text in set(texts):
                parse(text)
        except ValueError:
            return False
        return True

    def _all_are_sound(self, types: set[type], values: Sequence[Any]) -> bool:
        return types == {str} and self.are_real(values)

    def _rules(self, **options: Any) -> fields.Field[Any]:
        return _Moment(self, **options)

    def from_database(self, postgres: bool) -> Callable[[Sequence[Any]], Sequence[Any]] | None:
        return (lambda values: [self.to_wire(value) for value in values]) if postgres else None


@dataclass
class DateColumn(MomentColumn):
    """A `DateField`."""

    kind: ClassVar[str] = "date"
    usual_widget: ClassVar[Widget] = "date"
    shape: ClassVar[str] = "0000-00-00"
    python_type = date
    not_one: ClassVar[str] = "不是有效日期（如 2023-03-01）。Not a date such as 2023-03-01."


@dataclass
class DateTimeColumn(MomentColumn):
    """A `DateTimeField`."""

    kind: ClassVar[str] = "datetime"
    usual_widget: ClassVar[Widget] = "datetime-local"
    shape: ClassVar[str] = "0000-00-00 00:00:00"
    python_type = datetime
    not_one: ClassVar[str] = (
        "不是有效时刻（如 2023-03-01 08:30:00）。Not a moment such as 2023-03-01 08:30:00."
    )


@dataclass
class TimeColumn(MomentColumn):
    """A `TimeField`."""

    kind: ClassVar[str] = "time"
    usual_widget: ClassVar[Widget] = "time"
    shape: ClassVar[str] = "00:00:00"
    python_type = time
    not_one: ClassVar[str] = "不是有效时间（如 08:30:00）。Not a time such as 08:30:00."


class _Moment(fields.Field):  # type: ignore[type-arg]
    """Stays the text that travels, once it is known to be real."""

    def __init__(self, column: MomentColumn, *, error_messages: dict[str, str], **options: Any):
        self.column = column
        super().__init__(error_messages={**error_messages, "invalid": column.not_one}, **options)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or not self.column.are_real([value]):
            raise self.make_error("invalid")
        return value
