"""A hub whose database went back in time: nothing that a laptop still has is lost, however late it comes."""

import shutil
from contextlib import suppress

from hongxian.errors import Refused
from hongxian.merges import plus
from hongxian.quotas import spend
from hongxian.records import COMMUNITY, Task
from hongxian_client.replica.kept_files import FOLDER
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent.outbox import Entry
from hongxian_server.sync.incarnation import end_recovery
from hongxian_server.tables.access import Incarnation
from hongxian_testing.laptop import with_only
from put_back import MODULES, Place, Shelf, Town, town
from samples import Person, Thing

__all__ = ["town"]


def write_all(laptop: Replica) -> None:
    """Something of each kind: an edit, a count, a deletion, a spend."""
    with laptop:
        Person.update(name="示例·改").where(Person.name == "示例·一").execute()
        Person.delete().where(Person.name == "示例·错").execute()
        Thing.update(people=plus(5)).execute()
        spend(Shelf.get(), "stock", 2, beyond="pend")


def check_all(town: Town) -> None:
    for store in (town.hub, *town.laptops):
        with store:
            assert [each.name for each in Person.select()] == ["示例·改"]
            assert Thing.get().people == 6
            assert Shelf.get().stock.spent == 2


def begin_with_records(laptop: Replica) -> None:
    with laptop:
        Person.create(name="示例·一")
        Person.create(name="示例·错")
        Thing.create(name="磨石", people=1, scope=COMMUNITY)
        Shelf.create(name="货", stock=10)


def test_a_laptop_that_the_hub_forgot_fills_it_though_all_others_have_been_back(town: Town) -> None:
    with town.serving():
        old = town.laptop("east")
        begin_with_records(old)
        town.agree()
    town.save()
    with town.serving():
        new = town.laptop("east")
        for _ in range(2):
            town.agree()  # it is dealt its share
        write_all(new)
        town.sync(new)
        with new:
            assert not Entry.select().exists()
    town.load()
    with town.serving(new_life=True):
        town.sync(old)
        town.rejoin(new)
        [report] = town.sync(new)
        assert report.refused == 0
        town.agree()
        check_all(town)


def test_a_laptop_that_was_not_waited_for_still_fills_the_hub(town: Town) -> None:
    with town.serving():
        early, late = town.laptop("east"), town.laptop("east")
        begin_with_records(early)
        town.agree()
    town.save()
    with town.serving():
        write_all(late)
        town.sync(late)
    town.load()
    with town.serving(new_life=True):
        town.sync(early)
        with town.hub:
            end_recovery(town.hub)
        town.sync(early, late)
        town.agree()
        check_all(town)
        assert not town.tasks()


def test_a_number_that_a_restored_laptop_left_behind_is_not_waited_for(town: Town) -> None:
    with town.serving():
        laptop, other = town.laptop("east"), town.laptop("east")
        town.agree()
        shutil.copytree(
            laptop.folder, town.folder / "twin", ignore=shutil.ignore_patterns("*.lock")
        )
        twin = Replica.open(town.folder / "twin", plugins=with_only(MODULES))
        with laptop:
            Person.create(name="示例·一")
        town.sync(laptop)
        with twin:
            Person.create(name="示例·二")
        [report] = town.sync(twin)
        assert "restored or copied" in report.notes[0].en
    town.laptops = [twin, other]
    with town.serving(new_life=True):
        town.agree()
        with town.hub:
            assert not town.hub.recovering
        town.laptops.append(laptop)  # it was a copy after all, and in use
        with laptop, laptop.upkeep(), LaptopState.changing() as state:
            state.hub_url = town.address
        town.agree()
        with town.hub:
            assert Person.select().count() == 2
            assert not Incarnation.select().where(Incarnation.left_behind).exists()


def test_a_place_that_two_lives_confirmed_is_told_to_people(town: Town) -> None:
    with town.serving():
        first, second = town.laptop("east"), town.laptop("east")
        town.agree()
    town.save()
    with town.serving():
        with first:
            Place.create(slot=1)
            Place.create(slot=2)
        town.sync(first)
    town.load()
    with town.serving():  # nobody tells the hub that it went back
        with second:
            Place.create(slot=1)
        town.sync(second)
        town.agree()
        town.agree()
        told = town.tasks()
        assert [each.partition("：")[0] for each in told] == ["号 1", "号 1"]
        with second:
            assert Task.select().count() == 2


def test_what_a_disk_has_changed_goes_out_as_it_stands_where_the_hub_lost_it(town: Town) -> None:
    with town.serving():
        laptop, _ = town.laptop("east"), town.laptop("east")
        town.agree()
    town.save()
    with town.serving():
        with laptop:
            Person.create(name="示例·一")
        town.sync(laptop)
    with laptop, laptop.upkeep():
        laptop.database.execute_sql("UPDATE people_person SET name = '示例·七'")
    town.load()
    with town.serving(new_life=True):
        town.sync()
        assert not town.tasks()  # another laptop may have had it as it was
        town.agree()
        for store in (town.hub, *town.laptops):
            with store:
                assert [each.name for each in Person.select()] == ["示例·七"]
        [told] = town.tasks()
        assert "disk has changed this record" in told


def test_what_a_disk_has_changed_is_kept_in_a_file_where_the_hub_has_only_what_came_before(
    town: Town,
) -> None:
    with town.serving():
        laptop, _ = town.laptop("east"), town.laptop("east")
        with laptop:
            Person.create(name="示例·一")
        town.agree()
    town.save()
    with town.serving():
        with laptop:
            Person.update(note="新的").execute()
        town.sync(laptop)
    with laptop, laptop.upkeep():
        laptop.database.execute_sql("UPDATE people_person SET name = '示例·七'")
        with LaptopState.changing() as state:
            state.scrubbed = 0  # it looks at its disk again
    town.load()
    with town.serving(new_life=True):
        town.agree()
    [path] = (laptop.folder / FOLDER).iterdir()
    assert "新的" in path.read_text()


def spent_by(town: Town, laptop: Replica) -> int:
    """How many a laptop that comes into contact after each can give out."""
    spent = 0
    with suppress(Refused):
        while True:
            with laptop:
                spend(Shelf.get(), "stock", 1)
            spent += 1
            town.sync(laptop)
    return spent


def test_stock_that_two_lives_gave_out_is_told_to_people(town: Town) -> None:
    with town.serving():
        first, second = town.laptop("east"), town.laptop("east")
        with first:
            Shelf.create(name="货", stock=10)
        for _ in range(3):
            town.agree()
    town.save()
    given = 0
    for laptop in (first, second):
        town.load()
        with town.serving():
            given += spent_by(town, laptop)
    with town.serving():
        town.agree()
        town.agree()
        assert given > 10
        [told] = town.tasks()
        assert f"库存：主机恢复前后合计多给出 {given - 10}，" in told
        assert f"Stock: {given - 10} more" in told
