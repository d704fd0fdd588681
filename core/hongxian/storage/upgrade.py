"""Bringing a database's tables to what the plugins' models say today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peewee import Model
from playhouse.migrate import SchemaMigrator
from playhouse.migrations import Runner

from hongxian.collection import Collection
from hongxian.kinds.columns import ENGINES
from hongxian.storage.database import AnyDatabase
from hongxian.storage.setting import get_setting, put_settings

if TYPE_CHECKING:
    from hongxian.plugins.loading import Plugin
    from hongxian.store import Store


def upgrade_tables(store: Store) -> None:
    """Run the plugins' migrations, make missing tables and columns, take in kept unknown fields.

    A plugin whose tables cannot be brought up to date is left out, and says why; the others go on.
    """
    for plugin in [None, *(each for each in store.plugins.all if each.loaded)]:
        own = [each for each in store.collections.values() if store.owners.get(each.name) is plugin]
        try:
            with store.database.atomic():
                store.database.take_write_lock()
                _upgrade(store, plugin, own)
        except Exception as error:
            if plugin is None:
                raise
            plugin.failed("upgrade", error)
            store.plugins.remove(plugin)
            for collection in own:
                del store.collections[collection.name]


def _upgrade(store: Store, plugin: Plugin | None, own: list[Collection]) -> None:
    fresh = not any(each.model.table_exists() for each in own)
    if plugin is not None:
        for _, folder in store.plugins.answers("hongxian_migrations", only=plugin):
            history = f"hongxian_migrations_{plugin.name}"
            Runner(store.database, str(folder), table_name=history).up(fake=fresh)
    for collection in own:
        if not collection.model.table_exists():
            collection.model.create_table()
            if store.kind == "hub":
                store.database.execute_sql(
                    f'CREATE INDEX IF NOT EXISTS "{collection.table}_seq" '
                    f'ON "{collection.table}" (scope, seq)'
                )
        else:
            add_missing_columns(store.database, collection.model)
            _loosen_unknown_columns(store.database, collection)
            _take_in_unknown_fields(collection)
        for place, claim in enumerate(collection.claims):
            columns = ", ".join(map(collection.quoted, claim.fields))
            store.database.execute_sql(
                f'CREATE INDEX IF NOT EXISTS "{collection.table}_claim_{place}" '
                f'ON "{collection.table}" ({columns})'
            )
    told = get_setting("fields", {})
    fields = told | {each.name: sorted(_known(each)) for each in own}
    if fields != told:
        put_settings(fields=fields)


def add_missing_columns(database: AnyDatabase, model: type[Model]) -> None:
    """Give a table the columns that its model has gained."""
    meta = model._meta
    held = {column.name for column in database.get_columns(meta.table_name)}
    fields = [field for field in meta.sorted_fields if field.column_name not in held]
    migrator = SchemaMigrator.from_database(database)
    for field in fields:
        migrator.migrate(migrator.add_column(meta.table_name, field.column_name, field))


def _loosen_unknown_columns(database: AnyDatabase, collection: Collection) -> None:
    """After a later release was tried and taken back, its columns may stay empty."""
    known = {field.column_name for field in collection.model._meta.sorted_fields}
    migrator = SchemaMigrator.from_database(database)
    for column in database.get_columns(collection.table):
        if column.name not in known and not column.null and column.default is None:
            migrator.migrate(migrator.drop_not_null(collection.table, column.name))


def _take_in_unknown_fields(collection: Collection) -> None:
    """Values of fields that the release of the last opening did not know go to their columns.

    The columns may be there already: an earlier release may have been tried in between.
    """
    gained = sorted(_known(collection) - set(get_setting("fields", {}).get(collection.name, [])))
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
