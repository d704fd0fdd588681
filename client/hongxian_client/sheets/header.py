"""The header row of a sheet: where it stands, and which column holds which field."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from types import MappingProxyType

from openpyxl.utils import get_column_letter

from hongxian.collections.collection import Collection
from hongxian.errors import FileRefused
from hongxian.kinds.column import Column
from hongxian.kinds.typed_input import is_blank
from hongxian.model.record import COMMUNITY
from hongxian.model.row import SCOPE
from hongxian.text import EN, LANGUAGES, ZH, Language, Text
from hongxian.words.values import Cell
from hongxian_client.sheets.choices import Choices
from hongxian_client.sheets.reading.line import Line
from hongxian_client.sheets.reading.source import Source
from hongxian_client.sheets.synonyms import also_said, by_content

ID_LABEL = Text("编号", "ID")
TEAM_LABEL = Text("团队", "Team")
ERROR_LABEL = Text("错误", "Error")
Columns = Mapping[str, Column]
ITS_OWN: Columns = MappingProxyType({})
"""Nothing beyond a collection's own fields."""
LOOKED_AT = 10
"""Rows at the top among which the header is sought; titles may stand above it."""

_PASSED_OVER = frozenset({"错误", "error", "序号", "no.", "#"})
_WRITTEN_BESIDE = ("*", "（必填）", "(必填)", "(required)")


@dataclass(slots=True)
class Header:
    """What the columns of a sheet hold: `fields` names one for each, None for one passed over."""

    fields: list[str | None]
    cells: list[Cell]
    row: int = 1
    """Its number."""
    passed: list[int] = field(default_factory=list)
    """Places of columns that are passed over although nobody said so: to be told."""

    @property
    def has_gaps(self) -> bool:
        """Whether some column has no text above it."""
        return any(map(is_blank, self.cells))

    def texts(self) -> dict[str, str]:
        """The header text of each field that is read."""
        named = zip(self.fields, self.cells, strict=True)
        return {name: str(cell or "") for name, cell in named if name}

    def passed_texts(self) -> list[str]:
        """What stands above the columns that are passed over, with their letters."""
        return [f"{get_column_letter(each + 1)} {self.cells[each]}" for each in self.passed]


@dataclass
class Sheet:
    """A page of a file, its header found, and its rows yet to be read."""

    source: Source
    page: str
    header: Header
    lines: Iterator[Line]
    alike: list[str]
    """Other pages with a header that is understood, which are not read."""


def open_sheet(
    path: Path,
    collection: Collection,
    choices: Choices | None = None,
    remembered: Mapping[str, str] | None = None,
    beyond: Columns = ITS_OWN,
) -> Sheet:
    """The page with the header that is understood best, and the lines below it.

    `remembered` is what header texts meant before, `beyond` what may stand beside the collection's own
    fields. Raises `FileRefused` when no header fits.
    """
    choices = choices or Choices()
    source = Source(path, choices.encoding)
    known = {**known_headers(collection, beyond), **(remembered or {})}
    pages = [choices.page] if choices.page in source.pages else source.pages
    found = []
    for page in pages:
        lines = source.lines(page)
        top = list(islice(lines, LOOKED_AT))
        counts = [understood(line, known) for line in top]
        if choices.header is not None:
            counts = [LOOKED_AT * (line.number == choices.header) for line in top]
        found.append((max(counts, default=0), page, top, counts, lines))
    best = max(found, key=lambda each: each[0])
    most, page, top, counts, lines = best
    if not most:
        detail = _NO_HEADER.format(
            rows=LOOKED_AT, known=with_names(collection, labels_of(collection, beyond), beyond)
        )
        raise HeaderUnknown(file=path.name, detail=detail)
    place = counts.index(most)
    below = [*top[place + 1 :], *islice(lines, LOOKED_AT)]
    header = header_of(collection, top[place], below, known, choices, beyond)
    alike = [each[1] for each in found if each is not best and each[0] >= most]
    return Sheet(source, page, header, chain(below, lines), alike)


def top_of(path: Path, choices: Choices) -> tuple[list[str], list[Line]]:
    """The pages of a file, and the first rows of the one that was chosen: what a person chooses a header from."""
    source = Source(path, choices.encoding)
    page = choices.page if choices.page in source.pages else source.pages[0]
    return source.pages, list(islice(source.lines(page), LOOKED_AT))


def understood(line: Line, known: Mapping[str, str]) -> int:
    """How many fields a row names, if it is a header."""
    return len({known[key] for cell in line.cells if known.get(key := key_of(cell))})


class HeaderUnknown(FileRefused):
    """No row at the top of a file is a header that is understood: a person has to say which it is."""


_NO_HEADER = Text(
    "前 {rows} 行里没有表头；可用的列：{known}。",
    "No header among the first {rows} rows; the columns are: {known}.",
)


def header_of(
    collection: Collection,
    line: Line,
    below: Sequence[Line],
    known: Mapping[str, str],
    choices: Choices,
    beyond: Columns = ITS_OWN,
) -> Header:
    """What the columns hold: as was said, else by the texts above them, else by what stands in them."""
    width = max([len(line.cells), *(place + 1 for place in choices.columns)])
    cells = list(line.cells) + [None] * (width - len(line.cells))
    columns = {**collection.shown, **beyond}
    own = {"id", SCOPE, *columns}
    fields: list[str | None] = [None] * width
    taken = {name for name in choices.columns.values() if name}
    for place, cell in enumerate(cells):
        said = choices.columns.get(place)
        name = said if said is not None else known.get(key_of(cell))
        if name and name in own and (said or name not in taken):
            fields[place] = name
            taken.add(name)
    header = Header(fields, cells, line.number)
    ignored = _PASSED_OVER.union(
        *({key_of(each.zh), key_of(each.en)} for each in computed_labels(collection))
    )
    for place, cell in enumerate(cells):
        if fields[place] is None and place not in choices.columns and not is_blank(cell):
            if key_of(cell) in ignored or known.get(key_of(cell)) == "":
                continue
            fields[place] = by_content(columns, below, place, taken)
            if fields[place] is None:
                header.passed.append(place)
            else:
                taken.add(str(fields[place]))
    return header


def labels_of(collection: Collection, beyond: Columns = ITS_OWN) -> dict[str, Text]:
    """The header text for each field of a sheet: its label, with its name where two share one."""
    zh, en = (_labels_in(collection, beyond, language) for language in LANGUAGES)
    return {name: Text(zh[name], en[name]) for name in zh}


def _labels_in(collection: Collection, beyond: Columns, language: Language) -> dict[str, str]:
    labels = {"id": ID_LABEL.in_(language)}
    if collection.scope_kind != COMMUNITY:
        labels[SCOPE] = TEAM_LABEL.in_(language)
    columns = {**collection.shown, **beyond}
    own = {name: column.label.in_(language) for name, column in columns.items()}
    taken = [*labels.values(), *own.values()]
    return {
        name: label
        if taken.count(label) == 1
        else _WITH_NAME.in_(language).format(label=label, name=name)
        for name, label in [*labels.items(), *own.items()]
    }


_WITH_NAME = Text("{label}（{name}）", "{label} ({name})")


def with_names(
    collection: Collection, names: Iterable[str], beyond: Columns = ITS_OWN
) -> list[Text]:
    """Fields as people and programs call them."""
    labels = labels_of(collection, beyond)
    return [_WITH_NAME.format(label=labels.get(name, name), name=name) for name in names]


def computed_labels(collection: Collection) -> list[Text]:
    """The headers of what is computed: exported behind the fields, and passed over where it comes back."""
    return [column.label for column in collection.computed.values()]


def known_headers(collection: Collection, beyond: Columns = ITS_OWN) -> dict[str, str]:
    """The field for each header text that is understood: its label in either language, its name, or what people say."""
    labels = labels_of(collection, beyond)
    found = {key_of("team"): SCOPE, key_of(SCOPE): SCOPE}
    for language in (EN, ZH):
        found |= {key_of(label.in_(language)): name for name, label in labels.items()}
    found |= {key_of(name): name for name in labels}
    said = also_said(found)
    own: dict[str, tuple[str, ...]] = getattr(collection.model._meta, "also_called", {})
    said |= {key_of(each): name for name, also in own.items() for each in also}
    return said | found


def key_of(cell: Cell) -> str:
    """A header text as compared: without spaces, widths, case and marks such as *."""
    if is_blank(cell):
        return ""
    text = "".join(unicodedata.normalize("NFKC", str(cell)).casefold().split())
    for mark in _WRITTEN_BESIDE:
        text = text.removesuffix(unicodedata.normalize("NFKC", mark))
    return text


def cells_beyond(header: Header, cells: Sequence[Cell], said: Mapping[int, str]) -> list[str]:
    """Letters of columns that hold something although nothing stands above them, nor was said of them."""
    return [
        get_column_letter(place + 1)
        for place, cell in enumerate(cells)
        if not is_blank(cell)
        and place not in said
        and (place >= len(header.cells) or is_blank(header.cells[place]))
    ]
