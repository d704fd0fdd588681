"""What a view may show, and all of it as a table, for whoever draws nothing else."""

from __future__ import annotations

from hongxian.collections.store_protocol import PresentStore
from hongxian.shapes.board import Board
from hongxian.shapes.cells import name_of
from hongxian.shapes.chart import Chart
from hongxian.shapes.chat import Chat
from hongxian.shapes.facts import Facts
from hongxian.shapes.grid import Grid, GridRow
from hongxian.shapes.stat import Stats
from hongxian.shapes.table import Table

Shown = Table | Chart | Grid | Board | Stats | Chat | Facts


def table_of(store: PresentStore, shown: Shown) -> Table:
    """The same as a table; of a grid with the records as they are."""
    if isinstance(shown, Table):
        return shown
    return _grid_as_table(store, shown) if isinstance(shown, Grid) else shown.as_table()


def _grid_as_table(store: PresentStore, grid: Grid) -> Table:
    collection = store.collection(name_of(grid.of))
    columns = [collection.columns[each.field] for each in grid.columns]
    records = collection.rows_by_id([each.id for each in grid.rows if each.id])

    def cells(row: GridRow) -> list[object]:
        record = records.get(row.id)
        if record is None:
            return ["" for _ in columns]
        return [each.shown(each.plain(record.values.get(each.name))) for each in columns]

    return Table(
        headers=[
            grid.title,
            *(a.title or b.label for a, b in zip(grid.columns, columns, strict=True)),
        ],
        rows=[[row.title, *cells(row)] for row in grid.rows],
        ids=[row.id for row in grid.rows],
        of=grid.of,
        note=grid.note,
        about=grid.about,
    )
