"""A line of the calendar, on the first page."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from datetime import date, time

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
    hour: time | None = None
    place: str = ""
    note: Text | str = ""
    """Where it stands today, such as how many came."""
    opens: str = ""
    """The offer that its button on the first page leads to, of the same record: `service.sign_in`."""
