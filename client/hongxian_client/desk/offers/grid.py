"""A grid of a plugin's, drawn as a form to type into, and read back.

Each cell carries, unseen, what stood in it when it was drawn: only what differs is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import g, render_template, request, url_for
from markupsafe import Markup

from hongxian.shapes.cells import name_of
from hongxian.shapes.grid import Cells, Grid, GridRow
from hongxian.text import Text
from hongxian_client.desk.offers.cells import cell_of
from hongxian_client.plugins.grids import TICKED, Reasons, Typed, rows_of, stands_in
from hongxian_client.replica.replica import Replica
from hongxian_web import words
from hongxian_web.inputs import Input, input_of

WAS = "was."
"""Before a cell's name: what stood in it when it was drawn."""
ALL = "all"
"""By this button a column's boxes are ticked, where those of the column before are."""
_TIME = slice(11, 16)


@dataclass(frozen=True)
class Drawn:
    """One cell as its template wants it; `told` stands beside a box, or in its place."""

    name: str
    was: str
    now: str
    is_box: bool
    is_typed: bool
    label: str
    told: str
    input: Input


class GridForm:
    """A grid and what was typed into it, if anything was."""

    def __init__(self, replica: Replica, grid: Grid, form: Mapping[str, str] | None = None) -> None:
        self._grid = grid
        self._form = form
        self._collection = replica.collection(name_of(grid.of))
        self._records = rows_of(replica, grid)

    @property
    def typed(self) -> dict[str, dict[str, Typed]]:
        """What came back, by row and field."""
        assert self._form is not None
        ticks_all = self._form.get(ALL)
        typed = {
            row.called: {c.field: self._cell(row, c) for c in self._columns}
            for row in self._grid.rows
        }
        if ticks_all:
            for cells in typed.values():
                before = self._before(ticks_all)
                if ticks_all in cells and (before is None or cells[before].now):
                    cells[ticks_all] = Typed(cells[ticks_all].was, TICKED)
        return typed

    @property
    def _columns(self) -> list[Cells]:
        return [each for each in self._grid.columns if each.typed]

    def _before(self, field: str) -> str | None:
        """The boxes that come before those of a field; None for the first."""
        boxes = [each.field for each in self._columns if each.tick is not None]
        at = boxes.index(field) if field in boxes else 0
        return boxes[at - 1] if at else None

    def _cell(self, row: GridRow, cells: Cells) -> Typed:
        stands = stands_in(cells, self._collection, self._records.get(row.id))
        if self._form is None:
            return Typed(stands, stands)
        name = f"{row.called}.{cells.field}"
        return Typed(self._form.get(WAS + name, ""), self._form.get(name, ""))

    def drawn(self, save: str, reasons: Mapping[str, Reasons] | None = None) -> Markup:
        """The form; with why each row was refused."""
        g.has_grid = True  # the page then brings its keys
        reasons = reasons or {}
        return Markup(
            render_template(
                "desk/grid.html",
                save=save,
                back=request.form.get("back") or request.full_path.rstrip("?"),
                first=words.marked(self._grid.title),
                heads=[
                    (each.field, self._title(each), self._is_box(each))
                    for each in self._grid.columns
                ],
                rows=[self._row(each, reasons.get(each.called, {})) for each in self._grid.rows],
                note=words.marked(self._grid.note),
                about=cell_of(self._grid.about) if self._grid.about else "",
            )
        )

    def _title(self, cells: Cells) -> str:
        return words.shown(cells.title or self._collection.columns[cells.field].label)

    @staticmethod
    def _is_box(cells: Cells) -> bool:
        return cells.tick is not None and cells.typed

    def _row(self, row: GridRow, why: Reasons) -> tuple[str, str, list[Drawn], str]:
        """Its title, its record's address, its cells, and why it was refused."""
        url = url_for("records.show", name=self._collection.name, id=row.id) if row.id else ""
        cells = [self._drawn(row, each, why.get(each.field, ())) for each in self._grid.columns]
        told: list[Text] = [each for some in why.values() for each in some]
        return words.marked(row.title), url, cells, " ".join(map(words.marked, told))

    def _drawn(self, row: GridRow, cells: Cells, why: object) -> Drawn:
        column, record = self._collection.columns[cells.field], self._records.get(row.id)
        cell = self._cell(row, cells)
        told = (
            words.shown(column.shown(column.plain(record.values.get(cells.field))))
            if record
            else ""
        )
        made = input_of(column, cell.now)
        made.name = f"{row.called}.{cells.field}"
        return Drawn(
            name=made.name,
            was=cell.was,
            now=cell.now,
            is_box=self._is_box(cells),
            is_typed=cells.typed,
            label=f"{words.shown(row.title)} {self._title(cells)}",
            told=told[_TIME] if column.widget == "datetime-local" else told,
            input=made,
        )
