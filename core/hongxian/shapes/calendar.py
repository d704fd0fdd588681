"""A line of the calendar, on the first page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime, time

from peewee import Expression, Field

from hongxian.collections.store_protocol import present_store
from hongxian.shapes.cells import Of, name_of
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


def on_calendar(
    when: Field,
    first: date,
    last: date,
    *only: Expression,
    hour: str = "",
    place: str = "",
    note: str = "",
    opens: str = "",
) -> Iterator[CalendarEntry]:
    """An entry for each record whose field `when`, a day or a moment, lies from `first` to `last`, by its name.

    `only` bounds them further; `hour`, `place` and `note` name fields that tell these.
    """
    model, told = when.model, {"place": place, "note": note}
    collection = present_store().collection(name_of(model))
    bounds = datetime.combine(first, time.min), datetime.combine(last, time.max)
    for each in model.select().where(when.between(*bounds), *only).order_by(when, model.id):
        at = getattr(each, when.name)
        yield CalendarEntry(
            at.date() if isinstance(at, datetime) else at,
            collection.called(each.__data__),
            of=model,
            id=each.id,
            hour=at.time() if isinstance(at, datetime) else getattr(each, hour) if hour else None,
            opens=opens,
            **{name: getattr(each, field) or "" for name, field in told.items() if field},
        )
