"""A row of a sheet that is one thing in several records: a volunteer with team, telephone and consent.

What a plugin's `@entry` asks for beyond the collection's own fields are columns too. A new row is entered as
its form enters it. Of a record that is here already, what stands in the records that refer to it is compared,
filled in and changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hongxian.collections.collection import Collection
from hongxian.kinds.column import Column
from hongxian.kinds.state import StateColumn
from hongxian.model.record import COMMUNITY
from hongxian.model.row import SCOPE
from hongxian.plugins.entries import EntryForm
from hongxian.plugins.filling import filled_in
from hongxian.plugins.offering import Offered, carry_out
from hongxian.shapes.cells import name_of
from hongxian.words.values import Value, Values
from hongxian_client.plugins.offers import entry_for, leader
from hongxian_client.replica.replica import Replica


def entering_of(store: Replica, collection: Collection) -> Entering | None:
    """How rows of a collection are entered, where a plugin has a form for that."""
    offered = entry_for(store, collection)
    return None if offered is None else Entering(store, collection, offered)


@dataclass
class _Other:
    """Another collection whose records refer to what is entered, and which of its fields are asked for."""

    collection: Collection
    reference: str
    fields: dict[str, str] = field(default_factory=dict)
    """By what is asked for."""


class Entering:
    """One entry's form as columns of a sheet."""

    def __init__(self, store: Replica, makes: Collection, offered: Offered[EntryForm]) -> None:
        self._store, self._makes, self._offered = store, makes, offered
        self.asked = offered.columns
        """All that the form asks for."""
        beyond = self.asked.keys() - makes.columns.keys()
        self.columns = {name: each for name, each in self.asked.items() if name in beyond}
        self.scope: str | None = None
        """Whose the records are of which the row names no team."""
        self._others: dict[str, _Other] = {}
        for name in self.columns:
            self._find_other(name)
        self.compared = {
            name: self.columns[name] for other in self._others.values() for name in other.fields
        }
        """Of its columns those that are fields of records which refer to what is entered."""
        self._ids: dict[tuple[str, str], str] = {}
        """The record of another collection that refers to a record, by both."""
        self._scopes: dict[str, set[str]] = defaultdict(set)
        """The teams that have records which refer to a record."""

    def is_meant_by(self, header: Iterable[str | None]) -> bool:
        """Whether rows under such a header are entered as the form does."""
        return self._offered.offer.each_row or not self.columns.keys().isdisjoint(header)

    def _find_other(self, name: str) -> None:
        asked = self._offered.offer.asks[name]
        model = getattr(asked, "model", None)
        of = getattr(getattr(model, "_meta", None), "collection", None)
        collection = self._store.collections.get(of or "")
        if collection is None or asked.name not in collection.columns:
            return
        own = (c.name for c in collection.columns.values() if c.reference == self._makes.name)
        if reference := next(own, None):
            other = self._others.setdefault(collection.name, _Other(collection, reference))
            other.fields[name] = asked.name

    def held(self, ids: Iterable[str]) -> Mapping[str, Values]:
        """What stands beside these records, by their ids."""
        found: dict[str, Values] = defaultdict(dict)
        for name, other in self._others.items():
            quoted = other.collection.quoted(other.reference)
            among, given = other.collection.database.among(quoted, sorted(ids))
            for row in other.collection.rows(f"NOT deleted AND {among} ORDER BY id", list(given)):
                of = row.values[other.reference]
                self._scopes[of].add(row.scope)
                if self.scope in (None, row.scope) and (name, of) not in self._ids:
                    self._ids[name, of] = row.id
                if self._ids.get((name, of)) == row.id:
                    found[of] |= {
                        asked: row.values.get(field) for asked, field in other.fields.items()
                    }
        return found

    def is_said_once(self, name: str) -> bool:
        """Whether it is asked for when one is entered, and stands in no field that could be compared."""
        return name in self.columns and name not in self.compared

    def alike(self, values: Values) -> list[str]:
        """Records of the collection that a new row may be, as its form says; a plugin that breaks here says none."""
        typed = {name: value for name, value in values.items() if name in self._offered.columns}
        try:
            found = self._offered.offer.alike_to(self._store, typed)
            return [each.id for each in found if name_of(each.of) == self._makes.name]
        except Exception as error:
            self._offered.plugin.failed(self._offered.name, error)
            return []

    def enter(self, values: Values) -> list[str]:
        """Enter a new one as the form does, inside the caller's transaction; returns its id.

        Raises `Invalid` and whatever the plugin refuses.
        """
        asked = {name: value for name, value in values.items() if name in self._offered.columns}
        for name, value in self._teams_own().items():
            asked.setdefault(name, value)
        filled = filled_in(self._offered, asked)
        carry_out(self._store, self._offered, None, filled, leader(self._store))
        changes = self._store.open_transaction().changes.get(self._makes.name, ())
        made = [each.id for each in changes if each.whole]
        rest = {name: self._begun(name, each) for name, each in values.items() if name not in asked}
        if made and rest:
            self._store.edit(self._makes.model, {made[0]: rest})
        return made[:1]

    def _begun(self, name: str, value: Value) -> Value:
        """A value of a new record: a state in which it begins, and not a step to it."""
        column = self._makes.columns.get(name)
        return column.part(None, value, 0) if isinstance(column, StateColumn) else value

    def usual(self) -> Values:
        """What is taken for what is asked once, where a row says nothing of it."""
        once = {
            n: each.default_on_wire() for n, each in self.columns.items() if self.is_said_once(n)
        }
        return {**once, **self._teams_own()}

    def _teams_own(self) -> Values:
        """The team that was told for all rows, where the form asks for one."""
        return {
            name: self.scope
            for name, column in self.columns.items()
            if self.is_said_once(name) and self.scope in dict(column.choices)
        }

    def change(self, id: str, values: Values) -> None:
        """Change a record that is here, and what refers to it, inside the caller's transaction."""
        own = {name: value for name, value in values.items() if name not in self.columns}
        if own:
            self._store.edit(self._makes.model, {id: own})
        for name, other in self._others.items():
            new = {f: values[asked] for asked, f in other.fields.items() if asked in values}
            if not new:
                continue
            if (held := self._ids.get((name, id))) is not None:
                self._store.edit(other.collection.model, {held: new})
                continue
            whose: Values = (
                {} if other.collection.scope_kind == COMMUNITY else self._whose(id, values)
            )
            self._store.create(other.collection.model, [{other.reference: id, **whose, **new}])

    def _whose(self, id: str, values: Values) -> Values:
        """The team that the row names, the one that was told for all, or the one that knows the record."""
        teams = self._store.teams()
        named = (values[name] for name in values if self.is_said_once(name))
        whose = next(
            (each for each in named if isinstance(each, str) and each in teams), self.scope
        )
        if whose is None and len(self._scopes[id]) == 1:
            [whose] = self._scopes[id]
        return {} if whose is None else {SCOPE: whose}


def beyond_of(entering: Entering | None) -> Mapping[str, Column]:
    """What may stand in a sheet beside a collection's own fields."""
    return entering.columns if entering else {}
