"""The rows of a workbook's sheet, one after the other: each with its cells up to the last that holds something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path

from openpyxl.utils.datetime import from_excel, from_ISO8601

from hongxian.errors import FileRefused
from hongxian.kinds.typed_input import CellError, Formula
from hongxian.words.values import Cell
from hongxian_client.sheets.reading.joined import Joined
from hongxian_client.sheets.workbook import (
    LONGEST_TEXT,
    Attributes,
    Workbook,
    local,
    parse,
    too_long,
    too_much,
    unescaped,
)

MOST_ROWS = 1_048_576
"""Of an Excel sheet."""
WIDEST = 256
"""Columns that may hold something: more than any collection has fields, as many as an old .xls had."""
_LETTERS = re.compile("[A-Z]{1,3}")
_A = ord("A") - 1
Row = tuple[int, list[Cell], bool]
"""Its number, its cells, and whether it is hidden."""


def rows_of(path: Path, book: Workbook, part: str) -> Iterator[Row]:
    """The rows that hold something; raises `FileRefused` at the first thing that is too much, and any of `BROKEN`.

    Where cells are joined from row to row, each row has what the first of them holds.
    """
    sheet, joined = _Sheet(path, book), Joined(path, book.archive, part)
    for _ in parse(book.archive, part, sheet.start, sheet.end, sheet.text):
        for number, cells, hidden in sheet.rows:
            yield number, joined.filled(number, cells), hidden
        sheet.rows.clear()
        if sheet.is_over:  # what comes behind the rows is not for us
            return


def too_wide(path: Path, column: int, row: int) -> FileRefused:
    """A cell far to the right holds something."""
    return too_much(
        path,
        f"第 {row} 行在第 {column} 列有内容，最多 {WIDEST} 列",
        f"There is something in column {column} of row {row}; {WIDEST} columns are read",
    )


@cache
def column_of_letters(letters: str) -> int:
    """A column's number, from 1; raises `ValueError`."""
    if not _LETTERS.fullmatch(letters):
        raise ValueError(letters[:10])
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - _A
    return number


class _Sheet:
    """Takes a sheet as the parser tells it; whole rows wait in `rows` to be fetched."""

    def __init__(self, path: Path, book: Workbook) -> None:
        self.rows: list[Row] = []
        self.is_over = False
        self._path, self._book = path, book
        self._number = self._column = self._count = 0
        self._cells: dict[int, Cell] = {}
        self._of: Attributes = {}
        self._pieces: list[str] = []
        self._length = 0
        self._taking = self._is_formula = False
        self._formula = ""
        self._sounds = 0
        self._is_hidden = False

    def start(self, name: str, of: Attributes) -> None:
        name = local(name)
        if name == "c":
            self._of, self._is_formula, self._formula = of, False, ""
            self._begin_text()
            place = of.get("r")
            self._column = (
                column_of_letters(place.rstrip("0123456789")) if place else self._column + 1
            )
        elif name == "v":
            self._taking = True
            if self._is_formula:  # what it came to, as its reader sees it
                self._formula = "".join(self._pieces)
                self._begin_text()
        elif name == "t":
            self._taking = not self._sounds
        elif name == "f":
            self._taking = self._is_formula = True
            self._begin_text()
        elif name == "row":
            self._number = int(float(of["r"])) if "r" in of else self._number + 1
            self._column = 0
            self._cells = {}
            self._is_hidden = of.get("hidden") in ("1", "true")
        elif name == "rPh":
            self._sounds += 1

    def text(self, piece: str) -> None:
        if self._taking:
            self._pieces.append(piece)
            self._length += len(piece)
            if self._length > LONGEST_TEXT:
                raise too_long(self._path)

    def end(self, name: str) -> None:
        name = local(name)
        if name == "c":
            value = self._value("".join(self._pieces))
            if value is not None:
                if self._column > WIDEST:
                    raise too_wide(self._path, self._column, self._number)
                self._cells[self._column] = value
        elif name == "row" and self._cells:
            self._end_row()
        elif name == "sheetData":
            self.is_over = True
        elif name == "rPh":
            self._sounds -= 1
        self._taking = False

    def _begin_text(self) -> None:
        self._pieces.clear()
        self._length = 0

    def _end_row(self) -> None:
        self._count += 1
        if max(self._count, self._number) > MOST_ROWS:
            raise too_much(self._path, f"超过 {MOST_ROWS} 行", f"More than {MOST_ROWS} rows")
        cells = [self._cells.get(column) for column in range(1, max(self._cells) + 1)]
        self.rows.append((self._number, cells, self._is_hidden))

    def _value(self, text: str) -> Cell:
        type = self._of.get("t", "n")
        if self._is_formula and not (self._formula and text):
            return Formula(f"={self._formula or text}")
        if not text:
            return None
        if type == "s":
            return self._book.texts[int(text)]
        if type in ("inlineStr", "str"):
            return unescaped(text)
        if type == "b":
            return bool(int(text))
        if type == "e":
            return CellError(text)
        if type == "d":
            value: Cell = from_ISO8601(text)  # type: ignore[no-untyped-call]
            return value
        return self._number_or_date(text)

    def _number_or_date(self, text: str) -> Cell:
        number = float(text) if "." in text or "e" in text.lower() else int(text)
        style = int(self._of.get("s", 0))
        if style not in self._book.dates:
            return number
        return _moment(number, self._book.epoch, self._book.dates[style])


@lru_cache(1_000)
def _moment(number: float, epoch: datetime, is_duration: bool) -> Cell:
    try:
        value: Cell = from_excel(number, epoch, is_duration)
        return value
    except (OverflowError, ValueError):  # before 1900 or after 9999
        return CellError("#VALUE!")
