"""Processes that serve one hub tell each other of what they commit; here they are hubs of one process."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from conftest import NewDatabase

from command_line import Place, joined
from disks import Disk
from hongxian_client.replica.replica import Replica
from hongxian_plugins.roster import Person
from hongxian_server.http.community import Community
from hongxian_server.http.serve import HERE, server_of
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.sync import bell, signals
from listening import listening
from on_channel import running, soon

TEAM = "甲队"


class Pair:
    """Two that serve a hub, with their addresses, and its database."""

    def __init__(self, folder: Path, url: str, alive: ExitStack) -> None:
        self.place, self.url, self._folder = Place(folder / "hub"), url, folder
        self.place.json("hub", "init", "--community", "示例社区", "--database", url)
        self.place.json("hub", "team", "add", TEAM)
        self.place.json("hub", "share")
        self.hubs = [Hub.open(self.place.folder) for _ in range(2)]
        self.addresses = []
        for hub in self.hubs:
            served = Community(hub, HERE)
            alive.enter_context(served.alive())
            server = server_of(served, folder, "127.0.0.1", 0, threads=2)
            self.addresses.append(alive.enter_context(listening(server)))

    def laptop(self, place: int) -> Replica:
        name = self._folder / f"laptop-{place}"
        return Replica.open(joined(self.place, self.addresses[place], name, TEAM).folder)


@pytest.fixture
def pair(
    tmp_path: Path, new_postgres: NewDatabase, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Pair]:
    """They look for what no signal told of once an hour: whatever is soon seen was told."""
    monkeypatch.setattr(bell, "RARE_SECONDS", 3600)
    monkeypatch.setattr(signals, "AGAIN_SECONDS", 1)
    with ExitStack() as alive:
        yield Pair(tmp_path, alive.enter_context(new_postgres()), alive)


def are_told(pair: Pair) -> bool:
    return all(each.hears_others for each in pair.hubs)


def is_there(laptop: Replica, name: str) -> bool:
    with laptop:
        return bool(Person.select().where(Person.name == name).exists())


def test_who_listens_at_one_is_rung_for_what_the_other_commits(pair: Pair) -> None:
    writer, reader = pair.laptop(0), pair.laptop(1)
    soon(lambda: are_told(pair))
    with running(writer), running(reader):
        with writer:
            Person.create(name="示例·甲")
        soon(lambda: is_there(reader, "示例·甲"))


def test_after_the_database_ended_their_lines_they_tell_each_other_again(pair: Pair) -> None:
    writer, reader = pair.laptop(0), pair.laptop(1)
    soon(lambda: are_told(pair))
    with running(writer), running(reader):
        Disk(pair.place.folder, pair.url).end_connections()
        soon(lambda: not are_told(pair))
        soon(lambda: are_told(pair))
        with writer:
            Person.create(name="示例·乙")
        soon(lambda: is_there(reader, "示例·乙"))


def test_what_was_committed_while_no_line_held_is_looked_for_when_one_does(pair: Pair) -> None:
    reader = pair.laptop(1)
    soon(lambda: are_told(pair))
    with running(reader) as (_, asking):
        asked = len(asking.paths)
        Disk(pair.place.folder, pair.url).end_connections()
        with Hub.open(pair.place.folder) as beside:  # which tells nobody
            devices.add_team(beside, "乙队")
        soon(lambda: len(asking.paths) > asked)
