"""Of PostgreSQL: what a community takes as a database of its own, and as a schema in one that all share."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from bench.scale.meters import Cluster, memory_mb
from bench.scale.serving import new_community
from bench.scale.towns import new_database

Connection = psycopg.Connection[tuple[Any, ...]]


def ways(folder: Path, cluster_url: str, count: int) -> dict[str, dict[str, float]]:
    """Of both ways: bytes, seconds and memory, of so many communities each."""
    folder.mkdir()
    cluster = Cluster(cluster_url)
    shared = new_database(cluster_url, "of_schemas")
    empty = cluster.bytes_of("of_schemas")
    names = [f"one{number}" for number in range(count)]
    databases = _made(folder, "databases", names, lambda name: new_database(cluster_url, name))
    schemas = _made(folder, "schemas", names, lambda name: _new_schema(shared, name))
    settled(cluster_url)
    found = {
        "database": {
            **databases,
            "bytes": median(map(cluster.bytes_of, names)),
            **_cold([cluster_url.replace("@/postgres?", f"@/{name}?") for name in names]),
        },
        "schema": {
            **schemas,
            "bytes": (cluster.bytes_of("of_schemas") - empty) / count,
            **_cold([in_schema(shared, name) for name in names]),
            "mb_all": _touched(shared, names),
        },
    }
    found["database"]["drop"] = _dropped(cluster_url, "DROP DATABASE {} WITH (FORCE)", names)
    found["schema"]["drop"] = _dropped(shared, "DROP SCHEMA {} CASCADE", names)
    return found


def in_schema(url: str, name: str) -> str:
    """The address of a schema in a database."""
    return f"{url}&options=-csearch_path%3D{name}"


def _new_schema(url: str, name: str) -> str:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    return in_schema(url, name)


def settled(cluster_url: str) -> None:
    """What is in memory is brought to the disk first, so that sizes are whole."""
    with psycopg.connect(cluster_url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")


def _made(
    folder: Path, kind: str, names: Sequence[str], make: Callable[[str], str]
) -> dict[str, float]:
    taken = []
    for name in names:
        began = time.perf_counter()
        new_community(folder / f"{kind}-{name}", 0, make(name))
        taken.append(time.perf_counter() - began)
    return {"make": median(taken)}


def _cold(urls: Sequence[str]) -> dict[str, float]:
    """Of a new connection to each: seconds to connect, and to its first queries; what it holds behind them."""
    connecting, asking, own = [], [], []
    for url in urls:
        began = time.perf_counter()
        with psycopg.connect(url, autocommit=True) as connection:
            connecting.append(time.perf_counter() - began)
            began = time.perf_counter()
            _touch(connection)
            asking.append(time.perf_counter() - began)
            own.append(_memory_mb(connection))
    return {"connect": median(connecting), "first": median(asking), "mb": median(own)}


def _touched(url: str, names: Sequence[str]) -> float:
    """MiB of one backend that has been asked for all."""
    with psycopg.connect(url, autocommit=True) as connection:
        for name in names:
            connection.execute(f"SET search_path = {name}")
            _touch(connection)
        return _memory_mb(connection)


def _touch(connection: Connection) -> int:
    """Ask for a row of each table, as a hub does within its first rounds; returns how many there are."""
    sql = "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
    tables = connection.execute(sql).fetchall()
    for (table,) in tables:
        connection.execute(f'SELECT * FROM "{table}" LIMIT 1')
    return len(tables)


def _memory_mb(connection: Connection) -> float:
    """What its backend holds for itself."""
    return memory_mb(connection.info.backend_pid, "RssAnon")


def _dropped(url: str, statement: str, names: Sequence[str]) -> float:
    taken = []
    with psycopg.connect(url, autocommit=True) as connection:
        for name in names:
            began = time.perf_counter()
            connection.execute(statement.format(name))  # type: ignore[call-overload]
            taken.append(time.perf_counter() - began)
    return median(taken)
