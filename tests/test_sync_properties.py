"""Whatever happens on the way, laptops and hub come to hold the same, and nothing is lost unseen.

An example is a list of steps in a simulated world (`simulation.py`), carried out and checked by
`play.py`.
"""

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import NewDatabase
from play import Step, play
from simulation import TEAMS, Beginning, make_beginning

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
FATES = ("arrives", "lost", "late", "unanswered", "twice", "repeated")
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
KEEPER = (
    st.tuples(st.just("grant"), LAPTOP, st.sampled_from(TEAMS)),
    st.tuples(st.just("withdraw"), LAPTOP, st.sampled_from(TEAMS)),
    st.tuples(st.just("revoke"), LAPTOP),
    st.tuples(st.just("collect_tombstones")),
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
EVERYTHING = (*STICKS, *DEATHS, *CLOCKS, *DISKS, *CHANGED, *NEWCOMERS, *KEEPER, *PLUGINS)
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


_ALL_KNOW = [("sync", 0), ("sync", 1), ("sync", 2), ("sync", 0)]
STORIES: dict[str, list[Step]] = {
    **{
        f"a value that the disk of {where} has changed is put right": [
            ("change_on_disk", place, 0, "name")
        ]
        for where, place in (("the hub", 5), ("a laptop", 1))
    },
    "a laptop joins after a restore before the one is back that had joined after the backup": [
        ("save_hub",),
        ("newcomer", "east"),
        ("sync", 3),
        ("count", 3, 0, 5),
        ("sync", 3),
        ("sync", 0),
        ("load_hub", True),
        ("newcomer", "west"),
        ("sync", 4),
        ("count", 4, 0, 3),
        ("sync", 4),
        ("sync", 0),
    ],
    "what all deleted is in no file once it is tidied": [
        ("make", 0, 2, 0, 0),
        *_ALL_KNOW,
        ("edit", 1, 2, 1, 0),
        *_ALL_KNOW,
        ("delete", 0, 2, 1, 0),
        *_ALL_KNOW,
        ("edit", 1, 2, 0, 0),
        *_ALL_KNOW,
    ],
    "what is erased stays so, unsent edits and a restored hub or not": [
        ("make", 0, 2, 0, 0),
        *_ALL_KNOW,
        ("save_hub",),
        ("edit", 1, 2, 1, 0),
        ("erase", 0, 2, 1),
        ("sync", 0),
        ("load_hub", True),
        ("sync", 2),
        ("edit", 2, 2, 1, 1),
        *_ALL_KNOW,
    ],
    "what is erased is in no sum of a laptop whose plugin is missing": [
        ("plugins", 0, False, True, False),
        ("erase", 2, 0, 1),
        ("sync", 0),
    ],
    "work waits while its plugin is missing on the laptop": [
        ("make", 2, 1, 0, 0),
        ("plugins", 2, False, True, True),
        ("sync", 2),
    ],
    "a removal does not overtake the addition that waits for a plugin": [
        ("delete", 0, 0, 0, 0),
        ("hub_plugins", False, True, False),
        ("regroup", 0, 0, 0),
        ("sync", 0),
        ("regroup", 0, 0, 0),
    ],
    "data leaves a laptop whose access ended though their plugin is missing": [
        ("plugins", 1, False, False, False),
        ("revoke", 1),
        ("sync", 1),
    ],
    "a record leaves with its team though unsent work shows it in another": [
        ("withdraw", 2, "east"),
        ("move", 2, 1, 1),
    ],
    "a deletion outlasts two restores of the hub from one backup": [
        ("save_hub",),
        ("sync", 0),
        ("load_hub", False),
        ("delete", 0, 0, 0, 0),
        ("sync", 0),
        ("load_hub", False),
    ],
    "a hub that was restored is known though a copied laptop was there first": [
        ("save_hub",),
        ("clone", 0),
        ("move", 3, 0, 0),
        ("count", 0, 0, 1),
        ("sync", 0),
        ("load_hub", False),
        ("sync", 3),
    ],
    "an edit follows a record made together with an edit that undid a deletion": [
        ("edit", 1, 2, 0, 0),
        ("together", 1, 0, 0),
        ("delete", 1, 0, 2, 0),
        ("hub_plugins", False, False, False),
        ("sync", 1),
        ("hub_plugins", True, True, False),
        ("delete", 0, 2, 0, 0),
        ("sync", 0),
        ("sync", 1),
    ],
    "a record that was taken in and moved away before the answer came is let go": [
        ("make", 1, 0, 0, 0),
        ("sync", 1, "unanswered"),
        ("sync", 0),
        ("move", 0, 3, 0),
        ("sync", 0),
    ],
    "a refused record that is deleted goes again as its making and its deletion": [
        ("withdraw", 0, "west"),
        ("together", 0, 0, 0),
        ("withdraw", 0, "east"),
        ("sync", 0),
        ("delete", 0, 0, 1, 0),
    ],
    "what was refused goes out with a correction beside it though another's word has come meanwhile": [
        ("withdraw", 0, "west"),
        ("together", 0, 0, 1),
        ("together", 2, 0, 0),
        ("sync", 2),
        ("sync", 0),
        ("edit", 0, 2, 0, 1),
    ],
    "a refused count is not counted with the next one": [
        ("withdraw", 0, "west"),
        ("together", 0, 0, 1),
        ("count", 0, 0, 3),
        ("sync", 0),
        ("count", 0, 0, 30),
    ],
    "a refused count that is discarded is not in what was counted on it": [
        ("withdraw", 0, "west"),
        ("together", 0, 0, 1),
        ("count", 0, 0, 3),
    ],
    "a word in the place of what was refused ends it": [
        ("withdraw", 0, "west"),
        ("together", 0, 0, 1),
        ("together", 2, 0, 0),
        ("sync", 2),
        ("sync", 0),
        ("edit", 0, 2, 0, 4),
    ],
    "a deletion that a restored hub forgot is told again though its record went to another team": [
        ("save_hub",),
        ("move", 1, 2, 4),
        ("delete", 2, 0, 2, 3),
        ("sync", 2),
        ("load_hub", True),
    ],
    "a first value is told as lost though the hub was restored twice before the other came": [
        ("save_hub",),
        ("load_hub", True),
        ("forward", 2, 0, 7),
        ("forward", 3, 0, 5),
        ("sync", 2),
        ("load_hub", True),
    ],
    "a copied laptop's count goes over whole though its twin's has arrived there": [
        ("clone", 3),
        ("save_hub",),
        ("count", 3, 0, 79),
        ("sync", 0),
        ("load_hub", False),
        ("count", 0, 0, 28),
    ],
    "a team that a restored hub gives back for a moment leaves nothing behind": [
        ("save_hub",),
        ("withdraw", 0, "east"),
        ("sync", 3),
        ("load_hub", True),
    ],
    "a deletion is told to a restored hub that has its plugin back only later": [
        ("save_hub",),
        ("delete", 2, 0, 3, 5),
        ("sync", 2),
        ("load_hub", False),
        ("hub_plugins", False, True, False),
        ("sync", 2),
    ],
    "a laptop whose plugin is missing fills a restored hub when it is back": [
        ("save_hub",),
        ("edit", 2, 0, 0, 1),
        ("sync", 2),
        ("load_hub", True),
        ("plugins", 2, False, True, False),
        ("sync", 2),
        ("sync", 0),
        ("sync", 1),
    ],
    **{
        f"what was just agreed stays though unsent work shows it in lost team {lost}": [
            ("together", 0, 0, 0),
            ("together", 0, 0, 1),
            ("move", 0, 3, lost),
            ("move", 0, 4, lost),
            ("withdraw", 0, "west"),
            ("sync", 0),
        ]
        for lost in (0, 1)
    },
    "laptops with nothing to send are taken for no copies by a restored hub": [
        ("save_hub",),
        ("load_hub", True),
    ],
    "a laptop is taken for no copy when the network brings its request twice": [
        ("move", 0, 3, 3),
        ("sync", 0, "repeated"),
    ],
    "two states of a tally under one stamp are told apart": [
        ("count", 0, 0, 1),
        ("save_hub",),
        ("count", 1, 0, 1),
        ("load_hub", True),
        ("sync", 1),
        ("sync", 0),
        ("load_hub", False),
    ],
    "a word over what a disk has changed replaces what stood there": [
        ("make", 0, 2, 0, 0),
        ("sync", 0),
        ("change_on_disk", 0, 6, "note"),
        ("edit", 0, 2, 0, 0),
        ("edit", 0, 2, 1, 0),
    ],
    "what a disk has changed goes out as it stands where the hub has lost it": [
        ("save_hub",),
        ("make", 0, 0, 0, 0),
        ("sync", 0),
        ("change_on_disk", 0, 10, "name"),
        ("load_hub", True),
    ],
    "a stick brings nothing of a team that a restored hub knows nothing of": [
        ("save_hub",),
        ("stick_out", 1),
        ("grant", 1, "east"),
        ("stick_over", 0),
        ("load_hub", True),
        ("stick_back", 0),
    ],
}
"""Worlds that once went wrong."""


@pytest.mark.parametrize("drawn", STORIES.values(), ids=STORIES)
def test_what_once_went_wrong_goes_right(beginning: Beginning, drawn: list[Step]) -> None:
    play(nullcontext, beginning, 3, drawn)
