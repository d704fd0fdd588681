"""What a hub does each hour while it serves: one thing that fails stops neither the others nor the next hour."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest

from hongxian.model.record import new_id
from hongxian.model.stamp import DAY_MILLISECONDS, wall_clock
from hongxian_server.history.erasing import FILE
from hongxian_server.http.community import Community
from hongxian_server.http.serve import HERE, serve, server_of
from hongxian_server.hub import Hub
from hongxian_server.tables.damaged import all_damaged
from hongxian_server.tables.keeper_log import Act, entries, note
from hongxian_testing.laptop import with_only
from samples import PEOPLE, Person

DEADLINE = 30  # seconds


def in_time(happened: Callable[[], bool]) -> bool:
    give_up = time.monotonic() + DEADLINE
    while not happened() and time.monotonic() < give_up:
        time.sleep(0.02)
    return happened()


@pytest.fixture(autouse=True)
def short_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hongxian_server.http.serve.TIDY_SECONDS", 0.05)


@contextmanager
def serving(hub: Hub) -> Iterator[None]:
    served, ready = Community(hub, HERE), threading.Event()
    server = server_of(served, hub.folder, "127.0.0.1", 0)
    thread = threading.Thread(target=serve, args=(served, server, ready.set))
    thread.start()
    try:
        assert ready.wait(DEADLINE)
        yield
    finally:
        server.stop()
        thread.join()


def test_what_fails_in_one_hour_stops_neither_the_rest_nor_the_next_hour(
    tmp_path: Path,
) -> None:
    hub = Hub.init(tmp_path, "示例社区", plugins=with_only((PEOPLE,)))
    with hub:
        id = Person.create(name="示例·一").id
        with hub.upkeep():
            hub.database.execute_sql("UPDATE people_person SET note = '被硬盘改动'")
    hub.now = lambda: wall_clock() + 2 * DAY_MILLISECONDS
    (tmp_path / FILE).write_bytes(b"damaged")
    with serving(hub), hub:
        assert in_time(lambda: bool(all_damaged())), "it was looked for although tidying fails"
        told = {"collection": "people.person", "record": id, "at": 0, "by": "", "signature": ""}
        (tmp_path / FILE).write_bytes(orjson.dumps([{"id": new_id(), **told}]))
        assert in_time(lambda: not Person.select().exists()), "it is tidied when it can be"


def test_what_it_does_by_itself_is_noted_as_its_own_act(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = (lambda hub: note(hub, Act.BACKUP),)
    monkeypatch.setattr("hongxian_server.http.serve.ON_RECORDS", work)
    hub = Hub.init(tmp_path, "示例社区", plugins=with_only(()))
    with serving(hub), hub:
        assert in_time(lambda: bool(entries("backup made")))
        assert {each.who.en for each in entries("backup made")} == {"the hub itself"}
