"""Bringing a database's tables to what the plugins' models say today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path

import orjson
from peewee import Model
from playhouse.migrate import SchemaMigrator
from playhouse.migrations import Runner

from hongxian.collections.collection import KEY_COLUMN, Collection
from hongxian.collections.read_once import make_table
from hongxian.errors import BadCollection, FileRefused, HongxianError
from hongxian.kinds.column import Stored
from hongxian.model.row import UNWRITTEN, Row
from hongxian.model.row_hash import is_sound
from hongxian.storage.database import AnyDatabase, write_all
from hongxian.storage.state import State, StoreState
from hongxian.text import Text
from hongxian.words.values import Value

FORMAT = 2
"""Of the engine's own tables, counted up when one of them, a column or a setting gets another name."""
AT_ONCE = 5_000
"""Rows whose keys are made at a time."""
OLDEST = 2
"""The format of release 0.2, the first whose databases every later one opens."""


class DatabaseTooNew(HongxianError):
    """Written by a later release; opening it could lose what this release does not know."""

    message = Text(
        "{path} 由更新的版本写成（格式 {found}，本版只认识 {known}）。请先升级。",
        "{path} was written by a newer release (format {found}, this one knows {known}). "
        "Update first.",
    )


class DatabaseTooOld(HongxianError):
    """Written by a release whose databases this one does not open."""

    message = Text(
        "{path} 由太早的版本写成（格式 {found}，本版从 {known} 起），打不开。请用原来的版本导出数据。",
        "{path} was written by a release too old to be opened (format {found}, this one knows "
        "{known} and later). Export its data with the release that wrote it.",
    )


class KindChanged(BadCollection):
    """A later release of a plugin changes the kind of a field whose values are already stored."""

    message = Text(
        "{field} 在这里存的是 {before}，现在声明成 {now}：已有的值会对不上。请保留原字段，另加一个（如 {other}）。",
        "{field} is stored as {before} here but declared as {now}: existing values would not fit. "
        "Keep the field as it was, and add another ({other}).",
    )


def refuse_other_format(path: str, found: int) -> None:
    """Raise `DatabaseTooNew` or `DatabaseTooOld` for a database that this release does not open."""
    if found > FORMAT:
        raise DatabaseTooNew(path=path, found=found, known=FORMAT)
    if found < OLDEST:
        raise DatabaseTooOld(path=path, found=found, known=OLDEST)


def is_marked(state: StoreState, kind: str, folder: Path, path: str) -> bool:
    """Whether a database bears this release's format and the store's kind; one that bears none is new.

    Raises `DatabaseTooNew`, `DatabaseTooOld` or `FileRefused` for one that this release does not open.
    """
    if state.format:
        refuse_other_format(path, state.format)
    if state.kind not in ("", kind):
        raise FileRefused(file=str(folder), detail=f"belongs to a {state.kind}, not a {kind}")
    return (state.format, state.kind) == (FORMAT, kind)


Known = Mapping[str, tuple[str, Stored]]
"""Of each field that had a column at the last opening: which one, and how it was stored."""


@dataclass
class KnownFields(State):
    """Which fields each collection's table had a column for, and keys of which claims, when it was last opened."""

    fields: dict[str, dict[str, tuple[str, Stored]]] = field(default_factory=dict)
    """The column of each and how it is stored, by collection and name."""
    kinds: dict[str, dict[str, str]] = field(default_factory=dict)
    """As which kind each field's values travel, by collection and name."""
    claimed: dict[str, list[str]] = field(default_factory=dict)
    """By what rules the keys of each collection's claims were made."""
    lengths: dict[str, dict[str, int]] = field(default_factory=dict)
    """How many characters the fields of each collection hold."""


def migrations(database: AnyDatabase, plugin: str, folder: str) -> Runner:
    """A plugin's numbered scripts, and which of them this database has had."""
    return Runner(database, str(folder), table_name=f"hongxian_migrations_{plugin}")


def lacks_any(there: Mapping[str, set[str]], models: Iterable[type[Model]]) -> bool:
    """Whether a table, a column or an index of these models is missing in a database of these relations."""
    return any(
        not {each.column_name for each in model._meta.sorted_fields} <= there.get(table, set())
        or any(index._name not in there for index in model._meta.fields_to_index())
        for model in models
        for table in [model._meta.table_name]
    )


def make_tables(database: AnyDatabase, models: Sequence[type[Model]]) -> None:
    """Make the tables and columns of the engine's own models that are missing."""
    there = database.relations()
    for model in models:
        make_table(model, database)
        if model._meta.table_name in there:
            add_missing_columns(database, model)


def are_current(
    there: Mapping[str, set[str]],
    known: KnownFields,
    own: Iterable[Collection],
    scripts: Iterable[Runner],
    *,
    by_seq: bool,
) -> bool:
    """Whether `upgrade_tables` would find nothing to do; `there` are the database's relations."""
    return not any(map(_is_due, scripts)) and all(
        {field.column_name for field in each.model._meta.sorted_fields}
        <= there.get(each.table, set())
        and known.claimed.get(each.name) == each.claim_rules
        and known.kinds.get(each.name) == _kinds_of(each)
        and known.lengths.get(each.name) == _lengths_of(each)
        and there.keys() >= {*_indexes_of(each, by_seq=by_seq), *each.own_indexes}
        and {n: tuple(held) for n, held in known.fields.get(each.name, {}).items()}
        == _known_of(each)
        for each in own
    )


def _is_due(scripts: Runner) -> bool:
    return any(each.path and not each.applied for each in scripts.status())


def _indexes_of(collection: Collection, *, by_seq: bool) -> dict[str, Sequence[str]]:
    """The columns, as SQL, of the indexes that the engine makes of a collection's table, by name."""
    found: dict[str, Sequence[str]] = {
        collection.index(f"claim_{place}"): [column] for place, column in enumerate(collection.keys)
    }
    if by_seq:
        found[collection.index("seq")] = ["scope", "seq"]
    else:  # a laptop asks for those in a state at each look at the day
        for each in collection.states:
            found[collection.index(f"state_{each.name}")] = [each.sql(collection.quoted(each.name))]
    return found


def _known_of(collection: Collection) -> Known:
    fields = collection.model._meta.fields
    return {
        name: (fields[name].column_name, column.stored)
        for name, column in collection.columns.items()
    }


def _kinds_of(collection: Collection) -> dict[str, str]:
    return {name: column.travels_as for name, column in collection.columns.items()}


def _refuse_other_kinds(own: Iterable[Collection], known: KnownFields) -> None:
    """Raise `KindChanged` for a field whose values on the disk are of another kind than it is now."""
    for collection in own:
        before = known.kinds.get(collection.name, {})
        for name, kind in _kinds_of(collection).items():
            if before.get(name, kind) != kind:
                raise KindChanged(
                    field=f"{collection.name}.{name}",
                    before=before[name],
                    now=kind,
                    other=f"{name}_2",
                )


def _lengths_of(collection: Collection) -> dict[str, int]:
    fields = collection.model._meta.fields
    of = {name: getattr(fields[name], "max_length", None) for name in collection.columns}
    return {name: length for name, length in of.items() if length}


def upgrade_tables(
    database: AnyDatabase,
    there: Mapping[str, set[str]],
    known: KnownFields,
    own: Sequence[Collection],
    scripts: Iterable[Runner],
    *,
    by_seq: bool,
) -> None:
    """Run a plugin's scripts, make missing tables and columns, and take in unknown fields that were kept.

    No script runs where all tables are new. Raises `KindChanged`, and has done nothing then.
    `there` are the database's relations, but for other plugins'; what is known of the fields is changed once
    all is done, for the caller to keep. `by_seq`: with an index by scope and seq, in whose order a hub tells
    of its records.
    """
    _refuse_other_kinds(own, known)
    fresh = not any(each.table in there for each in own)
    for each in scripts:
        each.up(fake=fresh)
    if not fresh:
        there = database.relations()  # a script may have made others
    for collection in own:
        if collection.table in there:
            _bring_up(database, collection, there, known.fields.get(collection.name, {}))
        else:
            make_table(collection.model, database, more=collection.keys)
        for index, columns in _indexes_of(collection, by_seq=by_seq).items():
            database.execute_sql(
                f'CREATE INDEX IF NOT EXISTS "{index}" '
                f'ON "{collection.table}" ({", ".join(columns)})'
            )
    known.fields |= {each.name: dict(_known_of(each)) for each in own}
    known.kinds |= {each.name: _kinds_of(each) for each in own}
    known.claimed |= {each.name: each.claim_rules for each in own}
    known.lengths |= {each.name: _lengths_of(each) for each in own}


def _bring_up(
    database: AnyDatabase, collection: Collection, there: Mapping[str, set[str]], known: Known
) -> None:
    """Bring one table that is there to its model; `there` are the database's relations."""
    add_missing_columns(database, collection.model)
    _widen_columns(database, collection)
    collection.model._schema.create_indexes(safe=True)
    _add_key_columns(database, collection, there[collection.table])
    _settle_fields(database, collection, known)
    _drop_keys(database, collection, there)
    _make_keys(database, collection)


def _drop_keys(
    database: AnyDatabase, collection: Collection, there: Mapping[str, set[str]]
) -> None:
    """Let go of the keys of claims that the collection makes no more."""
    prefix = collection.index("claim_")
    indexes = {each for each in there if each.removeprefix(prefix).isdecimal()}
    for index in sorted(indexes - _indexes_of(collection, by_seq=False).keys()):
        database.execute_sql(f'DROP INDEX IF EXISTS "{index}"')
    columns = {each for each in there[collection.table] if each.startswith(KEY_COLUMN)}
    for column in sorted(columns - collection.keys.keys()):
        database.execute_sql(f'ALTER TABLE "{collection.table}" DROP COLUMN {column}')


def _add_key_columns(
    database: AnyDatabase, collection: Collection, columns: AbstractSet[str]
) -> None:
    """Make those of the claims' keys that are not there: whatever writes a row writes its keys."""
    for place, column in enumerate(collection.keys):
        if column not in columns:
            database.execute_sql(f'ALTER TABLE "{collection.table}" ADD COLUMN {column} TEXT')
            # An earlier release had an index of this name over the fields.
            database.execute_sql(f'DROP INDEX IF EXISTS "{collection.index(f"claim_{place}")}"')


def _make_keys(database: AnyDatabase, collection: Collection) -> None:
    """Make the keys of all rows anew: a rule or a script may be new."""
    if not collection.claims:
        return
    changes = ", ".join(f"{column} = {database.param}" for column in collection.keys)
    sql = f'UPDATE "{collection.table}" SET {changes} WHERE id = {database.param}'
    behind, after = f"id > {database.param} ORDER BY id LIMIT {AT_ONCE}", ""
    while rows := collection.rows(behind, (after,)):
        names, columns = collection.stored_names, collection.columns_of_rows(rows)
        keys = [claim.keys_of_columns(names, columns) for claim in collection.claims]
        write_all(database, sql, zip(*keys, columns[0], strict=True))
        after = rows[-1].id


def add_missing_columns(database: AnyDatabase, model: type[Model]) -> None:
    """Give a table the columns that its model has gained."""
    meta = model._meta
    held = {column.name for column in database.get_columns(meta.table_name)}
    missing = [each for each in meta.sorted_fields if each.column_name not in held]
    migrator = SchemaMigrator.from_database(database)
    for each in missing:
        migrator.migrate(migrator.add_column(meta.table_name, each.column_name, each))


def _widen_columns(database: AnyDatabase, collection: Collection) -> None:
    """Let PostgreSQL's columns hold what the fields of a later release may; SQLite's hold anything."""
    if not database.postgres:
        return
    sql = (
        "SELECT column_name, character_maximum_length FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND table_name = %s"
    )
    held = dict(database.execute_sql(sql, (collection.table,)).fetchall())
    for name, length in _lengths_of(collection).items():
        column = collection.model._meta.fields[name].column_name
        if (held.get(column) or length) < length:
            database.execute_sql(
                f'ALTER TABLE "{collection.table}" '
                f"ALTER COLUMN {collection.quoted(name)} TYPE VARCHAR({length})"
            )


def _settle_fields(database: AnyDatabase, collection: Collection, before: Known) -> None:
    """Once all columns are there: values of fields that came, and of those that went, go where they belong."""
    known = {each.column_name for each in collection.model._meta.sorted_fields}
    there = {each.name for each in database.get_columns(collection.table)} - known
    lost = {n: each for n, each in before.items() if each[0] in there}
    gained = sorted(collection.columns.keys() - before.keys())
    if not lost and not gained:
        return
    rows = collection.rows("1 = 1")
    _take_in(collection, rows, gained)
    _put_away(collection, rows, lost)
    if lost:
        for index in database.get_indexes(collection.table):
            if not known.issuperset(index.columns):
                database.execute_sql(f'DROP INDEX "{index.name}"')
    migrator = SchemaMigrator.from_database(database)
    for column, _ in lost.values():
        migrator.migrate(migrator.drop_column(collection.table, column))
    collection.put_rows([row for row in rows if is_sound(row) and _fits(collection, row, gained)])


def _put_away(collection: Collection, rows: Iterable[Row], lost: Known) -> None:
    """After a later release was tried and taken back, what it wrote is kept as of a field unknown."""
    listed = ", ".join(f'"{column}"' for column in ("id", *(column for column, _ in lost.values())))
    found = collection.database.execute_sql(f'SELECT {listed} FROM "{collection.table}"').fetchall()
    held = {id: values for id, *values in found}
    for row in rows:
        for (name, (_, stored)), value in zip(lost.items(), held[row.id], strict=True):
            if row.stamps.get(name) != UNWRITTEN:
                is_gone = row.deleted and stored is not Stored.AS_JSON
                row.values.setdefault(name, None if is_gone else _as_it_travels(value, stored))


def _take_in(collection: Collection, rows: Iterable[Row], gained: Sequence[str]) -> None:
    """Values of fields that the release of the last opening did not know go to their columns.

    Of the others nobody has written these fields.
    """
    sql = f'SELECT id, extra FROM "{collection.table}" WHERE extra IS NOT NULL'
    kept = dict(collection.database.execute_sql(sql).fetchall())
    for row in rows:
        told = orjson.loads(kept[row.id]) if row.id in kept else {}
        for name in gained:
            if name not in told:
                row.values[name] = collection.default_of(name)
                row.stamps.setdefault(name, UNWRITTEN)


def _as_it_travels(value: Value, stored: Stored) -> Value:
    """A stored value of a field whose kind is not known any more."""
    if value is None:
        return None
    match stored:
        case Stored.AS_TEXT:
            return str(value)
        case Stored.AS_NUMBER:
            return bool(value)
        case Stored.AS_JSON:
            return orjson.loads(value)
    return value


def _fits(collection: Collection, row: Row, names: Sequence[str]) -> bool:
    """Whether what was kept of fields unknown is what the fields of these names may hold."""
    values = {name: row.values[name] for name in names if row.values[name] is not None}
    return not collection.checker.check_one(values, whole=False)[1]
