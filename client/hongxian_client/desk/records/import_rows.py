"""The rows of an import as its page shows them: what is new, what changes from what to what, what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from flask import url_for
from flask_babel import gettext as _
from openpyxl.utils import get_column_letter

from hongxian.kinds.typed_input import is_blank
from hongxian.text import sentences
from hongxian.words.values import Value
from hongxian_client.desk.formatting import label_of, titles_of
from hongxian_client.desk.records.bringing import Bringing
from hongxian_client.sheets.draft import Draft
from hongxian_client.sheets.header import key_of, known_headers, labels_of
from hongxian_client.sheets.report import Outcome
from hongxian_web import words

MOST_ROWS = 100
"""On one page."""
OUTCOMES: tuple[Outcome, ...] = ("wrong", "double", "changed", "new", "unchanged")


@dataclass
class CellSeen:
    """One cell: as it will be, what it was, and what stands in the file where it is wrong."""

    text: str = ""
    before: str | None = None
    is_wrong: bool = False


@dataclass
class Mend:
    """A wrong field of a row, and what may be done about it."""

    field: str
    label: str
    why: str
    offers: list[tuple[str, str]]
    """What may be done with all such cells that are still wrong, each told once on the page."""
    alike: int
    """Other rows of which the same field is wrong."""
    is_first: bool
    """Whether it is the first of them, where all are mended at once."""


@dataclass
class RowSeen:
    """One row of the file."""

    number: int
    outcome: Outcome
    cells: list[CellSeen]
    mends: list[Mend] = field(default_factory=list)
    why: str = ""
    like: list[tuple[str, str]] = field(default_factory=list)
    """Records that it is likely one with: their addresses and names."""
    twin: int = 0


@dataclass
class ColumnSeen:
    """One column of the file, and the field that it holds."""

    place: int
    letter: str
    text: str
    field: str
    choices: list[tuple[str, str]]


def headers(bringing: Bringing) -> list[tuple[str, str, str]]:
    """The fields that are read: name, label, and what stands above them in the file."""
    if bringing.report is None:
        return []
    read, places = bringing.report.columns, bringing.report.places
    return [
        (name, _label(bringing, name), f"{get_column_letter(places[name] + 1)} {text}".strip())
        for name, text in read.items()
    ]


def _label(bringing: Bringing, name: str) -> str:
    column = bringing.beyond.get(name)
    collection = bringing.replica.collection(bringing.collection)
    return words.shown(column.label) if column else label_of(collection, name)


def columns_to_choose(bringing: Bringing) -> list[ColumnSeen]:
    """The columns of the header, each with the fields that it may hold."""
    report, number = bringing.report, bringing.header
    line = next((each for each in bringing.top if each.number == number), None)
    if line is None:
        return []
    collection = bringing.replica.collection(bringing.collection)
    beyond = bringing.beyond
    labels, known = labels_of(collection, beyond), known_headers(collection, beyond)
    fields = [(name, words.shown(label)) for name, label in labels.items()]
    held = {place: name for name, place in report.places.items()} if report else {}
    seen = []
    for place, cell in enumerate(line.cells):
        name = bringing.choices.columns.get(
            place, held.get(place, "" if report else known.get(key_of(cell), ""))
        )
        text = "" if is_blank(cell) else str(cell)
        seen.append(ColumnSeen(place, get_column_letter(place + 1), text, name, fields))
    return seen


def rows_seen(bringing: Bringing, show: str) -> list[RowSeen]:
    """The rows that a person looks at: those of one outcome, or of all, what asks for them first."""
    report = bringing.report
    if report is None:
        return []
    asked = [each for each in OUTCOMES if show in ("", each)]
    drafts = [(outcome, draft) for outcome in asked for draft in report.seen.get(outcome, [])]
    rest = [each for each in drafts if each[0] not in ("wrong", "double")]
    first = [each for each in drafts if each[0] in ("wrong", "double")]
    ordered = first + sorted(rest, key=lambda each: each[1].line.number)
    shower = _Shower(bringing, [draft for _, draft in ordered[:MOST_ROWS]])
    return [shower.row(outcome, draft) for outcome, draft in ordered[:MOST_ROWS]]


class _Shower:
    def __init__(self, bringing: Bringing, drafts: list[Draft]) -> None:
        self.bringing = bringing
        self.collection = bringing.replica.collection(bringing.collection)
        assert bringing.report is not None
        self.report = bringing.report
        self.columns = {**bringing.beyond, **self.collection.columns}
        self.met: set[tuple[str, str]] = set()
        """Fields of which it was told already, and what may be done about each."""
        ids = {id for each in drafts for id in each.likely}
        self.names = {
            id: self.collection.called(row.values) or id[-4:]
            for id, row in self.collection.rows_by_id(ids).items()
        }
        self.titles = {
            name: titles_of(
                bringing.replica,
                column.reference,
                {side.get(name) for each in drafts for side in (each.values, each.before)},
            )
            for name, column in self.columns.items()
            if column.reference is not None and name in self.report.columns
        }

    def row(self, outcome: Outcome, draft: Draft) -> RowSeen:
        cells = [self._cell(draft, name) for name in self.report.columns]
        seen = RowSeen(draft.line.number, outcome, cells, twin=draft.twin)
        if outcome == "wrong":
            seen.mends = [
                self._mend(draft, name) for name in draft.reasons if name in self.report.columns
            ]
            others = [why for name, why in draft.reasons.items() if name not in self.report.columns]
            seen.why = " ".join(words.shown(sentences(why)) for why in others)
        if outcome == "double":
            seen.like = [(self._address(id), self.names.get(id, "")) for id in draft.likely]
        return seen

    def _address(self, id: str) -> str:
        return url_for("records.show", name=self.collection.name, id=id)

    def _cell(self, draft: Draft, name: str) -> CellSeen:
        place, cells = self.report.places[name], draft.line.cells
        raw = "" if place >= len(cells) or is_blank(cells[place]) else str(cells[place])
        if name in draft.reasons:
            return CellSeen(raw, is_wrong=True)
        column = self.columns.get(name)
        if (
            column is not None
            and name not in draft.values
            and (draft.made or name in draft.emptied)
        ):
            text = self._shown(name, column.plain(draft.made.get(name)))
            return CellSeen(text, raw if raw != text else None)
        if column is None or name not in draft.values:
            return CellSeen(raw)
        text = raw if column.merge.keeps_both else self._shown(name, draft.values[name])
        if name not in draft.before:
            return CellSeen(text)
        before = self._shown(name, column.plain(draft.before[name]))
        return CellSeen(text, before if before != text else None)

    def _shown(self, name: str, value: Value) -> str:
        if value is None:
            return ""
        if name in self.titles:
            return self.titles[name].get(value, str(value))
        return words.shown(self.columns[name].shown_in_brief(value))

    def _mend(self, draft: Draft, name: str) -> Mend:
        alike = sum(name in each.reasons for each in self.report.seen.get("wrong", [])) - 1
        why = words.shown(sentences(draft.reasons[name]))
        is_first = (name, "") not in self.met
        offers = [each for each in self._offers(draft, name) if (name, each[0]) not in self.met]
        self.met |= {(name, ""), *((name, which) for which, _word in offers)}
        return Mend(name, _label(self.bringing, name), why, offers, alike, is_first)

    def _offers(self, draft: Draft, name: str) -> Iterator[tuple[str, str]]:
        if name not in draft.offers:  # it was read, and is refused for what it says
            return
        for which, title in draft.offers[name].items():
            yield which, words.shown(title) + _(" (all)")
        if (column := self.columns.get(name)) is not None and not column.required:
            yield "blank", _("Leave empty (all)")
