"""One row of a sheet on its way in: its cells as values, and why it may not be stored, if so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from hongxian.checks import Reasons
from hongxian.errors import UnknownTeam
from hongxian.kinds.column import Column
from hongxian.kinds.typed_input import Unresolved, WrongCell, is_blank
from hongxian.model.row import SCOPE
from hongxian.text import Text
from hongxian.words.values import Cell, Value, Values
from hongxian_client.replica.replica import Replica
from hongxian_client.sheets.choices import Choices
from hongxian_client.sheets.header import Columns, Header, cells_beyond
from hongxian_client.sheets.reading.line import Line
from hongxian_client.text.assignments import scope_of, title_of, why_not_one
from hongxian_client.text.names import ids_by_name

MOST_READ = 1_000
"""Cells of one field of which it is kept what they were read as."""


@dataclass
class Draft:
    """A row's values by field; `id` when it edits a record; `reasons` when it is wrong."""

    line: Line
    values: Values = field(default_factory=dict)
    reasons: Reasons = field(default_factory=dict)
    id: str | None = None
    before: Values = field(default_factory=dict)
    """What stands now in the fields that it changes."""
    likely: list[str] = field(default_factory=list)
    """Records that it is likely one with, where a person has to say so."""
    twin: int = 0
    """The row of the same file that it is likely one with."""
    repeats: bool = False
    """Whether that row says the very same."""
    offers: dict[str, dict[str, Text]] = field(default_factory=dict)
    """By field what a wrong cell may have meant; of a field whose cell cannot be read at all, nothing."""
    emptied: set[str] = field(default_factory=set)
    """Fields that are left empty although something stands in their cells."""
    made: Values = field(default_factory=dict)
    """Of a new record in a dry run all that would stand in it, what nobody said too."""

    @property
    def is_double(self) -> bool:
        """Whether it is likely here already, and nobody said what becomes of it."""
        return not self.reasons and not self.repeats and bool(self.likely or self.twin)


class Drafter:
    """Makes drafts of a file's lines, and knows the ids that came before."""

    def __init__(self, store: Replica, columns: Columns, header: Header, choices: Choices) -> None:
        self.store = store
        self.choices = choices
        self.columns = columns
        self.header = header
        self._has_gaps = header.has_gaps
        self._ids_seen: set[str] = set()
        self._teams: dict[str, str] = {}
        self._read: dict[str, dict[tuple[type, Cell], Value]] = defaultdict(dict)
        """By field what cells were read as before: most say again and again what others said."""

    def drafts_of(self, lines: Sequence[Line]) -> list[Draft]:
        """The drafts of some lines, names of other records looked up together."""
        drafts = [self._draft(line) for line in lines]
        for column in self.columns.values():
            if column.reference is not None:
                named = [
                    each for each in drafts if isinstance(each.values.get(column.name), Unresolved)
                ]
                self._resolve(column, named)
        return drafts

    def _draft(self, line: Line) -> Draft:
        draft = Draft(line)
        if line.problem:
            draft.reasons[""] = [line.problem]
        if len(line.cells) != len(self.header.cells) or self._has_gaps:
            for letter in cells_beyond(self.header, line.cells, self.choices.columns):
                why = Text(f"{letter} 列没有表头。", f"Column {letter} has no header above it.")
                draft.reasons[letter] = [why]
        mended = self.choices.mended.get(line.number)
        for name, cell in zip(self.header.fields, line.cells, strict=False):
            if name is not None:
                if mended and name in mended:
                    cell = mended[name]
                if not is_blank(cell):
                    self._take(draft, name, cell)
        for name in (mended or {}).keys() - set(self.header.fields[: len(line.cells)]):
            if mended and not is_blank(mended[name]):  # beyond the last cell that was filled
                self._take(draft, name, mended[name])
        return draft

    def _take(self, draft: Draft, name: str, cell: Cell) -> None:
        try:
            self._put(draft, name, cell)
        except WrongCell as wrong:
            for meant in self.choices.meant.get(name, ()):
                if meant == "blank":
                    draft.emptied.add(name)
                    return
                if meant in wrong.offers:
                    self._take(draft, name, wrong.offers[meant][1])
                    return
            draft.reasons[name] = [wrong.why]
            draft.offers[name] = {offer: title for offer, (title, _) in wrong.offers.items()}

    def _put(self, draft: Draft, name: str, cell: Cell) -> None:
        if name == "id":
            draft.id = str(cell).strip().lower()
            if draft.id in self._ids_seen:
                raise WrongCell(Text("这个编号在表里出现过。", "This id came before in the file."))
            self._ids_seen.add(draft.id)
        elif name == SCOPE:
            draft.values[SCOPE] = self._team(str(cell).strip())
        else:
            draft.values[name] = self._value(name, cell)

    def _value(self, name: str, cell: Cell) -> Value:
        read, key = self._read[name], (type(cell), cell)
        if key in read:
            return read[key]
        value = self.columns[name].from_cell(cell)
        if len(read) < MOST_READ and not isinstance(value, list | dict):
            read[key] = value
        return value

    def _team(self, typed: str) -> str:
        if typed not in self._teams:
            try:
                self._teams[typed] = scope_of(self.store, typed)
            except UnknownTeam as error:
                raise WrongCell(error.text) from None
        return self._teams[typed]

    def _resolve(self, column: Column, drafts: list[Draft]) -> None:
        """Put ids in the place of names."""
        if not drafts:
            return
        other = self.store.collections.get(column.reference or "")
        names = list({str(each.values[column.name]) for each in drafts})
        found = ids_by_name(other, names) if other is not None else {}
        naming = (other.naming or other.telling) if other is not None else None
        for each in drafts:
            ids = found.get(str(each.values[column.name]), [])
            told = column.unresolved(str(each.values[column.name]))
            if len(ids) == 1 or (not ids and told is not None):
                each.values[column.name] = ids[0] if ids else told
            elif "blank" in self.choices.meant.get(column.name, ()):
                del each.values[column.name]
                each.emptied.add(column.name)
            else:
                each.offers[column.name] = {}
                each.reasons[column.name] = [self._why_not_one(column, each, ids, naming)]

    def _why_not_one(
        self, column: Column, draft: Draft, ids: list[str], naming: str | None
    ) -> Text:
        if naming is None:
            why = Text("请填“{of}”的编号。", "Give the id; {of} cannot be named here.")
            return why.format(of=title_of(self.store, column))
        return why_not_one(self.store, column, draft.values[column.name], ids)
