"""A grid that a plugin shows: what stands in it, and what was typed into it, saved all at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hongxian.errors import Invalid, Refused
from hongxian.kinds.boolean import BooleanColumn
from hongxian.kinds.column import Column
from hongxian.model.row import Row
from hongxian.plugins.offering import carry_out, find_offer
from hongxian.plugins.offers import Action
from hongxian.shapes.cells import name_of
from hongxian.shapes.grid import Cells, Grid, GridRow
from hongxian.text import Text, joined, sentences
from hongxian.words.values import Values
from hongxian_client.plugins.offers import leader, values_for
from hongxian_client.replica.replica import Replica
from hongxian_client.search.pinyin import in_order
from hongxian_client.text.assignments import Assignment, column_values

TICKED = "1"
"""What comes back of a cell whose tick was pressed."""
Reasons = Mapping[str, list[Text]]
"""Why a row is refused, by field; under "" what concerns no single one."""
_HOUR = re.compile(r"([01]?\d|2[0-3])[:.]?([0-5]\d)")
"""08:35, 8:35 or 0835."""


class GridRefused(Refused):
    """Something typed into a grid is not allowed; none of the grid was saved."""

    message = Text(
        "有 {count} 行不能保存，什么都还没有存：{why}",
        "{count} {count:row|rows} cannot be saved, so nothing was: {why}",
    )


@dataclass(frozen=True)
class Typed:
    """One cell as it came back: what stood in it when it was drawn, and what stands in it now.

    A tick that was pressed is "1", an empty cell "".
    """

    was: str
    now: str


class Sheet:
    """A grid with the records behind it, and what stands in each of its cells."""

    def __init__(self, replica: Replica, grid: Grid) -> None:
        self.replica, self.grid = replica, grid
        self.collection = replica.collection(name_of(grid.of))
        ids = [each.id for each in grid.rows if each.id]
        self.records = self.collection.rows_by_id(ids)
        self.rows = _in_order(grid)
        self.action = (
            find_offer(replica, Action, grid.action, leader(replica)) if grid.action else None
        )

    def column(self, cells: Cells) -> Column:
        """What is typed there: a field of the records, or what the action asks for."""
        asked = self.action.columns if self.action and cells.typed else self.collection.columns
        return asked[cells.field]

    def stands(self, row: GridRow, cells: Cells) -> str:
        """The text that stands in a cell: of the tick's own day the hour, of a box "1"."""
        record = self.records.get(row.id)
        if record is None or (self.action and cells.typed):
            return ""
        column, value = self.column(cells), record.values.get(cells.field)
        if isinstance(column, BooleanColumn):
            return TICKED if value else ""
        text = column.in_form(value)
        day = f"{cells.tick:%Y-%m-%d} " if isinstance(cells.tick, datetime) else ""
        return text[11:16] if day and text.startswith(day) else text

    def stays(self, row: GridRow, cells: Cells) -> bool:
        """Whether it changes no more, because the record lasts and something is filled in."""
        record, lasting = self.records.get(row.id), self.collection.lasting
        if record is None or lasting is None or not isinstance(lasting.once, str):
            return False
        once = lasting.once
        kept = once and record.values.get(once)
        return bool(kept) and (cells.field == once or cells.field in lasting.staying([cells.field]))

    def save(self, row: GridRow, typed: Mapping[str, Typed]) -> tuple[bool, object]:
        """Write one row; whether anything was, and what an action told. Raises what refuses it."""
        record = self.records.get(row.id)
        if self.action is not None:
            return self._act(row, record, typed)
        values = self._values(row, typed)
        if not values:
            return False, None
        model = self.collection.model
        if record is None:
            self.replica.create(model, [{**row.given, **values}])
        else:
            self.replica.edit(model, {record.id: values})
        return True, None

    def _act(
        self, row: GridRow, record: Row | None, typed: Mapping[str, Typed]
    ) -> tuple[bool, object]:
        assert self.action is not None
        texts = {name: cell.now for name, cell in typed.items() if cell.now.strip()}
        if not texts or record is None:
            return False, None
        of = self.collection.model.get_by_id(record.id)
        given = {name: str(value) for name, value in row.given.items()}
        asked = [Assignment(name, "", text) for name, text in {**given, **texts}.items()]
        values = values_for(self.replica, self.action.asked_of(of), asked)
        return True, carry_out(self.replica, self.action, of, values, leader(self.replica))

    def _values(self, row: GridRow, typed: Mapping[str, Typed]) -> Values:
        """The values of a row that differ from what stood there; raises `Invalid`."""
        values: Values = {}
        texts = []
        for cells in self.grid.columns:
            cell = typed.get(cells.field)
            if cell is None or cell.was == cell.now or not cells.typed:
                continue
            if isinstance(self.column(cells), BooleanColumn):
                values[cells.field] = bool(cell.now)
            elif cells.tick is not None and cell.now == TICKED:
                if not self.stands(row, cells):  # else somebody has ticked it since
                    values[cells.field] = cells.tick
            else:
                texts.append(Assignment(cells.field, "", _read(cells, cell)))
        columns = self.collection.columns
        return {**values, **column_values(self.replica, self.collection.name, columns, texts)}


def save_grid(
    replica: Replica, grid: Grid, typed: Mapping[str, Mapping[str, Typed]]
) -> dict[str, object]:
    """Write what was typed, `{row: {field: cell}}`, in one transaction; returns the rows that changed.

    Only what the grid offers is written, and only what differs from what stood there. Each row that
    changed is there with what an action told of it. Raises `GridRefused` with `reasons`, row by
    row, or what a rule refuses of the whole.
    """
    sheet = Sheet(replica, grid)
    reasons: dict[str, Reasons] = {}
    saved: dict[str, object] = {}
    with replica.transaction():
        for row in grid.rows:
            try:
                written, told = sheet.save(row, typed.get(row.called, {}))
                if written:
                    saved[row.called] = told
            except Refused as error:
                reasons[row.called] = _reasons_of(error)
        if reasons:
            raise GridRefused(count=len(reasons), why=_why(grid, reasons), reasons=reasons)
    return saved


def save_what_may(
    replica: Replica, grid: Grid, typed: Mapping[str, Mapping[str, Typed]]
) -> tuple[dict[str, object], dict[str, Reasons]]:
    """The same, but a row that is refused keeps no other back: what was saved, and why the rest was not.

    One transaction where nothing is refused, else one for each row.
    """
    try:
        return save_grid(replica, grid, typed), {}
    except Refused:
        pass
    saved: dict[str, object] = {}
    refused: dict[str, Reasons] = {}
    for row in grid.rows:
        cells = typed.get(row.called, {})
        try:
            saved |= save_grid(replica, grid, {row.called: cells})
        except Refused as error:
            refused |= refused_rows(error, row)
    return saved, refused


def refused_rows(error: Refused, row: GridRow | None = None) -> Mapping[str, Reasons]:
    """Why each row was refused; what concerns the whole stands at the one `row` that was written."""
    if isinstance(error, GridRefused):
        found: Mapping[str, Reasons] = error.facts["reasons"]
        return found
    return {row.called: _reasons_of(error)} if row else {}


def _reasons_of(error: Refused) -> Reasons:
    if isinstance(error, Invalid):
        why: Reasons = error.facts["reasons"]
        return why
    return {"": [error.text]}


def _in_order(grid: Grid) -> Sequence[GridRow]:
    if not grid.by_name:
        return grid.rows
    return sorted(grid.rows, key=lambda each: str(in_order(Text.of(each.title).zh)))


def _read(cells: Cells, cell: Typed) -> str:
    """What was typed, an hour alone as one of the tick's day, of a counter by how much it is more than it was.

    So what others count meanwhile is not written over.
    """
    text = unicodedata.normalize("NFKC", cell.now).strip()
    if cells.step and (text or "0").isdecimal() and (cell.was or "0").isdecimal():
        return f"{int(text or 0) - int(cell.was or 0):+d}"
    found = _HOUR.fullmatch(text)
    if found is None or not isinstance(cells.tick, datetime):
        return cell.now
    return f"{cells.tick:%Y-%m-%d} {found[1]:>02}:{found[2]}"


def _why(grid: Grid, reasons: Mapping[str, Reasons]) -> Text:
    """The first rows that are refused, and why."""
    one, titles = (
        Text("{row}：{why}", "{row}: {why}"),
        {each.called: each.title for each in grid.rows},
    )
    told = [
        one.format(
            row=titles[name], why=sentences([each for some in why.values() for each in some])
        )
        for name, why in list(reasons.items())[:3]
    ]
    return joined(told, Text("；", "; "))
