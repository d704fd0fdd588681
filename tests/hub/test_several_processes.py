"""Several processes serve one hub over one PostgreSQL, behind haproxy as docs/examples/haproxy.cfg has it."""

import json
import os
import signal
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import urllib3
from conftest import NewDatabase, require

from command_line import Place, hub_by_itself, joined
from haproxy import trusted
from hongxian.errors import InUse
from hongxian.model.stamp import wall_clock
from hongxian.security.throttle import WRONG_ATTEMPTS
from hongxian.storage.postgres import Postgres
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import post_to_hub
from hongxian_plugins.roster import Person
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.membership.pace import PACE, TooFast, refuse_haste
from hongxian_server.ops.leading import Leading, lead_no_longer, leads
from hongxian_server.tables.tries import Try
from nginx import NAME
from on_channel import running, soon
from signing import asker_with, enrolment, headers, new_key
from system_packages import HAPROXY

TEAM = "甲队"
WITHIN = ("--proxy", "127.0.0.1", "--name", NAME)


def new_hub(folder: Path, url: str) -> Place:
    """A hub on PostgreSQL that several processes may serve."""
    place = Place(folder)
    place.json("hub", "init", "--community", "示例社区", "--database", url)
    place.json("hub", "team", "add", TEAM)
    assert place.json("hub", "share") == {"shared": True}
    return place


@dataclass
class Several:
    """A hub, two processes that serve it with their addresses, and the proxy's."""

    hub: Place
    processes: list[tuple[str, int]]
    url: str
    folder: Path

    def laptop(self, name: str, url: str = "") -> Replica:
        return Replica.open(joined(self.hub, url or self.url, self.folder / name, TEAM).folder)


@pytest.fixture(scope="module")
def several(
    tmp_path_factory: pytest.TempPathFactory, new_postgres: NewDatabase
) -> Iterator[Several]:
    require(HAPROXY)
    folder = tmp_path_factory.mktemp("several")
    with ExitStack() as alive:
        hub = new_hub(folder / "hub", alive.enter_context(new_postgres()))
        processes = [alive.enter_context(hub_by_itself(hub, *WITHIN)) for _ in range(2)]
        inner = [url for url, _ in processes]
        url = alive.enter_context(trusted(folder, inner))
        yield Several(hub, processes, url, folder)


def names_at(laptop: Replica) -> set[str]:
    with laptop:
        return {each.name for each in Person.select()}


def write(laptop: Replica, name: str) -> None:
    with laptop:
        Person.create(name=name)
        sync(laptop, post_to_hub(laptop))


def test_what_one_process_took_in_another_gives(several: Several) -> None:
    one, other = (
        several.laptop(f"at-{place}", url) for place, (url, _) in enumerate(several.processes)
    )
    write(one, "示例·一处")
    with other:
        sync(other, post_to_hub(other))
    assert "示例·一处" in names_at(other)


def test_laptops_of_every_process_are_rung_by_whichever_commits(several: Several) -> None:
    """Nothing is asked for by the clock: without their signals they would look, but for a lost one, no more."""
    first, second = (
        several.laptop(f"rung-{place}", url) for place, (url, _) in enumerate(several.processes)
    )
    behind = several.laptop("behind-the-proxy")
    with running(first), running(second), running(behind):
        for writer, others, name in (
            (first, (second, behind), "示例·甲"),
            (second, (first,), "示例·乙"),
        ):
            with writer:
                Person.create(name=name)
            for each in others:
                soon(lambda laptop=each, said=name: said in names_at(laptop))


def test_a_command_beside_them_rings_their_laptops(several: Several) -> None:
    laptop = several.laptop("is-told")
    with running(laptop) as (_, asking):
        asked = len(asking.paths)
        several.hub.json("hub", "team", "add", "乙队")
        soon(lambda: len(asking.paths) > asked)


@pytest.mark.thorough
def test_laptops_go_on_where_one_of_the_processes_is_gone(
    tmp_path: Path, new_postgres: NewDatabase
) -> None:
    with one_to_kill(tmp_path, new_postgres) as (hub, front, pid):
        writer = Replica.open(joined(hub, front, tmp_path / "writer", TEAM).folder)
        reader = Replica.open(joined(hub, front, tmp_path / "reader", TEAM).folder)
        write(writer, "示例·之前")
        os.kill(pid, signal.SIGKILL)
        write(writer, "示例·之后")
        with reader:
            sync(reader, post_to_hub(reader))
        assert names_at(reader) == {"示例·之前", "示例·之后"}


def test_a_page_that_is_asked_of_a_process_as_it_ends_comes_from_another(
    tmp_path: Path, new_postgres: NewDatabase
) -> None:
    """As a phone asks, whose browser tries nothing again by itself."""
    with one_to_kill(tmp_path, new_postgres) as (_, front, pid):
        trusting = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])

        def statuses(times: int) -> list[int]:
            with urllib3.PoolManager(retries=False, ssl_context=trusting) as browser:
                return [browser.request("GET", f"{front}/healthz").status for _ in range(times)]

        assert statuses(4) == [200] * 4  # of each process haproxy keeps a line
        os.kill(pid, signal.SIGKILL)
        assert statuses(3) == [200] * 3


@contextmanager
def one_to_kill(folder: Path, new_postgres: NewDatabase) -> Iterator[tuple[Place, str, int]]:
    """A hub with two processes behind haproxy, its address there, and the number of the one that is to be killed."""
    require(HAPROXY)
    with new_postgres() as url:
        hub = new_hub(folder / "hub", url)
        with (
            hub_by_itself(hub, *WITHIN) as (stays, _),
            killed(hub) as (goes, pid),
            trusted(folder, [goes, stays]) as front,
        ):
            yield hub, front, pid


@contextmanager
def killed(hub: Place) -> Iterator[tuple[str, int]]:
    """One that a test kills."""
    with hub.process("hub", "serve", "--port", "0", "--json", *WITHIN) as process:
        yield json.loads(process.stdout.readline())["url"], process.pid
        process.kill()


def test_wrong_codes_are_counted_over_all_processes(several: Several) -> None:
    """Half of the tries at each: neither has seen too many."""
    hub, key = Hub.open(several.hub.folder), new_key()
    body = enrolment("AAAABBBB", key)
    with urllib3.PoolManager(retries=False) as pool:

        def guess(place: int) -> int:
            url, _ = several.processes[place % 2]
            proof = headers(hub, key, asker_with(key), "POST", "/v1/enrol", body, enrols=True)
            return pool.request("POST", f"{url}/v1/enrol", body=body, headers=proof).status

        statuses = [guess(place) for place in range(WRONG_ATTEMPTS + 2)]
    assert statuses[:WRONG_ATTEMPTS] == [403] * WRONG_ATTEMPTS
    assert statuses[WRONG_ATTEMPTS:] == [429, 429]
    with hub, hub.upkeep():
        Try.delete().execute()


def test_what_phones_send_at_one_moment_is_counted_over_all_processes(
    tmp_path: Path, new_postgres: NewDatabase
) -> None:
    """Half at each of two hubs over one database, side by side: not one more than one process lets through."""
    with new_postgres() as url:
        folder = new_hub(tmp_path / "hub", url).folder
        hubs, most = [Hub.open(folder) for _ in range(2)], PACE[0][0]

        def is_let(place: int) -> bool:
            with (hub := hubs[place % 2]):
                try:
                    refuse_haste(hub, "a phone")
                except TooFast:
                    return False
            return True

        with ThreadPoolExecutor(4) as side_by_side:
            let = list(side_by_side.map(is_let, range(2 * most)))
        assert sum(let) == most
        for hub in hubs:
            hub.now = lambda: wall_clock() + 61_000
        assert is_let(0), "a minute later it goes on"


def test_one_process_leads_until_it_ends_or_is_silent_for_long(
    tmp_path: Path, new_postgres: NewDatabase
) -> None:
    with new_postgres() as url:
        one = Hub.open(new_hub(tmp_path / "hub", url).folder)
        with one.held(), one:
            assert leads(one)
            with one.upkeep(), Leading.changing() as state:
                mine, state.leader = state.leader, "another"
            assert not leads(one)
            one.now = lambda: wall_clock() + 3 * 60 * 60 * 1000
            assert leads(one)
            assert Leading.read().leader == mine
            lead_no_longer(one)
            assert Leading.read().leader == ""


def test_where_it_is_shared_no_process_serves_alone_and_the_other_way_round(
    tmp_path: Path, new_postgres: NewDatabase
) -> None:
    with new_postgres() as url:
        place = new_hub(tmp_path / "hub", url)
        with Hub.open(place.folder).held(), Hub.open(place.folder).held():
            assert place.json("hub", "share", "--off", code=1)["error"] == "InUse"
        assert place.json("hub", "share", "--off") == {"shared": False}
        with Hub.open(place.folder).held():
            with pytest.raises(InUse), Hub.open(place.folder).held():
                pass
            with pytest.raises(InUse):
                Postgres(url).share(is_shared=True)
        assert place.json("hub", "share") == {"shared": True}


def test_a_process_that_served_while_it_was_shared_writes_no_more_once_it_is_not(
    tmp_path: Path, new_postgres: NewDatabase
) -> None:
    with new_postgres() as url:
        hub = Hub.open(new_hub(tmp_path / "hub", url).folder)
        with hub.held():
            Postgres(url).share(is_shared=False)
            with hub, pytest.raises(InUse):
                devices.add_team(hub, "乙队")


@pytest.mark.thorough
def test_a_hub_on_sqlite_is_told_what_to_do_first(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.json("hub", "init", "--community", "示例社区")
    said = place("hub", "share")
    assert said.code == 1
    assert "--database" in said.err
