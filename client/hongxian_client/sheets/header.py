"""The header row of a sheet: which column holds which field."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from openpyxl.utils import get_column_letter

from hongxian.collection import Collection
from hongxian.errors import FileRefused
from hongxian.kinds.cell import is_blank
from hongxian.record import COMMUNITY
from hongxian.row import SCOPE
from hongxian.text import LANGUAGES, ZH
from hongxian.values import Cell
from hongxian.wording import part
from hongxian_client.sheets.reading import Line, read_lines

ID_LABEL = "编号"
TEAM_LABEL = "团队"
ERROR_LABEL = "错误 · Error"
LOOKED_AT = 10
"""Rows at the top among which the header is sought; titles may stand above it."""

_PASSED_OVER = frozenset({"错误·error", "错误", "序号", "no.", "#"})
_WRITTEN_BESIDE = ("*", "（必填）", "(必填)", "(required)")


@dataclass(slots=True)
class Header:
    """What the columns of a sheet hold: `fields` names one for each, None for one passed over."""

    fields: list[str | None]
    cells: list[Cell]

    @property
    def has_gaps(self) -> bool:
        """Whether some column has no text above it."""
        return any(map(is_blank, self.cells))


def open_sheet(path: Path, collection: Collection) -> tuple[Header, Iterator[Line]]:
    """The header and the lines below it; raises `FileRefused` when there is none that fits."""
    lines = iter(read_lines(path))
    top = list(islice(lines, LOOKED_AT))
    known = field_names(collection)
    counts = [sum(_key(cell) in known for cell in line.cells) for line in top]
    if not counts or not max(counts):
        raise FileRefused(
            file=path.name,
            detail=f"前 {LOOKED_AT} 行里没有表头；{_known_columns(collection)}"
            f"No header among the first {LOOKED_AT} rows.",
        )
    place = counts.index(max(counts))
    header = _header(path, collection, top[place], known)
    return header, chain(top[place + 1 :], lines)


def labels_of(collection: Collection) -> dict[str, str]:
    """The header text for each field of an export: its label, with its name where two share one."""
    labels = {"id": ID_LABEL}
    if collection.scope_kind != COMMUNITY:
        labels[SCOPE] = TEAM_LABEL
    taken = [column.label for column in collection.columns.values()]
    own = {part(label, ZH) for label in taken}
    labels = {n: f"{label}（{n}）" if label in own else label for n, label in labels.items()}
    for name, column in collection.columns.items():
        once = taken.count(column.label) == 1
        labels[name] = column.label if once else f"{column.label}（{name}）"
    return labels


def field_names(collection: Collection) -> dict[str, str]:
    """The field for each header text that is understood: its label, either half of it, or its name."""
    labels = labels_of(collection)
    halves = ((name, half) for name, label in labels.items() for half in halves_of(label))
    found = {_key("team"): SCOPE, _key(SCOPE): SCOPE}
    found |= {_key(half): name for name, half in halves}
    found |= {_key(label): name for name, label in labels.items()}
    return found | {_key(name): name for name in labels}


def halves_of(label: str) -> set[str]:
    """A label's part in each language; itself, where it is in one alone."""
    return {part(label, language) for language in LANGUAGES}


def _header(path: Path, collection: Collection, line: Line, known: dict[str, str]) -> Header:
    fields: list[str | None] = []
    strange = []
    for place, cell in enumerate(line.cells, 1):
        key = _key(cell)
        if key and key not in known and key not in _PASSED_OVER:
            strange.append(f"{get_column_letter(place)}「{cell}」")
        fields.append(known.get(key))
    if strange:
        raise FileRefused(
            file=path.name,
            detail=f"不认识的表头：{'、'.join(strange)}；请改正或删去该列。{_known_columns(collection)}"
            f"Unknown columns; rename or remove them.",
        )
    named = [name for name in fields if name]
    twice = sorted({name for name in named if named.count(name) > 1})
    if twice:
        labels = labels_of(collection)
        shown = "、".join(f"{labels.get(name, name)}（{name}）" for name in twice)
        raise FileRefused(
            file=path.name,
            detail=f"表头重复：{shown}；请只留一列。These columns come twice; keep one of each.",
        )
    return Header(fields, list(line.cells))


def _known_columns(collection: Collection) -> str:
    labels = labels_of(collection)
    shown = "、".join(f"{label}（{name}）" for name, label in labels.items())
    return f"可用的列 Columns: {shown}。"


def _key(cell: Cell) -> str:
    """A header text as compared: without spaces, widths, case and marks such as *."""
    if is_blank(cell):
        return ""
    text = "".join(unicodedata.normalize("NFKC", str(cell)).casefold().split())
    for mark in _WRITTEN_BESIDE:
        text = text.removesuffix(unicodedata.normalize("NFKC", mark))
    return text


def cells_beyond(header: Header, cells: Sequence[Cell]) -> list[str]:
    """Letters of columns that hold something although nothing stands above them."""
    return [
        get_column_letter(place)
        for place, cell in enumerate(cells, 1)
        if not is_blank(cell) and (place > len(header.cells) or is_blank(header.cells[place - 1]))
    ]
