"""Whatever call of whatever command a disk fails at: what was confirmed is there, all else is absent or whole.

Each command is run on a copy of one world, once to count its calls, then with a fault at one of them;
then the disk works again, and so must everything.
"""

import io
import random
import re
import shutil
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zipfile import ZipFile

import pytest
from conftest import Once, require
from hypothesis import settings

from command_line import Place, Said, joined, new_hub, serving, sheet_of
from costs import AS_EVER, paper_at
from failing_disk import FailingDisk, How, failing_disk
from hongxian.engine.store import Store
from hongxian.errors import DatabaseGone, FileRefused
from hongxian.wire.bundle import read_bundle
from hongxian.wire.digest import digests
from hongxian.wire.page import read_stream
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent import outbox
from hongxian_client.replica.unsent.outbox import EntryState
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import post_to_hub
from hongxian_plugins.roster import Person
from hongxian_plugins.service import Tally
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.membership import devices
from hongxian_server.ops.tidy import tidy
from hongxian_server.tables import journal
from listening import served
from sweeps import sweep
from system_packages import GCC

TEAM, PLUS = "红马甲管家团", 5
NEW = "示例·新来"
ENDS, FAILS = ([how for how in How if how and how.ends is ends] for ends in (True, False))


@dataclass(frozen=True)
class World:
    """A hub, two laptops of one team, and files on a stick."""

    folder: Path

    @property
    def hub(self) -> Place:
        return Place(self.folder / "hub")

    @property
    def one(self) -> Place:
        return Place(self.folder / "甲机")

    @property
    def two(self) -> Place:
        return Place(self.folder / "乙机")

    @property
    def new(self) -> Place:
        """Where nothing is yet."""
        return Place(self.folder / "new")

    @property
    def stick(self) -> Path:
        return self.folder / "stick"

    @property
    def sheet(self) -> Path:
        """The hub's recovery sheet, whose letters somebody types."""
        return self.folder / "sheet"

    def counting(self, more: int) -> list[str]:
        """The words that count on."""
        [tally] = self.one.json("list", "service.tally")
        return ["edit", "service.tally", tally["id"], f"people=+{more}"]


def make_failing_world(folder: Path) -> None:
    """Both laptops have unsent work; of one a stick waits for the hub, and the reply to an earlier one for it."""
    world = World(folder)
    with paper_at(AS_EVER):  # a process restores it
        hub = new_hub(world.hub.folder, TEAM)
        world.sheet.write_text(sheet_of(hub))
    world.stick.mkdir()
    with serving(hub) as url:
        one, two = (joined(hub, url, each.folder, TEAM) for each in (world.one, world.two))
        one.json("add", "service.tally", "label=磨剪刀", "people=0", "--team", "community")
        for name in "甲乙丙":
            one.json("add", "roster.person", f"name=示例·{name}")
        for laptop in (one, two):
            laptop.json("sync")
        hub.json("hub", "backup", world.stick / "backup.age")
        two.json(*world.counting(1))
        two.json("sync")
    two.json("add", "roster.person", "name=示例·丁")
    two.json("bundle", "out", world.stick / "answered")
    hub.json("hub", "bundle", world.stick / "answered", world.stick / "reply")
    two.json("add", "roster.person", "name=示例·戊")
    two.json("bundle", "out", world.stick / "waits")
    one.json(*world.counting(1))
    one.json("add", "roster.person", "name=示例·己")
    rows = "\n".join(f"示例·表{number}" for number in range(40))
    (world.stick / "people.csv").write_text(f"姓名\n{rows}\n{'长' * 1_000}\n", "utf-8")


class Opened:
    """The same, its disk being whole again."""

    def __init__(self, world: World) -> None:
        self.world = world

    @cached_property
    def hub(self) -> Hub:
        return Hub.open(self.world.hub.folder)

    @cached_property
    def one(self) -> Replica:
        return Replica.open(self.world.one.folder)

    @cached_property
    def two(self) -> Replica:
        return Replica.open(self.world.two.folder)

    @cached_property
    def new(self) -> Replica:
        return Replica.open(self.world.new.folder)

    def laptops(self) -> list[Replica]:
        return [self.one, self.two]


def names(store: Store) -> list[str]:
    with store:
        return sorted(person.name for person in Person.select(Person.name))


def unsent(laptop: Replica) -> int:
    with laptop:
        return outbox.count(EntryState.UNSENT)


@dataclass(frozen=True)
class Command:
    """A command in such a world."""

    place: Callable[[World], Place]
    words: Callable[[World], list[str | Path]]
    is_done: Callable[[Opened], bool]
    """Whether all is there that it confirms; fails where some is."""
    repeats: bool = False
    """Whether it may be given again once it was done."""
    asks_hub: bool = False


def whether(found: object, before: object, after: object) -> bool:
    """Whether the one is found, and not the other; nothing else may be."""
    assert found in (before, after)
    return found == after


def has_added(now: Opened) -> bool:
    return whether(names(now.one).count(NEW), 0, 1)


def has_counted(now: Opened) -> bool:
    with now.one:
        return whether(Tally.get().people, 1, 1 + PLUS)


def has_imported(now: Opened) -> bool:
    return whether(sum("表" in name for name in names(now.one)), 0, 40)


def has_exported(now: Opened) -> bool:
    path = now.world.stick / "people.xlsx"
    assert not path.exists() or ZipFile(path).testzip() is None
    return path.exists()


def has_bundled(now: Opened) -> bool:
    return is_whole_bundle(now.world.stick / "out")


def is_whole_bundle(path: Path) -> bool:
    if path.exists():
        assert len(list(read_stream(io.BytesIO(read_bundle(path)[2])))) > 1
    return path.exists()


def has_taken_reply(now: Opened) -> bool:
    return whether(unsent(now.two), 2, 1)


def has_answered(now: Opened) -> bool:
    answered = is_whole_bundle(now.world.stick / "back")
    assert "示例·戊" in names(now.hub) or not answered
    return answered


def has_synced(now: Opened) -> bool:
    return whether(unsent(now.one), 2, 0)


def has_erased(now: Opened) -> bool:
    return "示例·甲" not in names(now.hub)


def has_joined(now: Opened) -> bool:
    with now.new:
        return LaptopState.read().hub_key != ""


def has_begun(now: Opened) -> bool:
    try:
        Hub.open(now.world.new.folder)
    except (FileRefused, DatabaseGone):
        return False
    return True


def has_restored(now: Opened) -> bool:
    with now.hub:
        return HubState.read().recovering


def erasing(world: World) -> list[str | Path]:
    with Hub.open(world.hub.folder):
        id = Person.get(Person.name == "示例·甲").id
    return ["hub", "erase", "roster.person", id, "--by", "示例", "--do"]


def joining(world: World) -> list[str | Path]:
    with (hub := Hub.open(world.hub.folder)):
        code, _ = devices.make_code(hub, [TEAM])
    return ["join", "URL", code, "--name", "丙机"]


def hub(world: World) -> Place:
    return world.hub


def one(world: World) -> Place:
    return world.one


COMMANDS = {
    "add": Command(one, lambda _: ["add", "roster.person", f"name={NEW}"], has_added),
    "edit": Command(one, lambda world: world.counting(PLUS), has_counted),
    "import": Command(
        one, lambda world: ["import", "roster.person", world.stick / "people.csv"], has_imported
    ),
    "export": Command(
        one,
        lambda world: ["export", "roster.person", world.stick / "people.xlsx"],
        has_exported,
        repeats=True,
    ),
    "bundle out": Command(
        one, lambda world: ["bundle", "out", world.stick / "out"], has_bundled, repeats=True
    ),
    "bundle in": Command(
        lambda world: world.two,
        lambda world: ["bundle", "in", world.stick / "reply"],
        has_taken_reply,
        repeats=True,
    ),
    "sync": Command(
        one, lambda _: ["sync", "--hub", "URL"], has_synced, repeats=True, asks_hub=True
    ),
    "join": Command(lambda world: world.new, joining, has_joined, asks_hub=True),
    "hub bundle": Command(
        hub,
        lambda world: ["hub", "bundle", world.stick / "waits", world.stick / "back"],
        has_answered,
        repeats=True,
    ),
    "hub init": Command(
        lambda world: world.new, lambda _: ["hub", "init", "--community", "另一社区"], has_begun
    ),
    "hub restore": Command(
        lambda world: world.hub.typing(world.sheet.read_text()),
        lambda world: ["hub", "restore", world.stick / "backup.age"],
        has_restored,
    ),
    "hub tidy": Command(hub, lambda _: ["hub", "tidy"], lambda _: True, repeats=True),
    "hub scrub": Command(hub, lambda _: ["hub", "scrub"], lambda _: True, repeats=True),
    "hub erase": Command(hub, erasing, has_erased),
}


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FailingDisk]:
    require(GCC)
    with failing_disk(tmp_path_factory.mktemp("disk")) as disk:
        yield disk


@pytest.fixture(scope="module")
def prepared(once: Once) -> World:
    return World(once(make_failing_world))


class Trial:
    """A command in a copy of the world."""

    def __init__(self, disk: FailingDisk, prepared: World, command: Command, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self.disk, self.command = disk, command
        self.world = World(shutil.copytree(prepared.folder, folder))
        self.words = command.words(self.world)
        self.calls = 0

    def run(self, at: int, how: How) -> Said:
        """Run it on a disk that fails; then the disk is whole again."""
        with self._hub() as words:
            self.disk.fail(self.world.folder, at, how)
            said = self.disk.run(self.command.place(self.world), *words)
            self.calls = self.disk.calls
            self.disk.heal()
        return said

    def again(self) -> Said:
        """Run it where nothing fails."""
        with self._hub() as words, paper_at(AS_EVER):
            return self.command.place(self.world)(*words)

    @contextmanager
    def _hub(self) -> Iterator[list[str | Path]]:
        with serving(self.world.hub) if self.command.asks_hub else nullcontext("") as url:
            yield [url if word == "URL" else word for word in self.words]


def drawn(name: str, calls: int) -> list[tuple[int, How]]:
    """At which calls what is to happen."""
    if settings.get_current_profile_name() == "deep":
        return [(at, how) for how in How if how for at in range(1, calls + 1)]
    chance = random.Random(zlib.crc32(name.encode()))
    hows = [chance.choice(ENDS), chance.choice(FAILS)]
    if settings.get_current_profile_name() != "quick":
        hows = [*ENDS, *FAILS]
    return [(chance.randint(1, calls), how) for how in hows]


def assert_sound(store: Store) -> None:
    with store:
        assert store.database.execute_sql("PRAGMA integrity_check").fetchone() == ("ok",)


def assert_all_agree(now: Opened) -> None:
    """All sync, and hold the same as the hub; nothing waits."""
    with served(now.hub) as url:
        for laptop in (*now.laptops(), now.one):
            with laptop:
                assert sync(laptop, post_to_hub(laptop, url)).differs == []
    with now.hub:
        tidy(now.hub)  # as it does each hour
        theirs = digests()
        assert journal.first_broken_block() is None
    for laptop in now.laptops():
        with laptop:
            assert digests() == theirs
            assert not outbox.count(*EntryState)
    assert names(now.hub) == names(now.one)
    assert len(set(names(now.hub))) == len(names(now.hub))


def files_of(world: World) -> list[str]:
    """All files by name, but for locks and what SQLite has while it is open; a number stands for any."""
    found = (str(each.relative_to(world.folder)) for each in world.folder.rglob("*"))
    return sorted(
        re.sub(r"\d+", "0", each) for each in found if not each.endswith(("-wal", "-shm", ".lock"))
    )


def assert_told(said: Said) -> None:
    """An error was a sentence."""
    assert said.err.strip(), said
    assert "Traceback" not in said.err, said.err


@pytest.mark.parametrize("name", sweep(COMMANDS.keys()))
def test_a_command_whose_disk_fails_keeps_what_it_confirmed_and_leaves_nothing_half(
    name: str, disk: FailingDisk, prepared: World, tmp_path: Path
) -> None:
    command = COMMANDS[name]
    whole = Trial(disk, prepared, command, tmp_path / "whole")
    assert whole.run(0, How.COUNTED).code == 0
    after = Opened(whole.world)
    assert command.is_done(after)
    assert_all_agree(after)
    for at, how in drawn(name, whole.calls):
        check(Trial(disk, prepared, command, tmp_path / "copy"), at, how, files_of(whole.world))


def check(trial: Trial, at: int, how: How, files: list[str]) -> None:
    """A fault, and all that must be so afterwards."""
    said = trial.run(at, how)
    print(at, how.name, said)
    if said.code and not how.ends:
        assert_told(said)
    now = Opened(trial.world)
    for store in (now.hub, *now.laptops()):
        assert_sound(store)
    done = trial.command.is_done(now)
    assert done or said.code
    if trial.command.repeats or not done:
        again = trial.again()
        assert again.code == 0, again
    assert trial.command.is_done(now)
    assert_all_agree(now)
    assert files_of(trial.world) == files


@pytest.mark.thorough
def test_a_backup_onto_a_stick_that_becomes_full_says_so_and_leaves_nothing_there(
    disk: FailingDisk, prepared: World, tmp_path: Path
) -> None:
    world = World(shutil.copytree(prepared.folder, tmp_path / "copy"))
    stick = tmp_path / "stick"
    stick.mkdir()
    backup = stick / "backup.age"
    disk.fail(stick, 0, How.COUNTED)
    assert disk.run(world.hub, "hub", "backup", backup).code == 0
    backup.unlink()
    for at in (1, disk.calls // 2):
        disk.fail(stick, at, How.FULL)
        said = disk.run(world.hub, "hub", "backup", backup)
        disk.heal()
        assert said.code == 1
        assert "磁盘满了" in said.err
        assert not list(stick.iterdir())
