"""Who wrote: a person's name goes with each write to every laptop, and decides nothing."""

import threading
from functools import partial
from pathlib import Path

import pytest

from hongxian import Seen, rule
from hongxian.collections.builtin import Conflict
from hongxian.collections.rights import Writer
from hongxian.model.record import LONGEST_NAME
from hongxian.model.row import WRITTEN_BY
from hongxian.model.stamp import Clock
from hongxian.wire.page import Page, PageKind
from hongxian_client.replica.replica import Replica
from hongxian_client.review.conflicts import keep_the_lost
from hongxian_client.review.history import Line, history_of
from hongxian_client.sheets.exporting import export_file
from hongxian_client.transport.link import link_to_hub
from hongxian_server.hub import Hub
from hongxian_server.intake.validate import Reading
from hongxian_server.sync.incarnation import start_epoch
from hongxian_testing.laptop import open_laptop, with_only
from meeting import Meeting, meeting
from samples import LATER_PEOPLE, PEOPLE, SAMPLE, LaterPerson, Person, Thing, plugin

JIA, YI = "示例·甲", "示例·乙"


def wrote(laptop: Replica, id: str, model: type = Person) -> str | None:
    """Who this laptop says made the latest write to a record."""
    with laptop:
        collection = laptop.collection(model._meta.collection)
        return laptop.view(collection, [id])[id].local.person


def history(laptop: Replica, id: str, *, from_hub: bool = True) -> list[Line]:
    """A person's record's history as this laptop tells it."""
    with laptop:
        link = partial(link_to_hub, laptop) if from_hub else None
        return history_of(laptop, laptop.collection("people.person"), id, link)[0]


def pair(told: Meeting) -> tuple[Replica, Replica]:
    """Two laptops of one team, that have met the hub."""
    told.team("甲队")
    laptops = told.laptop("甲队"), told.laptop("甲队")
    told.sync()
    return laptops


# -- on one laptop -------------------------------------------------------------------------------


def test_each_write_bears_the_name_of_the_person_in_whose_name_its_thread_acts(
    tmp_path: Path,
) -> None:
    laptop = open_laptop(tmp_path, PEOPLE)
    with laptop, laptop.acting_as(JIA):
        made = Person.create(name="一").id
        many = Person.insert_many([{"name": "二"}, {"name": "三"}]).execute()
        with laptop.acting_as(None):
            nobodys = Person.create(name="四").id
    assert [wrote(laptop, id) for id in (made, many[0][0], nobodys)] == [JIA, JIA, None]
    with laptop, laptop.acting_as(YI):
        Person.update(note="改").where(Person.id == made).execute()
        Person.delete().where(Person.id == many[0][0]).execute()
    assert [wrote(laptop, id) for id in (made, many[0][0])] == [YI, YI]
    with laptop:
        Person.update(note="再改").where(Person.id == made).execute()
    assert wrote(laptop, made) is None


def test_a_thread_acts_in_nobodys_name_while_another_acts_in_somebodys(tmp_path: Path) -> None:
    laptop = open_laptop(tmp_path, PEOPLE)
    made: list[str] = []

    def write() -> None:
        with laptop:
            made.append(Person.create(name="一").id)

    with laptop, laptop.acting_as(JIA):
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
        made.append(Person.create(name="二").id)
    assert [wrote(laptop, id) for id in made] == [None, JIA]


def test_nobody_can_write_another_name_than_their_own(tmp_path: Path) -> None:
    laptop = open_laptop(tmp_path, PEOPLE)
    with laptop, laptop.acting_as(JIA):
        id = Person.create(name="一", written_by=YI).id
        laptop.edit(Person, {id: {"name": "二", WRITTEN_BY: YI}})
        assert laptop.edit(Person, {id: {WRITTEN_BY: YI}}) == []
    assert wrote(laptop, id) == JIA


def test_the_name_is_in_no_schema_no_column_and_no_sheet(tmp_path: Path) -> None:
    laptop = open_laptop(tmp_path, PEOPLE)
    with laptop, laptop.acting_as(JIA):
        Person.create(name="一")
        collection = laptop.collection("people.person")
        assert WRITTEN_BY not in collection.columns
        assert WRITTEN_BY not in collection.checker.schema.fields
        export_file(laptop, "people.person", tmp_path / "out.csv")
    assert JIA not in (tmp_path / "out.csv").read_text("utf-8-sig")


def test_a_rule_is_not_asked_about_the_name(tmp_path: Path) -> None:
    asked: list[str] = []

    @rule(of=Person)
    def watches(person: Person, before: Person | None, seen: Seen) -> None:
        asked.append(person.note)

    laptop = open_laptop(tmp_path, plugin("people", Person, watches=watches))
    with laptop:
        with laptop.acting_as(JIA):
            person = Person.create(name="一")
            Person.update(note="改").where(Person.id == person.id).execute()
        with laptop.acting_as(YI), laptop.transaction():
            Person.update(note="又").where(Person.id == person.id).execute()
            Person.update(note="改").where(Person.id == person.id).execute()
    assert asked == [None, "改"]


# -- between laptops -----------------------------------------------------------------------------


@pytest.mark.either_database
def test_who_wrote_is_seen_on_the_other_laptop_and_for_each_change_in_the_history(
    tmp_path: Path, database_url: str | None
) -> None:
    with meeting(tmp_path, PEOPLE, url=database_url) as told:
        one, two = pair(told)
        with one, one.acting_as(JIA):
            id = Person.create(name="一").id
        told.agree()
        assert wrote(two, id) == JIA
        with two, two.acting_as(YI):
            Person.update(note="改").where(Person.id == id).execute()
        assert [line["person"] for line in history(two, id)] == [YI, JIA]
        told.agree()
        with one:
            Person.update(name="二").where(Person.id == id).execute()
        told.agree()
        for laptop in (one, two):
            lines = history(laptop, id)
            assert [line["person"] for line in lines] == [None, YI, JIA]
            assert all(WRITTEN_BY not in {*line["before"], *line["after"]} for line in lines)
            known = history(laptop, id, from_hub=False)
            assert [line["person"] for line in known] == [None, YI, None]
            assert wrote(laptop, id) is None


@pytest.mark.either_database
def test_two_people_who_write_one_field_make_one_conflict(
    tmp_path: Path, database_url: str | None
) -> None:
    with meeting(tmp_path, PEOPLE, url=database_url) as told:
        one, two = pair(told)
        with one, one.acting_as(JIA):
            same, other = (Person.create(name=each).id for each in "一二")
        told.agree()
        for laptop, name in ((one, JIA), (two, YI)):
            with laptop, laptop.acting_as(name):
                Person.update(name=name).where(Person.id == same).execute()
        with one, one.acting_as(JIA):
            Person.update(name="三").where(Person.id == other).execute()
        with two, two.acting_as(YI):
            Person.update(note="另一栏").where(Person.id == other).execute()
        told.agree()
        with one, one.acting_as(JIA):
            [conflict] = Conflict.select()
            assert (conflict.record, conflict.field) == (same, "name")
            row = one.view(one.collection("hongxian.conflict"), [conflict.id])[conflict.id].local
            keep_the_lost(one, row)
        told.agree()
        for laptop in (one, two):
            assert (wrote(laptop, same), wrote(laptop, other)) == (JIA, YI)
            with laptop:
                assert [each.resolved for each in Conflict.select()] == [True]


def test_counting_by_several_people_loses_no_count(tmp_path: Path) -> None:
    with meeting(tmp_path, SAMPLE) as told:
        one, two = pair(told)
        with one, one.acting_as(JIA):
            id = Thing.create(name="一", scope="community").id
        told.agree()
        for laptop, name in ((one, JIA), (two, YI)):
            with laptop, laptop.acting_as(name):
                Thing.update(people=5).where(Thing.id == id).execute()
        told.agree()
        for laptop in (one, two):
            with laptop:
                assert Thing.get_by_id(id).people == 10
                assert not Conflict.select().count()


@pytest.mark.parametrize("name", ["长" * (LONGEST_NAME + 1), 7, {"1": [1, 0]}, "\0"])
def test_a_hub_takes_no_name_that_is_none(tmp_path: Path, name: object) -> None:
    hub = Hub.init(tmp_path, "示例社区", plugins=with_only((PEOPLE,)))
    with hub:
        reading = Reading(hub, Writer(5, "laptop", frozenset()))
        stamp = Clock(5, 0, 0, hub.now).tick()
        names = ["id", "stamp", "scope", "name", WRITTEN_BY]
        id = "00000000-0000-7000-8000-000000000000"
        columns = [[id], [stamp], ["community"], ["一"], [name]]
        reading.read([Page("people.person", PageKind.NEW, names, columns)])
        assert list(reading.bad[stamp].reasons) == [WRITTEN_BY]


# -- releases ------------------------------------------------------------------------------------


def test_a_database_of_before_gets_the_column_and_the_names_that_it_kept_unread(
    tmp_path: Path,
) -> None:
    """An earlier release keeps what it does not know in `extra`, on the laptop as on the hub."""
    laptop = open_laptop(tmp_path, PEOPLE)
    with laptop, laptop.acting_as(JIA):
        id = Person.create(name="一").id
        execute = laptop.database.execute_sql
        execute("ALTER TABLE people_person DROP COLUMN written_by")
        execute("UPDATE people_person SET extra = ?", (f'{{"written_by": "{JIA}"}}',))
    later = Replica.open(laptop.folder, plugins=with_only((LATER_PEOPLE,)))
    with later:
        person = LaterPerson.get_by_id(id)
        assert (person.name, person.written_by, person.extra) == ("一", JIA, None)


def test_names_survive_the_loss_of_the_hubs_database(tmp_path: Path) -> None:
    """The laptops offer their records anew, names and all; an earlier release has them in `extra`."""
    with meeting(tmp_path, PEOPLE) as told:
        one, two = pair(told)
        with one, one.acting_as(JIA):
            id = Person.create(name="一").id
        told.agree()
        hub = told.hub
        with hub, hub.transaction():
            hub.collection("people.person").delete_rows([id])
            hub.database.execute_sql("DELETE FROM hongxian_digest WHERE collection LIKE 'people%'")
            start_epoch(hub)
        told.sync(two)
        told.agree()
        with one:
            number = one.writer().number
        assert {line["device"] for line in history(two, id)} == {number}, "whoever brought it back"
        with hub:
            assert hub.collection("people.person").rows_by_id([id])[id].person == JIA
        assert [wrote(laptop, id) for laptop in (one, two)] == [JIA, JIA]
