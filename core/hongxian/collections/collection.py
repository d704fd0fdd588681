"""A collection: a model's columns, checks, merges and rights, and its table in one database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import orjson

from hongxian.checks import Checker
from hongxian.collections.collection_rules import (
    refuse,
    what_cannot_be,
    what_is_odd_of_fields,
    what_is_odd_of_groups,
)
from hongxian.collections.naming import called_by, naming_of, telling_of
from hongxian.errors import BadCollection
from hongxian.kinds.column import Column
from hongxian.kinds.merged.quota import QuotaColumn
from hongxian.kinds.registry import BY_SHAPE, column_of
from hongxian.kinds.state import StateColumn
from hongxian.merges.merge import LATEST, Merge, Tally
from hongxian.model.claim import Claim, claim_of
from hongxian.model.computed import computed_in
from hongxian.model.keep import keeps_of
from hongxian.model.lasting import Lasting
from hongxian.model.record import SYSTEM_FIELDS, Record
from hongxian.model.row import (
    DELETED,
    MAKER,
    SCOPE,
    UNWRITTEN,
    WRITTEN_BY,
    Row,
    dump_stamps,
    rows_of_columns,
    with_unwritten,
)
from hongxian.model.row_hash import hashes_of
from hongxian.storage.database import AnyDatabase, constant_of, insert_columns
from hongxian.text import Text
from hongxian.words.values import Value, Values

_ENGINES = {"seq": "0", "deleted": "FALSE", MAKER: "''"}
"""What stands in the engine's columns, as SQL, where it is not told; NULL in the others."""
_STORED_FIRST = ("id", "scope", "stamp", "stamps", "seq", "deleted", "extra", WRITTEN_BY, MAKER)
_DELETED = _STORED_FIRST.index(DELETED)
KEY_COLUMN = "hongxian_claim_"
"""With which the names of columns begin that hold the keys of claims; no field has such a name."""


class Collection:
    """What the engine knows of one model."""

    def __init__(self, model: type[Record], database: AnyDatabase) -> None:
        meta = model._meta
        self.model, self.database = model, database
        self.name: str = meta.collection or ""
        self.scope_kind: str = getattr(meta, "scope", "team")
        self.within: str = getattr(meta, "within", "")
        """The reference to the record in whose circle its records lie; "" where each may begin one."""
        self.keeps = keeps_of(meta)
        """How long its records are kept, under "", and single fields of them by name."""
        self.writers: str = getattr(meta, "writers", "scope")
        self.confidential: bool = getattr(meta, "confidential", False)
        """Whether the hub's keeper is told of it in numbers only."""
        self.in_menu: bool = getattr(meta, "menu", True)
        """Whether its list stands in the menu at once, as what is used daily; else behind "more"."""
        self.field_writers: dict[str, str] = getattr(meta, "field_writers", {})
        self.doc = (model.__doc__ or "").strip().split("\n")[0]
        self.title = Text.of(getattr(meta, "title", "") or self.doc or self.name)
        self.lasting: Lasting | None = getattr(meta, "lasting", None)
        """How its records last, where they do; None where they may be deleted."""
        own_merges: dict[str, Merge] = getattr(meta, "merges", {})
        merges = {**own_merges, **(self.lasting.merges if self.lasting else {})}
        troubles = list(what_cannot_be(self.name, model))
        self.columns: dict[str, Column] = {}
        for field in meta.sorted_fields:
            if field.name not in SYSTEM_FIELDS:
                try:
                    made = column_of(model, field, merges.get(field.name))
                except BadCollection as error:
                    troubles.append(Text.of(error.facts["detail"]))
                else:
                    made.hidden = made.hidden or field.name in getattr(meta, "hidden", ())
                    made.read_only = made.read_only or field.name in getattr(meta, "read_only", ())
                    made.secret = field.name in getattr(meta, "secret", ())
                    self.columns[field.name] = made
        self.computed = {n: column_of(model, f, None) for n, f in computed_in(model).items()}
        """What is shown like a field and stored nowhere."""
        self.shown = {n: each for n, each in self.columns.items() if not each.hidden}
        """The fields that people see."""
        self.hidden = frozenset(self.columns.keys() - self.shown.keys())
        self.groups: dict[str, tuple[str, ...]] = getattr(meta, "groups", {})
        """Fields that are one thing to people, by its name: who writes one writes all of them."""
        self._quotas = {
            n: each for n, each in self.columns.items() if isinstance(each, QuotaColumn)
        }
        self.quotas = frozenset(self._quotas)
        """The names of its quota fields."""
        self.tallies = frozenset(n for n, c in self.columns.items() if isinstance(c.merge, Tally))
        """The names of its counters."""
        self.states = [each for each in self.columns.values() if isinstance(each, StateColumn)]
        """Where its records stand in their workflows."""
        self.claims: tuple[Claim, ...] = tuple(map(claim_of, getattr(meta, "claims", ())))
        self.naming = naming_of(self.columns)
        """The field by which people refer to its records, if it has one."""
        self.telling = telling_of(self.shown, getattr(meta, "known_by", ()), self.claims)
        """The field that tells one of its records from all others of its name, if it has one."""
        self.order: str = getattr(meta, "order", "")
        """The field by which its lists are in order, with "-" before it for the last first; "" for age."""
        if len(self.columns) == len(meta.sorted_fields) - len(SYSTEM_FIELDS):
            troubles += what_is_odd_of_groups(self.columns, self.groups, self.writers_of)
            troubles += what_is_odd_of_fields(self.columns, self.claims, self.order)
        refuse(model, troubles)
        self.checker = Checker(self.columns, getattr(meta, "checks", None))
        self.table: str = meta.table_name
        self.own_indexes = [each._name for each in meta.fields_to_index()]
        """The names of the indexes that its model asks for."""
        self._names = {field.name: field.column_name for field in meta.sorted_fields}
        self.keys = {self.key_column(claim): claim for claim in self.claims}
        """Its claims by the columns of their keys, which no field has."""
        self._stored = (*_STORED_FIRST, *self.columns)
        self._known = self.columns.keys() | {SCOPE, DELETED, WRITTEN_BY}
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

    def index(self, what: str) -> str:
        """The name of an index that the engine makes of its own."""
        return f"{self.table}_{what}"

    @property
    def relations(self) -> list[str]:
        """Its names in the database: the table's, then the indexes'."""
        ours = ["seq", "pkey", *(f"claim_{place}" for place in range(len(self.claims)))]
        ours += [f"state_{each.name}" for each in self.states]
        return list(dict.fromkeys([self.table, *map(self.index, ours), *self.own_indexes]))

    def key_column(self, claim: Claim) -> str:
        """The column of the keys that records hold by a claim; NULL where one holds none."""
        return f"{KEY_COLUMN}{self.claims.index(claim)}"

    @property
    def claim_rules(self) -> list[str]:
        """By what the keys of its claims are made."""
        return [claim.rule for claim in self.claims]

    def quoted(self, name: str) -> str:
        """A field's column as SQL names it."""
        return f'"{self._names[name]}"'

    def rule_of(self, name: str) -> Merge:
        """The merge of a field; `Latest` for the engine's, by its values' shape for one unknown here."""
        if column := self.columns.get(name):
            return column.merge
        return LATEST if name in SYSTEM_FIELDS else BY_SHAPE

    def quota(self, name: str) -> QuotaColumn:
        """The column of one of its quotas."""
        return self._quotas[name]

    def with_their_groups(self, names: Iterable[str]) -> set[str]:
        """Fields, and those that are of one group with any of them."""
        own = set(names)
        return own.union(*(each for each in self.groups.values() if not own.isdisjoint(each)))

    def column(self, name: str) -> Column | None:
        """The column of a field, also of a computed one; None for what is neither."""
        return self.columns.get(name) or self.computed.get(name)

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
        wanted = list(ids)
        if not wanted:
            return {}
        condition, parameters = self.database.among("id", wanted)
        return {row.id: row for row in self.rows(condition, parameters)}

    def names_of(self, ids: Iterable[str | None]) -> dict[str, str]:
        """What people call these records, of those that have a name."""
        rows = self.rows_by_id(filter(None, set(ids))) if self.naming else {}
        return {id: name for id, row in rows.items() if (name := self.called(row.values))}

    def called(self, values: Values) -> str:
        """What people call a record of these values; "" where it has no name."""
        return called_by(self.columns, self.naming, self.telling, values)

    def ids_called(self, part: str) -> list[str]:
        """The ids of the records, deleted ones too, whose names hold this; ASCII's case does not count."""
        if self.naming is None:
            return []
        name = self.model._meta.fields[self.naming].cast("TEXT")  # it may be a number
        found = self.model.with_deleted(self.model.id).where(name.contains(part))
        return [id for (id,) in found.tuples()]

    def outliving(self, values: Values) -> Values:
        """Those of a record's values that stay when it is deleted: numbers that devices go on from."""
        return {
            name: value
            for name, value in values.items()
            if self.rule_of(name).of(value, value).outlives_deletion
        }

    def emptied(self, row: Row) -> Row:
        """A row as the tombstone that is left of it."""
        nothing: Values = {n: {} if c.merge.keeps_both else None for n, c in self.columns.items()}
        return replace(
            row, values={**nothing, **self.outliving(row.values), SCOPE: row.scope, DELETED: True}
        )

    def columns_where(self, condition: str, parameters: Sequence[Value] = ()) -> list[list[Value]]:
        """The same rows as travelling columns in the order of `stored_names`; [] for none."""
        return [list(column) for column in self.unread_where(condition, parameters)]

    def unread_where(
        self, condition: str, parameters: Sequence[Value] = ()
    ) -> list[Sequence[Value]]:
        """The same; a column that goes out as it is stored becomes values only when somebody looks into it."""
        return self._read(self._listed, condition, parameters)

    def _read(
        self, listed: str, condition: str, parameters: Sequence[Value]
    ) -> list[Sequence[Value]]:
        source = f'"{self.table}" WHERE {condition}'
        columns = list[Sequence[Value]](self.database.unread(listed, source, parameters))
        if not columns[0]:
            return []
        for place, load in self._loads.items():
            columns[place] = load(columns[place])
        gone = [bool(each) for each in columns[_DELETED]]  # SQLite has 0 and 1
        columns[_DELETED] = gone
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
            for column in (*self._names.values(), *self.keys)
            if column != self._names["id"]
        )
        return self._write(names, columns, f"ON CONFLICT (id) DO UPDATE SET {changes}")

    def put_rows(self, rows: Sequence[Row]) -> None:
        """Insert rows or replace those that are there; each learns the hash that it is kept with."""
        if rows:
            hashes = self.upsert_columns(self._stored, self.columns_of_rows(rows))
            for row, hash in zip(rows, hashes, strict=True):
                row.hash = hash

    def hash_sums(
        self, condition: str = "TRUE", parameters: Sequence[Value] = ()
    ) -> dict[str, tuple[int, int]]:
        """How many live rows there are by scope, and the sum of their hashes, of those that it names.

        By halves, because SQLite's sums end at 64 bits.
        """
        sql = (
            "SELECT scope, count(*), sum(hash & 4294967295), sum(hash >> 32) "
            f'FROM "{self.table}" WHERE NOT deleted AND {condition} GROUP BY scope'
        )
        found = self.database.execute_sql(sql, parameters).fetchall()
        return {scope: (n, int(low) + (int(high) << 32)) for scope, n, low, high in found}

    def hash_sums_of(self, ids: Sequence[str]) -> dict[str, tuple[int, int]]:
        """The same of live rows by their ids.

        What was made one behind the other has no id between its ends but its own, mostly, and to sum up
        a stretch takes a third of what looking each up does. Of SQLite alone: it orders texts as Python does.
        """
        found = self.hash_sums("id BETWEEN ? AND ?", (min(ids), max(ids)))
        if sum(count for count, _ in found.values()) == len(ids):
            return found
        return self.hash_sums(*self.database.among("id", ids))

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
            given["stamps"] = with_unwritten(
                given.get("stamps") or [None] * len(columns[0]), missing
            )
        given.update((name, [self.default_of(name)] * len(columns[0])) for name in missing)
        hashes = hashes_of(list(given), list(given.values()))
        keys = {
            column: claim.keys_of_columns(list(given), list(given.values()))
            for column, claim in self.keys.items()
        }
        given |= {"hash": hashes, **keys}
        marks, bound = [], []
        for place, name in enumerate((*self._stored, "hash", *self.keys)):
            column = given.get(name)
            if column is not None and place in self._blanks and None in column:
                column = [self._blanks[place] if value is None else value for value in column]
            constant = _ENGINES.get(name) if column is None else constant_of(column)
            if column is None or constant is not None:
                marks.append(constant or "NULL")
                continue
            dump = self._dumps.get(place)
            values = dump(column) if dump else column
            mark = self.database.param
            if name in self._nullable or name in self.keys:
                mark, values = self.database.bind_with_nulls(values)
            marks.append(mark)
            bound.append(values)
        into = f'"{self.table}" ({", ".join([self._listed, "hash", *self.keys])})'
        insert_columns(self.database, into, ", ".join(marks), bound, otherwise)
        return hashes

    def default_of(self, name: str) -> Value:
        """A field's default as it travels; the empty state for a tally or set."""
        return self.columns[name].default_on_wire()

    def _dump_extra(self, row: Row) -> str | None:
        unknown = () if row.values.keys() <= self._known else row.values.keys() - self._known
        written = sorted(name for name in unknown if row.stamps.get(name) != UNWRITTEN)
        extra = {name: row.values[name] for name in written}
        return orjson.dumps(extra).decode() if extra else None
