"""Threads of one hub write one after the other, whatever the road; who reads waits for nobody."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hongxian.engine.store import Store
from hongxian.records import COMMUNITY
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_testing.laptop import with_only
from samples import SAMPLE, Thing, plugin

THREADS, ROUNDS = 4, 25


class Hooks:
    """What a plugin does after each commit, and whether two threads were ever in it at once."""

    def __init__(self) -> None:
        self.inside, self.met, self.told = threading.Lock(), False, 0

    def record_was_stored(self, store: Store) -> None:
        self.met |= not self.inside.acquire(blocking=False)
        store.view(store.collection("sample.thing"), ["no-such-record"])
        self.told += 1
        if self.inside.locked():
            self.inside.release()


@pytest.fixture
def hooks() -> Hooks:
    return Hooks()


@pytest.fixture
def hub(tmp_path: Path, hooks: Hooks) -> Iterator[Hub]:
    def record_was_stored(store: Store) -> None:
        hooks.record_was_stored(store)

    told = plugin("told", hongxian_record_was_stored=record_was_stored)
    hub = Hub.init(tmp_path / "hub", "示例社区", plugins=with_only((SAMPLE, told)))
    with hub:
        devices.add_team(hub, "team")
        hub.database.timeout = 0  # whoever finds another writer in SQLite is refused at once
        yield hub


def write(hub: Hub, number: int) -> None:
    """Write by each of the three roads, many times."""
    with hub:
        for each in range(ROUNDS):
            Thing.create(name=f"{number}-{each}", scope=COMMUNITY)
            with hub.separately():
                Thing.create(name=f"{number}-{each}", scope=COMMUNITY)
                Thing.create(name=f"{number}-{each}", scope=COMMUNITY)
            with hub.upkeep():
                devices.pending_codes(hub)


def test_threads_that_write_wait_for_each_other(hub: Hub) -> None:
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(lambda number: write(hub, number), range(THREADS)))
    assert Thing.select().count() == 3 * THREADS * ROUNDS


def test_the_plugins_are_told_of_a_write_before_the_next_one_begins(hub: Hub, hooks: Hooks) -> None:
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(lambda number: write(hub, number), range(THREADS)))
    assert hooks.told > 3 * THREADS * ROUNDS
    assert not hooks.met


def test_who_reads_does_not_wait_for_who_writes(hub: Hub) -> None:
    seen: list[int] = []

    def read() -> None:
        with hub:
            seen.append(Thing.select().count())

    with hub.transaction():
        Thing.create(name="in the making", scope=COMMUNITY)
        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        reader.join(20)
        assert seen == [0]
