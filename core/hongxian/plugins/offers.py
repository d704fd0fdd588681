"""What a plugin offers beyond records: things to do, tables to look at, sheets to print.

The same description serves the command line and the pages. What is to be typed is described by
peewee fields, as in a collection: `asks={"day": DateField(verbose_name="日期")}`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import peewee

from hongxian.text import Text, joined
from hongxian.values import Value

Asks = Mapping[str, peewee.Field]
"""What a person is asked for, by name; a field that is null or has a default may stay empty."""


@dataclass(frozen=True)
class Action:
    """Something to do: `run(store, id, **values)`; what it returns is told to who asked for it.

    With a `collection` it is done to one record, and offered where `fits(values)` is true of it;
    without one `id` is None. It raises a `Refused` when it may not be done.
    """

    name: str
    title: Text | str
    run: Callable[..., object]
    collection: str = ""
    asks: Asks = field(default_factory=dict)
    fits: Callable[[Mapping[str, Value]], bool] = lambda values: True


@dataclass(frozen=True)
class Press:
    """A table's cell that is a button: it opens an action's form with `values` filled in.

    With `at_once` it is done when it is pressed, nothing further asked. `id` is the record that the
    action is done to, if it is of one.
    """

    title: Text | str
    action: str
    values: Mapping[str, Value] = field(default_factory=dict)
    id: str = ""
    at_once: bool = False


@dataclass(frozen=True)
class Qr:
    """A table's cell that a page draws as a QR code, and a terminal as its text."""

    text: str


@dataclass(frozen=True)
class Link:
    """A table's cell that leads to a record, and in a terminal is its text."""

    title: Text | str
    collection: str
    id: str


@dataclass(frozen=True)
class Table:
    """Rows to show under headers; `ids` names the record behind each row where there is one.

    A cell is a value, a `Press`, a `Qr`, a `Link`, or a list of these. `about` leads to the record
    that all of it is about.
    """

    headers: Sequence[Text | str]
    rows: Sequence[Sequence[object]]
    ids: Sequence[str] = ()
    collection: str = ""
    note: Text | str = ""
    about: Link | None = None


@dataclass(frozen=True)
class Chart:
    """Whole numbers to compare: each of `series` is its title and one number for each label."""

    labels: Sequence[Text | str]
    series: Sequence[tuple[Text | str, Sequence[int]]]
    unit: Text | str = ""
    kind: str = "bars"
    """"bars" or "line"."""
    note: Text | str = ""

    def as_table(self) -> Table:
        """The same numbers as rows, one for each label."""
        unit = [self.unit] if self.unit else []
        titles = [joined([title, *unit], Text.of(" ")) for title, _numbers in self.series]
        columns = [numbers for _title, numbers in self.series]
        return Table(["", *titles], list(zip(self.labels, *columns, strict=True)), note=self.note)


@dataclass(frozen=True)
class View:
    """Something to look at: `run(store, **values)` returns a `Table` or a `Chart`.

    With a `collection` it is of one record, `run(store, id, **values)`, and stands on that record's
    page, unless it has neither rows nor a note. With `today` its beginning is a card on the first
    page too; with `overview` it stands on the first page of the hub's console, for its keeper.
    In each case what it asks for may then stay empty.
    """

    name: str
    title: Text | str
    run: Callable[..., Table | Chart]
    asks: Asks = field(default_factory=dict)
    today: bool = False
    collection: str = ""
    overview: bool = False


@dataclass(frozen=True)
class Document:
    """A sheet to print: `run(store, id, **values)` returns the body of an A4 page as HTML.

    With a `collection` it is of one record; without one `id` is None. All that a person typed
    must be escaped: build it with Jinja (autoescape) or markupsafe.
    """

    name: str
    title: Text | str
    run: Callable[..., str]
    collection: str = ""
    asks: Asks = field(default_factory=dict)


@dataclass(frozen=True)
class CalendarEntry:
    """One line in the calendar of the first page, with the record behind it if there is one."""

    day: date
    title: Text | str
    collection: str = ""
    id: str = ""


@dataclass(frozen=True)
class Pages:
    """Pages of a plugin's own: a `flask.Blueprint`, which the desk puts under `/p/PLUGIN/`."""

    title: Text | str
    blueprint: Any  # Any: this package does not know Flask
