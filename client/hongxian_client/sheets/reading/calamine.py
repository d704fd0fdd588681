"""Workbooks of other kinds, .xls, .xlsb and .ods, read by a library in a process of its own.

`python -m hongxian_client.sheets.reading.calamine FILE [PAGE]` writes JSON lines: the pages first, then rows.
The library holds a sheet whole and ends its process where memory is short; that process is bounded,
and is not the desk's.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any  # Any: what JSON holds

from hongxian.kinds.typed_input import CellError
from hongxian.words.values import Cell
from hongxian_client.sheets.reading.rows import WIDEST, Row, too_wide
from hongxian_client.sheets.workbook import MOST_PAGES, broken

MOST_MEMORY = 2 << 30
"""Bytes that the process may take, where the system holds it to that."""
MOST_SECONDS = 120
"""Of work."""
_KINDS: dict[type, str] = {datetime: "datetime", date: "date", time: "time"}
_MADE = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "seconds": lambda seconds: timedelta(seconds=seconds),
    "error": CellError,
}


def pages_of_others(path: Path) -> list[str]:
    """The titles of its visible sheets; raises `FileRefused`."""
    for told in _told(path):
        return list(told["pages"])
    raise broken(path, "no answer")


def rows_of_others(path: Path, page: str) -> Iterator[Row]:
    """The rows of a sheet; raises `FileRefused`."""
    told = _told(path, page)
    next(told, None)
    for number, cells in told:
        if len(cells) > WIDEST:
            raise too_wide(path, len(cells), number)
        yield number, [_cell(each) for each in cells], False


def _told(path: Path, *page: str) -> Iterator[Any]:
    command = [sys.executable, "-P", "-m", __name__, str(path), *page]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                told = json.loads(line)
                if isinstance(told, dict) and "broken" in told:
                    raise broken(path, told["broken"])
                yield told
        finally:
            process.stdout.close()
            process.kill()
    if process.returncode > 0:
        raise broken(path, "too large")


def _cell(told: Any) -> Cell:
    if not isinstance(told, dict):
        return told  # type: ignore[no-any-return]
    [(kind, value)] = told.items()
    return _MADE[kind](value)  # type: ignore[no-any-return, operator]


# -- in the process of its own -------------------------------------------------------------------


def _say(path: str, page: str | None) -> None:
    _be_bounded()
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    try:
        with open(path, "rb") as file:
            book = CalamineWorkbook.from_filelike(file)
            seen = [
                each.name
                for each in book.sheets_metadata
                if each.visible == SheetVisibleEnum.Visible
            ]
            _write({"pages": seen[:MOST_PAGES]})
            if page is not None:
                _say_rows(book.get_sheet_by_name(page))
    except Exception as error:
        _write({"broken": str(error)})


def _say_rows(sheet: Any) -> None:
    first_row, first_column = sheet.start or (0, 0)
    spans = {
        (row, left): (last, left)
        for (row, left), (last, _) in sheet.merged_cell_ranges or ()
        if last > row
    }
    held: dict[int, tuple[int, Any]] = {}
    for number, row in enumerate(sheet.to_python(skip_empty_area=True), first_row):
        cells = [None] * first_column + [None if each == "" else each for each in row]
        for column, (last, value) in held.items():
            if number <= last and column < len(cells) and cells[column] is None:
                cells[column] = value
        for column, each in enumerate(cells):
            if (number, column) in spans:
                held[column] = (spans[number, column][0], each)
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            _write([number + 1, [_sayable(each) for each in cells]])


def _sayable(cell: Any) -> Any:
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, timedelta):
        return {"seconds": cell.total_seconds()}
    if type(cell) in _KINDS:
        return {_KINDS[type(cell)]: cell.isoformat()}
    return cell


def _write(told: Any) -> None:
    sys.stdout.write(json.dumps(told) + "\n")


def _be_bounded() -> None:
    with suppress(ImportError):  # where the system knows no such bounds
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))


if __name__ == "__main__":
    _say(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)
