"""Processes killed in the middle of anything lose nothing that they had confirmed."""

import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import confirming_laptop
from command_line import Place, hub_process, joined, new_hub
from hongxian.engine.store import Store
from hongxian.security.key_file import KeyFile
from hongxian.terminal.unlocking import key_of
from hongxian_client.demo.stage import free_port
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent.outbox import Entry
from hongxian_plugins.roster import Person
from hongxian_plugins.service import Tally
from hongxian_server.ops.opening import hub_in

TEAM = "红马甲管家团"
KILLS = 6
LINES = 12
"""Confirmations after which a laptop is killed, at most: more than two turns of all it does."""
MOMENT = 0.05
"""Seconds within which the kill comes then."""
SERVED = 0.5
"""Seconds for which a hub serves, at most, before it is killed."""


@pytest.fixture
def chance() -> random.Random:
    """The same draws every time; what they hit differs with the machine's mood."""
    return random.Random(20260301)


@pytest.fixture
def hub(tmp_path: Path) -> Place:
    """Encrypted, as are the laptops that join it."""
    made = new_hub(tmp_path / "hub", TEAM)
    made.json("hub", "encrypt")
    return made


@pytest.fixture(autouse=True)
def passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What opens all of them."""
    file = tmp_path / "passphrase"
    file.write_text("示例 口令 四个 词 在此\n")
    file.chmod(0o600)
    monkeypatch.setenv("HONGXIAN_PASSPHRASE_FILE", str(file))
    monkeypatch.setenv("HONGXIAN_ENCRYPTION", "on")


def opened(laptop: Place) -> Replica:
    """A laptop, as its next process finds it."""
    assert KeyFile.read(laptop.folder), "it is encrypted"
    return Replica.open(laptop.folder, key=key_of(laptop.folder))


def new_laptops(hub: Place, url: str, folder: Path, *names: str) -> list[Place]:
    """Laptops that know one tally, which all of them count on."""
    laptops = [joined(hub, url, folder / name, TEAM) for name in names]
    words = ("add", "service.tally", "label=磨剪刀", "people=0", "--team", "community")
    laptops[0].json(*words)
    for laptop in laptops:
        laptop.json("sync")
    return laptops


@contextmanager
def writing(laptop: Place, said: Path) -> Iterator[subprocess.Popen]:
    """The laptop's process while it writes and syncs; killed in the end."""
    with said.open("a") as out:
        process = subprocess.Popen(
            [sys.executable, confirming_laptop.__file__, str(laptop.folder)], stdout=out
        )
        try:
            yield process
            assert process.poll() is None, "it ended by itself"
        finally:
            process.kill()
            process.wait()


def lines(said: Path) -> list[list[str]]:
    """What was confirmed, line by line; half a line says nothing."""
    return [json.loads(line) for line in said.read_text().splitlines(True) if line.endswith("\n")]


def confirmed(said: Path) -> tuple[set[str], int]:
    """The ids confirmed, and how many were counted."""
    told = lines(said)
    return {id for ids in told for id in ids}, sum(not ids for ids in told)


def wait_for(process: subprocess.Popen, said: Path, more: int) -> None:
    """Until so many further confirmations are there."""
    enough = len(lines(said)) + more
    while len(lines(said)) < enough:
        assert process.poll() is None, "it ended by itself"
        time.sleep(0.01)


def people(store: Store) -> set[str]:
    """The ids of the people in a database, which must be whole."""
    with store:
        assert store.database.execute_sql("PRAGMA integrity_check").fetchone() == ("ok",)
        return {person.id for person in Person.select(Person.id)}


def counted(store: Store) -> int:
    with store:
        return Tally.get().people


def acknowledged(laptop: Replica) -> set[str]:
    """The people of whom nothing waits to be sent."""
    with laptop, laptop.database.snapshot():
        open_work = Entry.select(Entry.record)
        return {each.id for each in Person.select(Person.id).where(Person.id.not_in(open_work))}


def assert_all_agree(hub: Place, laptops: Iterable[Place]) -> None:
    """After one more sync of each, all hold the same, each thing once, and nobody was renumbered."""
    for laptop in (*laptops, *laptops):
        assert laptop.json("sync")["notes"] == []
    theirs = hub.json("hub", "digest")
    for laptop in laptops:
        assert laptop.json("digest") == theirs
        assert laptop.json("attention") == []
    assert hub.json("hub", "scrub")["first_broken"] is None
    with hub_in(hub.folder):
        names = Counter(person.name for person in Person.select(Person.name))
    assert names.most_common(1)[0][1] == 1


@pytest.mark.thorough
def test_a_laptop_killed_at_any_moment_keeps_all_that_it_confirmed(
    hub: Place, tmp_path: Path, chance: random.Random
) -> None:
    said = tmp_path / "said"
    with hub_process(hub) as url:
        [laptop] = new_laptops(hub, url, tmp_path, "甲机")
        for _ in range(KILLS):
            with writing(laptop, said) as process:
                wait_for(process, said, chance.randint(1, LINES))
                time.sleep(chance.uniform(0, MOMENT))
            ids, counts = confirmed(said)
            assert ids <= people(opened(laptop))
            assert counts <= counted(opened(laptop)) <= counts + KILLS
        assert_all_agree(hub, [laptop])
    assert ids <= people(hub_in(hub.folder))
    assert counts <= counted(hub_in(hub.folder)) <= counts + KILLS


@pytest.mark.thorough
def test_a_hub_killed_at_any_moment_keeps_all_that_it_acknowledged(
    hub: Place, tmp_path: Path, chance: random.Random
) -> None:
    said = [tmp_path / "said-1", tmp_path / "said-2"]
    with hub_process(hub, "--port", str(free_port())) as url:
        laptops = new_laptops(hub, url, tmp_path, "甲机", "乙机")
    first, second = laptops
    with writing(first, said[0]), writing(second, said[1]):
        for _ in range(KILLS):
            with killed_serving(hub, url):
                time.sleep(chance.uniform(0, SERVED))
            stored = people(hub_in(hub.folder))
            for laptop in laptops:
                assert acknowledged(opened(laptop)) <= stored
    with killed_serving(hub, url):
        assert_all_agree(hub, laptops)
    stored, (ids, counts) = people(hub_in(hub.folder)), both(*map(confirmed, said))
    assert ids <= stored
    assert counts <= counted(hub_in(hub.folder)) <= counts + len(laptops)


def both(one: tuple[set[str], int], other: tuple[set[str], int]) -> tuple[set[str], int]:
    return one[0] | other[0], one[1] + other[1]


@contextmanager
def killed_serving(hub: Place, url: str) -> Iterator[None]:
    """The hub at its old address until it is killed."""
    port = url.rpartition(":")[2]
    with hub.process("hub", "serve", "--port", port, "--json") as process:
        try:
            assert json.loads(process.stdout.readline())["url"] == url
            yield
        finally:
            process.kill()
            process.communicate()
