"""A grid that a plugin shows: what stands in it, and what was typed into it, saved all at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hongxian.collections.collection import Collection
from hongxian.errors import Invalid, Refused
from hongxian.kinds.boolean import BooleanColumn
from hongxian.model.row import Row
from hongxian.shapes.cells import name_of
from hongxian.shapes.grid import Cells, Grid, GridRow
from hongxian.text import Text, joined, sentences
from hongxian.words.values import Values
from hongxian_client.replica.replica import Replica
from hongxian_client.text.assignments import Assignment, column_values

TICKED = "1"
Reasons = Mapping[str, list[Text]]
"""Why a row is refused, by field; under "" what concerns no single one."""


class GridRefused(Refused):
    """Something that was typed into a grid may not be; nothing of it was saved."""

    message = Text(
        "有 {count} 行不能保存，什么都还没有存：{why}",
        "{count} rows cannot be saved, so nothing was: {why}",
    )


@dataclass(frozen=True)
class Typed:
    """One cell as it came back: what stood in it when it was drawn, and what stands in it now.

    A ticked box is "1", another "".
    """

    was: str
    now: str


def stands_in(cells: Cells, collection: Collection, row: Row | None) -> str:
    """What stands in a cell: its text, or "1" for a ticked box."""
    value = row.values.get(cells.field) if row else None
    if cells.tick is not None:
        return TICKED if value else ""
    return collection.columns[cells.field].in_form(value)


def rows_of(replica: Replica, grid: Grid) -> dict[str, Row]:
    """The records behind a grid, by id."""
    ids = [each.id for each in grid.rows if each.id]
    return replica.collection(name_of(grid.of)).rows_by_id(ids)


def save_grid(replica: Replica, grid: Grid, typed: Mapping[str, Mapping[str, Typed]]) -> int:
    """Write what was typed, `{row: {field: cell}}`, in one transaction; returns how many rows changed.

    Only what the grid offers is written, and only what differs from what stood there. Raises
    `GridRefused` with `reasons`, row by row, or what a rule refuses of the whole.
    """
    collection, records = replica.collection(name_of(grid.of)), rows_of(replica, grid)
    reasons: dict[str, Reasons] = {}
    written = 0
    with replica.transaction():
        for row in grid.rows:
            record = records.get(row.id)
            try:
                values = _values(replica, grid, collection, record, typed.get(row.called, {}))
                if values:
                    _write(replica, collection, row, record, values)
                    written += 1
            except Invalid as error:
                reasons[row.called] = error.facts["reasons"]
            except Refused as error:
                reasons[row.called] = {"": [error.text]}
        if reasons:
            raise GridRefused(count=len(reasons), why=_why(grid, reasons), reasons=reasons)
    return written


def _write(
    replica: Replica, collection: Collection, row: GridRow, record: Row | None, values: Values
) -> None:
    if record is None:
        replica.create(collection.model, [{**row.given, **values}])
    else:
        replica.edit(collection.model, {record.id: values})


def _values(
    replica: Replica,
    grid: Grid,
    collection: Collection,
    record: Row | None,
    typed: Mapping[str, Typed],
) -> Values:
    """The values of a row that differ from what stood there; raises `Invalid`."""
    values: Values = {}
    texts = []
    for cells in grid.columns:
        cell = typed.get(cells.field)
        if cell is None or cell.was == cell.now or not cells.typed:
            continue
        if cells.tick is None:
            texts.append(Assignment(cells.field, "", cell.now))
        elif cell.now != stands_in(cells, collection, record):  # else somebody has ticked it since
            empty = False if isinstance(collection.columns[cells.field], BooleanColumn) else None
            values[cells.field] = cells.tick if cell.now else empty
    return {**values, **column_values(replica, collection.name, collection.columns, texts)}


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
