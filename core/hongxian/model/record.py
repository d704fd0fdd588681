"""`Record`, the peewee model that every collection derives from, and the capture of writes.

Whatever the road (create, save, bulk insert, an UPDATE query, delete), a write becomes changes
that the store of the moment takes: the laptop's into its outbox, the hub's into its journal.
Reads are peewee's own; tombstones are left out of `select()`.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import NoReturn, Protocol

import uuid_utils
from peewee import (
    SQL,
    BigIntegerField,
    BooleanField,
    CharField,
    CompositeKey,
    Database,
    Field,
    Metadata,
    Model,
    ModelDelete,
    ModelInsert,
    ModelSelect,
    ModelUpdate,
    Node,
    SelectQuery,
    SqliteDatabase,
    TextField,
)

from hongxian.errors import Refused
from hongxian.model.whole import Load, Whole, loads_of
from hongxian.text import Text
from hongxian.words.values import Value, Values

LONGEST_LAPTOP = 36
"""Characters of a laptop's id."""
LONGEST_NAME = 40
"""Characters of a person's name."""
SHORT = 8
"""Last letters of an id that people are shown; the first ones of a UUIDv7 are only the time."""
_NAMES = uuid.UUID("6f8d1d0e-3c57-5b1c-9d7e-0c1f6a5b2e90")
COMMUNITY = "community"
"""The scope that every laptop of the community holds."""
KEEPER = "keeper"
"""The scope that no laptop holds: each may drop something into it, and the hub's keeper reads it."""


class Taker(Protocol):
    """What records ask of the laptop or hub that takes their writes."""

    database: Database

    def create(self, model: type[Model], rows: Sequence[Mapping[str, Value]]) -> list[str]:
        """Make records; returns their ids."""

    def edit(self, model: type[Model], edits: Mapping[str, Mapping[str, Value]]) -> list[str]:
        """Change fields of records: `{id: {field: value}}`; returns the ids that changed."""

    def delete(self, model: type[Model], ids: Sequence[str]) -> list[str]:
        """Make records tombstones."""

    def transaction(self) -> AbstractContextManager[object]:
        """Write records together."""

    def names_of(self, collection: str, ids: Iterable[str | None]) -> dict[str, str]:
        """What people call these records of a collection, of those that are here and have a name."""

    def scope_for(self, model: type[Model], values: Mapping[str, Value]) -> str:
        """The scope of a new record of these values."""


present: ContextVar[Taker | None] = ContextVar("hongxian_store", default=None)
"""The store that this thread works for; see `store_protocol.py`."""


def new_id() -> str:
    """A fresh record id: a UUIDv7 (RFC 9562) as lower-case text."""
    return str(uuid_utils.uuid7())


def same_id(*parts: str) -> str:
    """An id that is the same on every laptop for the same parts (UUIDv5).

    For records that must be one however many laptops make them: `same_id("points", person)`.
    """
    return str(uuid.uuid5(_NAMES, "\0".join(parts)))


class NoStoreOpen(Refused):
    """A model is read or written while no store is open."""

    message = Text(
        "这里没有打开的电脑或主机。请在 with laptop:（测试里）或 with store: 里面读写，查询也在里面取出来。",
        "No laptop or hub is open here. Read and write models inside `with laptop:` (in a test) or `with store:`, "
        "and run queries inside it too.",
    )


class _Nowhere:
    """In the place of a database where no store is open: whatever is asked of it says what to do."""

    def get_binary_type(self) -> type:
        """What a `BlobField` asks where its class is made."""
        return bytearray

    def __getattr__(self, name: str) -> NoReturn:
        raise NoStoreOpen()


def present_taker() -> Taker:
    """The laptop or hub that this thread works for; raises `NoStoreOpen`."""
    taker: Taker | None = present.get()
    if taker is None:
        raise NoStoreOpen()
    return taker


def table_of(collection: str) -> str:
    """A collection's table: told by the name alone, so that it is found without the plugin too."""
    return collection.replace(".", "_")


class RecordMetadata(Metadata):  # type: ignore[misc]
    """peewee's metadata with a collection's options; its database is that of the present store."""

    def __init__(
        self, model: type[Model], collection: str | None = None, **options: object
    ) -> None:
        self.collection = collection
        if collection and not options.get("table_name"):
            options["table_name"] = table_of(collection)
        # The names of indexes begin with the table's, not with the class's: two plugins' `Loan`.
        options["legacy_table_names"] = False
        super().__init__(model, **options)
        self._additional_keys |= {"model_metadata_class"}
        self._listed: dict[tuple[str, int], str] = {}
        self._whole: dict[int, tuple[list[str], list[tuple[str, Load]]]] = {}

    def listed(self, table: str) -> str:
        """SQL for all columns of the table, which a query calls by this name."""
        key = table, len(self.sorted_fields)
        if key not in self._listed:
            names = (each.column_name for each in self.sorted_fields)
            self._listed[key] = ", ".join(f'"{table}"."{name}"' for name in names)
        return self._listed[key]

    def whole(self) -> tuple[list[str], list[tuple[str, Load]]]:
        """The names of all fields, in that order, and what makes values of what the driver gives."""
        fields = self.sorted_fields
        if len(fields) not in self._whole:
            self._whole[len(fields)] = [each.name for each in fields], loads_of(fields)
        return self._whole[len(fields)]

    @property
    def database(self) -> Database:
        store = present.get()
        return _Nowhere() if store is None else store.database

    @database.setter
    def database(self, value: Database | None) -> None:
        """Never kept: one process may hold several stores."""

    @property
    def without_rowid(self) -> bool:
        is_keyed = self.collection is not None or isinstance(self.primary_key, CompositeKey)
        return is_keyed and isinstance(self.database, SqliteDatabase)

    @without_rowid.setter
    def without_rowid(self, value: bool) -> None:
        """Told by the key alone: one tree is written instead of two. PostgreSQL has no such thing."""


class _CapturedInsert(ModelInsert):  # type: ignore[misc]
    def _execute(self, database: Database) -> str | list[tuple[str]]:
        if self._on_conflict is not None:
            raise Refused(detail="records take no ON CONFLICT; read the record and edit it")
        rows = list(self._rows(database))
        ids = present_taker().create(self.model, rows)
        return ids[0] if isinstance(self._insert, Mapping) else [(each,) for each in ids]

    def _rows(self, database: Database) -> Iterable[Values]:
        insert = self._insert
        if isinstance(insert, Mapping):
            insert = [insert]
        elif isinstance(insert, (SelectQuery, SQL)):
            insert = list(insert.tuples().execute(database))
        names = [_name(column) for column in self._columns or self.get_default_columns()]
        for row in insert:
            if isinstance(row, Mapping):
                yield {_name(key): value for key, value in row.items()}
            else:
                yield dict(zip(names, row, strict=True))


class _CapturedUpdate(ModelUpdate):  # type: ignore[misc]
    def _execute(self, database: Database) -> int:
        if self._from is not None or self._returning:
            raise Refused(detail="an UPDATE of records takes no FROM and no RETURNING")
        model = self.model
        computed = {
            _name(key): value for key, value in self._update.items() if isinstance(value, Node)
        }
        fixed = {
            _name(key): value for key, value in self._update.items() if not isinstance(value, Node)
        }
        with present_taker().transaction():
            query = ModelSelect(model, [model.id, *computed.values()]).where(model.deleted == False)  # noqa: E712
            rows = database.execute(_like(self, query)).fetchall()
            edits = {row[0]: {**fixed, **dict(zip(computed, row[1:], strict=True))} for row in rows}
            present_taker().edit(model, edits)
        return len(edits)


class _CapturedDelete(ModelDelete):  # type: ignore[misc]
    def _execute(self, database: Database) -> int:
        model = self.model
        with present_taker().transaction():
            query = ModelSelect(model, [model.id]).where(model.deleted == False)  # noqa: E712
            ids = [row[0] for row in database.execute(_like(self, query)).fetchall()]
            present_taker().delete(model, ids)
        return len(ids)


def _like(write: ModelUpdate | ModelDelete, query: ModelSelect) -> ModelSelect:
    """The query over the rows that the write names, in its order and number."""
    query = query.where(write._where) if write._where is not None else query
    query = query.order_by(*write._order_by) if write._order_by else query
    return query.limit(write._limit) if write._limit is not None else query


def _name(key: Field | str) -> str:
    return key.name if isinstance(key, Field) else str(key)


Given = Mapping[Field | str, Value] | None
"""Values by field or its name, as peewee takes them."""


class Record(Model):  # type: ignore[misc]
    """The base of a collection: `class Loan(Record)` with `class Meta: collection = "plugin.thing"`.

    Further options of Meta: `scope` ("team", the default, "community", "circle", "keeper" or "any"), `within`
    (in a circle: the reference to what it belongs to), `writers` ("scope", "team", "maker" or
    "hub"), `field_writers` ({field: the same words}), `merges` ({field:
    Merge}), `checks` (a RecordSchema), `title` (the name that people read), `order` (a field), `menu` (False
    where its list stands behind "more").
    """

    id = CharField(max_length=36, primary_key=True, default=new_id)
    scope = CharField(max_length=40)
    stamp = BigIntegerField(default=0)
    stamps = TextField(null=True)
    seq = BigIntegerField(default=0)
    deleted = BooleanField(default=False)
    extra = TextField(null=True)
    hash = BigIntegerField(default=0)
    written_by = CharField(max_length=LONGEST_NAME, null=True)
    maker = CharField(max_length=LONGEST_LAPTOP, default="")

    class Meta:
        model_metadata_class = RecordMetadata
        only_save_dirty = True

    def save(self, force_insert: bool = False, only: Sequence[Field] | None = None) -> int:
        """peewee's own; a new record learns whose it is."""
        if force_insert:
            self.scope = present_taker().scope_for(type(self), self.__data__)
        saved: int = super().save(force_insert=force_insert, only=only)
        return saved

    @classmethod
    def select(cls, *fields: object) -> ModelSelect:
        """Live records; `with_deleted()` shows tombstones too."""
        return cls.with_deleted(*fields).where(cls.deleted == False)  # noqa: E712

    @classmethod
    def with_deleted(cls, *fields: object) -> ModelSelect:
        """Live records and tombstones."""
        return super().select(*fields) if fields else Whole(cls, [cls], is_default=True)

    @classmethod
    def insert(cls, __data: Given = None, **insert: Value) -> ModelInsert:
        return _CapturedInsert(cls, cls._normalize_data(__data, insert))

    @classmethod
    def insert_many(
        cls, rows: Iterable[object], fields: Sequence[Field] | None = None
    ) -> ModelInsert:
        return _CapturedInsert(cls, insert=rows, columns=fields)

    @classmethod
    def insert_from(cls, query: SelectQuery, fields: Sequence[Field | str]) -> ModelInsert:
        return _CapturedInsert(cls, insert=query, columns=fields)

    @classmethod
    def update(cls, __data: Given = None, **update: Value) -> ModelUpdate:
        return _CapturedUpdate(cls, cls._normalize_data(__data, update))

    @classmethod
    def delete(cls) -> ModelDelete:
        return _CapturedDelete(cls)

    @classmethod
    def completed(cls, rows: Sequence[Mapping[str, Value]]) -> Sequence[Mapping[str, Value]]:
        """New records as they are stored, of what a writer gave of each."""
        return rows

    @classmethod
    def undelete(cls, id: str) -> None:
        """Bring a deleted record back."""
        present_taker().edit(cls, {id: {"deleted": False}})


SYSTEM_FIELDS = tuple(Record._meta.sorted_field_names)
"""The fields that the engine keeps on every record; a collection may not use these names."""
