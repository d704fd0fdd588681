"""A plugin's releases meet: laptops a version behind and ahead of the hub, and scripts that migrate."""

from pathlib import Path
from types import ModuleType

import pytest
from peewee import BooleanField, CharField, IntegerField, TextField

from hongxian import MembersField, Record, TallyField
from hongxian.collections.builtin import Conflict
from hongxian.engine.store import Store
from hongxian.merges import adding, plus
from hongxian.records import COMMUNITY
from hongxian_client.replica.replica import Replica
from hongxian_server.hub import Hub
from hongxian_testing.laptop import open_laptop, with_only
from meeting import meeting
from samples import LATER_PEOPLE, PEOPLE, Person, plugin

ADDS = """
from peewee import CharField

def up(migrator, db):
    {statement}

def down(migrator, db):
    pass
"""


class Newer(Record):
    """The collection of people once more, with fields that have defaults."""

    name = CharField(max_length=40)
    note = TextField(null=True)
    nickname = CharField(max_length=40, null=True)
    visits = IntegerField(default=0)
    keen = BooleanField(default=True)

    class Meta:
        collection = "people.person"
        scope = COMMUNITY


NEWEST_PEOPLE = plugin("people", Newer)


def with_release(store: Store, release: ModuleType) -> Store:
    """The same data folder, opened with another release of the plugin."""
    return type(store).open(store.folder, plugins=with_only((release,)))


@pytest.mark.parametrize("release", [LATER_PEOPLE, NEWEST_PEOPLE], ids=["null", "defaults"])
def test_what_a_laptop_a_version_ahead_writes_passes_through_a_hub_and_laptop_that_lack_it(
    tmp_path: Path, release: ModuleType
) -> None:
    with meeting(tmp_path, PEOPLE) as told:
        told.team("甲队")
        behind, ahead = told.laptop("甲队"), told.laptop("甲队")
        ahead = told.laptops[1] = with_release(ahead, release)
        with ahead:
            model = ahead.collection("people.person").model
            id = model.create(name="示例·先", nickname="小先").id
        told.agree()
        with behind:
            person = Person.get_by_id(id)
            assert (person.name, "小先" in person.extra) == ("示例·先", True)
            person.note = "老版本也能改"
            person.save()
        told.agree()
        behind = told.laptops[0] = with_release(behind, release)
        for laptop in told.laptops:
            with laptop:
                person = model.get_by_id(id)
                assert (person.nickname, person.note) == ("小先", "老版本也能改")
        told.agree()


class Longer(Record):
    """The collection of people once more, with room for longer names."""

    name = CharField(max_length=80)
    note = TextField(null=True)

    class Meta:
        collection = "people.person"
        scope = COMMUNITY


@pytest.mark.either_database
def test_a_field_that_holds_more_in_a_later_release_does_so_in_a_database_of_an_earlier_one(
    tmp_path: Path, database_url: str | None
) -> None:
    longer = plugin("people", Longer)
    hub = Hub.init(tmp_path, "示例社区", database_url=database_url, plugins=with_only((PEOPLE,)))
    with hub:
        Person.create(name="示例")
    with with_release(hub, longer):
        Longer.create(name="名" * 80)
        assert {len(each.name) for each in Longer.select()} == {2, 80}


class Counting(Record):
    """The collection of people once more, with fields that keep what both sides write."""

    name = CharField(max_length=40)
    note = TextField(null=True)
    visits = TallyField()
    skills = MembersField()

    class Meta:
        collection = "people.person"
        scope = COMMUNITY


@pytest.mark.either_database
def test_a_hub_that_lacks_a_counter_loses_no_count_of_two_laptops_ahead(
    tmp_path: Path, database_url: str | None
) -> None:
    counting = plugin("people", Counting)
    with meeting(tmp_path, PEOPLE, url=database_url) as told:
        told.team("甲队")
        told.laptops = [with_release(told.laptop("甲队"), counting) for _ in range(2)]
        with told.laptops[0] as laptop:
            model = laptop.collection("people.person").model
            id = model.create(name="示例·数", visits=1).id
        told.agree()
        for laptop, visits, skill in zip(told.laptops, (5, 3), ("磨刀", "理发"), strict=True):
            with laptop:
                laptop.edit(model, {id: {"visits": plus(visits), "skills": adding(skill)}})
        told.agree()
        for laptop in told.laptops:
            with laptop:
                person = model.get_by_id(id)
                assert (person.visits, person.skills) == (9, {"磨刀", "理发"})
                assert not Conflict.select().exists()


@pytest.mark.parametrize("release", [LATER_PEOPLE, NEWEST_PEOPLE], ids=["null", "defaults"])
def test_a_laptop_a_version_behind_the_hub_works_on_and_catches_up(
    tmp_path: Path, release: ModuleType
) -> None:
    with meeting(tmp_path, release) as told:
        told.team("甲队")
        ahead, behind = told.laptop("甲队"), told.laptop("甲队")
        with ahead:
            model = ahead.collection("people.person").model
            known = model.create(name="示例·新", nickname="小新").id
        behind = told.laptops[1] = with_release(behind, PEOPLE)
        told.agree()
        with behind:
            Person.update(name="示例·改").where(Person.id == known).execute()
            made = Person.create(name="示例·老").id
        told.agree()
        behind = told.laptops[1] = with_release(behind, release)
        told.agree()
        with behind:
            assert (model.get_by_id(known).name, model.get_by_id(known).nickname) == (
                "示例·改",
                "小新",
            )
            assert model.get_by_id(made).nickname is None
            model.update(nickname="小老").where(model.id == made).execute()
        told.agree()


@pytest.mark.either_database
def test_a_hub_that_is_updated_takes_in_what_it_kept_unread(
    tmp_path: Path, database_url: str | None
) -> None:
    with meeting(tmp_path, PEOPLE, url=database_url) as told:
        told.team("甲队")
        laptop = with_release(told.laptop("甲队"), NEWEST_PEOPLE)
        told.laptops[0] = laptop
        with laptop:
            id = Newer.create(name="示例·先", nickname="小先", visits=3, keen=False).id
        told.agree()
        updated = with_release(told.hub, NEWEST_PEOPLE)
        with updated:
            row = updated.collection("people.person").rows_by_id([id])[id]
            assert (row.values["nickname"], row.values["visits"], row.values["keen"]) == (
                "小先",
                3,
                False,
            )
            held = updated.database.execute_sql(
                "SELECT nickname, visits, keen, extra FROM people_person"
            )
            assert held.fetchone() == ("小先", 3, False, None)


@pytest.mark.either_database
def test_a_release_that_is_taken_back_and_brought_again_loses_nothing(
    tmp_path: Path, database_url: str | None
) -> None:
    with meeting(tmp_path, NEWEST_PEOPLE, url=database_url) as told:
        told.team("甲队")
        laptop = told.laptop("甲队")
        with laptop:
            first = Newer.create(name="示例·先", nickname="小先", visits=3).id
        told.agree()
        hub = with_release(told.hub, PEOPLE)
        laptop = told.laptops[0] = with_release(laptop, PEOPLE)
        for store in (hub, laptop):
            with store:
                second = Person.create(name=f"示例·{store.kind}").id
                Person.update(note="改").where(Person.id == first).execute()
        hub, laptop = (with_release(store, NEWEST_PEOPLE) for store in (hub, laptop))
        told.laptops[0] = laptop
        told.agree()
        for store in (hub, laptop):
            with store:
                person = Newer.get_by_id(first)
                assert (person.nickname, person.visits, person.note) == ("小先", 3, "改")
                person = Newer.get_by_id(second)
                assert (person.nickname, person.visits, person.keen) == (None, 0, True)


# -- scripts -----------------------------------------------------------------------------------


def scripted(folder: Path, statement: str, *models: type[Record]) -> ModuleType:
    """A release of the plugin with one numbered script."""
    folder.mkdir(exist_ok=True)
    (folder / "0001_change.py").write_text(ADDS.format(statement=statement), "utf-8")
    return plugin("people", *models, hongxian_migrations=lambda: str(folder))


def test_a_script_runs_once_over_old_tables_and_never_over_fresh_ones(tmp_path: Path) -> None:
    """The script's mark is an index: it may be made only once."""
    release = scripted(
        tmp_path / "scripts",
        "db.execute_sql('CREATE INDEX people_by_note ON people_person (note)')",
        Newer,
    )
    old = open_laptop(tmp_path / "old", PEOPLE)
    with old:
        Person.create(name="示例·老")
    fresh = open_laptop(tmp_path / "fresh", release)
    for laptop, marks in ((old, 1), (fresh, 0)):
        for _ in range(2):
            again = with_release(laptop, release)
            assert [plugin.errors for plugin in again.plugins.all] == [[]]
            with again:
                found = again.database.get_indexes("people_person")
                assert [index.name for index in found].count("people_by_note") == marks
                assert [person.keen for person in Newer.select()] == [True] * marks


def test_a_script_that_fails_leaves_its_plugin_out_and_the_data_as_it_was(tmp_path: Path) -> None:
    laptop = open_laptop(tmp_path / "laptop", PEOPLE)
    with laptop:
        id = Person.create(name="示例·老").id
    broken = scripted(
        tmp_path / "scripts", "db.execute_sql('DELETE FROM people_person'); 1 / 0", Newer
    )
    opened = with_release(laptop, broken)
    assert "people.person" not in opened.collections
    assert "ZeroDivisionError" in opened.plugins.all[0].errors[0].en
    with with_release(laptop, PEOPLE):
        assert Person.get_by_id(id).name == "示例·老"


@pytest.mark.parametrize("kind", [Replica, Hub])
def test_a_table_that_grows_is_still_found_by_id(tmp_path: Path, kind: type[Store]) -> None:
    if kind is Hub:
        store: Store = Hub.init(tmp_path, "示例社区", plugins=with_only((PEOPLE,)))
    else:
        store = open_laptop(tmp_path, PEOPLE)
    grown = with_release(store, NEWEST_PEOPLE)
    with grown:
        (sql,) = grown.database.execute_sql(
            "SELECT sql FROM sqlite_master WHERE name = 'people_person'"
        ).fetchone()
        assert "WITHOUT ROWID" in sql
        indexes = {index.name for index in grown.database.get_indexes("people_person")}
        assert ("people_person_seq" in indexes) == (kind is Hub)
