"""Unsent work that a copy of the laptop holds too: the hub takes it in once, whatever stamps it got."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from peewee import CharField

from hongxian import QuotaField, Record
from hongxian.merges import adding, plus, removing
from hongxian.model.stamp import wall_clock
from hongxian.quotas import grant
from hongxian.records import COMMUNITY
from hongxian_client.replica.replica import Replica
from hongxian_testing.laptop import with_only
from meeting import Meeting, meeting
from samples import PEOPLE, SAMPLE, Person, Thing, plugin


class Shelf(Record):
    """Shelves."""

    name = CharField(max_length=20)
    stock = QuotaField(unit="件")

    class Meta:
        collection = "once.shelf"
        scope = COMMUNITY


MODULES = (SAMPLE, PEOPLE, plugin("once", Shelf))
TEN_MINUTES = 600_000


@pytest.fixture
def met(tmp_path: Path, database_url: str | None) -> Iterator[Meeting]:
    with meeting(tmp_path, *MODULES, url=database_url) as met:
        met.team("east")
        with met.laptop("east"):
            Thing.create(name="旧", scope=COMMUNITY)
            Shelf.create(name="旧", stock=1)
        met.agree()
        yield met


def work(laptop: Replica) -> None:
    """A count, a grant and a member, on records old and new."""
    with laptop:
        Thing.update(people=plus(5), skills=adding("磨刀")).execute()
        grant(Shelf.get(), "stock", 9)
        Thing.create(name="新", people=5, skills={"磨刀"}, scope=COMMUNITY)
        Shelf.create(name="新", stock=10)


def saved(met: Meeting) -> Path:
    [laptop] = met.laptops
    folder = met.folder / "saved"
    shutil.copytree(laptop.folder, folder, ignore=shutil.ignore_patterns("*.lock"))
    return folder


def restore(met: Meeting, folder: Path) -> Replica:
    """The copy takes the laptop's place."""
    [laptop] = met.laptops
    shutil.rmtree(laptop.folder)
    shutil.copytree(folder, laptop.folder)
    met.laptops = [Replica.open(laptop.folder, plugins=with_only(MODULES))]
    return met.laptops[0]


def restored_and_renumbered(met: Meeting, folder: Path) -> None:
    laptop = restore(met, folder)
    with laptop:
        Person.create(name="示例·又")
    [report] = met.sync()
    assert "restored or copied" in report.notes[0].en


def check_taken_once(met: Meeting) -> None:
    met.agree()
    for store in (met.hub, *met.laptops):
        with store:
            assert {each.name: each.people for each in Thing.select()} == {"旧": 5, "新": 5}
            assert {each.name: each.stock.granted for each in Shelf.select()} == {
                "旧": 10,
                "新": 10,
            }


@pytest.mark.either_database
def test_work_that_went_out_under_the_stamps_of_a_right_clock(met: Meeting) -> None:
    [laptop] = met.laptops
    laptop.now = lambda: wall_clock() + TEN_MINUTES
    work(laptop)
    folder = saved(met)
    met.sync()
    restored_and_renumbered(met, folder)
    check_taken_once(met)


@pytest.mark.either_database
def test_work_that_went_out_under_the_number_of_another_restored_copy(met: Meeting) -> None:
    [laptop] = met.laptops
    work(laptop)
    folder = saved(met)
    with laptop:
        Person.create(name="示例·一")
    met.sync()
    for _ in range(2):
        restored_and_renumbered(met, folder)
    check_taken_once(met)


@pytest.mark.either_database
def test_work_of_a_copy_that_went_out_under_its_new_number(met: Meeting) -> None:
    early = saved(met)
    with met.laptops[0]:
        Person.create(name="示例·一")
    met.sync()
    copy = restore(met, early)  # and has no network for a while
    work(copy)
    later = met.folder / "later"
    shutil.copytree(copy.folder, later, ignore=shutil.ignore_patterns("*.lock"))
    [report] = met.sync()
    assert "restored or copied" in report.notes[0].en
    restored_and_renumbered(met, later)
    check_taken_once(met)


@pytest.mark.either_database
def test_a_member_that_the_copy_removes_was_added_under_another_stamp(met: Meeting) -> None:
    [laptop] = met.laptops
    laptop.now = lambda: wall_clock() + TEN_MINUTES
    work(laptop)
    folder = saved(met)
    met.sync()
    with restore(met, folder):
        Thing.update(skills=removing("磨刀")).execute()
    met.agree()
    with met.hub:
        assert [each.skills for each in Thing.select()] == [frozenset(), frozenset()]
