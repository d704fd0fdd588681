"""The rows of an .xlsx or .csv file, one after the other, whatever its size.

Refuses with `FileRefused` what is not such a file. A line that cannot be read is a row with a
problem, so that the rest still comes in.
"""

from __future__ import annotations

import codecs
import csv
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook

from hongxian.errors import FileRefused
from hongxian.kinds.typed_input import CellError, Formula
from hongxian.text import Text
from hongxian.values import Cell

LARGEST_UNPACKED = 1 << 30
"""Bytes that a workbook may take once unpacked."""
MOST_ROWS = 1_048_576
"""Of an Excel sheet."""
_CHUNK = 1 << 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ESCAPED = re.compile(r"_x(00[01][0-9A-Fa-f]|FFF[EF])_")
_MADE_SAFE = re.compile(r"'+[=+\-@\t\r]")
_BROKEN_BOOK = (
    zlib.error,
    zipfile.BadZipFile,
    ParseError,
    KeyError,
    ValueError,
    IndexError,
    TypeError,
    AttributeError,
    EOFError,
    NotImplementedError,
    zipfile.LargeZipFile,
)


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
    _refuse_unless_workbook(path, start)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of every extension it leaves out
            book = load_workbook(path, read_only=True, rich_text=False)
    except _BROKEN_BOOK as error:
        raise _broken(path, error) from error
    return _rows_of_book(path, book)


def _rows_of_book(path: Path, book: Workbook) -> Iterator[Line]:
    number = 0
    try:
        sheet = next(each for each in book.worksheets if each.sheet_state == "visible")
        sheet.reset_dimensions()  # WPS and others write wrong ones
        for number, row in enumerate(sheet.iter_rows(), 1):
            if number > MOST_ROWS:
                raise FileRefused(
                    file=path.name,
                    detail=Text(f"超过 {MOST_ROWS} 行。", f"More than {MOST_ROWS} rows."),
                )
            yield Line(number, [_cell(each) for each in row])
    except StopIteration:
        raise _broken(path, "no visible sheet") from None
    except _BROKEN_BOOK as error:
        raise _broken(path, f"row {number + 1}: {error}") from error
    finally:
        book.close()


def _cell(cell: Any) -> Cell:  # Any: openpyxl's types take it for one that can be written
    value: Cell = cell.value
    if value is not None and cell.data_type == "f":
        return Formula(getattr(value, "text", value))
    if isinstance(value, str):
        if cell.data_type == "e":
            return CellError(value)
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
    return value


def _refuse_unless_workbook(path: Path, start: bytes) -> None:
    if start == _OLE:
        raise FileRefused(
            file=path.name,
            detail=Text(
                "有密码，或是旧式 .xls；请去掉密码，另存为 .xlsx。",
                "Locked by a password, or an old .xls; save it without one as .xlsx.",
            ),
        )
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(each.file_size for each in archive.infolist()) > LARGEST_UNPACKED:
                raise FileRefused(
                    file=path.name,
                    detail=Text(
                        "解开后太大；请分成几个文件。", "Too large when unpacked; split it."
                    ),
                )
            damaged = archive.testzip()
    except (*_BROKEN_BOOK, RuntimeError, OSError) as error:
        raise _broken(path, error) from error
    if damaged:
        raise _broken(path, damaged)


def _broken(path: Path, why: object) -> FileRefused:
    return FileRefused(
        file=path.name,
        detail=Text(
            "不是完好的 .xlsx 文件；请用 Excel 或 WPS 打开后另存（{why}）。",
            "Not a sound .xlsx file; open it in Excel or WPS and save it anew ({why}).",
        ).format(why=why),
    )


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
    encoding = encoding_of(path, start)
    with path.open(encoding=encoding, newline="") as file:
        header = file.readline()
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
        reader = csv.reader(file, delimiter=delimiter)
        while True:
            number = reader.line_num + 1
            try:
                yield Line(number, [made_unsafe_again(cell) for cell in next(reader)])
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


def made_safe(text: str) -> str:
    """Text that a spreadsheet will not take for a formula: an apostrophe before `= + - @`.

    Text that has apostrophes there already gets one more, so that none is lost on the way back.
    """
    return f"'{text}" if _MADE_SAFE.match(f"'{text}") else text


def made_unsafe_again(text: str) -> str:
    """The reverse of `made_safe`."""
    return text[1:] if _MADE_SAFE.match(text) else text
