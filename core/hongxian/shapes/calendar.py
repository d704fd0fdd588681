"""A line of the calendar, on the first page."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from datetime import date

from hongxian.shapes.cells import Of
from hongxian.text import Text


@dataclass(frozen=True)
class CalendarEntry:
    """One line in the calendar of the first page, with the record behind it if there is one."""

    day: date
    title: Text | str
    _: KW_ONLY
    of: Of | None = None
    id: str = ""
