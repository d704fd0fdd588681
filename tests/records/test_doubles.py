"""Records that were entered twice: joined by an alias, nothing moved, and parted again."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import CharField

from desks import desk_of, entered, page
from hongxian import Record, Reference, Refused
from hongxian.collections.builtin import Alias
from hongxian.doubles import canonical, group, join_doubles, part_doubles
from hongxian.errors import RecordUnknown
from hongxian.records import COMMUNITY
from hongxian_client.desk.formatting import titles_of
from hongxian_client.replica.replica import Replica
from hongxian_client.text.assignments import Assignment, values_of
from hongxian_client.text.format import names_of
from hongxian_server.history.erasing import erase
from hongxian_testing.laptop import open_laptop
from meeting import Meeting, meeting
from samples import plugin

PERSON = "twice.person"


class Person(Record):
    name = CharField()

    class Meta:
        collection = PERSON
        scope = "any"


class Shift(Record):
    person = Reference(PERSON)

    class Meta:
        collection = "twice.shift"
        scope = COMMUNITY


TWICE = plugin("twice", Person, Shift)


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    with open_laptop(tmp_path, TWICE) as laptop:
        yield laptop


@pytest.fixture
def met(tmp_path: Path) -> Iterator[Meeting]:
    with meeting(tmp_path, TWICE) as met:
        yield met


def people(*names: str, scope: str = COMMUNITY) -> list[str]:
    return sorted(Person.create(name=each, scope=scope).id for each in names)


def test_the_smallest_id_stands_for_the_group_whoever_is_joined_with_whom(laptop: Replica) -> None:
    a, b, c, alone = people("甲", "乙", "丙", "丁")
    join_doubles(PERSON, c, b)
    join_doubles(PERSON, c, a)
    assert [canonical(PERSON, each) for each in (a, b, c, alone)] == [a, a, a, alone]
    assert group(PERSON, c) == [a, b, c]
    assert group(PERSON, alone) == [alone]


def test_what_refers_to_any_of_them_is_read_as_of_all_and_stays_as_it_is(laptop: Replica) -> None:
    a, b = people("示例·甲001", "示例甲001")
    first, second = (Shift.create(person=each).id for each in (a, b))
    join_doubles(PERSON, a, b)
    name = Person.get_by_id(a).name
    assert names_of(laptop, PERSON, [a, b]) == {a: name, b: name}
    assert titles_of(laptop, PERSON, [a, b]) == {a: name, b: name}
    assert Shift.select().where(Shift.person.in_(group(PERSON, b))).count() == 2
    assert [Shift.get_by_id(each).person for each in (first, second)] == [a, b]
    shown = page(entered(desk_of(laptop)), f"/c/{PERSON}/{a}")
    assert f"/c/twice.shift/{first}" in shown
    assert f"/c/twice.shift/{second}" in shown
    assert f"/c/{PERSON}/{b}" in shown


def test_a_name_that_two_doubles_bear_means_the_one_that_stands_for_them(laptop: Replica) -> None:
    a, b = people("示例·甲001", "示例·甲001")
    shifts = laptop.collection("twice.shift")
    typed = [Assignment("person", "", "示例·甲001")]
    with pytest.raises(Refused):
        values_of(laptop, shifts, typed)
    join_doubles(PERSON, a, b)
    assert values_of(laptop, shifts, typed) == {"person": a}
    picked = page(entered(desk_of(laptop)), f"/c/{PERSON}/pick?into=person&person=示例")
    assert a in picked
    assert b not in picked


def test_taking_it_back_undoes_it_and_they_may_be_joined_again(laptop: Replica) -> None:
    a, b = people("甲", "乙")
    join_doubles(PERSON, a, b)
    join_doubles(PERSON, b, a)
    assert Alias.select().count() == 1
    assert part_doubles(PERSON, b) == 1
    assert group(PERSON, a) == [a]
    join_doubles(PERSON, a, b)
    assert group(PERSON, b) == [a, b]


def test_where_the_one_that_stands_for_them_is_deleted_the_next_one_does(laptop: Replica) -> None:
    a, b = people("甲", "乙")
    join_doubles(PERSON, a, b)
    Person.delete().where(Person.id == a).execute()
    assert canonical(PERSON, a) == b
    assert names_of(laptop, PERSON, [a]) == {a: Person.get_by_id(b).name}


def test_what_cannot_be_joined_is_refused(laptop: Replica) -> None:
    a, b = people("甲", "乙")
    [ours] = people("丙", scope="team-1")
    with pytest.raises(Refused):
        join_doubles(PERSON, a, a)
    with pytest.raises(Refused):
        join_doubles(PERSON, a, ours)
    Person.delete().where(Person.id == b).execute()
    with pytest.raises(RecordUnknown):
        join_doubles(PERSON, a, b)


def test_two_laptops_that_join_the_same_make_one_alias(met: Meeting) -> None:
    one, two = met.laptop(), met.laptop()
    with one:
        a, b = people("甲", "乙")
    met.agree()
    for each, pair in ((one, (a, b)), (two, (b, a))):
        with each:
            join_doubles(PERSON, *pair)
    met.agree()
    with two:
        assert Alias.select().count() == 1
        assert group(PERSON, b) == [a, b]


def test_erasing_one_of_them_leaves_no_trace_of_it_in_an_alias(met: Meeting) -> None:
    one = met.laptop()
    with one:
        a, b = people("甲", "乙")
        join_doubles(PERSON, a, b)
    met.agree()
    with met.hub:
        erase(met.hub, [(PERSON, b)], "示例")
    met.agree()
    with one:
        assert not Alias.select().exists()
        assert group(PERSON, a) == [a]


EDGES = st.tuples(st.booleans(), st.integers(0, 4), st.integers(0, 4))


@given(st.lists(st.tuples(st.integers(0, 1), EDGES | st.none()), max_size=16))
def test_both_sides_see_the_same_groups_whatever_they_joined_and_parted_in_whatever_order(
    steps: list[Any],
) -> None:
    with TemporaryDirectory() as folder, meeting(Path(folder), TWICE) as met:
        laptops = met.laptop(), met.laptop()
        with laptops[0]:
            ids = people(*"甲乙丙丁戊")
        met.agree()
        for place, step in steps:
            with laptops[place], suppress(Refused):
                if step is None:
                    met.sync(laptops[place])
                elif step[0]:
                    join_doubles(PERSON, ids[step[1]], ids[step[2]])
                else:
                    part_doubles(PERSON, ids[step[1]])
        met.agree()
        seen = []
        for store in (*laptops, met.hub):
            with store:
                seen.append([group(PERSON, each) for each in ids])
                edges = {frozenset(each) for each in Alias.select(Alias.one, Alias.other).tuples()}
        assert seen[0] == seen[1] == seen[2]
        for a, b in combinations(range(5), 2):
            assert (seen[0][a] == seen[0][b]) == (ids[b] in reached(ids[a], edges))


def reached(id: str, edges: set[frozenset[str]]) -> set[str]:
    """What the edges lead to, one step after the other."""
    found = {id}
    while more := {each for edge in edges if edge & found for each in edge} - found:
        found |= more
    return found
