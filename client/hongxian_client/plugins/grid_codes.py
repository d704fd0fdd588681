"""A pile of paper typed back: the codes that stand on it tick the rows of a grid."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from hongxian.shapes.grid import SHORTEST_CODE, Cells, Grid, GridRow
from hongxian_client.plugins.grids import TICKED, Reasons, Sheet, Typed, save_what_may
from hongxian_client.replica.replica import Replica

MOST_CODES = 300
_BETWEEN = re.compile(r"[\s,，、.。;；]+")


@dataclass(frozen=True)
class ByCodes:
    """What became of the codes that were typed."""

    ticked: Sequence[GridRow]
    already: Sequence[GridRow]
    """Whose tick stood there before."""
    doubtful: Sequence[GridRow]
    """Rows of which one is meant: somebody is on the list since it was printed."""
    early: Sequence[GridRow]
    """Those that wait for the tick of the column before."""
    wrong: Sequence[str]
    """The codes of which no one row is meant, or one that waits; nothing was done by these."""
    unknown: Sequence[str]
    """Those of them that no row bears."""
    refused: dict[str, Reasons]


def tick_by_codes(replica: Replica, grid: Grid, cells: Cells, text: str) -> ByCodes:
    """Tick a column of the rows whose codes begin with what was typed, each of one row alone, in one transaction."""
    sheet, before = Sheet(replica, grid), grid.waits(cells)
    comes_before = next((each for each in grid.columns if each.field == before), None)
    meant: dict[str, GridRow] = {}
    doubtful: dict[str, GridRow] = {}
    early: dict[str, GridRow] = {}
    wrong: list[str] = []
    unknown: list[str] = []
    parts = _BETWEEN.split(unicodedata.normalize("NFKC", text).strip())
    for code in list(dict.fromkeys(filter(None, parts)))[:MOST_CODES]:
        rows = [each for each in grid.rows if _bears(each, code)]
        if len(rows) == 1 and comes_before and not sheet.stands(rows[0], comes_before):
            wrong.append(code)
            early[rows[0].called] = rows[0]
        elif len(rows) == 1:
            meant[rows[0].called] = rows[0]
        else:
            wrong.append(code)
            unknown += [] if rows else [code]
            doubtful |= {each.called: each for each in rows}
    already = [each for each in meant.values() if sheet.stands(each, cells)]
    typed = {each: {cells.field: Typed("", TICKED)} for each in meant}
    saved, refused = save_what_may(replica, grid, typed)
    ticked = [each for each in meant.values() if each.called in saved]
    return ByCodes(
        ticked, already, list(doubtful.values()), list(early.values()), wrong, unknown, refused
    )


def _bears(row: GridRow, code: str) -> bool:
    return len(code) >= SHORTEST_CODE and row.code.startswith(code)
