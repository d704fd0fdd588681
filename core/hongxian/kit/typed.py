"""Rows as typed records, without peewee's way round: a request brings thousands, and each is looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import orjson
import peewee

from hongxian.collections.collection import Collection
from hongxian.collections.store_protocol import PresentStore
from hongxian.kinds.column import Column, Stored
from hongxian.kinds.moments import MomentColumn
from hongxian.model.record import Record
from hongxian.model.row import DELETED, Row
from hongxian.words.values import Value, Values

Load = Callable[[Value], Value]


class Reader:
    """Makes records of one collection out of its rows."""

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        self._model = collection.model
        told = {name: callable(column.default) for name, column in collection.columns.items()}
        self._defaults: Values = {
            name: collection.default_of(name) for name, is_asked in told.items() if not is_asked
        } | {DELETED: False, "written_by": None}
        self._asked = [name for name, is_asked in told.items() if is_asked]
        """Whose default is asked for when it is wanted: it may be another by then."""
        fields = self._model._meta.fields
        self._loads: dict[str, Load] = {
            name: load
            for name, column in collection.columns.items()
            if (load := _load_of(column, fields[name])) is not None
        }

    def of_row(self, row: Row) -> Record:
        """A row as a record."""
        return self.record(row.id, row.stamp, row.values, row.maker)

    def record(self, id: str, stamp: int, values: Mapping[str, Value], maker: str) -> Record:
        """A record that has these values, as they travel; what its maker's release lacked is the default."""
        data = {**self._defaults, **values, "id": id, "stamp": stamp, "maker": maker}
        for name in self._asked:
            if name not in data:
                data[name] = self.collection.default_of(name)
        for name, load in self._loads.items():
            if data[name] is not None:
                data[name] = load(data[name])
        record: Record = object.__new__(self._model)
        record.__data__, record.__rel__, record._dirty = data, {}, set()
        return record


def _load_of(column: Column, field: peewee.Field) -> Load | None:
    """What makes a travelling value the one that the field reads as; None where it is the same."""
    if isinstance(column, MomentColumn):
        return column.python_type.fromisoformat
    if column.stored is Stored.AS_JSON:
        return lambda state: field.python_value(orjson.dumps(state).decode())
    as_peewee = type(field).python_value.__module__ == peewee.__name__
    return None if as_peewee else field.python_value


class ComputedValues:
    """The computed fields of a collection's rows; None where the plugin's own code breaks, which is noted."""

    def __init__(self, store: PresentStore, collection: Collection) -> None:
        self._store, self._collection = store, collection
        self._reader = Reader(collection)

    def of(self, row: Row, name: str) -> Value:
        """One computed value of a row, as it would travel."""
        try:
            value = getattr(self._reader.of_row(row), name)
            return self._collection.computed[name].to_wire(value)
        except Exception as error:
            self._store.plugin_failed(self._collection, name, error)
            return None
