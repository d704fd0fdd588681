"""A value that changes on a disk, behind the program's back, is noticed within a day and put right."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from command_line import new_hub
from consoles import last_act
from hongxian.collections.builtin import Task, Team
from hongxian.engine.scrub import PART_MILLISECONDS, PASS_MILLISECONDS
from hongxian.engine.store import Store
from hongxian.model.record import COMMUNITY
from hongxian.model.row_hash import is_sound
from hongxian.model.stamp import wall_clock
from hongxian.wire.digest import Digest, digests
from hongxian_client.replica.todo import TodoKind, to_be_done
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.ops.scrub import accept, scrub
from hongxian_server.tables.damaged import all_damaged
from hongxian_server.tables.keeper_log import Act
from meeting import Meeting, meeting
from samples import PEOPLE, Person

TRUE, FALSE = "10000000001", "10000000009"


class Clock:
    """What all machines take for the time."""

    time = 1_800_000_000_000

    def __call__(self) -> int:
        return self.time


@pytest.fixture
def met(tmp_path: Path) -> Iterator[Meeting]:
    """A hub and two laptops of one team that hold the same hundred people."""
    clock = Clock()
    with meeting(tmp_path, PEOPLE) as told:
        told.clock = clock
        told.team("甲队")
        for store in (told.hub, told.laptop("甲队"), told.laptop("甲队")):
            store.now = clock
        with told.laptops[0]:
            for number in range(100):
                Person.create(name=f"示例·{number}", note=TRUE)
        told.agree()
        with told.hub:
            scrub(told.hub)
        yield told


def changed_on_disk(store: Store, column: str = "note", value: Any = FALSE) -> str:
    """One value of one person is another, by SQL; returns the person's id."""
    with store, store.upkeep():
        id = Person.select().order_by(Person.id)[42].id
        mark = store.database.param
        sql = f'UPDATE people_person SET "{column}" = {mark} WHERE id = {mark}'
        store.database.execute_sql(sql, (value, id))
    return id


def notes_of(store: Store) -> set[str]:
    with store:
        return {person.note for person in Person.select()}


def a_day_passes(met: Meeting) -> None:
    """Every few hours the hub looks at a part, and each laptop syncs."""
    for _ in range(6):
        met.clock.time += 4 * PART_MILLISECONDS
        with met.hub:
            scrub(met.hub)
        met.sync()


def check_all_is_well(met: Meeting) -> None:
    met.agree()
    for store in (met.hub, *met.laptops):
        with store:
            assert all(map(is_sound, store.collection("people.person").rows("1 = 1")))
        assert notes_of(store) == {TRUE}
    with met.hub:
        assert not all_damaged()
        assert HubState.read().damaged == 0
    for laptop in met.laptops:
        with laptop:
            assert not to_be_done(TodoKind.FETCH)


@pytest.mark.parametrize("column", ["note", "scope", "stamp", "stamps", "deleted", "hash"])
@pytest.mark.parametrize("which", ["hub", "laptop"])
def test_within_a_day_it_is_noticed_and_mended_from_the_other_side(
    met: Meeting, which: str, column: str
) -> None:
    values = {"stamp": 1 << 59, "stamps": '{"1":["name"]}', "deleted": 1, "hash": 7}
    store = met.hub if which == "hub" else met.laptops[1]
    changed_on_disk(store, column, values.get(column, FALSE))
    a_day_passes(met)
    check_all_is_well(met)


def test_an_edit_waits_for_the_copy_that_its_own_laptop_gives(met: Meeting) -> None:
    id = changed_on_disk(met.hub)
    with met.laptops[1] as laptop:
        Person.update(name="示例·改").where(Person.id == id).execute()
    met.sync(laptop)
    for store in (met.hub, *met.laptops):
        met.sync()
        with store:
            assert (Person.get_by_id(id).name, Person.get_by_id(id).note) == ("示例·改", TRUE)
    check_all_is_well(met)


def test_an_edit_of_what_a_laptops_disk_has_changed_carries_nothing_of_that(met: Meeting) -> None:
    id = changed_on_disk(met.laptops[1])
    with met.laptops[1] as laptop:
        Person.update(name="示例·改").where(Person.id == id).execute()
    met.sync(laptop)
    check_all_is_well(met)


def test_a_laptop_that_reads_it_before_it_is_noticed_has_the_true_value_afterwards(
    met: Meeting,
) -> None:
    changed_on_disk(met.hub)
    newcomer = met.laptop("甲队")
    newcomer.now = met.clock
    met.sync(newcomer)
    assert FALSE in notes_of(newcomer)
    a_day_passes(met)
    check_all_is_well(met)


def test_unsent_work_over_it_stays(met: Meeting) -> None:
    laptop = met.laptops[1]
    with laptop:
        id = Person.select().order_by(Person.id)[42].id
        Person.update(name="示例·改").where(Person.id == id).execute()
    changed_on_disk(laptop)
    a_day_passes(met)
    check_all_is_well(met)
    with met.hub:
        assert Person.get_by_id(id).name == "示例·改"


def test_what_both_sides_disks_have_changed_is_told_to_the_keeper_who_decides(met: Meeting) -> None:
    id = changed_on_disk(met.hub)
    for laptop in met.laptops:
        changed_on_disk(laptop)
    a_day_passes(met)
    a_day_passes(met)
    with met.hub:
        assert [each.record for each in all_damaged()] == [id]
        [task] = Task.select().where(Task.record == id)
        assert "hongxian hub scrub --accept" in task.text.en
        assert accept(met.hub) == 1
        assert accept(met.hub) == 0
    assert last_act(met.hub) == [Act.AS_IT_STANDS, "1"]
    a_day_passes(met)
    met.agree()
    for store in (met.hub, *met.laptops):
        assert notes_of(store) == {TRUE, FALSE}


def test_a_sum_that_the_hubs_disk_has_changed_is_summed_anew(met: Meeting) -> None:
    with met.hub, met.hub.upkeep():
        true = digests()
        Digest.update(sum="0" * 16, count=3).where(Digest.collection == "people.person").execute()
    a_day_passes(met)
    with met.hub:
        assert digests() == true


def test_a_laptop_that_syncs_once_a_day_looks_at_all_then(met: Meeting) -> None:
    changed_on_disk(met.laptops[1])
    met.clock.time += PASS_MILLISECONDS
    met.sync()
    check_all_is_well(met)


def test_a_keepers_command_lists_what_waits_and_takes_it_as_it_is(tmp_path: Path) -> None:
    place = new_hub(tmp_path / "hub", "甲队")
    with Hub.open(place.folder) as hub, hub.upkeep():
        id = Team.get(Team.name == "甲队").id
        hub.database.execute_sql("UPDATE hongxian_team SET name = ? WHERE id = ?", ("乙队", id))
    waits = {"collection": "hongxian.team", "record": id, "scope": COMMUNITY}
    for _ in range(2):
        assert place.json("hub", "scrub")["waiting"] == [waits]
    assert place.json("hub", "status")["values"]["waiting"] == 1
    assert place.json("hub", "scrub", "--accept")["accepted"] == [waits]
    assert place.json("hub", "scrub") == {
        "found": 0,
        "waiting": [],
        "accepted": [],
        "first_broken": None,
    }
    assert place.json("hub", "status")["values"]["waiting"] == 0


@pytest.mark.either_database
def test_so_it_is_on_either_database(tmp_path: Path, database_url: str | None) -> None:
    with meeting(tmp_path, PEOPLE, url=database_url) as met:
        met.team("甲队")
        with met.laptop("甲队"):
            for number in range(50):
                Person.create(name=f"示例·{number}", note=TRUE)
        met.agree()
        for column, value in (("note", FALSE), ("hash", 7)):
            changed_on_disk(met.hub, column, value)
            with met.hub:
                found = scrub(met.hub, whole=True)
                assert (found, HubState.read().damaged) == (1, int(column == "note"))
            met.agree()
            assert notes_of(met.hub) == {TRUE}
            with met.hub:
                assert HubState.read().damaged == 0
                assert scrub(met.hub, whole=True) == 0
        with met.hub, met.hub.upkeep():
            Digest.update(sum="0" * 16).where(Digest.collection == "people.person").execute()
        with met.hub:
            scrub(met.hub, whole=True)
        met.agree()
        changed_on_disk(met.hub)
        with met.hub:
            met.hub.now = lambda: wall_clock() + PASS_MILLISECONDS * 2
            scrub(met.hub, whole=True)
            assert accept(met.hub) == 1
