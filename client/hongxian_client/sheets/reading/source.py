"""The rows of a workbook or CSV, one after the other, whatever its size and kind.

The kind is what the file holds, not what it is called. Refuses with `FileRefused` what is no such
file. A line that cannot be read is a row with a problem, so that the rest still comes in.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from hongxian.errors import FileRefused
from hongxian.kinds.typed_input import is_blank
from hongxian.text import Text
from hongxian_client.sheets.reading.calamine import pages_of_others, rows_of_others
from hongxian_client.sheets.reading.csv_rows import rows_of_csv
from hongxian_client.sheets.reading.encodings import encoding_of
from hongxian_client.sheets.reading.line import Line
from hongxian_client.sheets.reading.rows import Row, rows_of
from hongxian_client.sheets.workbook import (
    BROKEN,
    LARGEST_UNPACKED,
    Workbook,
    broken,
    opened,
    refuse_too_large,
    too_much,
)

READ = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv", ".tsv", ".txt")
"""What the files are called that are read."""
LARGEST_XLS = 64 << 20
"""Bytes of a workbook of the old kind, which is held whole."""
_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
_OTHERS = ("xl/workbook.bin", "content.xml")
"""Parts of an .xlsb, and of an .ods."""
_DOCUMENTS = {"word/document.xml": ".docx", "ppt/presentation.xml": ".pptx"}


class Source:
    """A file that was looked at: what its pages are called, and their rows. Raises `FileRefused`."""

    def __init__(self, path: Path, encoding: str | None = None) -> None:
        self.path = path
        self._book: Workbook | None = None
        self.encoding = ""
        """In which a text file is written; "" for a workbook."""
        start = _start_of(path)
        if start == _OLE:
            if path.stat().st_size > LARGEST_XLS:
                raise too_much(
                    path, f"大于 {LARGEST_XLS >> 20} MB", f"Larger than {LARGEST_XLS >> 20} MB"
                )
            self.pages = self._pages_of_old()
        elif start.startswith(_ZIP):
            self.pages = self._pages_of_zip()
        else:
            if path.stat().st_size > LARGEST_UNPACKED:
                most = LARGEST_UNPACKED >> 20
                raise too_much(path, f"大于 {most} MB", f"Larger than {most} MB")
            self.encoding = encoding or encoding_of(path, start)
            self.pages = [""]

    def lines(self, page: str) -> Iterator[Line]:
        """The rows of one page that hold something."""
        lines = (
            rows_of_csv(self.path, self.encoding) if self.encoding else self._lines_of_book(page)
        )
        return (line for line in lines if line.problem or not all(map(is_blank, line.cells)))

    def _pages_of_old(self) -> list[str]:
        try:
            return pages_of_others(self.path)
        except FileRefused as error:
            raise FileRefused(
                file=self.path.name,
                detail=Text(
                    "有密码，或已损坏；请去掉密码，另存为 .xlsx。",
                    "Locked by a password, or damaged; save it without one as .xlsx.",
                ),
            ) from error

    def _pages_of_zip(self) -> list[str]:
        try:
            with zipfile.ZipFile(self.path) as archive:
                _refuse_documents(self.path, archive)
                is_other = any(part in archive.NameToInfo for part in _OTHERS)
                if is_other:
                    refuse_too_large(self.path, archive)
        except BROKEN as error:
            raise broken(self.path, error) from error
        if is_other:
            return pages_of_others(self.path)
        self._book = opened(self.path)
        self._book.archive.close()
        return list(self._book.pages)

    def _lines_of_book(self, page: str) -> Iterator[Line]:
        number = 0
        try:
            for number, cells, is_hidden in self._rows(page):
                yield Line(number, cells, is_hidden=is_hidden)
        except BROKEN as error:
            raise broken(self.path, f"row {number + 1}: {error}") from error

    def _rows(self, page: str) -> Iterator[Row]:
        if self._book is None:
            yield from rows_of_others(self.path, page)
        else:
            with zipfile.ZipFile(self.path) as self._book.archive:
                yield from rows_of(self.path, self._book, self._book.pages[page])


def read_lines(path: Path) -> Iterator[Line]:
    """The rows of the first page."""
    source = Source(path)
    return source.lines(source.pages[0])


def _start_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(8)
    except OSError as error:
        raise FileRefused(
            file=path.name,
            detail=Text("打不开（{strerror}）。", "Cannot be opened ({strerror}).").format(
                strerror=error.strerror
            ),
        ) from error


def _refuse_documents(path: Path, archive: zipfile.ZipFile) -> None:
    for part, kind in _DOCUMENTS.items():
        if part in archive.NameToInfo:
            raise FileRefused(
                file=path.name,
                detail=Text(
                    "内容是 {kind}，不是表格；请打开它，另存为 .xlsx。",
                    "Holds a {kind} and no sheet; open it and save it as .xlsx.",
                ).format(kind=kind),
            )
