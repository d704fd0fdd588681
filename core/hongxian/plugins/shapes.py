"""What a view shows, whoever draws it: tables with their buttons, links and codes, and charts.

The same description serves the command line and the pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hongxian.record import Record
from hongxian.text import Text, joined
from hongxian.values import Value

Of = type[Record] | str
"""A plugin's own model, or the name of a collection that another plugin brings."""


def name_of(of: Of) -> str:
    """The name of a collection."""
    return of if isinstance(of, str) else str(of._meta.collection)


@dataclass(frozen=True)
class Button:
    """A table's cell that does something: it opens an action's form with `values` filled in.

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
    of: Of
    id: str


@dataclass(frozen=True)
class Table:
    """Rows to show under headers; `ids` names the record `of` a model behind each row, if there is one.

    A cell is a value, a `Button`, a `Qr`, a `Link`, or a list of these. `about` leads to the record
    that all of it is about.
    """

    headers: Sequence[Text | str]
    rows: Sequence[Sequence[object]]
    ids: Sequence[str] = ()
    of: Of | None = None
    note: Text | str = ""
    about: Link | None = None

    def refuse_uneven(self) -> None:
        """Raise `ValueError` unless there is a cell for each header, and an id for each row."""
        if any(len(row) != len(self.headers) for row in self.rows):
            raise ValueError(f"a row has not {len(self.headers)} cells, one for each header")
        if self.ids and len(self.ids) != len(self.rows):
            raise ValueError(f"{len(self.ids)} ids for {len(self.rows)} rows")


@dataclass(frozen=True)
class Chart:
    """Whole numbers to compare: each of `series` is its title and one number for each label."""

    labels: Sequence[Text | str]
    series: Sequence[tuple[Text | str, Sequence[int]]]
    unit: Text | str = ""
    kind: str = "bars"
    """"bars" or "line"."""
    note: Text | str = ""

    def refuse_uneven(self) -> None:
        """Raise `ValueError` unless each series has a number for each label."""
        if any(len(numbers) != len(self.labels) for _title, numbers in self.series):
            raise ValueError(f"a series has not {len(self.labels)} numbers, one for each label")

    def as_table(self) -> Table:
        """The same numbers as rows, one for each label."""
        unit = [self.unit] if self.unit else []
        titles = [joined([title, *unit], Text.of(" ")) for title, _numbers in self.series]
        columns = [numbers for _title, numbers in self.series]
        return Table(["", *titles], list(zip(self.labels, *columns, strict=True)), note=self.note)


Shown = Table | Chart
