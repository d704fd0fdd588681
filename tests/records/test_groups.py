"""Fields that are one thing to people: who writes one writes all, and a conflict is about them all."""

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import CharField, IntegerField

from desks import desk_of, entered, page, unmarked
from hongxian import Record, Text
from hongxian.collections.builtin import Conflict
from hongxian.merges import Largest
from hongxian.records import COMMUNITY
from hongxian_client.review.conflicts import as_json, keep_the_lost
from hongxian_client.text.format import Makers
from hongxian_testing.laptop import open_laptop
from meeting import Meeting, meeting
from places import EXAMPLES
from samples import plugin


class Home(Record):
    name = CharField()
    street = CharField(verbose_name=Text("街道", "Street"))
    number = IntegerField(verbose_name=Text("门牌", "Number"))

    class Meta:
        collection = "homes.home"
        scope = COMMUNITY
        groups = {"address": ("street", "number")}


HOMES = plugin("homes", Home)


@pytest.fixture
def met(tmp_path: Path) -> Iterator[Meeting]:
    with meeting(tmp_path, HOMES) as met:
        yield met


def in_conflict(met: Meeting) -> tuple[Any, Any, str]:
    one, two = met.laptop(), met.laptop()
    with one:
        id = Home.create(name="示例·甲001", street="示例路", number=1).id
    met.agree()
    with one:
        Home.update(street="东路").where(Home.id == id).execute()
    with two:
        Home.update(number=2, name="示例·乙002").where(Home.id == id).execute()
    met.agree()
    return one, two, id


def test_two_who_write_parts_of_a_group_make_one_conflict_and_no_mixture(met: Meeting) -> None:
    one, two, id = in_conflict(met)
    for laptop in (one, two):
        with laptop:
            home = Home.get_by_id(id)
            assert (home.name, home.street, home.number) == ("示例·乙002", "示例路", 2)
            [conflict] = Conflict.select()
            assert conflict.field == "address"
            assert orjson.loads(conflict.lost) == {"street": "东路", "number": 1}


def test_the_other_is_put_back_as_a_whole(met: Meeting) -> None:
    one, two, id = in_conflict(met)
    with one:
        [conflict] = one.collection("hongxian.conflict").rows("TRUE")
        keep_the_lost(one, conflict)
    met.agree()
    with two:
        home = Home.get_by_id(id)
        assert (home.name, home.street, home.number) == ("示例·乙002", "东路", 1)
        [settled] = Conflict.select()
        assert settled.resolved


def test_the_page_and_the_command_line_show_all_of_it(met: Meeting) -> None:
    one, _, _ = in_conflict(met)
    with one:
        told = as_json(Conflict.get(), one.collection("homes.home"), Makers())
        assert (told["kept"], told["lost"]) == (
            {"street": "示例路", "number": 2},
            {"street": "东路", "number": 1},
        )
        shown = page(entered(desk_of(one)), "/attention/conflicts")
        assert "Street · Number" in unmarked(shown)
        assert "东路" in re.sub(r"<[^>]+>", "", shown), "what differs is marked within it"


def test_the_manuals_example_does_what_its_page_says(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("parcels", EXAMPLES / "records" / "parcels.py")
    spec.loader.exec_module(parcels := importlib.util.module_from_spec(spec))
    with open_laptop(tmp_path, parcels) as laptop:
        assert laptop.plugins.all[0].errors == []
        given = {"name": "示例·甲001", "building": "3幢", "room": "501", "phone": "(0571)00001234"}
        id = parcels.Parcel.create(**given, scanned="…").id
        assert parcels.Parcel.get_by_id(id).phone == "057100001234"
        shown = page(entered(desk_of(laptop)), f"/c/parcels.parcel/{id}")
        assert "0571 0000 1234" in shown
        assert "3幢–501" in shown
        assert "Scanned" not in shown
        form = page(entered(desk_of(laptop)), f"/c/parcels.parcel/{id}/edit")
        assert 'name="taken_in"' not in form


VALUES = st.tuples(st.sampled_from(["street", "number"]), st.integers(0, 9))


@given(st.lists(st.tuples(st.integers(0, 2), VALUES | st.none()), max_size=14))
def test_no_reader_ever_sees_a_street_with_another_streets_number(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Any]
) -> None:
    with meeting(tmp_path_factory.mktemp("groups"), HOMES) as met:
        laptops = [met.laptop() for _ in range(3)]
        with laptops[0]:
            id = Home.create(name="示例", street="0", number=0).id
        met.agree()
        written = {("0", 0)}
        for place, write in steps:
            laptop = laptops[place]
            if write is None:
                met.sync(laptop)
                continue
            with laptop:
                name, value = write
                Home.update({name: str(value) if name == "street" else value}).execute()
                home = Home.get_by_id(id)
                written.add((home.street, home.number))
        met.agree()
        with laptops[0]:
            home = Home.get_by_id(id)
            assert (home.street, home.number) in written


@pytest.mark.parametrize(
    "meta",
    [
        {"groups": {"street": ("street", "number")}},
        {"groups": {"address": ("street", "nowhere")}},
        {"groups": {"address": ("street",), "other": ("street", "number")}},
        {"groups": {"address": ("street", "number")}, "merges": {"number": Largest()}},
        {"groups": {"address": ("street", "number")}, "field_writers": {"number": "hub"}},
    ],
)
def test_a_group_that_cannot_be_written_as_one_is_refused(
    tmp_path: Path, meta: dict[str, Any]
) -> None:
    fields = {"street": CharField(), "number": IntegerField()}
    options = type("Meta", (), {"collection": "odd.thing", **meta})
    odd = type("Odd", (Record,), {**fields, "Meta": options})
    laptop = open_laptop(tmp_path, plugin("odd", odd))
    assert "the group" in laptop.plugins.all[0].errors[0].en
