"""What was made before its plugin was taken out, and had new stamps before it was back."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from peewee import CharField

from hongxian import QuotaField, Record
from hongxian.merges import plus, removing
from hongxian.quotas import grant
from hongxian.records import COMMUNITY
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent.outbox import EntryState, count
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import post_to_hub
from hongxian_testing.laptop import with_only
from meeting import Meeting, meeting
from samples import PEOPLE, SAMPLE, Person, Thing, plugin


class Shelf(Record):
    """Shelves."""

    name = CharField(max_length=20)
    stock = QuotaField(unit="件", deal="kept")

    class Meta:
        collection = "once.shelf"
        scope = COMMUNITY


ONCE = plugin("once", Shelf)
HOUR = 3_600_000


@pytest.fixture
def met(tmp_path: Path) -> Iterator[Meeting]:
    with meeting(tmp_path, SAMPLE, PEOPLE, ONCE) as met:
        met.team("east")
        met.laptop("east")
        met.laptop("east")
        met.sync()
        yield met


def a_thing() -> str:
    return Thing.create(name="磨石", people=5, skills={"磨刀", "理发"}, scope=COMMUNITY).id


def opened(met: Meeting, *modules: Any) -> Replica:
    """The first laptop's folder in a new process with these plugins."""
    [first, *_] = met.laptops
    return Replica.open(first.folder, plugins=with_only(modules), now=first.now)


def renumbered_while_away(met: Meeting, make: Callable[[], str]) -> str:
    """The first laptop makes a record, and is restored from a copy that holds it still unsent."""
    [first, *_] = met.laptops
    with first:
        id = make()
    saved = first.folder.with_name("saved")
    shutil.copytree(first.folder, saved, ignore=shutil.ignore_patterns("*.lock"))
    away = opened(met, PEOPLE)
    with away:
        Person.create(name="示例·别")
        sync(away, post_to_hub(away))
    shutil.rmtree(first.folder)
    shutil.copytree(saved, first.folder)
    away = opened(met, PEOPLE)
    with away:
        [note] = sync(away, post_to_hub(away)).notes
        assert "restored or copied" in note.en
    met.laptops[0] = opened(met, *met.modules)
    return id


def clocked_while_away(met: Meeting, make: Callable[[], str]) -> str:
    """The first laptop makes a record by a slow clock, which its next sync notices."""
    [first, *_] = met.laptops
    right = first.now
    first.now = lambda: right() - HOUR
    with first:
        id = make()
    away = opened(met, PEOPLE)
    with away:
        sync(away, post_to_hub(away))
    met.laptops[0] = opened(met, *met.modules)
    return id


@pytest.mark.parametrize("given_new_stamps", [renumbered_while_away, clocked_while_away])
def test_a_member_that_was_added_then_can_be_removed(met: Meeting, given_new_stamps: Any) -> None:
    id = given_new_stamps(met, a_thing)
    met.agree()
    with met.laptops[0]:
        Thing.update(skills=removing("磨刀")).where(Thing.id == id).execute()
    met.agree()
    for store in (*met.laptops, met.hub):
        with store:
            assert Thing.get_by_id(id).skills == {"理发"}


@pytest.mark.parametrize("given_new_stamps", [renumbered_while_away, clocked_while_away])
def test_what_was_counted_then_is_counted_on(met: Meeting, given_new_stamps: Any) -> None:
    id = given_new_stamps(met, a_thing)
    met.agree()
    with met.laptops[0]:
        Thing.update(people=plus(3)).where(Thing.id == id).execute()
    met.agree()
    for store in (*met.laptops, met.hub):
        with store:
            assert Thing.get_by_id(id).people == 8


def test_a_grant_upon_what_was_granted_then_is_taken_in(met: Meeting) -> None:
    id = renumbered_while_away(met, lambda: Shelf.create(name="磨石", stock=5).id)
    met.sync()
    with met.laptops[0]:
        grant(Shelf.get_by_id(id), "stock", 7)
    met.agree()
    with met.laptops[0]:
        assert count(EntryState.UNSENT) == 0
    with met.hub:
        assert Shelf.get_by_id(id).stock.left == 12
