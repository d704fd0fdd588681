"""The rows of a CSV file. A quote that nobody closed costs its own line, not all that follow."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

from hongxian.text import Text
from hongxian_client.sheets.reading.line import Line
from hongxian_client.sheets.reading.rows import WIDEST, too_wide
from hongxian_client.sheets.workbook import too_much

LONGEST_LINE = 1 << 20
"""Characters of a CSV's row."""
_LOOKED_AT = 50
"""Lines at the top by which the delimiter is told."""
_MADE_SAFE = re.compile(r"'+[=+\-@\t\r]")
_UNREADABLE = Text("此行读不出（{error}）。", "This line cannot be read ({error}).")
_UNCLOSED = Text("此行少了一个引号（{error}）。", "A quote in this line is not closed ({error}).")


def rows_of_csv(path: Path, encoding: str) -> Iterator[Line]:
    """Its lines that are rows, with a problem where one cannot be read; raises `FileRefused`."""
    with path.open(encoding=encoding, newline="") as file:
        delimiter = delimiter_of(islice(iter(lambda: file.readline(LONGEST_LINE), ""), _LOOKED_AT))
    with path.open(encoding=encoding, newline="") as file:
        lines, number = _Lines(path, file), 1
        while True:
            taken, problem = lines.begin(), None
            try:
                cells = next(csv.reader(lines, delimiter=delimiter, strict=True))
            except StopIteration:
                return
            except csv.Error as error:
                cells, problem = [], (_UNCLOSED if _is_open(taken[0]) else _UNREADABLE)
                problem = problem.format(error=error)
                lines.give_back(taken[1:])
            while cells and not cells[-1].strip():  # as many as a sheet was wide once
                cells.pop()
            if len(cells) > WIDEST:
                raise too_wide(path, len(cells), number)
            yield Line(number, list(map(made_unsafe_again, cells)), problem)
            number += len(taken) if problem is None else 1


def delimiter_of(lines: Iterator[str]) -> str:
    """What separates the cells of most lines; a title above them has none."""
    top = list(lines)
    counts = {each: [line.count(each) for line in top] for each in ",\t;"}
    return max(counts, key=lambda each: (sum(map(bool, counts[each])), sum(counts[each])))


def _is_open(line: str) -> bool:
    return line.count('"') % 2 == 1


class _Lines:
    """The lines of a CSV, as long as those of one row are not too long together."""

    def __init__(self, path: Path, file: TextIO) -> None:
        self._path, self._file = path, file
        self._again: deque[str] = deque()
        self._taken: list[str] = []
        self._characters = 0

    def begin(self) -> list[str]:
        """Begin a row; returns the list that its lines will be in."""
        self._taken, self._characters = [], 0
        return self._taken

    def give_back(self, lines: list[str]) -> None:
        """These lines come again."""
        self._again.extendleft(reversed(lines))

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._file.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        self._taken.append(line)
        self._characters += len(line)
        if self._characters >= LONGEST_LINE:
            raise too_much(
                self._path,
                f"一行超过 {LONGEST_LINE} 字；也许少了一个引号",
                f"A row of more than {LONGEST_LINE} characters; a quote may be missing",
            )
        return line


def made_safe(text: str) -> str:
    """Text that a spreadsheet will not take for a formula: an apostrophe before `= + - @`.

    Text that has apostrophes there already gets one more, so that none is lost on the way back.
    """
    return f"'{text}" if _MADE_SAFE.match(f"'{text}") else text


def made_unsafe_again(text: str) -> str:
    """The reverse of `made_safe`."""
    return text[1:] if _MADE_SAFE.match(text) else text
