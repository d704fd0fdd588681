"""What a view may show, and all of it as a table, for whoever draws nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

from hongxian.collections.store_protocol import PresentStore
from hongxian.shapes.board import Board
from hongxian.shapes.cards import Cards
from hongxian.shapes.cells import name_of
from hongxian.shapes.chart import Chart
from hongxian.shapes.chat import Chat
from hongxian.shapes.facts import Facts
from hongxian.shapes.grid import Grid, GridRow
from hongxian.shapes.map import Map
from hongxian.shapes.queue import Queue
from hongxian.shapes.stat import Stats
from hongxian.shapes.table import Table
from hongxian.text import Text

Single = Table | Chart | Grid | Board | Stats | Chat | Facts | Queue | Cards | Map


@dataclass(frozen=True)
class Beside:
    """`shapes` beside each other, the first the widest; below each other where there is little room.

    `title` stands in the place of the view's own, `note` beside it, and on the right `presses`: what
    leads elsewhere (`Go`, `Link`, `Print`) or does something (`Button`). `foot` are lines below; `above`
    are shapes over the whole width above them, such as who waits for a place on the board.
    """

    shapes: Sequence[Single]
    title: Text | str = ""
    note: Text | str = ""
    presses: Sequence[object] = ()
    foot: Sequence[Text | str] = ()
    above: Sequence[Single] = ()

    @property
    def all(self) -> Sequence[Single]:
        """What it shows, what matters most first."""
        return (*self.shapes, *self.above)

    def refuse_uneven(self) -> None:
        """Raise what one of the shapes raises."""
        for each in self.all:
            each.refuse_uneven()

    def as_table(self, tables: Sequence[Table]) -> Table:
        """The tables of its shapes below each other; its records are the first's."""
        width = max((len(each.headers) for each in tables), default=0)
        first, *others = tables or [Table([], [])]
        rows = [*first.rows, *chain.from_iterable([each.headers, *each.rows] for each in others)]
        padded = [list(row) + [""] * (width - len(row)) for row in rows]
        ids = [*first.ids, *[""] * (len(rows) - len(first.ids))] if first.ids else ()
        headers = [*first.headers, *[""] * (width - len(first.headers))]
        return Table(headers, padded, ids, first.of, note=self.note, about=first.about)


Shown = Single | Beside


def table_of(store: PresentStore, shown: Shown) -> Table:
    """The same as a table; of a grid with the records as they are."""
    if isinstance(shown, Table):
        return shown
    if isinstance(shown, Beside):
        return shown.as_table([table_of(store, each) for each in shown.all])
    return _grid_as_table(store, shown) if isinstance(shown, Grid) else shown.as_table()


def chosen_by(shown: Shown) -> set[str]:
    """What is chosen on a view itself, so that no form need ask for it."""
    if isinstance(shown, Beside):
        return set().union(*map(chosen_by, shown.all))
    ways = shown.services if isinstance(shown, Queue) else ()
    if isinstance(shown, Cards):
        ways = [*shown.among, *shown.filters]
    return {name for each in ways for name in each.values}


def with_records(store: PresentStore, shown: Shown) -> Shown:
    """The same, each row of a grid with its record where one of the `id` that it is made with is there already."""
    if isinstance(shown, Beside):
        shapes, above = (
            [_with_records(store, each) for each in some] for some in (shown.shapes, shown.above)
        )
        return replace(shown, shapes=shapes, above=above)
    return _with_records(store, shown)


def _with_records(store: PresentStore, shown: Single) -> Single:
    if not isinstance(shown, Grid):
        return shown
    own = {
        row.called: str(row.given["id"]) for row in shown.rows if not row.id and "id" in row.given
    }
    found = store.collection(name_of(shown.of)).rows_by_id(own.values()) if own else {}
    there = {row: id for row, id in own.items() if id in found and not found[id].deleted}
    rows = [replace(row, id=there.get(row.called, row.id)) for row in shown.rows]
    return replace(shown, rows=rows) if there else shown


def _grid_as_table(store: PresentStore, grid: Grid) -> Table:
    collection = store.collection(name_of(grid.of))
    told = [each for each in grid.columns if not (grid.action and each.typed)]
    columns = [collection.columns[each.field] for each in told]
    records = collection.rows_by_id([each.id for each in grid.rows if each.id])

    def cells(row: GridRow) -> list[object]:
        record = records.get(row.id)
        if record is None:
            return ["" for _ in columns]
        return [each.shown(each.plain(record.values.get(each.name))) for each in columns]

    return Table(
        headers=[
            grid.title,
            *(a.title or b.label for a, b in zip(told, columns, strict=True)),
        ],
        rows=[[row.title, *cells(row)] for row in grid.rows],
        ids=[row.id for row in grid.rows],
        of=grid.of,
        note=grid.note,
        about=grid.about,
    )
