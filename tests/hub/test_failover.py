"""A standby takes the place of the hub's PostgreSQL, whose server is gone."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Barrier
from urllib.parse import quote

import psycopg
import pytest
from conftest import require
from psycopg.conninfo import conninfo_to_dict

from hongxian.errors import HubOutOfReach
from hongxian_client.replica.replica import Replica
from hongxian_server.hub_state import HubState
from meeting import Meeting, meeting
from postgres import private_cluster, run
from samples import PEOPLE, Person
from system_packages import POSTGRESQL, postgres_programs

NO_SYNC = ("fsync=off", "full_page_writes=off")
"""A server that is killed loses nothing by it: its machine goes on."""
LAPTOPS, EACH = 3, 12


class Pair:
    """A hub and its laptops over a server, and the standby that follows it."""

    def __init__(self, folder: Path, alive: ExitStack) -> None:
        programs = postgres_programs()
        self._first = alive.enter_context(ExitStack())
        self.first = self._first.enter_context(private_cluster(programs, NO_SYNC))
        self.standby = alive.enter_context(private_cluster(programs, NO_SYNC, self.first))
        hosts = [conninfo_to_dict(url)["host"] for url in (self.first, self.standby)]
        url = self.first.replace(quote(hosts[0], safe=""), quote(",".join(hosts), safe=""))
        self._folder, self._url = folder, url

    @contextmanager
    def met(self) -> Iterator[Meeting]:
        with meeting(self._folder, PEOPLE, url=self._url) as met, met.hub.held():
            met.team("甲队")
            for _ in range(LAPTOPS):
                met.laptop("甲队")
            met.agree()
            yield met

    def fail_over(self) -> None:
        self._first.close()
        run(self.standby, "SELECT pg_promote()")


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    require(POSTGRESQL)
    with ExitStack() as alive:
        yield Pair(tmp_path, alive)


def wait_until(url: str, question: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute(question).fetchone() != (True,):
            time.sleep(0.05)


def life(met: Meeting) -> tuple[str, bool]:
    with met.hub:
        state = HubState.read()
        return state.epoch, state.recovering


def names_at(met: Meeting) -> set[str]:
    with met.hub:
        return {each.name for each in Person.select()}


@pytest.mark.thorough
def test_where_it_is_synchronous_nothing_that_was_acknowledged_is_lost(pair: Pair) -> None:
    run(pair.first, "ALTER SYSTEM SET synchronous_standby_names = '*'")
    run(pair.first, "SELECT pg_reload_conf()")
    wait_until(pair.first, "SELECT sync_state = 'sync' FROM pg_stat_replication")
    halfway = Barrier(LAPTOPS + 1)
    with pair.met() as met:
        before = life(met)

        def work(laptop: Replica) -> set[str]:
            """What of its work the hub has acknowledged, while the laptop tries until all of it is."""
            acknowledged = set()
            for number in range(EACH):
                if number == EACH // 2:
                    halfway.wait()
                name = f"示例·{laptop.folder.name}·{number}"
                with laptop:
                    Person.create(name=name)
                while name not in acknowledged:
                    with suppress(HubOutOfReach):
                        met.sync(laptop)
                        acknowledged.add(name)
            return acknowledged

        with ThreadPoolExecutor(LAPTOPS) as threads:
            works = [threads.submit(work, laptop) for laptop in met.laptops]
            halfway.wait()
            pair.fail_over()
            acknowledged = set[str]().union(*(each.result() for each in works))
        assert len(acknowledged) == LAPTOPS * EACH
        assert names_at(met) == acknowledged
        assert life(met) == before, "nothing had to be given back"
        met.agree()


@pytest.mark.thorough
def test_where_it_is_not_the_hub_sees_what_is_lost_and_laptops_give_it_back(pair: Pair) -> None:
    with pair.met() as met:
        before = life(met)
        run(pair.standby, "ALTER SYSTEM SET primary_conninfo = ''")
        run(pair.standby, "SELECT pg_reload_conf()")
        wait_until(pair.standby, "SELECT count(*) = 0 FROM pg_stat_wal_receiver")
        for laptop in met.laptops:
            with laptop:
                Person.create(name=f"示例·{laptop.folder.name}")
        met.agree()
        acknowledged = names_at(met)
        pair.fail_over()
        with suppress(HubOutOfReach):
            met.sync(met.laptops[0])
        met.agree()
        assert names_at(met) == acknowledged
        assert life(met)[0] != before[0], "it begins another life by itself"
