"""A laptop that was put back from a copy older than its hub's present life: what was deleted stays so."""

import shutil
from pathlib import Path

import pytest

from hongxian.collections.builtin import Conflict
from hongxian.records import COMMUNITY
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_server.ops.tidy import tidy
from hongxian_server.sync.incarnation import end_recovery
from hongxian_testing.laptop import with_only
from meeting import keep_for
from put_back import MODULES, Town, town
from samples import Thing
from test_tombstones import delete, row_of

__all__ = ["town"]
NAME = "示例·甲"


def made(laptop: Replica) -> str:
    """A record of everybody's."""
    with laptop:
        return str(Thing.create(name=NAME, scope=COMMUNITY).id)


def copied(town: Town, laptop: Replica) -> Path:
    """A copy of a laptop's folder."""
    folder = town.folder / f"copy-{len(list(town.folder.glob('copy-*')))}"
    shutil.copytree(laptop.folder, folder, ignore=shutil.ignore_patterns("*.lock"))
    return folder


def put_back(town: Town, laptop: Replica, copy: Path) -> Replica:
    """The copy in the place of a laptop; the hub is where it is now."""
    place = town.laptops.index(laptop)
    shutil.rmtree(laptop.folder)
    shutil.copytree(copy, laptop.folder)
    town.laptops[place] = opened(town, laptop.folder)
    return town.laptops[place]


def opened(town: Town, folder: Path) -> Replica:
    replica = Replica.open(folder, plugins=with_only(MODULES))
    with replica, replica.upkeep(), LaptopState.changing() as state:
        state.hub_url = town.address
    return replica


def tidied(town: Town) -> None:
    """The hub lets go of all that is old, and takes all that there is for old."""
    town.sync()  # all tell how far they are
    keep_for(town.hub, -1)
    with town.hub:
        tidy(town.hub)
    keep_for(town.hub, 30)


def is_gone(town: Town, id: str) -> bool:
    """Whether nobody shows a record."""
    for store in (town.hub, *town.laptops):
        with store:
            if Thing.select().where(Thing.id == id).exists():
                return False
    return True


@pytest.mark.parametrize("restored", [True, False], ids=["another life", "the same life"])
def test_what_was_deleted_and_tidied_does_not_come_back_with_an_older_laptop(
    town: Town, restored: bool
) -> None:
    with town.serving():
        older, other = town.laptop("east"), town.laptop("east")
        ids = [made(older), made(other)]
        town.agree()
        copy = copied(town, older)
        for id in ids:
            delete(other, id)
        town.agree()
        tidied(town)
        town.agree()
    town.save()
    with town.serving():
        kept = made(other)
        town.agree()
    if restored:
        town.load()
    with town.serving(new_life=restored):
        town.agree()
        tidied(town)
        town.agree()
        put_back(town, older, copy)
        town.agree()
        assert all(is_gone(town, id) for id in ids)
        assert not is_gone(town, kept)


def test_who_joined_later_knows_what_was_deleted_before_though_hub_and_laptop_were_put_back(
    town: Town,
) -> None:
    with town.serving():
        older = town.laptop("east")
        town.agree()
    town.save()
    with town.serving():
        id, kept = made(older), made(older)
        town.agree()
        copy = copied(town, older)
        delete(older, id)
        town.agree()
        tidied(town)
        witness = town.laptop("east")
        town.agree()
    town.load()
    with town.serving(new_life=True):
        put_back(town, older, copy)
        town.sync(town.laptops[0])
        assert not is_gone(town, id)  # nobody has been there yet who knows better
        town.rejoin(witness)
        town.sync(witness)
        town.agree()
        assert is_gone(town, id)
        assert not is_gone(town, kept)


def test_a_copy_that_comes_later_than_its_laptop_gives_back_what_it_has_as_it_was(
    town: Town,
) -> None:
    with town.serving():
        laptop, other = town.laptop("east"), town.laptop("east")
        town.agree()
    town.save()
    with town.serving():
        copy = copied(town, laptop)
        id, kept = made(other), made(other)
        town.sync(other)
        twin = opened(town, copy)
        town.sync(twin)
        delete(other, id)
        town.sync(other)
    town.load()
    with town.serving(new_life=True):
        town.sync(laptop)
        with town.hub:
            end_recovery(town.hub)
        town.laptops = [laptop, twin]
        with twin, twin.upkeep(), LaptopState.changing() as state:
            state.hub_url = town.address
        town.sync(twin)
        assert not is_gone(town, id)
        town.laptops.append(other)
        town.agree()
        assert is_gone(town, id)
        assert not is_gone(town, kept)
        with other:
            assert row_of(town.hub, kept).maker == LaptopState.read().laptop


def test_what_an_older_laptop_makes_a_second_time_was_deleted_once_for_all(town: Town) -> None:
    with town.serving():
        older, other = town.laptop("east"), town.laptop("east")
        town.agree()
    town.save()
    with town.serving():
        id = made(older)
        copy = copied(town, older)
        town.agree()
        delete(other, id)
        town.agree()
    town.load()
    with town.serving(new_life=True):
        put_back(town, older, copy)
        town.sync(town.laptops[0])
        assert not is_gone(town, id)
        town.agree()
        assert is_gone(town, id)
        with town.hub:
            assert not Conflict.select().exists()


def test_what_was_given_back_and_written_on_since_stands_and_is_told(town: Town) -> None:
    with town.serving():
        older, other = town.laptop("east"), town.laptop("east")
        id = made(older)
        town.agree()
        copy = copied(town, older)
    town.save()
    with town.serving():
        delete(other, id)
        town.agree()
    town.load()
    with town.serving(new_life=True):
        older = put_back(town, older, copy)
        town.sync(older)
        with older:
            Thing.update(note="还要用").where(Thing.id == id).execute()
        town.sync(older)
        town.agree()
        for store in (town.hub, *town.laptops):
            assert row_of(store, id).values["note"] == "还要用"
            with store:
                assert [each.field for each in Conflict.select()] == ["deleted"]
