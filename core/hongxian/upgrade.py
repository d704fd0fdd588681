"""Bringing a database's tables to what the plugins' models say today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from peewee import Model
from playhouse.migrate import SchemaMigrator
from playhouse.migrations import Runner

from hongxian.collection import Collection
from hongxian.kinds.registry import ENGINES
from hongxian.storage.database import AnyDatabase
from hongxian.storage.state import State


@dataclass
class KnownFields(State):
    """Which fields each collection's table had a column for when it was last opened."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    """Their names in order, by collection."""


def run_migrations(database: AnyDatabase, plugin: str, folder: str, *, fresh: bool) -> None:
    """Run a plugin's numbered scripts that this database has not had; none where all is `fresh`."""
    history = f"hongxian_migrations_{plugin}"
    Runner(database, str(folder), table_name=history).up(fake=fresh)


def upgrade_tables(database: AnyDatabase, own: Iterable[Collection], *, by_seq: bool) -> None:
    """Make missing tables and columns, and take in unknown fields that were kept.

    `by_seq`: with an index by scope and seq, in whose order a hub tells of its records.
    """
    for collection in own:
        if not collection.model.table_exists():
            collection.model.create_table()
            if by_seq:
                database.execute_sql(
                    f'CREATE INDEX IF NOT EXISTS "{collection.index("seq")}" '
                    f'ON "{collection.table}" (scope, seq)'
                )
        else:
            add_missing_columns(database, collection.model)
            _loosen_unknown_columns(database, collection)
            _take_in_unknown_fields(collection)
        for place, claim in enumerate(collection.claims):
            columns = ", ".join(map(collection.quoted, claim.fields))
            database.execute_sql(
                f'CREATE INDEX IF NOT EXISTS "{collection.index(f"claim_{place}")}" '
                f'ON "{collection.table}" ({columns})'
            )
    with KnownFields.changing() as state:
        state.fields |= {each.name: sorted(_known(each)) for each in own}


def add_missing_columns(database: AnyDatabase, model: type[Model]) -> None:
    """Give a table the columns that its model has gained."""
    meta = model._meta
    held = {column.name for column in database.get_columns(meta.table_name)}
    missing = [each for each in meta.sorted_fields if each.column_name not in held]
    migrator = SchemaMigrator.from_database(database)
    for each in missing:
        migrator.migrate(migrator.add_column(meta.table_name, each.column_name, each))


def _loosen_unknown_columns(database: AnyDatabase, collection: Collection) -> None:
    """After a later release was tried and taken back, its columns may stay empty."""
    known = {each.column_name for each in collection.model._meta.sorted_fields}
    migrator = SchemaMigrator.from_database(database)
    for column in database.get_columns(collection.table):
        if column.name not in known and not column.null and column.default is None:
            migrator.migrate(migrator.drop_not_null(collection.table, column.name))


def _take_in_unknown_fields(collection: Collection) -> None:
    """Values of fields that the release of the last opening did not know go to their columns.

    The columns may be there already: an earlier release may have been tried in between.
    """
    gained = sorted(_known(collection) - set(KnownFields.read().fields.get(collection.name, [])))
    if not gained:
        return
    filled = {name: collection.default_of(name) for name in gained if name in collection.columns}
    filled = {name: value for name, value in filled.items() if value is not None}
    empty = "".join(f" OR {collection.quoted(name)} IS NULL" for name in filled)
    rows = collection.rows(f"extra IS NOT NULL{empty}")
    for row in rows:
        held = {name: row.values[name] for name in gained if row.values.get(name) is not None}
        row.values.update({**filled, **held})
    fit = [
        row
        for row in rows
        if not collection.checker.check_one(
            {name: row.values[name] for name in gained if row.values.get(name) is not None},
            whole=False,
        )[1]
    ]
    collection.put_rows(fit)


def _known(collection: Collection) -> set[str]:
    """The fields that this release keeps in columns."""
    return {*collection.columns, *ENGINES}
