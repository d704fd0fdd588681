"""Which rows of a sheet are records that are here already: the same file twice doubles nobody.

A row with an id is that record. Any other is matched by what only one record may hold (`claims`), by
what people tell records apart by (`known_by`), else by everything it says. Where it says only what
the record says too, or fills what is empty there, it is that record; where it contradicts, a person
is asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import orjson

from hongxian.collections.collection import Collection
from hongxian.model.circle import team_of_circle
from hongxian.model.row import SCOPE, Row
from hongxian.words.folding import folded
from hongxian.words.values import Value, Values
from hongxian_client.sheets.choices import Choices
from hongxian_client.sheets.draft import Draft
from hongxian_client.sheets.entering import Entering

_DOTS = "·・•‧.．"
"""What people type between the parts of a name."""


class Matcher:
    """Finds the records of one import's rows, batch by batch."""

    def __init__(
        self,
        collection: Collection,
        scope: str | None,
        choices: Choices,
        entering: Entering | None = None,
    ) -> None:
        self.collection = collection
        self._entering = entering
        self._columns = {**(entering.compared if entering else {}), **collection.columns}
        self.scope = scope
        self.choices = choices
        known_by: tuple[str, ...] = getattr(collection.model._meta, "known_by", ())
        self._known_by = tuple(name for name in known_by if name in collection.columns)
        self._met: set[str] = set()
        """Records that rows before were, or made."""
        self._rows: dict[str, tuple[Draft, Values]] = {}
        """By what rows are known by, the first that says so, and all that it says."""

    def match(self, drafts: Iterable[Draft]) -> None:
        """Give each sound draft the id of its record, or those that it is likely one with."""
        unknown = [each for each in drafts if each.id is None and not each.reasons]
        self._met.update(each.id for each in drafts if each.id)
        by = self._known_by or self._telling(unknown)
        if not unknown or not by:
            return
        held = self._held(by, unknown)
        for draft in unknown:
            key = _key(draft.values, by)
            if key is None:
                continue
            found = [row for row in held.get(key, ()) if self._is_of_its_team(row, draft)]
            self._decide(draft, key, found)

    def made(self, ids: Iterable[str]) -> None:
        """These were made by this import: no row after is one of them."""
        self._met.update(ids)

    def _decide(self, draft: Draft, key: str, found: list[Row]) -> None:
        free = [row for row in found if row.id not in self._met]
        of_double = self.choices.of_double(draft.line.number)
        first, said = self._rows.setdefault(self._in_file(draft, key), (draft, {**draft.values}))
        repeats = first is not draft and said == draft.values
        if repeats and self._known_by and of_double != "new":
            draft.twin, draft.repeats = first.line.number, True
            return
        same = next((row for row in free if not self._differing(draft, row)), None)
        if same is not None and (self._known_by or of_double != "new"):
            self._is(draft, same.id)
            return
        if not self._known_by:
            return
        meant = found if len(found) == 1 else [each for each in found if self._knows(draft, each)]
        if len(meant) == 1 and meant[0] in free and not self._contradicted(draft, meant[0]):
            self._is(draft, meant[0].id)
        elif found:
            draft.likely = [row.id for row in found]
            draft.before = {
                name: found[0].values.get(name) for name in self._differing(draft, found[0])
            }
            if of_double == "same" and free:
                self._is(draft, free[0].id)
        elif first is not draft:
            draft.twin = first.line.number
        elif self._entering:
            self._ask_of(draft, self._entering.alike(draft.values))
        if of_double == "new":
            draft.likely, draft.twin = [], 0

    def _ask_of(self, draft: Draft, alike: list[str]) -> None:
        """Somebody of another name who has this telephone, say."""
        draft.likely = [id for id in alike if id not in self._met]
        if draft.likely and self.choices.of_double(draft.line.number) == "same":
            self._is(draft, draft.likely[0])

    def _is(self, draft: Draft, id: str) -> None:
        """It is this record; its name is not changed for a dot that was typed differently."""
        draft.id, draft.likely, draft.twin = id, [], 0
        draft.values = {n: each for n, each in draft.values.items() if n not in self._known_by}
        self._met.add(id)

    def _in_file(self, draft: Draft, key: str) -> str:
        return f"{draft.values.get(SCOPE, self.scope)} {key}"

    def _telling(self, drafts: Sequence[Draft]) -> tuple[str, ...]:
        """The field by which records that say the same are looked up, where none was declared."""
        columns = self.collection.columns
        given = set[str]().union(*(each.values.keys() for each in drafts)) & columns.keys()
        plain = [name for name in columns if name in given and not columns[name].merge.keeps_both]
        references = (name for name in plain if columns[name].reference)
        required = (name for name in plain if columns[name].required)
        best = [self.collection.naming, *references, *required]
        return next(((name,) for name in best if name in plain), ())

    def _held(self, by: tuple[str, ...], drafts: Sequence[Draft]) -> Mapping[str, Sequence[Row]]:
        """The live records that may be those of the drafts, by their keys."""
        values = {
            value for each in drafts if isinstance(value := each.values.get(by[0]), str | int)
        }
        spelled = sorted({str(other) for value in values for other in _spellings(value)})
        as_text = f"CAST({self.collection.quoted(by[0])} AS TEXT)"  # it may be a number
        condition, parameters = self.collection.database.among(
            self.collection.quoted(by[0]) if values and all(map(_is_text, values)) else as_text,
            spelled,
        )
        found: dict[str, list[Row]] = defaultdict(list)
        rows = list(self.collection.rows(f"NOT deleted AND {condition}", list(parameters)))
        if self._entering:
            beside = self._entering.held(row.id for row in rows)
            for row in rows:
                row.values.update(beside.get(row.id, {}))
        for row in rows:
            if key := _key(row.values, by):
                found[key].append(row)
        return found

    def _is_of_its_team(self, row: Row, draft: Draft) -> bool:
        wanted = draft.values.get(SCOPE, self.scope)
        return wanted is None or wanted == row.scope or wanted == team_of_circle(row.scope)

    def _differing(self, draft: Draft, row: Row) -> list[str]:
        columns = self._columns
        return [
            name
            for name, value in draft.values.items()
            if name in columns and columns[name].differs(row.values.get(name), value)
            and not (name in self._known_by and _plain(row.values.get(name)) == _plain(value))
        ]  # fmt: skip

    def _knows(self, draft: Draft, row: Row) -> bool:
        """Whether what stands beside a record, such as a telephone, is what the row says."""
        beside = self._entering.compared if self._entering else {}
        return any(
            name in draft.values and not column.differs(row.values.get(name), draft.values[name])
            for name, column in beside.items()
        )

    def _contradicted(self, draft: Draft, row: Row) -> bool:
        return any(row.values.get(name) not in _NOTHING for name in self._differing(draft, row))


_NOTHING: tuple[Value, ...] = (None, "", [], {}, False)


def _is_text(value: Value) -> bool:
    return isinstance(value, str)


def _key(values: Values, by: Sequence[str]) -> str | None:
    """What a record is known by, as people take it; None where a part is missing."""
    parts = [values.get(name) for name in by]
    if any(part is None for part in parts):
        return None
    return orjson.dumps([_plain(part) for part in parts]).decode()


def _plain(value: Value) -> Value:
    if not isinstance(value, str):
        return value
    text = folded(value).casefold()
    for dot in _DOTS:
        text = text.replace(dot, "·")
    return text


def _spellings(value: str | int) -> set[str | int]:
    if not isinstance(value, str):
        return {value}
    dots = [dot for dot in _DOTS if dot in value]
    return {value, folded(value), *(value.replace(dot, other) for dot in dots for other in _DOTS)}
