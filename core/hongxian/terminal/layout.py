"""Text for a terminal: widths of Chinese and English, tables, one JSON document or lines.

A wide character takes two columns (Unicode Standard Annex 11), so nothing here counts `len`.
"""

from __future__ import annotations

import json
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

from hongxian.terminal.language import language, said
from hongxian.text import Text, shown
from hongxian.words.values import Json, json_safe

COLUMNS = 80
"""Of a terminal that does not tell."""
NARROWEST = 6
"""Columns to which a table's column may be cut."""
_NOT_FIRST = frozenset("，。；：、！？）》」』】…·,.;:!?)]}%")
_GAP = 2


def width(text: str) -> int:
    """Columns that a text takes."""
    return sum(map(_width_of, text)) if not text.isascii() else len(text)


def _width_of(letter: str) -> int:
    if unicodedata.east_asian_width(letter) in "WF":
        return 2
    return 0 if unicodedata.category(letter) in ("Mn", "Me", "Cf") else 1


def pad(text: str, columns: int) -> str:
    """The text filled up with spaces."""
    return text + " " * (columns - width(text))


def cut(text: str, columns: int) -> str:
    """The text, or as much of it as fits with an ellipsis."""
    if width(text) <= columns:
        return text
    kept, room = "", columns - 1
    for letter in text:
        room -= _width_of(letter)
        if room < 0:
            break
        kept += letter
    return kept + "…"


def visible(text: str) -> str:
    """The text on one line, with control characters shown: data must not steer a terminal."""
    return "".join(_visible(letter) for letter in text)


def _visible(letter: str) -> str:
    if letter == "\n":
        return "⏎"
    category = unicodedata.category(letter)
    if category in ("Cc", "Cs") or letter in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068":
        return f"<{ord(letter):02X}>"
    return letter


def wrap(text: str, columns: int) -> list[str]:
    """The text in lines: English breaks at spaces, Chinese anywhere but before punctuation."""
    lines, line = [], ""
    for unit in _units(text):
        if width(line) + width(unit.rstrip()) > columns and line.strip():
            lines.append(line.rstrip())
            line = ""
        line += unit if line else unit.lstrip()
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _units(text: str) -> Iterator[str]:
    """What a line is not broken inside of."""
    unit = ""
    for letter in text:
        breaks = unit and (unit[-1] == " " or _width_of(letter) == 2 or _width_of(unit[-1]) == 2)
        if breaks and letter not in _NOT_FIRST and letter != " ":
            yield unit
            unit = ""
        unit += letter
    if unit:
        yield unit


def room(stream: IO[str] | None = None) -> int | None:
    """Columns of the terminal that a stream shows on; None for a pipe, which has no end."""
    stream = stream or sys.stdout
    return shutil.get_terminal_size((COLUMNS, 24)).columns if stream.isatty() else None


def table(
    headers: Sequence[Text | str], rows: Iterable[Sequence[object]], columns: int | None = None
) -> list[str]:
    """Rows under headers; where `columns` do not suffice, cells are cut and the last left out."""
    reader = language()
    names = [shown(header, reader) for header in headers]
    cells = [[visible(shown(cell, reader)) for cell in row] for row in rows]
    every = [max(map(width, column)) for column in zip(names, *cells, strict=True)]
    widths = every if columns is None else _narrowed(every, columns)
    lines = [
        (" " * _GAP)
        .join(pad(cut(cell, room), room) for cell, room in zip(row, widths, strict=False))
        .rstrip()
        for row in [names, *cells]
    ]
    lines[0] += "" if len(widths) == len(every) else " …"
    return [lines[0], (" " * _GAP).join("─" * each for each in widths), *lines[1:]]


def _narrowed(every: Sequence[int], columns: int) -> list[int]:
    """Widths that fit: the last that have no room at all are left out, the widest made narrower."""
    widths = list(every)
    while len(widths) > 1 and _taken(min(each, NARROWEST) for each in widths) > columns:
        columns -= _GAP if len(widths) == len(every) else 0  # for the mark of what is left out
        widths.pop()
    while _taken(widths) > columns and max(widths) > NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _taken(widths: Iterable[int]) -> int:
    """Columns of a table whose columns are so wide."""
    return sum(each + _GAP for each in widths) - _GAP


def facts(pairs: Iterable[tuple[Text | str, object]]) -> list[str]:
    """Names and values below one another."""
    known = [(said(name), visible(said(value))) for name, value in pairs]
    longest = max((width(name) for name, _ in known), default=0)
    return [f"{pad(name, longest)}  {value}".rstrip() for name, value in known]


def dump(data: Json, indent: int | None = 2) -> str:
    """A document for `--json`: UTF-8, integers beyond 2^53 as strings; without an indent in one line."""
    text = json.dumps(json_safe(data), ensure_ascii=False, indent=indent, default=_dump_other)
    return text.encode("utf-8", "backslashreplace").decode()


def _dump_other(value: object) -> Json:
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return str(value)


def speak_utf8() -> None:
    """Let files and pipes be UTF-8 whatever the system's code page, and never fail on a letter."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            if stream.isatty():
                reconfigure(errors="backslashreplace")
            else:
                reconfigure(encoding="utf-8", errors="backslashreplace")
