"""A hub takes a plugin's release while it serves: it begins anew by itself, and nobody is turned away meanwhile."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from command_line import Place, hub_by_itself, joined, new_hub
from desk_pages import waited_for
from hongxian.releases.publisher import called
from hongxian.releases.release import Release
from hongxian.releases.shelf import Shelf, Shelved
from hongxian_server.ops.releases.own import ANEW_SECONDS, note_anew
from plugin_releases import PUBLISHER, released

TEAM = "红马甲管家团"
HEAD = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"


@dataclass
class Serving:
    """A hub in a process of its own, to whose keeper the publisher is known."""

    hub: Place
    url: str
    pid: int

    def adds(self, release: Release) -> str:
        path = self.hub.folder / f"{release.manifest.called}.hxplugin"
        path.write_bytes(release.content)
        said = self.hub("hub", "plugin", "add", path, "--publisher", called(PUBLISHER.public))
        assert said.code == 0, said
        return said.out

    def listed(self) -> dict[str, tuple[bool, bool]]:
        told = self.hub.json("hub", "plugin", "list")
        return {each["version"]: (each["hub_runs"], each["hub_due"]) for each in told}

    @property
    def shelved(self) -> Shelved:
        return Shelf(self.hub.folder / "plugins").read()["seat"]

    def runs(self, version: str) -> bool:
        """Whether the process that serves has told that it runs a release."""
        held = self.shelved
        return held.serves != "" and held.serves == held.held.get(version)

    def is_well(self) -> bool:
        port = int(self.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
            line.sendall(HEAD + b"\r\n")
            return line.recv(12) == b"HTTP/1.1 200"


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    hub = new_hub(tmp_path / "hub", TEAM)
    with hub_by_itself(hub, "--proxy", "127.0.0.1") as (url, pid):
        yield Serving(hub, url, pid)


def test_a_release_reaches_laptops_of_a_hub_that_nobody_stopped(
    serving: Serving, tmp_path: Path
) -> None:
    laptop = joined(serving.hub, serving.url, tmp_path / "laptop", TEAM)
    said = serving.adds(released("1.0"))
    assert "正在运行的主机还在用：无" in said
    waited_for(lambda: serving.runs("1.0"))
    assert serving.listed() == {"1.0": (True, True)}
    assert "正在运行" not in serving.hub("hub", "plugin", "release", "seat", "--to", "laptop").out
    waited_for(lambda: "seat" in str(laptop.json("sync")["plugins"]))
    assert laptop.json("add", "seat.thing", "seats=3")
    assert laptop.json("sync")["sent"] == 1


@contextmanager
def asking_all_the_time(serving: Serving) -> Iterator[list[object]]:
    """Ask the hub again and again, each time over a new connection; what was answered otherwise than well."""
    wrong: list[object] = []
    ended = threading.Event()

    def ask() -> None:
        while not ended.is_set():
            try:
                if not serving.is_well():
                    wrong.append("not well")
            except OSError as error:
                wrong.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for each in threads:
        each.start()
    try:
        yield wrong
    finally:
        ended.set()
        for each in threads:
            each.join()


@pytest.mark.thorough
def test_nobody_who_asks_is_turned_away_while_it_begins_anew(serving: Serving) -> None:
    with asking_all_the_time(serving) as wrong:
        serving.adds(released("1.0"))
        waited_for(lambda: serving.runs("1.0"))
        serving.adds(released("1.1"))
        waited_for(lambda: serving.runs("1.1"))
        serving.hub.json("hub", "plugin", "rollback", "seat")
        waited_for(lambda: serving.runs("1.0"))
    assert not wrong
    line = Path(f"/proc/{serving.pid}/cmdline").read_bytes()
    assert line.count(b"--port") == 2, "however often it began anew"


@pytest.mark.thorough
@pytest.mark.parametrize("source", ["raise RuntimeError('broken')\n", "import os\nos._exit(7)\n"])
def test_a_release_that_does_not_load_or_ends_its_process_ends_no_hub(
    serving: Serving, source: str
) -> None:
    serving.adds(released("1.0"))
    waited_for(lambda: serving.runs("1.0"))
    serving.adds(released("1.1", source))
    waited_for(lambda: serving.shelved.use == "1.0")
    assert serving.listed() == {"1.0": (True, True), "1.1": (False, False)}
    assert serving.is_well()
    assert serving.runs("1.0")


def test_nobody_is_told_that_no_hub_serves_in_the_seconds_in_which_it_begins_anew(
    tmp_path: Path,
) -> None:
    hub = new_hub(tmp_path / "hub", TEAM)
    note_anew(hub.folder)
    assert "主机正在自行重开" in Serving(hub, "", 0).adds(released("1.0"))
    long_ago = time.time() - 2 * ANEW_SECONDS
    os.utime(hub.folder / "begins-anew", (long_ago, long_ago))
    assert "没有主机在运行" in hub("hub", "plugin", "release", "seat", "--all").out


def test_the_list_tells_of_the_hub_that_serves_alone(tmp_path: Path) -> None:
    serving = Serving(new_hub(tmp_path / "hub", TEAM), "", 0)
    assert "下次启动时用：1.0" in serving.adds(released("1.0"))
    assert serving.listed() == {"1.0": (False, True)}


def test_a_release_that_was_taken_back_is_taken_in_anew_and_one_that_is_here_stays_as_it_was(
    tmp_path: Path,
) -> None:
    serving = Serving(new_hub(tmp_path / "hub", TEAM), "", 0)
    serving.adds(released("1.0"))
    serving.hub.json("hub", "plugin", "release", "seat", "--all")
    assert "下发全部" in serving.adds(released("1.0"))
    serving.hub.json("hub", "plugin", "rollback", "seat")
    assert serving.listed() == {"1.0": (False, False)}
    assert "暂不下发" in serving.adds(released("1.0"))
    assert serving.listed() == {"1.0": (False, True)}
    file = Shelf(serving.hub.folder / "plugins").file_of("seat", "1.0")
    file.unlink()
    serving.adds(released("1.0"))
    assert file.exists(), "what a disk lost is put where it was"
