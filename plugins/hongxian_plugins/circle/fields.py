"""Fields that hold opening hours: whatever people type is read, and one form of it is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar  # Any: options of a library

from marshmallow import ValidationError, validate
from peewee import CharField

from hongxian import Text
from hongxian.kinds import TextColumn, WrongCell
from hongxian.records import Value
from hongxian_plugins.circle.hours import Unreadable, day_said, kept_day, kept_week, week_said

_LONGEST = 190
"""Characters; a box of one line is enough for them."""
_NO_WEEK = Text(
    "看不懂这个时间。请写成：周一至周五 8:00-11:30 13:00-17:00；周六 9:00-12:00；周日 休息。",
    "Not hours of a week, such as Mon-Fri 8:00-11:30 13:00-17:00; Sat 9:00-12:00; Sun closed.",
)
_NO_DAY = Text(
    "看不懂这个时间。请写成：9:00-12:00 14:00-17:00，或者 休息、照常。",
    "Not hours of a day, such as 9:00-12:00 14:00-17:00, closed, as usual.",
)


@dataclass
class WeekColumn(TextColumn):
    """The hours of a week."""

    kind_name: ClassVar[str] = "week_hours"
    typed_as: ClassVar[Text] = Text("每周时间", "hours of a week")
    is_sortable: ClassVar[bool] = False
    sheet_width: ClassVar[int] = 36
    wrong: ClassVar[Text] = _NO_WEEK

    @staticmethod
    def kept(text: str) -> str:
        return kept_week(text)

    @staticmethod
    def read(kept: str) -> Text:
        return week_said(kept)

    @property
    def is_free_text(self) -> bool:
        return False

    def all_sound(self, types: set[type], values: Sequence[Value]) -> bool:
        return super().all_sound(types, values) and all(map(self.is_kept, values))

    def validators(self) -> Iterator[validate.Validator]:
        yield from super().validators()
        yield _Kept(self)

    def to_wire(self, value: Value) -> Value:
        return (self._as_kept(value) or value) if isinstance(value, str) else value

    def parse(self, cell: Value) -> Value:
        kept = self._as_kept(str(super().parse(cell)))
        if kept is None:
            raise WrongCell(self.wrong)
        return kept

    def _typed(self, text: str) -> Value:
        return self.from_cell(text)

    def said(self, plain: Value) -> Text:
        return super().said(plain) if plain is None else self.read(str(plain))

    def _as_kept(self, text: str) -> str | None:
        if len(text) > self.max_length:
            return None
        try:
            return self.kept(text)
        except Unreadable:
            return None

    def is_kept(self, value: Value) -> bool:
        return isinstance(value, str) and self._as_kept(value) == value


class _Kept(validate.Validator):
    """Of hours that travel: they are in the one form."""

    def __init__(self, column: WeekColumn) -> None:
        self._column = column

    def __call__(self, value: Value) -> Value:
        if not self._column.is_kept(value):
            raise ValidationError([self._column.wrong])
        return value


@dataclass
class DayColumn(WeekColumn):
    """The hours of one day: none where it is closed, or the usual ones."""

    kind_name: ClassVar[str] = "day_hours"
    typed_as: ClassVar[Text] = Text("一天的时间、休息或照常", "hours of a day, closed, as usual")
    sheet_width: ClassVar[int] = 18
    wrong: ClassVar[Text] = _NO_DAY

    @staticmethod
    def kept(text: str) -> str:
        return kept_day(text)

    @staticmethod
    def read(kept: str) -> Text:
        return day_said(kept)


class WeekHoursField(CharField):  # type: ignore[misc]
    """Opening hours: `周一至周五 8:00-17:00；周六 9:00-12:00`, `Mon-Fri 8:00-17:00` and `工作日8点到17点` are taken."""

    kind = WeekColumn

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=_LONGEST, **options)


class DayHoursField(CharField):  # type: ignore[misc]
    """The hours of one day: `9:00-12:00`, `休息`, `照常`."""

    kind = DayColumn

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=_LONGEST, **options)
