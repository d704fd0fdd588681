"""Whatever happens to lines, processes, databases and desks, what one saves all of its community have, and nobody else.

The laptops are on the channel and ask for nothing by the clock. Each example goes on in the world that the last one
left: to make one takes as long as many examples.
"""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from conftest import NewDatabase
from hypothesis import given, settings
from hypothesis import strategies as st

from hongxian_server.sync import bell, signals
from hongxian_server.town import town
from live import LAPTOPS, NAMES, LiveWorld, live_world

COMMUNITY, LAPTOP, PROCESS = st.sampled_from(NAMES), st.integers(0, LAPTOPS - 1), st.integers(0, 1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("save"), COMMUNITY, LAPTOP),
        st.tuples(st.just("save"), COMMUNITY, LAPTOP),
        st.tuples(st.just("sleep"), COMMUNITY, LAPTOP),
        st.tuples(st.just("wake"), COMMUNITY, LAPTOP),
        st.tuples(st.just("pause"), COMMUNITY),
        st.tuples(st.just("resume"), COMMUNITY),
        st.tuples(st.just("stop"), PROCESS),
        st.tuples(st.just("begin"), PROCESS),
        st.tuples(st.just("end_connections")),
    ),
    max_size=12,
)


@pytest.fixture(scope="module", autouse=True)
def often() -> Iterator[None]:
    """What is looked at by the clock is looked at often, but for what signals tell."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(town, "LOOK_SECONDS", 0.05)
        patch.setattr(town, "AGAIN_SECONDS", 0.2)
        patch.setattr(signals, "AGAIN_SECONDS", 0.1)
        patch.setattr(bell, "RARE_SECONDS", 3600)
        yield


@pytest.fixture(scope="module")
def in_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveWorld]:
    with live_world(tmp_path_factory.mktemp("live")) as world:
        yield world


@pytest.fixture(scope="module")
def in_postgresql(
    tmp_path_factory: pytest.TempPathFactory, new_postgres: NewDatabase
) -> Iterator[LiveWorld]:
    with ExitStack() as alive:
        urls = {name: alive.enter_context(new_postgres()) for name in NAMES}
        yield alive.enter_context(live_world(tmp_path_factory.mktemp("live"), urls))


def carry_out(world: LiveWorld, steps: list[tuple]) -> None:
    world.wake()
    for what, *which in steps:
        match what:
            case "save":
                world.save(*which)
            case "sleep" | "wake":
                name, place = which
                getattr(world.laptops[name][place], what)()
            case "pause" | "resume":
                getattr(world, what)(*which)
            case "stop" | "begin":
                getattr(world.processes[which[0] % len(world.processes)], what)()
            case _:
                world.end_connections()
        world.nothing_strayed()
    world.settle()
    world.nothing_strayed()
    world.sleep()  # while the next example is drawn, nobody else asks for what is random


@pytest.mark.thorough
@given(steps=STEPS)
def test_in_a_town_over_files_all_of_a_community_have_what_one_saves(
    steps: list[tuple], in_files: LiveWorld
) -> None:
    carry_out(in_files, steps)


@pytest.mark.thorough
@settings(max_examples=max(settings().max_examples // 3, 1))  # each takes four times as long
@given(steps=STEPS)
def test_in_a_town_of_two_processes_over_postgresql_they_have_it_too(
    steps: list[tuple], in_postgresql: LiveWorld
) -> None:
    carry_out(in_postgresql, steps)
