"""A hub's rows from one kind of database into the other: every table as it is, at one moment.

So a backup is the same file whatever the hub lies in, and a hub moves between the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any  # Any: rows of whatever tables

from peewee import sort_models

from hongxian.errors import Refused
from hongxian.plugins.loading import Plugins
from hongxian.storage.database import AnyDatabase, Sqlite, write_all
from hongxian.storage.postgres import Postgres
from hongxian.text import Text
from hongxian.words.logs import logger
from hongxian_server.hub import Hub

log = logger(__name__)
ROWS = 2_000
"""Of one table, that are in memory at once."""
_NOT_COPIED = {"hongxian_lease"}
"""What is of the database and not of the hub."""
_SQLITE_TYPES = {"bigint": "INTEGER", "integer": "INTEGER", "boolean": "INTEGER", "bytea": "BLOB"}


class NotEmpty(Refused):
    """A PostgreSQL database that is not empty, where a hub is to be created."""

    message = Text(
        "库 {database} 里已经有数据。请另建一个空库，把它的网址给 --database。",
        "{database} is not empty. Create an empty database, and give its URL to --database.",
    )


class PluginsAway(Refused):
    """Tables of plugins that are not installed, whose columns PostgreSQL therefore cannot be told."""

    message = Text(
        "这些表的插件不在这里，搬不进 PostgreSQL：{tables}。请先装回插件。",
        "The plugins of these tables are not installed here, so the tables cannot go into "
        "PostgreSQL: {tables}. Install the plugins first.",
    )


def copy_to_file(hub: Hub, path: Path) -> None:
    """What a hub over PostgreSQL holds, as the SQLite database that it would be without; nobody who writes waits."""
    # What goes wrong in a plugin meanwhile is told in the hub's folder: they share their plugins.
    made = Hub(hub.folder, Sqlite(path), hub.plugins, hub.now)
    made.prepare()
    with hub, hub.database.snapshot(), made, made.database.atomic():
        _copy(hub.database, made.database)
    with made:
        made.database.empty_log()


def copy_to_postgres(path: Path, url: str, plugins: Plugins) -> None:
    """What an SQLite database of a hub holds, into an empty PostgreSQL database, all or nothing.

    Raises `NotEmpty`, `PluginsAway`.
    """
    folder, target = path.parent, Postgres(url)
    with target.connection_context():
        if target.relations().keys() - _NOT_COPIED - {"hongxian_lease_pkey"}:
            raise NotEmpty(database=str(target.database))
    source, made = Hub(folder, Sqlite(path), plugins), Hub(folder, target, plugins)
    source.prepare()
    with source, source.database.snapshot(), made, made.database.atomic():
        made.prepare()
        _copy(source.database, made.database)


def _copy(source: AnyDatabase, target: AnyDatabase) -> None:
    found = source.relations()
    first = [model._meta.table_name for model in sort_models(Hub.tables)]  # by who names whom
    tables = {
        name: sorted(found[name])
        for name in (*first, *sorted(found.keys() - set(first)))
        if found.get(name) and name not in _NOT_COPIED and not name.startswith("sqlite_")
    }
    away = sorted(tables.keys() - target.relations().keys())
    if away and target.postgres:
        raise PluginsAway(tables=away)
    for name in away:
        _make_table(source, target, name)
    rows = 0
    for name, columns in tables.items():
        target.execute_sql(f'DELETE FROM "{name}"')  # what its making wrote
        for some in _rows_of(source, name, columns):
            _put(target, name, columns, some)
            rows += len(some)
    if target.postgres:
        _set_sequences(target)
    log.info("copied tables=%d rows=%d", len(tables), rows)


def _named(columns: Sequence[str]) -> str:
    return ", ".join(f'"{each}"' for each in columns)


def _rows_of(source: AnyDatabase, table: str, columns: Sequence[str]) -> Iterator[list[Any]]:
    sql = f'SELECT {_named(columns)} FROM "{table}"'
    if source.postgres:  # by a cursor of the server: else it would hand the whole table over
        with source.connection().cursor("hongxian_copying") as cursor:
            cursor.execute(sql)
            while some := cursor.fetchmany(ROWS):
                yield [tuple(map(plain, row)) for row in some]
    else:
        cursor = source.execute_sql(sql)
        while some := cursor.fetchmany(ROWS):
            yield some


def plain(value: Any) -> Any:
    """As SQLite holds what PostgreSQL has a type for."""
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value


def _put(target: AnyDatabase, table: str, columns: Sequence[str], rows: Sequence[Any]) -> None:
    if target.postgres:
        sql = f'COPY "{table}" ({_named(columns)}) FROM STDIN'
        with target.connection().cursor() as cursor, cursor.copy(sql) as copying:
            for row in rows:
                copying.write_row(row)
    else:
        marks = ", ".join("?" * len(columns))
        write_all(target, f'INSERT INTO "{table}" ({_named(columns)}) VALUES ({marks})', rows)


def _make_table(source: AnyDatabase, target: AnyDatabase, table: str) -> None:
    """One of a plugin that is not here, in SQLite: its columns and its key; its indexes come with the plugin."""
    found = source.execute_sql(
        "SELECT column_name, data_type, is_nullable FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND table_name = %s ORDER BY ordinal_position",
        (table,),
    ).fetchall()
    key = source.execute_sql(
        "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid "
        "AND a.attnum = ANY(i.indkey) WHERE i.indrelid = %s::regclass AND i.indisprimary",
        (f'"{table}"',),
    ).fetchall()
    parts = [
        f'"{name}" {_SQLITE_TYPES.get(kind, "TEXT")}{"" if nullable == "YES" else " NOT NULL"}'
        for name, kind, nullable in found
    ]
    if key:
        parts.append(f"PRIMARY KEY ({_named([name for (name,) in key])})")
    target.execute_sql(f'CREATE TABLE "{table}" ({", ".join(parts)})')


def _set_sequences(target: AnyDatabase) -> None:
    """Have numbers that PostgreSQL gives go on behind those that came."""
    found = target.execute_sql(
        "SELECT table_name, column_name, pg_get_serial_sequence(quote_ident(table_name), column_name) "
        "FROM information_schema.columns WHERE table_schema = current_schema() "
        "AND column_default LIKE 'nextval(%%'"
    ).fetchall()
    for table, column, sequence in found:
        target.execute_sql(
            f'SELECT setval(%s, coalesce((SELECT max("{column}") FROM "{table}"), 0) + 1, false)',
            (sequence,),
        )
