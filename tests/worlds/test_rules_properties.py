"""Drawn transactions: laptop and hub judge the same rows alike, and what is marked is what is not right."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from club import CLUB, WITHOUT_RULES, Activity, Stay, open_marks
from hongxian import Refused
from hongxian.records import same_id
from hongxian_client.replica.replica import Replica
from hongxian_client.review import attention
from meeting import Meeting, meeting

ACTIVITIES, STAYS, MINUTES = 2, 4, st.sampled_from((10, 20, 30))
OPERATION = st.one_of(
    st.tuples(st.just("cap"), st.integers(0, ACTIVITIES - 1), MINUTES),
    st.tuples(st.just("stay"), st.integers(0, STAYS - 1), st.integers(0, ACTIVITIES - 1), MINUTES),
    st.tuples(st.just("delete"), st.integers(0, STAYS - 1)),
)
TRANSACTION = st.lists(OPERATION, min_size=1, max_size=4)
Operation = tuple[Any, ...]


def carry_out(operation: Operation) -> None:
    """Make a record, or bring it to these values."""
    word, number, *values = operation
    if word == "cap":
        _put(Activity, same_id("club.activity", str(number)), cap=values[0])
    elif word == "stay":
        activity = same_id("club.activity", str(values[0]))
        _put(Stay, same_id("club.stay", str(number)), activity=activity, minutes=values[1])
    else:
        Stay.delete().where(Stay.id == same_id("club.stay", str(number))).execute()


def _put(model: Any, id: str, **values: Any) -> None:
    if model.select().where(model.id == id).exists():
        model.update(**values).where(model.id == id).execute()
    elif not model.with_deleted().where(model.id == id).exists():
        scope = {"scope": "community"} if model is Activity else {}
        model.create(id=id, **values, **scope)


def takes(laptop: Replica, operations: list[Operation]) -> bool:
    """Whether a laptop takes a transaction."""
    with laptop:
        try:
            with laptop.transaction():
                for each in operations:
                    carry_out(each)
        except Refused:
            return False
    return True


@contextmanager
def community(*modules: Any) -> Iterator[tuple[Meeting, list[Replica]]]:
    """A hub with the rules, and a laptop of one team with each of these releases."""
    with TemporaryDirectory(dir="/dev/shm") as folder, meeting(Path(folder), CLUB) as all_:
        all_.team("east")
        laptops = []
        for each in modules:
            all_.modules = (each,)
            laptops.append(all_.laptop("east"))
        yield all_, laptops


def not_right() -> list[tuple[str, list[str]]]:
    """The live stays by their activity and minutes, where there are several."""
    alike: dict[tuple[str, int], list[str]] = {}
    for stay in Stay.select():
        alike.setdefault((stay.activity, stay.minutes), []).append(stay.id)
    return [(f"{key}", ids) for key, ids in alike.items() if len(ids) > 1]


def check_marks(where: Any) -> None:
    """Each mark is of one of several, and of several at most one has none."""
    marks = set(open_marks(where))
    with where:
        several = [set(ids) for _, ids in not_right()]
    assert marks <= set().union(*several)
    for each in several:
        assert len(each - marks) <= 1


@given(st.lists(TRANSACTION, min_size=1, max_size=6))
@settings(max_examples=15)
def test_the_hub_refuses_of_a_program_without_rules_just_what_a_laptop_with_them_does(
    transactions: list[list[Operation]],
) -> None:
    with community(CLUB) as (_, [strict]), community(WITHOUT_RULES) as (all_, [lax]):
        for each in transactions:
            here = takes(strict, each)
            assert takes(lax, each)
            all_.sync(lax)
            with lax:
                rejected = attention.rejected_transactions()
                for one in rejected:
                    attention.discard(lax, one.number)
            assert here == (not rejected)
        all_.sync(lax)
        check_marks(strict)
        check_marks(all_.hub)
        assert open_marks(all_.hub) == open_marks(strict)


@given(st.lists(TRANSACTION, min_size=1, max_size=8), st.data())
@settings(max_examples=15)
def test_what_one_laptop_took_the_hub_takes_whenever_it_comes(
    transactions: list[list[Operation]], data: st.DataObject
) -> None:
    with community(CLUB) as (all_, [laptop]):
        for each in transactions:
            takes(laptop, each)
            if data.draw(st.booleans()):
                all_.sync(laptop)
        all_.agree()
        with laptop:
            assert attention.rejected_transactions() == []
        check_marks(laptop)
        assert open_marks(all_.hub) == open_marks(laptop)


@given(st.lists(st.tuples(st.integers(0, 2), TRANSACTION), min_size=1, max_size=8))
@settings(max_examples=15)
def test_two_laptops_marks_are_what_is_not_right_in_whatever_order_they_come(
    steps: list[tuple[int, list[Operation]]],
) -> None:
    with community(CLUB, CLUB) as (all_, laptops):
        for who, operations in steps:
            if who == 2:
                all_.sync()
            else:
                takes(laptops[who], operations)
        all_.agree()
        all_.agree()
        check_marks(all_.hub)
        for laptop in laptops:
            with laptop:
                waits = bool(attention.rejected_transactions())
            if not waits:  # what waits for a person is still seen here
                assert open_marks(laptop) == open_marks(all_.hub)
