"""A collection: a model's columns, checks, merges and rights, and its table in one database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

import orjson

from hongxian.claim import Claim, claim_of
from hongxian.errors import BadCollection
from hongxian.kinds.column import Column
from hongxian.kinds.quota import QuotaColumn
from hongxian.kinds.registry import BY_SHAPE, column_of
from hongxian.kinds.schema import Checker
from hongxian.merge import LATEST, Merge
from hongxian.record import COMMUNITY, SYSTEM_FIELDS, Record, table_of
from hongxian.row import (
    DELETED,
    MAKER,
    SCOPE,
    UNWRITTEN,
    WRITTEN_BY,
    Row,
    dump_stamps,
    load_stamps,
    rows_of_columns,
)
from hongxian.row_hash import hashes_of
from hongxian.storage.database import AnyDatabase, insert_columns
from hongxian.text import Text
from hongxian.values import Value, Values

WRITERS = ("scope", "team", "maker", "hub")
"""Who may write: any device of the scope, one of the maker's teams, the maker, the hub alone."""
LONGEST_NAME = 50
"""Bytes: PostgreSQL cuts the name of a table or an index of more than 63 in silence."""
_NAMING = ("name", "title")
_ENGINES = {"seq": "0", "deleted": "FALSE", MAKER: "''"}
"""What stands in the engine's columns, as SQL, where it is not told; NULL in the others."""
_STORED_FIRST = ("id", "scope", "stamp", "stamps", "seq", "deleted", "extra", WRITTEN_BY, MAKER)

_NO_NAME = Text(
    '请写 class Meta: collection = "plugin.thing"，用小写',
    'write class Meta: collection = "plugin.thing", in lower case',
)
_OUR_FIELDS = Text(
    "{names} 是 Record 自己的名字；请另取", "the names {names} belong to Record; choose others"
)
_ODD_MERGES = Text("merges 里的 {names} 不是字段", "merges names {names}, which are no fields")
_OWN_TABLE = Text(
    "它的表叫 {table}；请不要写 table_name", "its table is {table}; leave table_name out"
)
_TOO_LONG = Text(
    "数据表的名字超过 {longest} 字节；请缩短",
    "its collection's name is longer than {longest} bytes; shorten it",
)
_SAME_COLUMN = Text(
    "两个字段的名字只差大小写；SQLite 里是同一列",
    "the names of two fields differ in capital letters alone; SQLite has one column",
)
_ODD_SCOPE = Text('scope 只能是 "team" 或 "community"', 'scope is "team" or "community"')
_ODD_WRITERS = Text("writers 只能是 {writers}", "writers are {writers}")
_ODD_CLAIM = Text(
    "占用写了 {odd}；请写各只有一个值的字段",
    "a claim names {odd}; name fields that hold one value each",
)
_ODD_ORDER = Text(
    "order 写了 {order!r}；请写只有一个值的字段",
    "order is {order!r}; name a field that holds one value",
)

_WORD = re.compile("[0-9a-z-]{0,36}")


class Collection:
    """What the engine knows of one model."""

    def __init__(self, model: type[Record], database: AnyDatabase) -> None:
        meta = model._meta
        self.model = model
        self.database = database
        self.name: str = meta.collection or ""
        self.scope_kind: str = getattr(meta, "scope", "team")
        self.writers: str = getattr(meta, "writers", "scope")
        self.confidential: bool = getattr(meta, "confidential", False)
        """Whether the hub's keeper is told of it in numbers only."""
        self.field_writers: dict[str, str] = getattr(meta, "field_writers", {})
        self.doc = (model.__doc__ or "").strip().split("\n")[0]
        self.title = Text.of(getattr(meta, "title", "") or self.doc or self.name)
        merges: dict[str, Merge] = getattr(meta, "merges", {})
        self._refuse_what_cannot_be(merges)
        self.columns: dict[str, Column] = {
            field.name: column_of(model, field, merges.get(field.name))
            for field in meta.sorted_fields
            if field.name not in SYSTEM_FIELDS
        }
        self._quotas = {
            n: each for n, each in self.columns.items() if isinstance(each, QuotaColumn)
        }
        self.quotas = frozenset(self._quotas)
        """The names of its quota fields."""
        self.claims: tuple[Claim, ...] = tuple(map(claim_of, getattr(meta, "claims", ())))
        self.order: str = getattr(meta, "order", "")
        """The field by which its lists are in order, with "-" before it for the last first; "" for age."""
        self._refuse_odd_claims()
        self._refuse_odd_order()
        self.checker = Checker(self.columns, getattr(meta, "checks", None))
        self.table: str = meta.table_name
        self._names = {field.name: field.column_name for field in meta.sorted_fields}
        self._stored = (*_STORED_FIRST, *self.columns)
        self._nullable = {name for name in self._stored if meta.fields[name].null}
        self._blanks = {
            place: column.blank
            for place, (name, column) in enumerate(self.columns.items(), len(_STORED_FIRST))
            if name not in self._nullable and not column.merge.keeps_both
        }
        """What stands for None where the table takes none, by place: tombstones alone have it."""
        self._listed = ", ".join(f'"{self._names[name]}"' for name in self._stored)
        self._loads = {
            place: load
            for place, column in enumerate(self.columns.values(), len(_STORED_FIRST))
            if (load := column.from_database(database.postgres))
        }
        self._dumps = {
            place: dump
            for place, column in enumerate(self.columns.values(), len(_STORED_FIRST))
            if (dump := column.to_database(database.postgres))
        }

    def _refuse_what_cannot_be(self, merges: dict[str, Merge]) -> None:
        model, meta = self.model, self.model._meta
        plugin, _, thing = self.name.partition(".")
        problem = None
        if not (plugin.isidentifier() and thing.isidentifier() and self.name == self.name.lower()):
            problem = _NO_NAME
        elif any(meta.fields[n]._order != Record._meta.fields[n]._order for n in SYSTEM_FIELDS):
            problem = _OUR_FIELDS.format(names=list(SYSTEM_FIELDS))
        elif unknown := set(merges) - set(meta.fields):
            problem = _ODD_MERGES.format(names=sorted(unknown))
        elif meta.table_name != table_of(self.name):
            problem = _OWN_TABLE.format(table=table_of(self.name))
        elif len(self.name.encode()) > LONGEST_NAME:
            problem = _TOO_LONG.format(longest=LONGEST_NAME)
        elif len({each.lower() for each in meta.columns}) < len(meta.sorted_fields):
            problem = _SAME_COLUMN
        elif self.scope_kind not in ("team", COMMUNITY, "any"):
            problem = _ODD_SCOPE
        elif {self.writers, *self.field_writers.values()} - set(WRITERS):
            problem = _ODD_WRITERS.format(writers=list(WRITERS))
        if problem:
            raise BadCollection(model=model.__name__, detail=problem)

    def _refuse_odd_claims(self) -> None:
        for claim in self.claims:
            named = (*claim.fields, *claim.only)
            odd = [n for n in named if n not in self.columns or self.rule_of(n).keeps_both]
            if odd or not claim.fields:
                detail = _ODD_CLAIM.format(odd=odd or Text("无字段", "nothing"))
                raise BadCollection(model=self.model.__name__, detail=detail)

    def _refuse_odd_order(self) -> None:
        column = self.columns.get(self.order.removeprefix("-"))
        if self.order and (column is None or column.merge.keeps_both):
            detail = _ODD_ORDER.format(order=self.order)
            raise BadCollection(model=self.model.__name__, detail=detail)

    def index(self, what: str) -> str:
        """The name of an index that the engine makes of its own."""
        return f"{self.table}_{what}"

    @property
    def relations(self) -> list[str]:
        """Its names in the database: the table's, then the indexes'."""
        ours = ("seq", "pkey", *(f"claim_{place}" for place in range(len(self.claims))))
        theirs = [each._name for each in self.model._meta.fields_to_index()]
        return list(dict.fromkeys([self.table, *map(self.index, ours), *theirs]))

    def quoted(self, name: str) -> str:
        """A field's column as SQL names it."""
        return f'"{self._names[name]}"'

    def rule_of(self, name: str) -> Merge:
        """The merge of a field; `Latest` for the engine's, by its values' shape for one unknown here."""
        column = self.columns.get(name)
        if column is not None:
            return column.merge
        return LATEST if name in SYSTEM_FIELDS else BY_SHAPE

    def quota(self, name: str) -> QuotaColumn:
        """The column of one of its quotas."""
        return self._quotas[name]

    @property
    def naming(self) -> str | None:
        """The field by which people refer to its records, if it has one."""
        return next((name for name in _NAMING if name in self.columns), None)

    @property
    def has_states(self) -> bool:
        """Whether it has tallies or sets."""
        return any(column.merge.keeps_both for column in self.columns.values())

    def writers_of(self, name: str) -> str:
        """Who may write a field."""
        return self.field_writers.get(name, self.writers)

    # -- rows in the table -------------------------------------------------------------------

    def rows(self, condition: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """The rows that an SQL condition names; it may end in ORDER BY and LIMIT."""
        found = self._read(f'{self._listed}, "hash"', condition, parameters)
        return rows_of_columns([*self._stored, "hash"], found) if found else []

    def rows_by_id(self, ids: Iterable[str]) -> dict[str, Row]:
        """The rows with these ids, those that exist."""
        condition, parameters = self.database.among("id", list(ids))
        return {row.id: row for row in self.rows(condition, parameters)}

    def names_of(self, ids: Iterable[str | None]) -> dict[str, str]:
        """What people call these records, of those that have a name."""
        if self.naming is None:
            return {}
        rows = self.rows_by_id(each for each in set(ids) if each)
        named = ((id, row.values.get(self.naming)) for id, row in rows.items())
        return {id: str(name) for id, name in named if name}

    def ids_called(self, part: str) -> list[str]:
        """The ids of the records, deleted ones too, whose names hold this; ASCII's case does not count."""
        if self.naming is None:
            return []
        name = self.model._meta.fields[self.naming].cast("TEXT")  # it may be a number
        found = self.model.with_deleted(self.model.id).where(name.contains(part))
        return [id for (id,) in found.tuples()]

    def emptied(self, row: Row) -> Row:
        """A row as the tombstone that is left of it: numbers that devices go on from, no values."""
        rules = {name: self.rule_of(name).of(each, each) for name, each in row.values.items()}
        kept = {name: row.values[name] for name, rule in rules.items() if rule.outlives_deletion}
        nothing: Values = {
            name: {} if each.merge.keeps_both else None for name, each in self.columns.items()
        }
        return replace(row, values={**nothing, **kept, SCOPE: row.scope, DELETED: True})

    def columns_where(self, condition: str, parameters: Sequence[Value] = ()) -> list[list[Value]]:
        """The same rows as travelling columns in the order of `stored_names`; [] for none."""
        return self._read(self._listed, condition, parameters)

    def _read(self, listed: str, condition: str, parameters: Sequence[Value]) -> list[list[Value]]:
        source = f'"{self.table}" WHERE {condition}'
        columns: list[Value] = self.database.columns(listed, source, parameters)
        if not columns[0]:
            return []
        for place, load in self._loads.items():
            columns[place] = load(columns[place])
        gone = columns[_STORED_FIRST.index(DELETED)]
        for place, blank in self._blanks.items() if any(gone) else ():
            columns[place] = [
                None if dead and value == blank else value
                for dead, value in zip(gone, columns[place], strict=True)
            ]
        return columns

    @property
    def stored_names(self) -> tuple[str, ...]:
        """The names of a stored row's parts: the engine's first, then the collection's."""
        return self._stored

    def insert_columns(
        self, names: Sequence[str], columns: Sequence[Sequence[Value]]
    ) -> Sequence[int]:
        """Insert rows given as travelling columns; returns the hash that each is kept with.

        Fields not named get their default, as one that nobody has written.
        """
        return self._write(names, columns, "")

    def upsert_columns(
        self, names: Sequence[str], columns: Sequence[Sequence[Value]]
    ) -> Sequence[int]:
        """Insert rows or replace those that are there; returns their hashes."""
        changes = ", ".join(
            f'"{column}" = excluded."{column}"'
            for name, column in self._names.items()
            if name != "id"
        )
        return self._write(names, columns, f"ON CONFLICT (id) DO UPDATE SET {changes}")

    def put_rows(self, rows: Sequence[Row]) -> None:
        """Insert rows or replace those that are there; each learns the hash that it is kept with."""
        if rows:
            hashes = self.upsert_columns(self._stored, self.columns_of_rows(rows))
            for row, hash in zip(rows, hashes, strict=True):
                row.hash = hash

    def hashes_by_id(self, ids: Iterable[str]) -> list[tuple[str, str, int]]:
        """The id, scope and hash of each of these rows."""
        condition, parameters = self.database.among("id", list(ids))
        sql = f'SELECT id, scope, hash FROM "{self.table}" WHERE {condition}'
        return list(self.database.execute_sql(sql, parameters).fetchall())

    def delete_rows(self, ids: Sequence[str]) -> None:
        """Remove rows altogether, tombstone and all."""
        condition, parameters = self.database.among("id", ids)
        self.database.execute_sql(f'DELETE FROM "{self.table}" WHERE {condition}', parameters)

    def columns_of_rows(self, rows: Sequence[Row]) -> list[list[Value]]:
        """Rows as travelling columns in the order of `stored_names`."""
        self._fill_in(rows)
        columns: list[list[Value]] = [
            [row.id for row in rows],
            [row.values[SCOPE] for row in rows],
            [row.stamp for row in rows],
            [dump_stamps(row.stamps) for row in rows],
            [row.seq for row in rows],
            [bool(row.values.get(DELETED)) for row in rows],
            [self._dump_extra(row) for row in rows],
            [row.values.get(WRITTEN_BY) for row in rows],
            [row.maker for row in rows],
        ]
        columns += [[row.values.get(name) for row in rows] for name in self.columns]
        return columns

    def _fill_in(self, rows: Iterable[Row]) -> None:
        """Give rows what nobody has written of them: their fields' defaults."""
        for row in rows:
            for name in self.columns.keys() - row.values.keys():
                row.values[name] = self.default_of(name)
                row.stamps.setdefault(name, UNWRITTEN)

    def _write(
        self, names: Sequence[str], columns: Sequence[Sequence[Value]], otherwise: str
    ) -> Sequence[int]:
        """One INSERT for all rows; columns that are empty or one constant are written in the SQL."""
        given = dict(zip(names, columns, strict=True))
        missing = [name for name in self.columns if name not in given]
        if missing:
            _mark_unwritten(given, missing)
        given.update((name, [self.default_of(name)] * len(columns[0])) for name in missing)
        hashes = given["hash"] = hashes_of(list(given), list(given.values()))
        marks, bound = [], []
        for place, name in enumerate((*self._stored, "hash")):
            column = given.get(name)
            if column is not None and place in self._blanks and None in column:
                column = [self._blanks[place] if value is None else value for value in column]
            constant = _ENGINES.get(name) if column is None else _constant(column)
            if column is None or constant is not None:
                marks.append(constant or "NULL")
                continue
            dump = self._dumps.get(place)
            values = dump(column) if dump else column
            mark = self.database.param
            if name in self._nullable:
                mark, values = self.database.bind_with_nulls(values)
            marks.append(mark)
            bound.append(values)
        into = f'"{self.table}" ({self._listed}, "hash")'
        insert_columns(self.database, into, ", ".join(marks), bound, otherwise)
        return hashes

    def default_of(self, name: str) -> Value:
        """A field's default as it travels; the empty state for a tally or set."""
        return self.columns[name].default_on_wire()

    def _dump_extra(self, row: Row) -> str | None:
        extra = {
            name: value
            for name, value in row.values.items()
            if name not in self.columns
            and name not in (SCOPE, DELETED, WRITTEN_BY)
            and row.stamps.get(name) != UNWRITTEN
        }
        return orjson.dumps(extra).decode() if extra else None


def _mark_unwritten(given: dict[str, Sequence[Value]], names: Sequence[str]) -> None:
    """Put down of columns of rows that nobody has written these fields."""
    texts = given.get("stamps") or [None] * len(given["id"])
    unwritten = dict.fromkeys(names, UNWRITTEN)
    told = {text: dump_stamps({**unwritten, **load_stamps(text)}) for text in set(texts)}
    given["stamps"] = [told[text] for text in texts]


def _constant(column: Sequence[Value]) -> str | None:
    """The SQL text of a column that is NULL, FALSE or one short word in every row."""
    first = column[0]
    if isinstance(first, str):
        is_one = (
            column[-1] == first and _WORD.fullmatch(first) and column.count(first) == len(column)
        )
        return f"'{first}'" if is_one else None
    for value, text in ((None, "NULL"), (False, "FALSE")):
        if column[0] is value and column.count(value) == len(column) and column[-1] is value:
            return text
    return None
