"""A board: places across, times down, and what stands where.

A free place is pressed to fill it; what stands somewhere is pressed, then a free place, to move it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from hongxian.model.workflow import Tone
from hongxian.shapes.cells import Button, Link, Of
from hongxian.shapes.table import Table
from hongxian.text import Text, joined
from hongxian.words.values import Value

FREE = Text("空", "Free")
MISSING = Text("缺 {n}", "{n} missing")


@dataclass(frozen=True)
class Head:
    """A row or a column of a board: its title, and what an action gets that is done in it.

    One that is not `open` has no free places to press.
    """

    title: Text | str
    values: Mapping[str, Value] = field(default_factory=dict)
    open: bool = True
    note: Text | str = ""

    @property
    def called(self) -> Text | str:
        """Its title and its note in one line, as a terminal has them."""
        return joined([self.title, self.note], Text.of(" ")) if self.note else self.title


@dataclass(frozen=True)
class Brought:
    """Something that is brought: a drawing, what it is, and how many."""

    icon: str
    title: Text | str
    count: int


@dataclass(frozen=True)
class Held:
    """A record that stands in a place, by the numbers of its row and column from 0.

    It is pressed and then a free place, and moves there; once pressed, `presses` may be done to it.
    What is likeliest to be done next, `press`, stands beside it in its place.
    """

    row: int
    column: int
    title: Text | str
    id: str
    state: Text | str = ""
    tone: Tone = "plan"
    moves: bool = True
    brought: Sequence[Brought] = ()
    presses: Sequence[Button] = ()
    press: Button | None = None


@dataclass(frozen=True)
class Board:
    """Records `of` a model in rows and columns.

    `book` is the action that fills a free place, `move` the one of a record that brings it there:
    both are given the values of row and column, and `given` besides. With `at_once` a press on a free
    place books it, nothing further asked. The line for now stands before the row `now`, by its number.
    A place for several says in `missing` how many are; it is free, and told in red, while there are any.
    """

    rows: Sequence[Head]
    columns: Sequence[Head]
    held: Sequence[Held]
    of: Of
    book: str = ""
    move: str = ""
    given: Mapping[str, Value] = field(default_factory=dict)
    note: Text | str = ""
    about: Link | None = None
    at_once: bool = False
    now: int | None = None
    missing: Mapping[tuple[int, int], int] = field(default_factory=dict)

    def refuse_uneven(self) -> None:
        """Raise `ValueError` for what stands outside."""
        for each in self.held:
            if not (0 <= each.row < len(self.rows) and 0 <= each.column < len(self.columns)):
                raise ValueError(f"row {each.row}, column {each.column} is not on the board")

    def places(self) -> Iterator[tuple[Head, list[tuple[Head, list[Held]]]]]:
        """Row by row each place: its column, and what stands there."""
        standing: dict[tuple[int, int], list[Held]] = defaultdict(list)
        for each in self.held:
            standing[each.row, each.column].append(each)
        for place, row in enumerate(self.rows):
            yield row, [(column, standing[place, n]) for n, column in enumerate(self.columns)]

    def values_of(self, row: Head, column: Head) -> dict[str, Value]:
        """What an action gets that is done in a place."""
        return {**self.given, **row.values, **column.values}

    def as_table(self) -> Table:
        """The same as a table, a free place as the button that fills it."""
        rows = [
            [row.called, *(self._cell((n, m), row, *place) for m, place in enumerate(places))]
            for n, (row, places) in enumerate(self.places())
        ]
        headers = ["", *(each.called for each in self.columns)]
        return Table(headers, rows, note=self.note, about=self.about)

    def lacks(self, row: int, column: int) -> Text | None:
        """What stands on the press that fills a place; None where nobody is to fill it."""
        head = self.rows[row], self.columns[column]
        if not all(each.open for each in head):
            return None
        if missing := self.missing.get((row, column), 0):
            return MISSING.format(n=missing)
        is_held = any((each.row, each.column) == (row, column) for each in self.held)
        return None if is_held or (row, column) in self.missing else FREE

    def _cell(
        self, place: tuple[int, int], row: Head, column: Head, held: Sequence[Held]
    ) -> object:
        cells: list[object] = []
        for each in held:
            cells += [Link(_told(each), self.of, each.id), *([each.press] if each.press else [])]
        lacks = self.lacks(*place)
        if self.book and lacks:
            values = self.values_of(row, column)
            cells.append(Button(lacks, self.book, values, at_once=self.at_once))
        return cells[0] if len(cells) == 1 and not held else cells


def _told(held: Held) -> Text:
    brought = [_BROUGHT.format(title=each.title, count=each.count) for each in held.brought]
    return joined([held.title, *brought, *([held.state] if held.state else [])], Text.of(" "))


_BROUGHT = Text("{title}{count}", "{title} {count}")
