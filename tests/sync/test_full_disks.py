"""On a full or a read-only disk one goes on reading, is told by its cause what cannot be written, and loses nothing."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from command_line import Place, joined, new_hub, serving
from consoles import keepers
from desks import desk_of, entered, page
from hongxian.errors import StorageFailed
from hongxian.plugins.loading import Plugins
from hongxian_client.replica.replica import Replica
from hongxian_server.hub import Hub
from listening import served
from small_disks import SmallDisk, small_disk

TEAM = "红马甲管家团"
FULL = "磁盘满了，请腾出空间后重试"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", 24) as disk:
        yield disk


@pytest.fixture
def laptop(disk: SmallDisk, tmp_path: Path) -> Place:
    """On that disk, with one person, and one that is not sent yet."""
    hub = new_hub(tmp_path / "hub", TEAM)
    with serving(hub) as url:
        laptop = joined(hub, url, disk.folder / "甲机", TEAM)
        laptop.json("add", "roster.person", "name=示例·甲")
        laptop.json("sync")
    laptop.json("add", "roster.person", "name=示例·乙")
    return laptop


def assert_reads(laptop: Place, elsewhere: Path, *people: str) -> None:
    assert [each["name"] for each in laptop.json("list", "roster.person")] == list(people)
    assert laptop.json("show", "roster.person", people[0])["name"] == people[0]
    assert laptop.json("status")["unsent"] == 1
    assert laptop.json("attention") == []
    laptop.json("digest")
    assert laptop.json("export", "roster.person", elsewhere / "people.xlsx")["records"] == len(
        people
    )


def test_on_a_full_disk_a_laptop_reads_and_says_why_it_writes_nothing(
    disk: SmallDisk, laptop: Place, tmp_path: Path
) -> None:
    disk.fill()
    assert_reads(laptop, tmp_path, "示例·甲", "示例·乙")
    for words in (["add", "roster.person", "name=示例·丙"], ["bundle", "out", disk.folder / "out"]):
        said = laptop(*words)
        assert (said.code, said.out) == (1, "")
        assert f"laptop.db：{FULL}" in said.err
    disk.empty()
    laptop.json("add", "roster.person", "name=示例·丙")
    assert len(laptop.json("list", "roster.person")) == 3


def test_on_a_read_only_disk_likewise(disk: SmallDisk, laptop: Place, tmp_path: Path) -> None:
    disk.only_read()
    assert_reads(laptop, tmp_path, "示例·甲", "示例·乙")
    said = laptop("add", "roster.person", "name=示例·丙")
    assert said.code == 1
    assert "laptop.db：磁盘是只读的" in said.err
    said = laptop("export", "roster.person", disk.folder / "people.csv")
    assert said.code == 1
    assert "people.csv：磁盘是只读的" in said.err


def test_what_is_in_the_log_alone_is_read_where_its_index_cannot_be_made(
    disk: SmallDisk, laptop: Place, tmp_path: Path
) -> None:
    with Replica.open(laptop.folder) as replica:
        laptop.json("add", "roster.person", "name=示例·丙")
        copy = shutil.copytree(laptop.folder, disk.folder / "copy")
        assert (copy / "laptop.db-wal").stat().st_size
        assert replica.collections
    (copy / "laptop.db-shm").unlink()
    disk.only_read()
    people = [each["name"] for each in Place(copy).json("list", "roster.person")]
    assert people == ["示例·甲", "示例·乙", "示例·丙"]
    assert Place(copy)("add", "roster.person", "name=示例·丁").code == 1


def test_what_only_reads_is_not_kept_once_there_is_room(disk: SmallDisk, laptop: Place) -> None:
    disk.fill()
    replica = Replica.open(laptop.folder, plugins=Plugins(installed=False))
    with replica.kept_open():
        with replica, pytest.raises(StorageFailed, match="the disk is full"), replica.upkeep():
            pass
        disk.empty()
        with replica, replica.upkeep():
            pass


def test_the_desk_shows_its_pages_and_gives_back_what_was_typed(
    disk: SmallDisk, laptop: Place
) -> None:
    desk = desk_of(Replica.open(laptop.folder))
    browser = entered(desk)
    disk.fill()
    assert desk_of(Replica.open(laptop.folder)).host == desk.host
    assert "示例·甲" in page(browser, "/c/roster.person")
    for address in ("/", "/attention", "/c/roster.person/new"):
        page(browser, address)
    said = browser.post("/c/roster.person/new", data={"name": "示例·打了很久"})
    assert said.status_code == 422
    assert "示例·打了很久" in said.text
    assert "the disk is full" in said.text
    disk.empty()
    assert browser.post("/c/roster.person/new", data={"name": "示例·打了很久"}).status_code == 302


def test_a_hub_on_a_full_disk_is_read_refuses_what_is_new_and_goes_on_by_itself(
    disk: SmallDisk, tmp_path: Path
) -> None:
    hub = new_hub(disk.folder / "hub", TEAM)
    opened = Hub.open(hub.folder)
    with served(opened) as url:
        laptop = joined(hub, url, tmp_path / "甲机", TEAM)
        laptop.json("add", "roster.person", "name=示例·甲")
        laptop.json("sync")
        keeper = keepers(opened)
        laptop.json("add", "roster.person", "name=示例·乙")
        disk.fill()
        said = laptop("sync")
        assert said.code
        assert FULL in said.err
        assert laptop.json("status")["unsent"] == 1
        assert laptop.json("history", "roster.person", "示例·甲")
        for address in ("overview", "laptops", "journal"):
            assert keeper.get(f"/console/{address}").status_code == 200
        assert hub.json("hub", "digest")
        said = hub("hub", "team", "add", "另一队")
        assert (said.code, FULL in said.err) == (1, True)
        disk.empty()
        assert laptop.json("sync")["sent"] == 1
