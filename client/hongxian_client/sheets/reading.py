"""The rows of an .xlsx or .csv file, one after the other, whatever its size.

Refuses with `FileRefused` what is not such a file. A line that cannot be read is a row with a
problem, so that the rest still comes in.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from hongxian.errors import FileRefused
from hongxian.text import Text
from hongxian.words.values import Cell
from hongxian_client.sheets.rows import WIDEST, rows_of, too_wide
from hongxian_client.sheets.workbook import (
    BROKEN,
    LARGEST_UNPACKED,
    Workbook,
    broken,
    opened,
    too_much,
)

LONGEST_LINE = 1 << 20
"""Characters of a CSV's row."""
_CHUNK = 1 << 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MADE_SAFE = re.compile(r"'+[=+\-@\t\r]")


@dataclass(slots=True)
class Line:
    """One row of a file: its number there, its cells, and why it could not be read, if so."""

    number: int
    cells: list[Cell]
    problem: Text | None = None


def read_lines(path: Path) -> Iterator[Line]:
    """The rows that hold something. Raises `FileRefused` before the first for an unfit file."""
    suffix = path.suffix.lower()
    if suffix not in (".xlsx", ".csv"):
        raise FileRefused(
            file=path.name,
            detail=Text(
                "只认 .xlsx 和 .csv 文件；请另存为其中一种。",
                "Only .xlsx and .csv can be read; save it as one of these.",
            ),
        )
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise FileRefused(
            file=path.name,
            detail=Text("打不开（{strerror}）。", "Cannot be opened ({strerror}).").format(
                strerror=error.strerror
            ),
        ) from error
    lines = _xlsx_lines(path, start) if suffix == ".xlsx" else _csv_lines(path, start)
    return (line for line in lines if line.problem or any(map(_holds_something, line.cells)))


def _holds_something(cell: Cell) -> bool:
    return cell is not None and not (isinstance(cell, str) and not cell.strip())


# -- Excel ---------------------------------------------------------------------------------------


def _xlsx_lines(path: Path, start: bytes) -> Iterator[Line]:
    if start == _OLE:
        raise FileRefused(
            file=path.name,
            detail=Text(
                "有密码，或是旧式 .xls；请去掉密码，另存为 .xlsx。",
                "Locked by a password, or an old .xls; save it without one as .xlsx.",
            ),
        )
    return _rows_of_book(path, opened(path))


def _rows_of_book(path: Path, book: Workbook) -> Iterator[Line]:
    number = 0
    with book.archive:
        try:
            for number, cells in rows_of(path, book):
                yield Line(number, cells)
        except BROKEN as error:
            raise broken(path, f"row {number + 1}: {error}") from error


# -- CSV -----------------------------------------------------------------------------------------


def _csv_lines(path: Path, start: bytes) -> Iterator[Line]:
    if start.startswith(b"PK\x03\x04") or start == _OLE:
        raise FileRefused(
            file=path.name,
            detail=Text(
                "内容不是 CSV，而是 Excel 文件；请改名为 .xlsx。",
                "Not a CSV but an Excel file; rename it to .xlsx.",
            ),
        )
    if path.stat().st_size > LARGEST_UNPACKED:
        most = LARGEST_UNPACKED >> 20
        raise too_much(path, f"大于 {most} MB", f"Larger than {most} MB")
    encoding = encoding_of(path, start)
    with path.open(encoding=encoding, newline="") as file:
        header = file.readline(LONGEST_LINE)
    return _rows_of_csv(path, encoding, max(",\t;", key=header.count))


def encoding_of(path: Path, start: bytes) -> str:
    """UTF-16 or UTF-8 by their marks, else UTF-8 or GB18030, whichever reads the whole file."""
    marked = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            with path.open(encoding=encoding, newline="") as file:
                while file.read(_CHUNK):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise FileRefused(
        file=path.name,
        detail=Text(
            "文字编码认不出；请另存为“CSV UTF-8”。", "Unknown text encoding; save it as CSV UTF-8."
        ),
    )


def _rows_of_csv(path: Path, encoding: str, delimiter: str) -> Iterator[Line]:
    with path.open(encoding=encoding, newline="") as file:
        bounded = _Bounded(path, file)
        reader = csv.reader(bounded, delimiter=delimiter)
        while True:
            number, bounded.characters = reader.line_num + 1, 0
            try:
                cells = next(reader)
                while cells and not cells[-1].strip():  # as many as a sheet was wide once
                    cells.pop()
                if len(cells) > WIDEST:
                    raise too_wide(path, len(cells), number)
                yield Line(number, list(map(made_unsafe_again, cells)))
            except StopIteration:
                return
            except csv.Error as error:
                yield Line(
                    number,
                    [],
                    Text("此行读不出（{error}）。", "This line cannot be read ({error}).").format(
                        error=error
                    ),
                )


class _Bounded:
    """The lines of a CSV, as long as those of one row are not too long together."""

    def __init__(self, path: Path, file: TextIO) -> None:
        self._path, self._file = path, file
        self.characters = 0
        """Of the present row; whoever begins another sets it back."""

    def __iter__(self) -> Iterator[str]:
        while line := self._file.readline(LONGEST_LINE):
            self.characters += len(line)
            if self.characters >= LONGEST_LINE:
                raise too_much(
                    self._path,
                    f"一行超过 {LONGEST_LINE} 字；也许少了一个引号",
                    f"A row of more than {LONGEST_LINE} characters; a quote may be missing",
                )
            yield line


def made_safe(text: str) -> str:
    """Text that a spreadsheet will not take for a formula: an apostrophe before `= + - @`.

    Text that has apostrophes there already gets one more, so that none is lost on the way back.
    """
    return f"'{text}" if _MADE_SAFE.match(f"'{text}") else text


def made_unsafe_again(text: str) -> str:
    """The reverse of `made_safe`."""
    return text[1:] if _MADE_SAFE.match(text) else text
