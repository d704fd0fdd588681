"""Cells that are joined from row to row: a team's name written once beside all of its people."""

from __future__ import annotations

import re
import zipfile
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from openpyxl.utils import column_index_from_string

from hongxian.words.values import Cell
from hongxian_client.sheets.workbook import CHUNK, MOST_ENTRIES, too_much

_JOINED = re.compile(
    rb'<(?:\w+:)?mergeCell\s[^<>]*?ref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"'
)
_ANY = b"mergeCell"  # to look for this alone takes no time, and most sheets have none
_LONGEST = 200
"""Bytes of one such mark, which may lie across two pieces."""
_Span = tuple[int, int, int]
"""First row, last row, and the left column."""


class Joined:
    """The joined cells of one sheet, met row by row; of one column no two are open at a time."""

    def __init__(self, path: Path, archive: zipfile.ZipFile, part: str) -> None:
        self._coming = deque(sorted(set(_spans(path, archive, part))))
        self._open: dict[int, tuple[int, Cell]] = {}
        """By column the last row that each reaches to, and what it holds."""

    def filled(self, row: int, cells: list[Cell]) -> list[Cell]:
        """A row's cells with those of the rows above that reach into it."""
        if not (self._coming or self._open):
            return cells
        for column, (last, value) in list(self._open.items()):
            if last < row:
                del self._open[column]
                continue
            cells += [None] * (column - len(cells))
            if cells[column - 1] is None:
                cells[column - 1] = value
        while self._coming and self._coming[0][0] <= row:
            first, last, column = self._coming.popleft()
            if first == row and column <= len(cells) and cells[column - 1] is not None:
                self._open[column] = last, cells[column - 1]
        return cells


def _spans(path: Path, archive: zipfile.ZipFile, part: str) -> Iterator[_Span]:
    """They stand behind the rows, so the sheet is looked through for them alone; raises `FileRefused`."""
    count, rest = 0, b""
    with archive.open(part) as file:
        while piece := file.read(CHUNK):
            text, end = rest + piece, 0
            for found in _JOINED.finditer(text) if _ANY in text else ():
                column, first, last = found[1].decode(), int(found[2]), int(found[3])
                end, count = found.end(), count + (last > first)
                if count > MOST_ENTRIES:
                    raise too_much(
                        path,
                        f"合并的单元格超过 {MOST_ENTRIES} 处",
                        f"More than {MOST_ENTRIES} joined cells",
                    )
                if last > first:
                    yield first, last, column_index_from_string(column)
            rest = text[max(end, len(text) - _LONGEST) :]
