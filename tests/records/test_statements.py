"""SQL is made the shorter way, and is what peewee would have made, word for word."""

from collections.abc import Callable, Iterator
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import JOIN, Context, Node, Value, fn

from hongxian.storage.postgres import Postgres
from hongxian_client.replica.replica import Replica
from hongxian_testing.laptop import open_laptop
from samples import Thing, Visit, plugin

FIELDS = (Thing.name, Thing.most, Thing.day, Thing.hour, Thing.ready, Thing.people, Thing.other)
VALUES = st.one_of(
    st.none(),
    st.text(max_size=5),
    st.integers(-3, 3),
    st.booleans(),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.just(time(9, 30)),
    st.lists(st.text(max_size=3), max_size=3),
    st.sampled_from(FIELDS),
)
OPERATIONS: tuple[Callable[[Node, object], Node], ...] = (
    lambda field, value: field == value,
    lambda field, value: field != value,
    lambda field, value: field < value,
    lambda field, value: field >= value,
    lambda field, value: field % value,
    lambda field, value: field.in_(value if isinstance(value, list) else [value]),
    lambda field, value: field + value,
    lambda field, value: fn.LOWER(field) == value,
    lambda field, value: fn.COALESCE(field, value) > value,
)
CONDITIONS = st.recursive(
    st.builds(
        lambda made, *of: made(*of), st.sampled_from(OPERATIONS), st.sampled_from(FIELDS), VALUES
    ),
    lambda inner: st.one_of(
        st.builds(lambda one, other: one & other, inner, inner),
        st.builds(lambda one, other: one | other, inner, inner),
        st.builds(lambda one: ~one, inner),
    ),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    path: Path = tmp_path_factory.mktemp("statements")
    with open_laptop(path, plugin("sample", Thing, Visit)) as laptop:
        yield laptop


ELSEWHERE = Postgres("postgresql://somebody@localhost/nothing")
"""It is asked for its words alone."""


def both(laptop: Replica, query: Node) -> list[object]:
    """What is made of a query for both databases, here and by peewee; or how it fails."""
    found: list[list[object]] = [[], []]
    for database in (laptop.database, ELSEWHERE):
        made = (database.get_sql_context(), Context(**database.get_context_options()))
        for each, told in zip(made, found, strict=True):
            try:
                told.append(each.sql(query).query())
            except Exception as error:
                told.append((type(error), str(error)))
    return [tuple(each) for each in found]


@given(condition=CONDITIONS)
def test_whatever_is_asked_of_a_table(laptop: Replica, condition: Node) -> None:
    inner = Thing.select(Thing.id).where(condition)
    for query in (
        Thing.select().where(condition).order_by(Thing.day.desc(), Thing.name).limit(3),
        Thing.select(Thing.name, fn.COUNT(Thing.id)).group_by(Thing.name).having(condition),
        Visit.select().where(Visit.name.in_(inner)),
        Thing.with_deleted().where(Thing.other.in_(inner) | condition),
    ):
        here, peewees = both(laptop, query)
        assert here == peewees


def test_what_joins_and_bears_other_names(laptop: Replica) -> None:
    other = Thing.alias("other")
    for query in (
        Thing.select(Thing, other.name).join(other, JOIN.LEFT_OUTER, on=Thing.other == other.id),
        Thing.select(Thing.name.alias("called")).where(other.name == "a"),
        Thing.select().where(Thing.name == Value("a", converter=str.upper)),
        Thing.select() | Thing.with_deleted().where(Thing.name == "b"),
        Visit.select(Visit.name).where(fn.EXISTS(Thing.select().where(Thing.name == Visit.name))),
    ):
        here, peewees = both(laptop, query)
        assert here == peewees
