"""A record's hash: what it covers, and that all who hold the record come to the same one."""

import json
from hashlib import blake2b
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from peewee import CharField, TextField

from hongxian import Record, TallyField
from hongxian.merges import plus
from hongxian.model.row import Row, rows_of_columns
from hongxian.model.row_hash import hash_of, hashes_of, hashes_of_rows
from hongxian.records import COMMUNITY
from hongxian.wire.digest import hex_of
from hongxian_client.replica.replica import Replica
from hongxian_testing.laptop import with_only
from meeting import Meeting, meeting
from places import DOCS
from samples import PEOPLE, plugin

ID = "01890000-0000-7000-8000-000000000001"
STAMP = 1 << 60


def as_the_protocol_says(parts: dict[str, Any]) -> str:
    """The hash of a record as `docs/protocol.md` tells it, by the standard library alone."""
    names = sorted(parts)
    lists = names, [parts[name] for name in names]
    text = "".join(
        json.dumps(each, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        for each in lists
    )
    return blake2b(text.encode(), digest_size=8).hexdigest()


def test_the_worked_example() -> None:
    row = Row(
        ID,
        STAMP,
        {
            "scope": "t-1",
            "deleted": False,
            "written_by": "示例·甲001",
            "name": "示例·乙002",
            "note": None,
            "visits": {"3": [2, 0], "12": [1, 1]},
            "colour": "red",
        },
        {"name": STAMP + 64, "colour": 0},
        seq=7,
        maker="5f",
    )
    text = (
        '["deleted","id","maker","name","note","scope","stamp","stamps","visits","written_by"]'
        f'[false,"{ID}","5f","示例·乙002",null,"t-1",{STAMP},'
        f'"{{\\"{STAMP + 64}\\":[\\"name\\"]}}",{{"12":[1,1],"3":[2,0]}},"示例·甲001"]'
    )
    assert hex_of(hash_of(row)) == blake2b(text.encode(), digest_size=8).hexdigest()
    assert hex_of(hash_of(row)) == "e4ec6420e7e678f2"
    page = (DOCS / "protocol.md").read_text("utf-8")
    assert f"{text}\ne4ec6420e7e678f2\n" in page.replace(",\n", ",")


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(1 << 63), (1 << 63) - 1),
    st.text(max_size=5),
    st.dictionaries(st.text(max_size=3), st.lists(st.integers(0, 9), max_size=2), max_size=3),
)
FIELDS = ("name", "note", "visits", "colour")


@given(
    rows=st.lists(st.fixed_dictionaries(dict.fromkeys(FIELDS, VALUES)), min_size=1, max_size=4),
    kept=st.sets(st.sampled_from(FIELDS)),
    unwritten=st.sets(st.sampled_from(FIELDS)),
)
def test_a_field_counts_the_same_in_a_column_and_among_those_unknown(
    rows: list[dict[str, Any]], kept: set[str], unwritten: set[str]
) -> None:
    stamps = json.dumps({"0": sorted(unwritten)}) if unwritten else None
    names = ["id", "stamp", "seq", "stamps", "scope", "deleted", "written_by", "extra"]
    columns = [
        [ID, STAMP, place, stamps, "t-1", False, None, json.dumps({n: row[n] for n in kept})]
        for place, row in enumerate(rows)
    ]
    known = [name for name in FIELDS if name not in kept]
    told = [[*begun, *(row[n] for n in known)] for begun, row in zip(columns, rows, strict=True)]
    by_columns = hashes_of([*names, *known], list(zip(*told, strict=True)))
    one_by_one = rows_of_columns([*names, *known], list(zip(*told, strict=True)))
    engines = {"id": ID, "stamp": STAMP, "stamps": None, "scope": "t-1", "deleted": False}
    expected = [
        as_the_protocol_says(
            {**engines, "written_by": None, "maker": ""}
            | {n: row[n] for n in FIELDS if n not in unwritten}
        )
        for row in rows
    ]
    assert [hex_of(each) for each in by_columns] == expected
    assert [hex_of(hash_of(each)) for each in one_by_one] == expected


@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), VALUES), max_size=6))
def test_rows_of_different_fields_are_hashed_together_as_each_alone(
    told: list[dict[str, Any]],
) -> None:
    engines = {"scope": "t-1", "deleted": False, "written_by": None}
    rows = [Row(ID, STAMP, {**engines, **fields}) for fields in told]
    expected = [
        as_the_protocol_says(
            {"id": ID, "stamp": STAMP, "stamps": None, "maker": "", **engines, **fields}
        )
        for fields in told
    ]
    assert [hex_of(each) for each in hashes_of_rows(rows)] == expected


class Coloured(Record):
    """The collection of people once more, with a default that is no null, and a tally."""

    name = CharField(max_length=40)
    note = TextField(null=True)
    colour = CharField(max_length=10, default="red")
    shade = CharField(max_length=10, null=True, default="dark")
    visits = TallyField()

    class Meta:
        collection = "people.person"
        scope = COMMUNITY


RELEASES: dict[bool, ModuleType] = {False: PEOPLE, True: plugin("people", Coloured)}
PLACE = st.integers(0, 1)
MEETINGS = st.lists(
    st.one_of(
        st.tuples(st.just("make"), PLACE, st.sampled_from(("red", "blue"))),
        st.tuples(st.just("note"), PLACE, st.integers(0, 9)),
        st.tuples(st.just("colour"), PLACE, st.integers(0, 9)),
        st.tuples(st.just("release"), PLACE, st.booleans()),
        st.tuples(st.just("sync"), PLACE, st.just(0)),
    ),
    min_size=8,
    max_size=16,
)


def carry_out(told: Meeting, step: tuple[str, int, Any]) -> None:
    """One step on a laptop, with whichever release it has."""
    what, place, how = step
    store = told.laptops[place]
    if what == "release":
        told.laptops[place] = Replica.open(store.folder, plugins=with_only((RELEASES[how],)))
        return
    if what == "sync":
        told.sync(store)
        return
    with store:
        model = store.collection("people.person").model
        more = {"colour": how} if hasattr(model, "colour") and what == "make" else {}
        if what == "make":
            model.create(name="示例·新", **more)
            return
        ids = [each.id for each in model.select().order_by(model.id)]
        values = {"note": f"{how}"} if what == "note" else {"colour": "blue", "visits": plus(1)}
        if ids and (what == "note" or hasattr(model, "colour")):
            store.edit(model, {ids[how % len(ids)]: values})


@settings(max_examples=max(settings().max_examples // 4, 1))
@given(is_later=st.booleans(), steps=MEETINGS)
def test_two_releases_of_a_plugin_come_to_the_same_sums(
    tmp_path_factory: pytest.TempPathFactory, is_later: bool, steps: list[tuple[str, int, Any]]
) -> None:
    with meeting(tmp_path_factory.mktemp("meeting"), RELEASES[is_later]) as told:
        told.team("甲队")
        for _ in range(2):
            told.laptop("甲队")
        for step in steps:
            carry_out(told, step)
        told.agree()
        for store in (told.hub, *told.laptops):
            with store:
                rows = store.collection("people.person").rows("1 = 1")
                assert all(row.hash == hash_of(row) for row in rows)
