"""Rows into an .xlsx or .csv file, one after the other; the file is there whole or not at all."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from openpyxl import Workbook

from hongxian.errors import FileRefused
from hongxian.kinds.typed_input import Formula
from hongxian.storage.privacy import private
from hongxian.storage.whole_file import put_in_place
from hongxian.text import Language, Text
from hongxian.words.values import Cell
from hongxian_client.sheets.header import ERROR_LABEL
from hongxian_client.sheets.reading.csv_rows import made_safe
from hongxian_client.sheets.rows_in_xml import RowsInXml


class RowFile(Protocol):
    """A file that takes rows."""

    def append(self, cells: Sequence[Cell]) -> None:
        """Add a row."""

    def save(self) -> None:
        """Put the file in its place."""

    def discard(self) -> None:
        """Leave nothing behind."""


class XlsxRows:
    """A workbook written row by row; what is around them is set up in `book` before the first."""

    def __init__(self, path: Path, title: str) -> None:
        self.path = path
        self.part = _part_of(path)
        self.book = Workbook(write_only=True)
        self.sheet = self.book.create_sheet(title)
        self._rows: RowsInXml | None = None

    @property
    def rows(self) -> RowsInXml:
        """Those that follow what is in `sheet` already."""
        if self._rows is None:
            self._rows = RowsInXml(self.book)
        return self._rows

    def append(self, cells: Sequence[Cell]) -> None:
        """Add a row. Text stays text, whatever it begins with."""
        self.rows.append(cells)

    def save(self) -> None:
        """Put the workbook in its place."""
        self.part.write_bytes(self.rows.end())
        _into_place(self.part, self.path)

    def discard(self) -> None:
        """Leave nothing behind."""
        for each in self.book.worksheets:
            if not each.closed:
                each.close()
        if self._rows is not None:
            self._rows.close()
        self.part.unlink(missing_ok=True)


class CsvRows:
    """A CSV file with a byte order mark, so that Excel takes it for UTF-8."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.part = _part_of(path)
        self._file = self.part.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)

    def append(self, cells: Sequence[Cell]) -> None:
        """Add a row; text that a spreadsheet would take for a formula is made safe."""
        self._writer.writerow(
            [made_safe(cell) if isinstance(cell, str) else cell for cell in cells]
        )

    def save(self) -> None:
        """Put the file in its place."""
        self._file.close()
        _into_place(self.part, self.path)

    def discard(self) -> None:
        """Leave nothing behind."""
        self._file.close()
        self.part.unlink(missing_ok=True)


def _part_of(path: Path) -> Path:
    """The unfinished file, made at once so that a folder that takes none says so at once."""
    part = path.with_name(f"{path.name}.part")
    open(part, "wb", opener=private).close()
    return part


def _into_place(part: Path, path: Path) -> None:
    try:
        put_in_place(part, path)
    except PermissionError as error:
        part.unlink(missing_ok=True)
        raise FileRefused(
            file=path.name,
            detail=Text(
                "正被 Excel 或别的程序打开；请关闭后再试。",
                "Open in Excel or another program; close it and try again.",
            ),
        ) from error


_WRONG = Text("错误", "errors")
_ERRORS = Text("错误", "Errors")


class ReturnedRows:
    """The wrong rows of an import, in a file next to the input; no wrong row, no file.

    Takes the next free name, for a leader may still be correcting the last one.
    """

    def __init__(
        self, source: Path, spare_folder: Path, header: Sequence[Cell], language: Language
    ) -> None:
        self.source = source
        self.spare_folder = spare_folder
        self.language = language
        self.path: Path | None = None
        self._file: RowFile | None = None
        self._header = list(header)
        self._place = _error_place(header)

    def __enter__(self) -> Self:
        return self

    def add(self, cells: Sequence[Cell], reason: Text) -> None:
        """Give one row back with its reason."""
        if self._file is None:
            self._file = self._begin()
            self._file.append(self._with_reason(self._header, ERROR_LABEL.in_(self.language)))
        shown = [str(cell) if isinstance(cell, Formula) else cell for cell in cells]
        self._file.append(self._with_reason(shown, reason.in_(self.language)))

    def _with_reason(self, cells: Sequence[Cell], reason: str) -> list[Cell]:
        row = list(cells)
        row += [None] * (self._place + 1 - len(row))
        if row[self._place] is None or self._place < len(self._header):
            row[self._place] = reason
        else:
            row.append(reason)
        return row

    def _begin(self) -> RowFile:
        try:
            return self._open_in(self.source.parent)
        except OSError:  # a stick that is read-only, say
            return self._open_in(self.spare_folder)

    def _open_in(self, folder: Path) -> RowFile:
        stem, suffix = self.source.stem, _kind_of(self.source)
        stem, wrong = re.sub(r"-(错误|errors)\d*$", "", stem), _WRONG.in_(self.language)
        number = 1
        while (path := folder / f"{stem}-{wrong}{number if number > 1 else ''}{suffix}").exists():
            number += 1
        self.path = path
        return CsvRows(path) if suffix == ".csv" else XlsxRows(path, _ERRORS.in_(self.language))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.save()


def _kind_of(source: Path) -> str:
    """In which kind of file rows go back: as they came, or as .xlsx where that kind is only read."""
    return ".csv" if source.suffix.lower() in (".csv", ".tsv", ".txt") else ".xlsx"


def _error_place(header: Sequence[Cell]) -> int:
    """Where the reasons go: the column that has them already, or a new one at the end."""
    for place, cell in enumerate(header):
        if isinstance(cell, str) and cell.strip() in (ERROR_LABEL.zh, ERROR_LABEL.en):
            return place
    return len(header)
