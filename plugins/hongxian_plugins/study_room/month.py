"""A month of a year, such as that of a birth: 2018-05. Of the day nothing is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from peewee import DateField

from hongxian import Text
from hongxian.kinds import DateColumn, Widget, halfwidth
from hongxian.records import Value

_MONTH = re.compile(r"(\d{4})\s*(?:年|[-/.])\s*(\d{1,2})\s*月?")


@dataclass
class MonthColumn(DateColumn):
    """Travels as the first day of the month; people read and write 2018-05."""

    kind_name: ClassVar[str] = "month"
    typed_as: ClassVar[Text] = Text("年月，如 2018-05", "a month such as 2018-05")
    usual_widget: ClassVar[Widget] = "text"

    def parse(self, cell: Value) -> Value:
        found = _MONTH.fullmatch(halfwidth(cell)) if isinstance(cell, str) else None
        if found and 1 <= int(found[2]) <= 12:
            return f"{found[1]}-{int(found[2]):02}-01"
        day: str = super().parse(cell)
        return f"{day[:7]}-01"

    def text(self, plain: Value) -> str:
        return str(plain)[:7]

    def cell(self, value: Value) -> str:
        return self.text(value)


class MonthField(DateField):  # type: ignore[misc]
    """A month: `MonthField(verbose_name=Text("出生年月", "Month of birth"))`."""

    kind = MonthColumn


def age_on(born: date, on: date) -> int:
    """Whole years that somebody born in a month surely has on a day: those of its last day."""
    return on.year - born.year - (on.month <= born.month)
