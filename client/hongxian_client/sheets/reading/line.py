"""One row of a file, of whatever kind the file is."""

from __future__ import annotations

from dataclasses import dataclass

from hongxian.text import Text
from hongxian.words.values import Cell


@dataclass(slots=True)
class Line:
    """Its number there, its cells, why it could not be read, if so, and whether the sheet hides it."""

    number: int
    cells: list[Cell]
    problem: Text | None = None
    is_hidden: bool = False
