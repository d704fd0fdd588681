"""The verdict on a whole column is marshmallow's on each value, word for word.

`Column.passes` only makes the check fast. Here the same values go through the marshmallow schema
one by one, and through the checker as a column: accepted values, refused rows and messages agree.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError, fields, validate

from hongxian.checks import DEPTH, Checker, Reasons, RecordSchema, plain_text
from hongxian.kinds.column import Column
from hongxian.kinds.integer import LARGEST_INTEGER, SMALLEST_INTEGER, IntegerColumn
from hongxian.kinds.reference import ReferenceColumn, are_ids
from hongxian.kinds.text import TextColumn
from hongxian.model.record import new_id
from hongxian.text import Text
from samples import KINDS

IDS = [new_id() for _ in range(3)]
COUNTS = st.integers(-1, 3) | st.sampled_from((LARGEST_INTEGER, 2**63, True, None, "1"))
PAIR_OF_COUNTS = st.lists(COUNTS, min_size=1, max_size=3)
AMOUNTS = st.integers(0, 10**15)
DEVICES = st.integers(1, LARGEST_INTEGER).map(str)
ENTRIES = st.dictionaries(st.sampled_from(("g", "s", "r", "u")), AMOUNTS)
GOOD: dict[str, st.SearchStrategy[Any]] = {
    "text": st.text("甲乙a é{}%", max_size=6),
    "int": st.integers(SMALLEST_INTEGER, LARGEST_INTEGER),
    "bool": st.booleans(),
    "date": st.dates().map(date.isoformat),
    "datetime": st.datetimes().map(lambda each: each.isoformat(" ", "seconds")),
    "time": st.times().map(lambda each: each.isoformat("seconds")),
    "tally": st.dictionaries(DEVICES, st.tuples(*[st.integers(0, LARGEST_INTEGER)] * 2).map(list)),
    "members": st.dictionaries(
        st.text("甲乙磨刀", min_size=1, max_size=80),
        st.dictionaries(
            DEVICES,
            st.tuples(*[st.integers(0, LARGEST_INTEGER)] * 2).map(list),
            min_size=1,
            max_size=2,
        ),
    ),
    "quota": st.dictionaries(
        DEVICES,
        st.fixed_dictionaries(
            {"g": AMOUNTS},
            optional={"s": AMOUNTS, "p": st.dictionaries(DEVICES, AMOUNTS), "b": ENTRIES},
        ),
        max_size=3,
    ),
}
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.floats(allow_nan=False),
    st.text(max_size=8),
    st.text(st.characters(categories=["Cs", "Nd", "Lu"]), max_size=8),
    st.binary(max_size=4),
    st.lists(st.integers(), max_size=2),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.dictionaries(st.text(max_size=6), st.none() | PAIR_OF_COUNTS, max_size=2),
    st.dictionaries(st.sampled_from(("2", "²", "٣", "1" * 20, "")), PAIR_OF_COUNTS, max_size=2),
    st.dictionaries(
        st.sampled_from(("2", "x")),
        st.dictionaries(st.sampled_from(("g", "p", "b", "x")), COUNTS | ENTRIES | PAIR_OF_COUNTS),
        max_size=2,
    ),
    st.dictionaries(
        st.sampled_from(("甲", "", "\0", "\ud800", "长" * 81)),
        st.dictionaries(st.sampled_from(("2", "x", "1" * 20)), PAIR_OF_COUNTS, max_size=2),
        max_size=2,
    ),
    st.sampled_from(
        (
            SMALLEST_INTEGER - 1,
            LARGEST_INTEGER + 1,
            10**400,
            -(10**400),
            float("inf"),
            "a\0b",
            "\ud800",
            "甲" * 7,
            "1",
            "true",
            "2023-02-29",
            "2023-2-28",
            "2023-02-28 ",
            "２０２３-02-28",
            "2023-02-28 24:00:00",
            "2023-02-28T08:30:00",
            "2023-02-28 08:30:00",
            "2023-02-28 08:30:00+08:00",
            "08:30:60",
            "8:30:00",
            "08:30:00",
            IDS[0].upper(),
            f"{IDS[0]},{IDS[1]}",
            IDS[0] + "\n",
            "",
        )
    ),
    st.sampled_from(list(GOOD)).flatmap(GOOD.__getitem__),
)


@st.composite
def columns(draw: st.DrawFn, kind: str) -> tuple[Column, list[Any]]:
    """A field of this kind, with values of which all, some or none are as they should be."""
    good, options, make = GOOD[kind], {}, KINDS[kind]
    if kind == "text":
        options["max_length"] = draw(st.sampled_from((1, 6, 20_000)))
        if draw(st.booleans()):
            make = ReferenceColumn
            options |= {"reference": "a.b", "max_length": 36}
            good = st.sampled_from(IDS)
    if draw(st.booleans()) and kind in ("text", "int", "bool"):
        choices = draw(st.lists(good, min_size=1, max_size=3, unique=True))
        options["choices"] = tuple((each, str(each)) for each in choices)
        good = st.sampled_from(choices)
    null = draw(st.booleans())
    if null:
        good |= st.none()
    default = draw(st.sampled_from((None, 0)))
    column = make("field", null=null, default=default, **options)
    values = good if draw(st.booleans()) else st.one_of(good, good, ODD)
    return column, draw(st.lists(values, max_size=6))


def said_one_by_one(checker: Checker, values: list[Any]) -> tuple[list[Any], dict[int, Reasons]]:
    """What marshmallow's own `load` makes of each value."""
    accepted, refused = [], {}
    for place, value in enumerate(values):
        try:
            accepted.append(checker.schema.load({"field": value}, partial=True)["field"])
        except ValidationError as error:
            accepted.append(value)
            refused[place] = told(error.messages_dict)
    return accepted, refused


def told(messages: Mapping[str, Any]) -> Reasons:
    """Marshmallow's messages, of which it leaves one that is no str without a list."""
    lists = {name: why if isinstance(why, list) else [why] for name, why in messages.items()}
    return {name: [Text.of(each) for each in why] for name, why in lists.items()}


def typed(values: Any) -> list[tuple[type, Any]]:
    """True is not 1 here."""
    return [(type(value), value) for value in values]


def assert_the_same(checker: Checker, values: list[Any]) -> None:
    [checked], bad = checker.check(["field"], [values], whole=False)
    accepted, refused = said_one_by_one(checker, values)
    assert bad == refused
    assert typed(checked) == typed(accepted)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_a_column_is_judged_as_its_values_are_one_by_one(kind: str, data: st.DataObject) -> None:
    column, values = data.draw(columns(kind))
    assert_the_same(Checker({"field": column}), values)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_what_is_accepted_can_travel_and_is_accepted_again(kind: str, data: st.DataObject) -> None:
    import orjson

    column, values = data.draw(columns(kind))
    checker = Checker({"field": column})
    [checked], bad = checker.check(["field"], [values], whole=False)
    kept = [value for place, value in enumerate(checked) if place not in bad]
    arrived = orjson.loads(orjson.dumps(kept))
    assert typed(arrived) == typed(kept)
    assert checker.check(["field"], [arrived], whole=False) == ([arrived], {})


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_sound_columns_take_the_fast_way(kind: str, data: st.DataObject) -> None:
    column = KINDS[kind]("field")
    values = data.draw(st.lists(GOOD[kind], max_size=6))
    assert Checker({"field": column}).check(["field"], [values], whole=False) == ([values], {})
    assert column.passes(values)


class Stricter(RecordSchema):
    """What an author adds: a rule on one field."""

    field = fields.String(validate=validate.Length(min=2), allow_none=True)


@given(data=st.data())
def test_an_authors_own_rules_are_asked_of_every_value(data: st.DataObject) -> None:
    column, values = data.draw(columns("text"))
    assert_the_same(Checker({"field": column}, Stricter), values)


ELEVEN = Text("应为 11 位数字。", "11 digits are wanted.")


class Figures(RecordSchema):
    """What an author says of a text by an expression."""

    field = plain_text(11, (r"[0-9]{11}\Z", ELEVEN), allow_none=True)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("10000000001", []),
        (None, []),
        ("1000000000", [ELEVEN.en]),
        ("10000000001\n", ["At most 11 characters.", ELEVEN.en]),
        ("1000000000\0", ["Contains a character that cannot be kept."]),
        ("1000000000\ud800", ["Contains a character that cannot be kept."]),
        (5, ["Not text."]),
    ],
)
def test_a_text_is_as_its_expressions_say_and_no_longer_nor_stranger_than_any_other(
    value: object, told: list[str]
) -> None:
    column = TextColumn("field", null=True)
    _, bad = Checker({"field": column}, Figures).check(["field"], [[value]], whole=False)
    assert [each.en for each in bad.get(0, {}).get("field", [])] == told


@given(data=st.data(), names=st.sets(st.sampled_from(("a", "b"))), whole=st.booleans())
def test_what_a_whole_record_lacks_is_told_as_marshmallow_tells_it(
    data: st.DataObject, names: set[str], whole: bool
) -> None:
    columns = {
        name: IntegerColumn(
            name,
            null=data.draw(st.booleans()),
            default=data.draw(st.sampled_from((None, 1))),
        )
        for name in ("a", "b", "c")
    }
    checker = Checker(columns)
    record = {name: data.draw(st.sampled_from((1, None, "x"))) for name in sorted(names | {"c"})}
    _, reasons = checker.check_one(record, whole=whole)
    assert reasons == told(checker.schema.validate(record, partial=not whole))


@given(
    st.lists(st.sampled_from((*IDS, *[f"{IDS[0]},{IDS[1]}", IDS[0][:-1], "", ",", IDS[0] + ","])))
)
def test_ids_are_ids_one_by_one(values: list[str]) -> None:
    assert are_ids(values) == all(value in IDS for value in values)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text("甲\\u0n", max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("甲u"), inner, max_size=3),
    max_leaves=5,
)


def wrapped(value: Any, levels: int) -> Any:
    for level in range(levels):
        value = [value] if level % 2 else {"甲": value}
    return value


@given(value=JSON)
def test_a_field_that_this_release_does_not_know_is_kept_as_it_is(value: Any) -> None:
    assert Checker({}).check(["later"], [[value]], whole=True) == ([[value]], {})


@given(
    value=st.sampled_from((1.5, "\0", {"\0": 1}, "\ud800", 2**64, "长" * 22_000)),
    levels=st.integers(0, DEPTH),
)
def test_what_no_field_can_hold_is_refused_in_an_unknown_one_too(value: Any, levels: int) -> None:
    sound, bad = wrapped(1, levels), wrapped(value, levels)
    _, refused = Checker({}).check(["later"], [[sound, bad]], whole=True)
    assert [*refused] == [1]
    assert [*refused[1]] == ["later"]


def test_an_unknown_field_nests_so_deep_and_no_deeper() -> None:
    columns = [[wrapped(1, DEPTH), wrapped(1, DEPTH + 1)]]
    _, refused = Checker({}).check(["later"], columns, whole=True)
    assert [*refused] == [1]


def test_moments_given_as_python_values_travel_as_text() -> None:
    for kind, value, text in (
        ("date", date(2026, 3, 1), "2026-03-01"),
        ("datetime", datetime(2026, 3, 1, 8, 30, 0, 5), "2026-03-01 08:30:00"),
        ("time", time(8, 30, 0, 5), "08:30:00"),
    ):
        assert KINDS[kind]("field").to_wire(value) == text
