"""What a store keeps about itself, and what a laptop has still to do: kept by commits, never lost."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from hongxian.storage.state import Setting, State
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.todo import Todo, TodoKind, done, put_down, to_be_done
from hongxian_server.hub_state import HubState
from hongxian_testing.laptop import open_laptop


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    laptop = open_laptop(tmp_path)
    with laptop:
        yield laptop


def kept() -> set[str]:
    return {each.name for each in Setting.select()}


def all_under(cls: type[State]) -> Iterator[type[State]]:
    for each in cls.__subclasses__():
        yield each
        yield from all_under(each)


def test_a_fact_that_was_never_set_is_what_its_class_says(laptop: Replica) -> None:
    state = LaptopState.read()
    assert (state.last_sync, state.hub_heads, state.recovering) == (None, [], False)
    state.hub_heads.append("1-a")
    assert LaptopState.read().hub_heads == []


def test_what_is_changed_is_there_after_the_commit(laptop: Replica) -> None:
    with laptop.upkeep(), LaptopState.changing() as state:
        state.hub_heads.append("1-a")
        state.own_seqs = [(3, 5)]
        state.last_sync = 60_000
    state = LaptopState.read()
    assert (state.hub_heads, state.own_ranges, state.last_sync) == (["1-a"], [(3, 5)], 60_000)


def test_what_did_not_change_is_not_written(laptop: Replica) -> None:
    before = kept()
    with laptop.upkeep(), LaptopState.changing() as state:
        state.hub_heads = []
    assert kept() == before
    assert "hub_heads" not in before


def test_two_who_change_at_once_keep_each_others(laptop: Replica) -> None:
    with laptop.upkeep(), LaptopState.changing() as outer:
        with LaptopState.changing() as inner:
            inner.observed, inner.community = 7, "示例社区"
        outer.hub_key = "new"
    state = LaptopState.read()
    assert (state.observed, state.community, state.hub_key) == (7, "示例社区", "new")


def test_nothing_is_changed_where_the_change_failed(laptop: Replica) -> None:
    with suppress(ZeroDivisionError), laptop.upkeep(), LaptopState.changing() as state:
        state.hub_key = "new"
        raise ZeroDivisionError
    assert LaptopState.read().hub_key == "joined"


def test_no_name_of_a_fact_is_in_two_classes_unless_one_inherits_it() -> None:
    classes = set(all_under(State))
    assert {LaptopState, HubState} < classes
    own = {each: set(each.__annotations__) for each in classes}
    for one in classes:
        for other in classes - {one}:
            both_sides = {one, other} == {LaptopState, HubState}  # never in one database
            assert both_sides or not own[one] & own[other], (one, other)


# -- to do ---------------------------------------------------------------------------------------


def mend(name: str, surplus: str = "offer") -> Todo:
    return Todo(kind=TodoKind.MEND, scope="team-1", collection=name, surplus=surplus)


def listed(kind: TodoKind = TodoKind.MEND) -> list[tuple[str, str]]:
    return [(each.collection, each.surplus) for each in to_be_done(kind)]


def test_what_is_to_be_done_stands_once_and_in_order(laptop: Replica) -> None:
    with laptop.upkeep():
        put_down([mend("b"), mend("a")])
        put_down([Todo(kind=TodoKind.REBASE, collection="b", record="1")])
        put_down([mend("c"), mend("b", "drop")])
    assert listed() == [("b", "drop"), ("a", "offer"), ("c", "offer")]
    assert listed(TodoKind.REBASE) == [("b", "")]
    assert listed(TodoKind.RECALL) == []


def test_what_was_noted_otherwise_while_it_was_done_is_done_again(laptop: Replica) -> None:
    with laptop.upkeep():
        put_down([mend("a"), mend("b")])
    under_way = to_be_done(TodoKind.MEND)
    with laptop.upkeep():
        put_down([mend("a", "drop")])
        done(under_way)
    assert listed() == [("a", "drop")]
