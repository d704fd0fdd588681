"""A grid of a plugin's, drawn as a form to tick and to type into, and read back.

Each cell carries, unseen, what stood in it when it was drawn: only what differs is written. With a
script each row is sent by itself and drawn anew; without one a form holds them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from flask import g, render_template, url_for
from markupsafe import Markup

from hongxian.collections.builtin import Task
from hongxian.kinds.boolean import BooleanColumn
from hongxian.shapes.grid import Cells, Grid, GridRow, codes_in_brief
from hongxian.text import Text
from hongxian_client.desk.offers.cells import cell_of, pressed_cell, stands_at
from hongxian_client.plugins.grid_codes import ByCodes
from hongxian_client.plugins.grids import TICKED, Reasons, Sheet, Typed
from hongxian_client.replica.replica import Replica
from hongxian_web import words
from hongxian_web.inputs import Input, input_of

WAS = "was."
"""Before a cell's name: what stood in it when it was drawn."""
STEP = "step."
"""Before the name of a counter's cell: by how much it was pressed on or back."""
ALL = "all"
"""By this button a column is ticked in every row that waits for it."""
SURE = "sure"
"""Stands in the form once somebody answered what a column asks before."""
Kind = Literal["tick", "ticked", "box", "text", "count", "told", "waits", "state"]


@dataclass(frozen=True)
class Drawn:
    """One cell as its template wants it."""

    name: str
    kind: Kind
    was: str
    now: str
    label: str
    """What it is called aloud: whose it is and of which column."""
    word: str
    """What stands in an empty tick, or in a cell that only tells."""
    input: Input
    hint: str
    is_short: bool
    """Of a number or an hour."""
    is_number: bool
    is_spare: bool
    """What a phone leaves to the record's own page, where the state tells enough."""
    tells_state: bool
    step: int


@dataclass(frozen=True)
class DrawnRow:
    """One row as its template wants it."""

    called: str
    title: str
    url: str
    code: str
    """By what a sheet of paper calls it; "" for a row that is counted."""
    beside: str
    tone: str
    state: str
    cells: list[Drawn]
    why: str
    """What is wrong with it: why it was refused, or what somebody should look into."""
    is_refused: bool


@dataclass(frozen=True)
class Head:
    """The head of a column; of ticks with how many there are."""

    title: str
    count: int | None
    is_number: bool
    is_spare: bool


@dataclass(frozen=True)
class Press:
    """A button that ticks a column for all who wait for it."""

    field: str
    title: str
    key: str
    count: int


class GridForm:
    """A grid and what was typed into it, if anything was."""

    def __init__(self, replica: Replica, grid: Grid, form: Mapping[str, str] | None = None) -> None:
        self._grid = grid
        self._form = form
        self._sheet = Sheet(replica, grid)
        self._wrong = _tasks(self._sheet)
        self._codes = codes_in_brief(grid.rows)

    @property
    def typed(self) -> dict[str, dict[str, Typed]]:
        """What came back, by row and field."""
        assert self._form is not None
        typed = {
            row.called: {c.field: self._cell(row, c) for c in self._columns}
            for row in self._grid.rows
        }
        field = self._form.get(ALL)
        for cells in self._columns:
            if cells.field == field and cells.tick is not None:
                for row in self._grid.rows:
                    if not typed[row.called][field].now and self._is_ready(row, cells):
                        typed[row.called][field] = Typed("", TICKED)
        return typed

    @property
    def _columns(self) -> list[Cells]:
        return [each for each in self._grid.columns if each.typed]

    def _is_ready(self, row: GridRow, cells: Cells) -> bool:
        """Whether what comes before it is ticked, as it stands or as it is sent along."""
        before = self._grid.waits(cells)
        if before is None:
            return True
        [earlier] = [each for each in self._columns if each.field == before]
        return bool(self._cell(row, earlier).now)

    def _cell(self, row: GridRow, cells: Cells) -> Typed:
        """As it came back; as it stands where the row was not sent."""
        stands, name = self._sheet.stands(row, cells), f"{row.called}.{cells.field}"
        if self._form is None or not (name in self._form or WAS + name in self._form):
            return Typed(stands, stands)
        if pressed := self._form.get(STEP + name, ""):
            return Typed(stands, pressed)
        return Typed(self._form.get(WAS + name, ""), self._form.get(name, ""))

    # -- drawing ---------------------------------------------------------------------------------

    def drawn(
        self,
        save: str,
        reasons: Mapping[str, Reasons] | None = None,
        *,
        head: tuple[str, str] | None = None,
        found: str = "",
        coded: ByCodes | None = None,
    ) -> Markup:
        """The whole; with why each row was refused, what its codes did, and as a page with its `head`."""
        g.has_grid = True  # the page then brings its keys
        rows = [self._row(each, (reasons or {}).get(each.called)) for each in self._sheet.rows]
        return Markup(
            render_template(
                "desk/grid.html",
                save=save,
                grid=self._grid,
                head=head,
                back=stands_at(),
                first=words.marked(self._grid.title),
                heads=[self._head(each) for each in self._grid.columns],
                presses=[self._press(each) for each in self._columns if each.all],
                rows=rows,
                note=words.marked(self._grid.note),
                one_way=[
                    words.shown(self._sheet.column(each).label)
                    for each in self._columns
                    if self._is_one_way(each)
                ],
                about=cell_of(self._grid.about) if self._grid.about else "",
                adding=self._adding(save),
                coding=self._beside(save, "grids.tick_codes") if self._codes else "",
                coded=coded,
                coded_in=[(each.field, self._title(each)) for each in self._grid.ticked_by_codes],
                others=[pressed_cell(each) for each in self._grid.presses],
                found=found,
            )
        )

    def asked(self, save: str) -> Markup:
        """What a press on all of a column asks before it is done; "" where it asks nothing, or was answered."""
        form = self._form or {}
        cells = next((each for each in self._columns if each.field == form.get(ALL)), None)
        if cells is None or not cells.asks or SURE in form:
            return Markup("")
        waiting = self._waiting(cells)
        return Markup(
            render_template(
                "desk/grid_sure.html",
                save=save,
                asked=words.marked(Text.of(cells.asks).format(count=len(waiting))),
                odd=[
                    (words.marked(each.title), words.marked(each.odd))
                    for each in waiting
                    if each.odd
                ],
                press=self._press(cells),
                sure=SURE,
                typed={each: form[each] for each in form if each not in ("csrf_token", ALL)},
            )
        )

    def drawn_row(self, called: str, reasons: Reasons | None, told: object = None) -> Markup:
        """One row of it, with what an action told of it; the note goes on with what a row changes."""
        at = next(n for n, each in enumerate(self._sheet.rows, 1) if each.called == called)
        row = self._row(self._sheet.rows[at - 1], reasons)
        said = words.marked(told) if isinstance(told, Text | str) else ""
        drawn = render_template(
            "desk/grid_row.html", row=row, number=at, grid=self._grid, said=said
        )
        note = words.marked(self._grid.note)
        return Markup(drawn) + Markup(render_template("desk/grid_note.html", note=note))

    def _adding(self, save: str) -> tuple[str, str] | None:
        """The address of the box that adds, and what it is called."""
        if self._grid.add is None:
            return None
        return self._beside(save, "grids.add"), words.shown(self._grid.add.title)

    def _beside(self, save: str, endpoint: str) -> str:
        """Where something else is done to the grid that is saved there."""
        saving, other = (
            url_for(each, name="_").removesuffix("_") for each in ("grids.save", endpoint)
        )
        return other + save.removeprefix(saving)

    def _title(self, cells: Cells) -> str:
        return words.shown(cells.title or self._sheet.column(cells).label)

    def _head(self, cells: Cells) -> Head:
        count = None
        if cells.tick is not None and not cells.tells_state:
            count = sum(bool(self._sheet.stands(row, cells)) for row in self._grid.rows)
        return Head(self._title(cells), count, self._is_number(cells), self._is_spare(cells))

    def _waiting(self, cells: Cells) -> list[GridRow]:
        return [
            row
            for row in self._grid.rows
            if not self._sheet.stands(row, cells) and self._is_ready(row, cells)
        ]

    def _press(self, cells: Cells) -> Press:
        waiting = self._waiting(cells)
        return Press(cells.field, words.shown(cells.all), cells.key, len(waiting))

    def _row(self, row: GridRow, why: Reasons | None) -> DrawnRow:
        id = row.id if row.id in self._sheet.records else ""
        url = url_for("records.show", name=self._sheet.collection.name, id=id) if id else ""
        refused = [each for some in (why or {}).values() for each in some]
        told = refused or self._wrong.get(row.id, [])
        return DrawnRow(
            row.called,
            words.marked(row.title),
            url,
            self._codes.get(row.called, ""),
            words.shown(row.beside),
            row.tone,
            words.shown(row.state),
            [self._drawn(row, each) for each in self._grid.columns],
            " ".join(map(words.marked, told)),
            bool(refused),
        )

    def _is_spare(self, cells: Cells) -> bool:
        return cells.tick is None and any(each.tells_state for each in self._grid.columns)

    def _is_one_way(self, cells: Cells) -> bool:
        return not self._sheet.column(cells).merge.goes_back

    def _is_number(self, cells: Cells) -> bool:
        return self._sheet.column(cells).widget == "number"

    def _drawn(self, row: GridRow, cells: Cells) -> Drawn:
        column, cell = self._sheet.column(cells), self._cell(row, cells)
        kind, name = self._kind(row, cells, cell), f"{row.called}.{cells.field}"
        made = input_of(column, cell.now)
        hint = row.hints.get(cells.field)
        return Drawn(
            name=name,
            kind=kind,
            was=cell.was,
            now=cell.now,
            label=f"{words.shown(row.title)} {self._title(cells)}",
            word=self._word(row, cells, kind),
            input=made,
            hint="" if hint is None else words.shown(hint),
            is_short=cells.tick is not None or self._is_number(cells),
            is_number=self._is_number(cells),
            is_spare=self._is_spare(cells),
            tells_state=cells.tells_state,
            step=cells.step,
        )

    def _kind(self, row: GridRow, cells: Cells, cell: Typed) -> Kind:
        if not cells.typed or (self._sheet.stays(row, cells) and not cells.tells_state):
            return "told"
        if cells.tick is None:
            return "count" if cells.step else "text"
        ready = self._is_ready(row, cells)
        if cells.tells_state and (cell.now or not ready):
            return "state"
        if isinstance(self._sheet.column(cells), BooleanColumn):
            return "box" if ready or cell.now else "waits"
        if cell.now:
            return "ticked"
        return "tick" if ready else "waits"

    def _word(self, row: GridRow, cells: Cells, kind: Kind) -> str:
        if cells.tells_state:
            return words.shown(row.state)
        if kind != "told":
            return self._title(cells)
        record = self._sheet.records.get(row.id)
        if record is None:
            return ""
        if text := self._sheet.stands(row, cells):
            return text
        column = self._sheet.column(cells)
        return words.shown(column.shown(column.plain(record.values.get(cells.field))))


def _tasks(sheet: Sheet) -> dict[str, list[str]]:
    """What somebody should look into, of the records behind the rows."""
    found: dict[str, list[str]] = {}
    about = (Task.collection == sheet.collection.name) & Task.record.in_(list(sheet.records))
    for each in Task.select().where(about, Task.done == False):  # noqa: E712
        found.setdefault(each.record, []).append(each.text)
    return found
