"""Bringing a database's tables to what the plugins' models say today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peewee import Model
from playhouse.migrate import SchemaMigrator
from playhouse.migrations import Runner

from hongxian.collection import Collection
from hongxian.database import AnyDatabase

if TYPE_CHECKING:
    from hongxian.plugins import Plugin
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
        for _, folder in store.plugins.answers("migrations", only=plugin):
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
            _add_columns(store, collection)
        for place, claim in enumerate(collection.claims):
            fields = ", ".join(map(collection.quoted, claim.fields))
            store.database.execute_sql(
                f'CREATE INDEX IF NOT EXISTS "{collection.table}_claim_{place}" '
                f'ON "{collection.table}" ({fields})'
            )


def _add_columns(store: Store, collection: Collection) -> None:
    added = add_missing_columns(store.database, collection.model)
    if added:
        _take_in_unknown_fields(collection, added)


def add_missing_columns(database: AnyDatabase, model: type[Model]) -> list[str]:
    """Give a table the columns that its model has gained; returns the fields' names."""
    meta = model._meta
    held = {column.name for column in database.get_columns(meta.table_name)}
    fields = [field for field in meta.sorted_fields if field.column_name not in held]
    migrator = SchemaMigrator.from_database(database)
    for field in fields:
        migrator.migrate(migrator.add_column(meta.table_name, field.column_name, field))
    return [field.name for field in fields]


def _take_in_unknown_fields(collection: Collection, names: list[str]) -> None:
    """Values of a field that this release did not know become values of its new column."""
    rows = collection.rows("extra IS NOT NULL")
    fit = [
        row
        for row in rows
        if not collection.checker.check_one(
            {name: row.values[name] for name in names if row.values.get(name) is not None},
            whole=False,
        )[1]
    ]
    collection.put_rows(fit)
