"""Whole records out of queries: the ones that peewee would make, in a shorter time."""

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path

import pytest

from demo_world import World
from hongxian_client.replica.replica import Replica
from hongxian_testing.laptop import open_laptop
from samples import Thing, plugin


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    with open_laptop(tmp_path, plugin("sample", Thing)) as laptop:
        yield laptop


@pytest.mark.thorough
def test_every_record_of_the_demonstration_is_the_one_that_peewee_makes(world: World) -> None:
    with world.laptop:
        for collection in world.laptop.collections.values():
            model = collection.model
            fields, in_order = model._meta.sorted_fields, model.with_deleted().order_by(model.id)
            named = list(model.with_deleted(*fields).order_by(model.id))
            whole = list(in_order)
            assert [each.__data__ for each in whole] == [each.__data__ for each in named]
            assert repr([each.__data__ for each in whole]) == repr([e.__data__ for e in named])
            assert not any(each.is_dirty() for each in whole), collection.name


def test_a_record_of_every_kind_of_field_is_the_one_that_peewee_makes(laptop: Replica) -> None:
    Thing.create(
        name="a",
        most=1,
        day=date(2026, 3, 1),
        moment=datetime(2026, 3, 1, 9),
        hour=time(9, 30),
        ready=True,
        people=3,
        skills={"急救"},
    )
    Thing.create(name="nothing else")
    told = [repr(each.__data__) for each in Thing.select().order_by(Thing.id)]
    named = Thing.with_deleted(*Thing._meta.sorted_fields).order_by(Thing.id)
    assert told == [repr(each.__data__) for each in named]
    assert "datetime.time(9, 30)" in told[0]


def test_a_union_of_whole_records_is_one_of_records(laptop: Replica) -> None:
    for name in "abc":
        Thing.create(name=name)
    both = Thing.select().where(Thing.name == "a") | Thing.select().where(Thing.name == "c")
    assert sorted(each.name for each in both) == ["a", "c"]


def test_what_is_made_while_one_goes_through_them_is_not_among_them(laptop: Replica) -> None:
    Thing.create(name="a")
    for each in Thing.select():
        Thing.create(name=f"{each.name}a")
    assert sorted(each.name for each in Thing.select()) == ["a", "aa"]


def test_some_are_taken_by_their_places_and_all_are_there_still(laptop: Replica) -> None:
    for name in "abc":
        Thing.create(name=name)
    query = Thing.select().order_by(Thing.name)
    assert [query[0].name, query[-1].name, len(query)] == ["a", "c", 3]
    again = Thing.select().order_by(Thing.name)
    assert [each.name for each in again.iterator()] == [each.name for each in query]
