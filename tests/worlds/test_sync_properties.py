"""Whatever happens on the way, laptops and hub come to hold the same, and nothing is lost unseen.

An example is a list of steps in a simulated world (`simulation.py`), carried out and checked by
`play.py`.
"""

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest
from conftest import NewDatabase
from hypothesis import given, settings
from hypothesis import strategies as st

from beginning import TEAMS, Beginning, make_beginning
from play import Step, play
from stories import STORIES
from sweeps import sweep

YEAR = 365 * 24 * 3600 * 1000
SKEWS = (
    0,
    30_000,
    -30_000,
    240_000,
    -3_600_000,
    3_600_000,
    3 * YEAR,
    -3 * YEAR,
    20 * YEAR,
    -20 * YEAR,
)
"""Milliseconds by which a laptop's clock is wrong."""


# -- what is drawn ---------------------------------------------------------------------------

LAPTOP = st.integers(0, 5)
WHICH = st.integers(0, 4)
ROAD = st.integers(0, 11)
FATES = ("arrives", "lost", "late", "unanswered", "twice", "repeated", "broke", "cut")
NOTHING = st.tuples(st.just("wait"), st.just(0))
"""What a failing example shrinks to."""
WRITES = (
    st.tuples(st.just("make"), LAPTOP, st.integers(0, 2), WHICH, ROAD),
    st.tuples(st.just("edit"), LAPTOP, st.integers(0, 2), WHICH, ROAD),
    st.tuples(st.just("edit"), LAPTOP, st.integers(0, 2), st.just(0), ROAD),
    st.tuples(st.just("forward"), LAPTOP, WHICH, ROAD),
    st.tuples(st.just("count"), LAPTOP, st.integers(0, 2), st.integers(-9, 99)),
    st.tuples(st.just("regroup"), LAPTOP, st.integers(0, 2), ROAD),
    st.tuples(st.just("delete"), LAPTOP, st.integers(0, 2), WHICH, ROAD),
    st.tuples(st.just("undelete"), LAPTOP, st.integers(0, 2), WHICH),
    st.tuples(st.just("move"), LAPTOP, WHICH, WHICH),
    st.tuples(st.just("together"), LAPTOP, WHICH, WHICH),
    st.tuples(st.just("separately"), LAPTOP, WHICH),
    st.tuples(st.just("resolve"), LAPTOP, WHICH),
    st.tuples(st.just("undo"), LAPTOP, WHICH),
    st.tuples(st.just("undo"), LAPTOP, st.just(0)),
    st.tuples(st.just("undo_twice"), LAPTOP, WHICH),
)
SYNC = st.tuples(st.just("sync"), LAPTOP)
NETWORK = (
    st.builds(
        lambda number, fates: ("sync", number, *fates),
        LAPTOP,
        st.lists(st.sampled_from(FATES), max_size=5),
    ),
    st.tuples(st.just("deliver_late"), WHICH),
)
STICKS = (
    st.tuples(st.just("stick_out"), LAPTOP),
    st.tuples(st.just("stick_over"), WHICH),
    st.tuples(st.just("stick_back"), WHICH),
)
DEATHS = (
    st.tuples(st.just("killed_writing"), LAPTOP, WHICH, st.integers(0, 25)),
    st.tuples(st.just("killed_undoing"), LAPTOP, WHICH, st.integers(0, 60)),
    st.tuples(st.just("sync_killed"), LAPTOP, st.integers(1, 90)),
    st.tuples(st.just("sync_killing_hub"), LAPTOP, st.integers(1, 90)),
)
CLOCKS = (
    st.tuples(st.just("skew"), LAPTOP, st.sampled_from(SKEWS)),
    st.tuples(st.just("wait"), st.sampled_from((10_000, 3_600_000, 30 * 24 * 3_600_000))),
)
DISKS = (
    st.tuples(st.just("save_hub")),
    st.tuples(st.just("load_hub"), st.booleans()),
    st.tuples(st.just("save_laptop"), LAPTOP),
    st.tuples(st.just("load_laptop"), LAPTOP),
    st.tuples(st.just("clone"), LAPTOP),
)
COPIES = (
    st.tuples(st.just("meet")),
    st.tuples(st.just("delete"), LAPTOP, st.integers(0, 2), WHICH, ROAD),
    st.tuples(st.just("tidy")),
)
"""Beside `DISKS`: what all have seen deleted, and older copies that have not. Four laptops are all
that have joined; a hub that waits for another is being filled for ever."""
KEEPER = (
    st.tuples(st.just("grant"), LAPTOP, st.sampled_from(TEAMS)),
    st.tuples(st.just("withdraw"), LAPTOP, st.sampled_from(TEAMS)),
    st.tuples(st.just("revoke"), LAPTOP),
    st.tuples(st.just("tidy")),
    st.tuples(st.just("erase"), LAPTOP, st.integers(0, 2), WHICH),
    st.tuples(st.just("say"), st.booleans()),
)
NEWCOMERS = (
    st.tuples(st.just("newcomer"), st.sampled_from(TEAMS)),
    st.tuples(st.just("newcomer"), *map(st.just, TEAMS)),
)
CHANGED = (
    st.tuples(
        st.just("change_on_disk"),
        st.integers(0, 5),
        st.integers(0, 40),
        st.sampled_from(("name", "note")),
    ),
    st.tuples(st.just("wait"), st.just(24 * 3_600_000)),
)
PLUGINS = (
    st.tuples(st.just("hub_plugins"), st.booleans(), st.booleans(), st.booleans()),
    st.tuples(st.just("plugins"), LAPTOP, st.booleans(), st.booleans(), st.booleans()),
)
LOCKS = (st.tuples(st.just("lock"), st.integers(0, 5), st.sampled_from((True, True, False))),)
EVERYTHING = (*STICKS, *DEATHS, *CLOCKS, *DISKS, *LOCKS, *CHANGED, *NEWCOMERS, *KEEPER, *PLUGINS)
RESTARTS = (st.tuples(st.just("sync_cutting_database"), LAPTOP, st.integers(1, 90)),)
"""Of the hub's PostgreSQL."""


def steps(*kinds: Any) -> Any:
    """Lists of steps: many writes and syncs, and now and then something of these kinds."""
    some = [st.one_of(*kinds)] * 2 if kinds else []
    syncing = [st.one_of(SYNC, *NETWORK), SYNC]
    # Drawn in two steps, because one_of would flatten its parts and draw hardly a sync.
    step = st.sampled_from([NOTHING, *[st.one_of(*WRITES)] * 4, *syncing, *some]).flatmap(
        lambda each: each
    )
    # Without a least size Hypothesis draws five steps or so, in which little happens.
    return st.lists(step, min_size=20, max_size=50)


worlds = settings(max_examples=max(settings().max_examples // 2, 1))
"""Each example is a world of databases."""
fewer_worlds = settings(max_examples=max(settings().max_examples // 10, 1))


@pytest.fixture(scope="module")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Beginning:
    return make_beginning(tmp_path_factory.mktemp("beginning"), None)


@pytest.fixture(scope="module")
def postgres_beginning(
    new_postgres: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Beginning]:
    with new_postgres() as url:
        yield make_beginning(tmp_path_factory.mktemp("beginning"), url)


@worlds
@given(laptops=st.integers(3, 4), drawn=steps())
def test_laptops_that_lose_requests_and_answers_agree_and_lose_nothing(
    beginning: Beginning, laptops: int, drawn: list[Step]
) -> None:
    play(nullcontext, beginning, laptops, drawn)


@worlds
@given(laptops=st.just(3), drawn=steps(*DEATHS, *CLOCKS))
def test_wrong_clocks_and_deaths_in_any_statement_lose_nothing(
    beginning: Beginning, laptops: int, drawn: list[Step]
) -> None:
    play(nullcontext, beginning, laptops, drawn)


@worlds
@given(laptops=st.just(3), drawn=steps(*DISKS, *NEWCOMERS))
def test_restored_hubs_and_copied_laptops_come_to_agree(
    beginning: Beginning, laptops: int, drawn: list[Step]
) -> None:
    play(nullcontext, beginning, laptops, drawn)


@worlds
@given(laptops=st.just(4), drawn=steps(*DISKS, *COPIES * 2, NEWCOMERS[0]))
def test_what_was_deleted_does_not_come_back_with_older_hubs_and_laptops(
    beginning: Beginning, laptops: int, drawn: list[Step]
) -> None:
    play(nullcontext, beginning, laptops, drawn)


@worlds
@given(
    laptops=st.just(3),
    drawn=steps(*CHANGED * 4, *DEATHS, *CLOCKS, *DISKS, *NEWCOMERS, *STICKS, *KEEPER, *PLUGINS),
)
def test_values_that_a_disk_changes_are_put_right(
    beginning: Beginning, laptops: int, drawn: list[Step]
) -> None:
    play(nullcontext, beginning, laptops, drawn)


@worlds
@given(laptops=st.just(3), drawn=steps(*KEEPER, *PLUGINS))
def test_changing_rights_and_plugins_lose_nothing(
    beginning: Beginning, laptops: int, drawn: list[Step]
) -> None:
    play(nullcontext, beginning, laptops, drawn)


@worlds
@given(laptops=st.just(3), drawn=steps(*STICKS, *STICKS, *CLOCKS, *PLUGINS))
def test_sticks_in_any_order_beside_the_network_lose_nothing(
    beginning: Beginning, laptops: int, drawn: list[Step]
) -> None:
    play(nullcontext, beginning, laptops, drawn)


@worlds
@given(
    laptops=st.integers(3, 4),
    drawn=steps(*EVERYTHING),
)
def test_all_of_it_together(beginning: Beginning, laptops: int, drawn: list[Step]) -> None:
    play(nullcontext, beginning, laptops, drawn)


@fewer_worlds
@given(
    laptops=st.just(3),
    drawn=steps(*RESTARTS * 3, *EVERYTHING),
)
def test_all_of_it_together_over_postgresql(
    new_postgres: NewDatabase, postgres_beginning: Beginning, laptops: int, drawn: list[Step]
) -> None:
    play(new_postgres, postgres_beginning, laptops, drawn)


@pytest.mark.parametrize("drawn", sweep(STORIES, quick=4))
def test_what_once_went_wrong_goes_right(beginning: Beginning, drawn: list[Step]) -> None:
    play(nullcontext, beginning, 3, drawn)
