"""The header row of a sheet: which column holds which field."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from openpyxl.utils import get_column_letter

from hongxian.collections.collection import Collection
from hongxian.errors import FileRefused
from hongxian.kinds.typed_input import is_blank
from hongxian.model.record import COMMUNITY
from hongxian.model.row import SCOPE
from hongxian.text import EN, LANGUAGES, ZH, Language, Text
from hongxian.words.values import Cell
from hongxian_client.sheets.reading import Line, read_lines

ID_LABEL = Text("编号", "ID")
TEAM_LABEL = Text("团队", "Team")
ERROR_LABEL = Text("错误", "Error")
LOOKED_AT = 10
"""Rows at the top among which the header is sought; titles may stand above it."""

_PASSED_OVER = frozenset({"错误", "error", "序号", "no.", "#"})
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
        detail = _NO_HEADER.format(rows=LOOKED_AT, known=_known_columns(collection))
        raise FileRefused(file=path.name, detail=detail)
    place = counts.index(max(counts))
    header = _header(path, collection, top[place], known)
    return header, chain(top[place + 1 :], lines)


_NO_HEADER = Text(
    "前 {rows} 行里没有表头；可用的列：{known}。",
    "No header among the first {rows} rows; the columns are: {known}.",
)


def labels_of(collection: Collection) -> dict[str, Text]:
    """The header text for each field of an export: its label, with its name where two share one."""
    zh, en = (_labels_in(collection, language) for language in LANGUAGES)
    return {name: Text(zh[name], en[name]) for name in zh}


def _labels_in(collection: Collection, language: Language) -> dict[str, str]:
    labels = {"id": ID_LABEL.in_(language)}
    if collection.scope_kind != COMMUNITY:
        labels[SCOPE] = TEAM_LABEL.in_(language)
    own = {name: column.label.in_(language) for name, column in collection.shown.items()}
    taken = [*labels.values(), *own.values()]
    return {
        name: label
        if taken.count(label) == 1
        else _WITH_NAME.in_(language).format(label=label, name=name)
        for name, label in [*labels.items(), *own.items()]
    }


_WITH_NAME = Text("{label}（{name}）", "{label} ({name})")


def with_names(collection: Collection, names: Iterable[str]) -> list[Text]:
    """Fields as people and programs call them."""
    labels = labels_of(collection)
    return [_WITH_NAME.format(label=labels.get(name, name), name=name) for name in names]


def computed_labels(collection: Collection) -> list[Text]:
    """The headers of what is computed: exported behind the fields, and passed over where it comes back."""
    return [column.label for column in collection.computed.values()]


def field_names(collection: Collection) -> dict[str, str]:
    """The field for each header text that is understood: its label in either language, or its name."""
    labels = labels_of(collection)
    found = {_key("team"): SCOPE, _key(SCOPE): SCOPE}
    for language in (EN, ZH):
        found |= {_key(label.in_(language)): name for name, label in labels.items()}
    return found | {_key(name): name for name in labels}


def _header(path: Path, collection: Collection, line: Line, known: dict[str, str]) -> Header:
    fields: list[str | None] = []
    strange = []
    told = (label for label in computed_labels(collection))
    passed = _PASSED_OVER.union(*({_key(each.zh), _key(each.en)} for each in told))
    for place, cell in enumerate(line.cells, 1):
        key = _key(cell)
        if key and key not in known and key not in passed:
            strange.append(f"{get_column_letter(place)}「{cell}」")
        fields.append(known.get(key))
    if strange:
        detail = _UNKNOWN.format(strange=strange, known=_known_columns(collection))
        raise FileRefused(file=path.name, detail=detail)
    named = [name for name in fields if name]
    twice = sorted({name for name in named if named.count(name) > 1})
    if twice:
        detail = _TWICE.format(twice=with_names(collection, twice))
        raise FileRefused(file=path.name, detail=detail)
    return Header(fields, list(line.cells))


_UNKNOWN = Text(
    "不认识的表头：{strange}；请改正或删去该列。可用的列：{known}。",
    "Unknown columns: {strange}; rename or remove them. The columns are: {known}.",
)
_TWICE = Text(
    "表头重复：{twice}；请只留一列。", "These columns come twice: {twice}; keep one of each."
)


def _known_columns(collection: Collection) -> list[Text]:
    return with_names(collection, labels_of(collection))


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
