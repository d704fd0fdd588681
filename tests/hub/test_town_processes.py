"""A town that several processes serve, behind haproxy; its communities' signals go over one database."""

from collections.abc import Iterator
from contextlib import ExitStack

import psycopg
import pytest
import urllib3
from conftest import NewDatabase, require

from command_line import Place, hub_by_itself
from haproxy import trusted
from hongxian_client.replica.replica import Replica
from hongxian_plugins.roster import Person
from nginx import NAME
from on_channel import running, soon
from system_packages import HAPROXY
from towns import Settlement, brought, names_at, write

WITHIN = ("--communities", "--proxy", "127.0.0.1", "--name", NAME)
NAMES = ("east", "west")
LINES = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%LISTEN%' AND datname = current_database()"


@pytest.fixture(scope="module")
def settlement(
    tmp_path_factory: pytest.TempPathFactory, new_postgres: NewDatabase
) -> Iterator[Settlement]:
    require(HAPROXY)
    folder = tmp_path_factory.mktemp("town-processes")
    made = Settlement(folder / "town")
    with ExitStack() as alive:
        for name in NAMES:
            url = alive.enter_context(new_postgres())
            made.community(name, "--database", url)
            Place(made.folder / name).json("hub", "share")
        made.signals = alive.enter_context(new_postgres())
        Place(made.folder).json("hub", "town", "signals", made.signals)
        processes = [
            alive.enter_context(hub_by_itself(Place(made.folder), *WITHIN)) for _ in range(2)
        ]
        made.inner = [url for url, _ in processes]
        for each in made.inner:
            soon(lambda url=each: all(is_open(f"{url}/{name}") for name in NAMES))
        made.url = alive.enter_context(trusted(folder, made.inner))
        yield made


def is_open(url: str) -> bool:
    with urllib3.PoolManager(retries=False) as pool:
        return pool.request("GET", f"{url}/v1/hub").status == 200


@pytest.mark.thorough
def test_laptops_join_and_sync_whichever_process_the_proxy_hands_them_to(
    settlement: Settlement,
) -> None:
    for name in NAMES:
        one, other = settlement.laptop(name, "one"), settlement.laptop(name, "other")
        write(one, f"示例·{name}")
        assert brought(other) == {f"示例·{name}"}


def at(settlement: Settlement, place: int, name: str) -> Replica:
    """A laptop that goes to one of the processes alone."""
    beside = Settlement(settlement.folder, settlement.inner[place])
    return beside.laptop(name, f"at-{place}")


def test_what_one_process_commits_rings_the_communitys_laptops_of_the_other_alone(
    settlement: Settlement,
) -> None:
    writer, reader, elsewhere = (
        at(settlement, 0, "east"),
        at(settlement, 1, "east"),
        at(settlement, 1, "west"),
    )
    with running(reader), running(elsewhere) as (_, asking):
        asked = list(asking.paths)
        with writer:
            Person.create(name="示例·东边")
        with running(writer):
            soon(lambda: "示例·东边" in names_at(reader))
        assert asking.paths == asked


@pytest.mark.thorough
def test_each_process_has_one_line_to_hear_the_signals_of_all_communities(
    settlement: Settlement,
) -> None:
    with psycopg.connect(settlement.signals) as connection:
        assert connection.execute(f"{LINES} AND pid != pg_backend_pid()").fetchone() == (2,)
