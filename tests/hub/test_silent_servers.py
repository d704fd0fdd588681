"""PostgreSQL servers that say nothing: one that stands still, one that takes its time, one that is gone."""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import peewee
import psycopg
import pytest
from conftest import NewDatabase, require
from psycopg.conninfo import conninfo_to_dict

from hongxian.storage import watched
from hongxian.storage.postgres import Postgres
from postgres import private_cluster
from system_packages import POSTGRESQL, postgres_programs


@pytest.fixture(autouse=True)
def _is_asked_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched, "SILENT_SECONDS", 0.2)


@contextmanager
def standing_still(url: str) -> Iterator[None]:
    """All of a server's processes are stopped; what they hold open stays open."""
    data = Path(conninfo_to_dict(url)["host"]) / "data"
    with psycopg.connect(url) as connection:
        others = "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        told = [pid for (pid,) in connection.execute(others)]
    first = int((data / "postmaster.pid").read_text().split()[0])
    for each in (first, *told):
        os.kill(each, signal.SIGSTOP)
    try:
        yield
    finally:
        for each in (first, *told):
            os.kill(each, signal.SIGCONT)


def test_a_server_that_stands_still_is_given_up_while_it_is_waited_for() -> None:
    """The kernel answers for it meanwhile: as far as TCP sees, the line is whole."""
    require(POSTGRESQL)
    with private_cluster(postgres_programs()) as url:
        database = Postgres(f"{url}&connect_timeout=2")
        database.connect()
        with standing_still(url), pytest.raises(peewee.OperationalError, match="stands still"):
            database.execute_sql("SELECT 1")
        database.close()
        with database.connection_context():
            assert database.execute_sql("SELECT 1").fetchone() == (1,)


def test_what_one_found_to_stand_still_all_give_up() -> None:
    """Who waits for another's turn would find it only then, and all of them one after the other."""
    require(POSTGRESQL)
    with private_cluster(postgres_programs()) as url:
        one, other = (Postgres(f"{url}&connect_timeout=2") for _ in range(2))
        one.connect()
        other.connect()
        with standing_still(url), pytest.raises(peewee.OperationalError, match="stands still"):
            one.execute_sql("SELECT 1")
        with pytest.raises(peewee.OperationalError, match="stands still"):
            other.execute_sql("SELECT 1")
        one.close()
        other.close()


def test_a_server_that_takes_its_time_is_waited_for(new_postgres: NewDatabase) -> None:
    with new_postgres() as url, (database := Postgres(url)).connection_context():
        asked = "SELECT pg_sleep(1)::text || 'done'"
        assert database.execute_sql(asked).fetchone() == ("done",)


def test_of_several_hosts_the_one_that_answered_is_asked_first_from_then_on(
    new_postgres: NewDatabase,
) -> None:
    """One that is gone would cost each new connection the time that is waited for it."""
    with new_postgres() as url, socket.create_server(("127.0.0.1", 0)) as silent:
        there = conninfo_to_dict(url)
        hosts = quote(f"127.0.0.1,{there['host']}", safe="")
        ports = f"{silent.getsockname()[1]},{there.get('port', 5432)}"
        database = Postgres(
            f"postgresql://postgres@/{there['dbname']}?host={hosts}&port={ports}&connect_timeout=2"
        )
        for _ in range(3):
            with database.connection_context():
                assert database.execute_sql("SELECT 1").fetchone() == (1,)
        silent.settimeout(0.5)
        silent.accept()[0].close()
        with pytest.raises(TimeoutError):
            silent.accept()
