"""What a rule may look at: the rows as they are after its transaction, of its record's scope and the community's.

Rows that are in no table yet lie over the tables in layers: what a request has brought so far at the
hub, and on a laptop what the same commit writes before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, reduce
from operator import and_
from typing import Any, NamedTuple, TypeVar, cast, overload  # Any: a plugin knows its fields

from hongxian.collections.local_time import local_moment
from hongxian.collections.store_protocol import PresentStore
from hongxian.errors import BadPlugin
from hongxian.kit.settings import Settings
from hongxian.kit.typed import Reader
from hongxian.model.record import COMMUNITY, Record, present
from hongxian.model.row import Key, Row
from hongxian.model.stamp import milliseconds_of
from hongxian.words.values import Value

MOST = 10_000
"""Rows that a rule may look at by one question."""
R = TypeVar("R", bound=Record)
S = TypeVar("S", bound=Settings)


class Looked(NamedTuple):
    """What a rule looked at: a record, those that refer to one, or with "" all of a collection."""

    collection: str
    value: str


class Layer:
    """Rows of one collection that lie over its table."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.records: dict[str, Record] = {}
        self._by_value: dict[str, dict[Value, set[str]]] = {}

    def put(self, row: Row) -> None:
        """Lay a row over the table, in the place of what lay there of its record."""
        self.add(self._reader.of_row(row))

    def add(self, record: Record) -> None:
        """The same of what is a record already."""
        before = self.records.get(record.id)
        for name, ids in self._by_value.items():
            if before is not None:
                ids[getattr(before, name)].discard(record.id)
            ids.setdefault(getattr(record, name), set()).add(record.id)
        self.records[record.id] = record

    def shows(self, record: Record) -> bool:
        """Whether one of its records is there already."""
        return True

    def holding(self, equals: Mapping[str, Value]) -> Iterator[Record]:
        """Those that hold these values, and perhaps others."""
        columns = self._reader.collection.columns
        usable = [n for n in equals if n in columns and not columns[n].merge.keeps_both]
        if not usable:
            yield from self.records.values()
            return
        name = usable[0]
        if name not in self._by_value:
            ids = self._by_value[name] = dict[Value, set[str]]()
            for id, record in self.records.items():
                ids.setdefault(getattr(record, name), set()).add(id)
        for id in self._by_value[name].get(equals[name], ()):
            yield self.records[id]


Layers = Mapping[str, Layer]
"""By collection."""


@dataclass(frozen=True)
class Tables:
    """What was read of the tables, good until something is written to them."""

    by_id: dict[Key, Record | None] = field(default_factory=dict)
    by_values: dict[tuple[object, ...], list[Record]] = field(default_factory=dict)
    """By collection, scopes and the values that were asked for."""


@dataclass(frozen=True)
class Lying:
    """What of a transaction, and of those before it, lies over the tables."""

    layers: Sequence[Layers] = ()
    """The first lies on top."""
    before: Mapping[Key, Row | None] = field(default_factory=dict)
    """What it writes, as it was before; None for what it makes."""
    tables: Tables = field(default_factory=Tables)


class Seen:
    """What one rule sees while it is asked about one record."""

    def __init__(
        self,
        store: PresentStore,
        reader: Callable[[str], Reader],
        stamp: int,
        scopes: frozenset[str] | None,
        lying: Lying | None = None,
    ) -> None:
        """`scopes` are those that it may see; None: all."""
        self._store, self._reader, self._stamp = store, reader, stamp
        self._scopes, self._lying = scopes, lying or Lying()
        self._layers = self._lying.layers
        self.looked: set[Looked] = set()
        """What it looked at, so that a mark is judged again when that changes."""

    @cached_property
    def now(self) -> datetime:
        """When it was written, by the community's clock, to the second."""
        return local_moment(milliseconds_of(self._stamp))

    @overload
    def get(self, model: type[R], id: str | None) -> R | None: ...
    @overload
    def get(self, model: str, id: str | None) -> Any: ...
    def get(self, model: type[R] | str, id: str | None) -> R | Any | None:
        """A record by its id; None where it is not there, or in a scope that the rule may not see.

        Another plugin's collection is named: `seen.get("roster.person", id)`; None where that plugin is not here.
        """
        if isinstance(model, str):
            if model not in self._store.collections:
                return None
            model = cast("type[R]", self._store.collection(model).model)
        if id is None:
            return None
        name = model._meta.collection
        self.looked.add(Looked(name, id))
        for layer in self._layers:
            record = layer[name].records.get(id) if name in layer else None
            if record is not None and layer[name].shows(record):
                return self._if_visible(record)
        known = self._lying.tables.by_id
        if (name, id) not in known:
            row = self._reader(name).collection.rows_by_id([id]).get(id)
            known[name, id] = self._reader(name).of_row(row) if row else None
        held: R | None = known[name, id]
        return self._if_visible(held) if held is not None else None

    def before(self, model: type[R], id: str) -> R | None:
        """The same as it was before the transaction."""
        key = (model._meta.collection, id)
        if key not in self._lying.before:
            return self.get(model, id)
        self.looked.add(Looked(*key))
        row = self._lying.before[key]
        return self._if_visible(self._reader(key[0]).of_row(row)) if row else None

    def all(self, model: type[R], **equals: Value) -> list[R]:
        """The records whose fields have these values, those made first before the others."""
        name = model._meta.collection
        reader = self._reader(name)
        self.looked.add(self._looked_by(reader, equals))
        found = {each.id: each for each in self._in_table(reader, equals)}
        for layer in reversed(self._layers):
            if name not in layer:
                continue
            over = layer[name]
            for id in [each for each in found if each in over.records]:
                if over.shows(over.records[id]):
                    del found[id]
            for record in over.holding(equals):
                if over.shows(record) and _has(record, equals):
                    found[record.id] = record
        if len(found) > MOST:
            raise BadPlugin(detail=f"a rule looks at more than {MOST} records of {name} at once")
        return [found[id] for id in sorted(found) if self._if_visible(found[id]) is not None]

    def settings(self, kind: type[S]) -> S:
        """A plugin's settings as they were when it was written."""
        name = kind._meta.collection
        self.looked.add(Looked(name, ""))
        versions = {row.id: row for row in self._rows(self._reader(name), {})}
        for layer in self._layers:
            for record in layer[name].records.values() if name in layer else ():
                if layer[name].shows(record):  # a version is written once, as it is
                    versions.setdefault(record.id, Row(record.id, record.stamp, record.__data__))
        return kind.folded(versions.values(), self._stamp)

    def _in_table(self, reader: Reader, equals: Mapping[str, Value]) -> list[Record]:
        asked = (reader.collection.name, self._scopes, *equals.items())
        known = self._lying.tables.by_values
        if asked not in known:
            known[asked] = [reader.of_row(row) for row in self._rows(reader, equals)]
        return known[asked]

    def _rows(self, reader: Reader, equals: Mapping[str, Value]) -> list[Row]:
        fields = reader.collection.model._meta.fields
        conditions, parameters = ["NOT deleted"], []
        if equals:
            with (
                _within(self._store),  # peewee makes a table's name when first asked, of a database
                (made := self._store.database.get_sql_context()).scope_values(),
            ):
                made.sql(reduce(and_, (fields[n] == value for n, value in equals.items())))
            sql, told = made.query()
            conditions.append(sql)
            parameters += told
        if self._scopes is not None:
            marks = ", ".join([self._store.database.param] * len(self._scopes))
            conditions.append(f"scope IN ({marks})")
            parameters += sorted(self._scopes)
        return reader.collection.rows(f"{' AND '.join(conditions)} LIMIT {MOST + 1}", parameters)

    def _looked_by(self, reader: Reader, equals: Mapping[str, Value]) -> Looked:
        """By a record that is referred to, if there is one: a value of another kind may be a person's."""
        for name, value in equals.items():
            column = reader.collection.columns.get(name)
            if name == "id" or (column is not None and column.reference and value is not None):
                return Looked(reader.collection.name, str(value))
        return Looked(reader.collection.name, "")

    def _if_visible(self, record: R) -> R | None:
        in_scope = self._scopes is None or record.scope in self._scopes
        return record if in_scope and not record.deleted else None


def scopes_of(record: Record) -> frozenset[str]:
    """What a rule sees that is judged alike everywhere: whoever has the record has these."""
    return frozenset({record.scope, COMMUNITY})


def _has(record: Record, equals: Mapping[str, Value]) -> bool:
    return all(getattr(record, name) == value for name, value in equals.items())


class _Closed:
    """In the place of the store while a rule is asked, so that it cannot read round what it is shown."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("a rule reads by seen.get and seen.all alone")


@contextmanager
def _within(store: Any) -> Iterator[None]:
    """Let models ask this store inside."""
    token = present.set(store)
    try:
        yield
    finally:
        present.reset(token)


def nothing_else_read() -> AbstractContextManager[None]:
    """Let models read nothing inside."""
    return _within(_Closed())
