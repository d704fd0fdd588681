"""Rows of a workbook as they stand in its file, one after the other; what is around them openpyxl makes.

Its cells are objects of three elements each: 100,000 rows of them took longer than all the rest.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

from hongxian.words.values import Cell

TEXT_FORMAT = "@"
_FORMATS: dict[type, str] = {
    str: TEXT_FORMAT,
    date: "yyyy-mm-dd",
    datetime: "yyyy-mm-dd hh:mm:ss",
    time: "hh:mm:ss",
    timedelta: "[hh]:mm:ss",
}
_PART, _END = "xl/worksheets/sheet1.xml", b"</sheetData>"
_SPECIAL = re.compile(
    r"[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x(?:005F|00[01][0-9A-Fa-f]|FFF[EF])_)"
)
"""What XML writes otherwise, what it cannot hold, and the line of what would be read as one of them."""
_IN_XML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_LONGEST = 32_767
"""Characters of a cell; Excel calls a file with more damaged. A blank cell overwrites nothing."""
_EXCEL_DAYS_BEGIN = date(1901, 1, 1)
"""Excel counts a day that never was in 1900, and nothing before."""
_ROWS_AT_ONCE = 500
_LEVEL = 1
"""Of packing, the quickest: it costs as much as writing the rows at any other."""


class RowsInXml:
    """The first sheet's rows, packed as they come; the other sheets must be complete."""

    def __init__(self, book: Workbook) -> None:
        self._styles = {kind: _style_of(book, shown) for kind, shown in _FORMATS.items()}
        around = BytesIO()
        book.save(around)
        self._made = BytesIO()  # a file that cannot be written would complain again when let go
        self._archive = zipfile.ZipFile(self._made, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
        with zipfile.ZipFile(around) as parts:
            for part in parts.namelist():
                if part != _PART:
                    self._archive.writestr(part, parts.read(part))
            head, end, self._tail = parts.read(_PART).partition(_END)
        self._part = self._archive.open(_PART, "w", force_zip64=True)
        self._part.write(head)
        self._tail = end + self._tail
        self._number = head.count(b"<row ")
        self._columns: list[str] = []
        self._waiting: list[str] = []

    def append(self, cells: Sequence[Cell]) -> None:
        """Add a row. Text stays text, whatever it begins with."""
        self._number += 1
        while len(self._columns) < len(cells):
            self._columns.append(get_column_letter(len(self._columns) + 1))
        told = [
            self._cell(f"{column}{self._number}", cell)
            for column, cell in zip(self._columns, cells, strict=False)
            if cell is not None
        ]
        self._waiting.append(f'<row r="{self._number}">{"".join(told)}</row>')
        if len(self._waiting) == _ROWS_AT_ONCE:
            self._write()

    def end(self) -> memoryview:
        """The workbook."""
        self._write()
        self._part.write(self._tail)
        self.close()
        return self._made.getbuffer()

    def close(self) -> None:
        """Let go of it."""
        self._part.close()
        self._archive.close()

    def _write(self) -> None:
        self._part.write("".join(self._waiting).encode())
        self._waiting.clear()

    def _cell(self, place: str, cell: Cell) -> str:
        if not isinstance(cell, str) and _is_before_excel(cell):
            cell = str(cell)
        if isinstance(cell, str):
            text = _SPECIAL.sub(_in_xml, cell) if len(cell) <= _LONGEST else ""
            text = f'<is><t xml:space="preserve">{text}</t></is>'
            return f'<c r="{place}" t="inlineStr" s="{self._styles[str]}">{text}</c>'
        if isinstance(cell, bool):
            return f'<c r="{place}" t="b"><v>{cell:d}</v></c>'
        if isinstance(cell, int | float):
            return f'<c r="{place}"><v>{cell}</v></c>'
        number = _excels(cell)
        return f'<c r="{place}" s="{self._styles[type(cell)]}"><v>{number}</v></c>'


@lru_cache(1_000)
def _excels(cell: date | time | timedelta) -> float:
    number: float = to_excel(cell)  # type: ignore[no-untyped-call]
    return number


def _is_before_excel(cell: Cell) -> bool:
    day = cell.date() if isinstance(cell, datetime) else cell
    return isinstance(day, date) and day < _EXCEL_DAYS_BEGIN


def _style_of(book: Workbook, shown: str) -> int:
    cell = WriteOnlyCell(book.worksheets[0])
    cell.number_format = shown
    number: int = cell.style_id
    return number


def _in_xml(found: re.Match[str]) -> str:
    return _IN_XML.get(found[0]) or f"_x{ord(found[0]):04X}_"
