"""The sync loop: soon after a write, later after a failure, never two laptops in step."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

import hongxian_plugins.roster as roster
from hongxian.errors import HongxianError, HubOutOfReach, Unauthorized
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.loop import Pace, SyncLoop
from hongxian_testing.laptop import open_laptop

QUICK = Pace(idle=60, shortest=0.01, longest=0.05, look=0.02)
DEADLINE = 10  # seconds


@pytest.fixture
def laptop(tmp_path: Path) -> Replica:
    laptop = open_laptop(tmp_path, roster)
    with laptop, laptop.upkeep(), LaptopState.changing() as state:
        state.epoch = "1"
    return laptop


class Hub:
    """A hub that is away, and counts who asks."""

    def __init__(self, error: HongxianError) -> None:
        self.error = error
        self.asked = threading.Semaphore(0)

    def __call__(self, path: str, body: bytes) -> BinaryIO:
        self.asked.release()
        raise self.error


@pytest.fixture
def away() -> Hub:
    return Hub(HubOutOfReach(url="http://hub", detail="test"))


@pytest.fixture
def loop(laptop: Replica, away: Hub) -> Iterator[SyncLoop]:
    loop = SyncLoop(laptop, away, pace=QUICK)
    yield loop
    if loop.running:
        loop.stop()


def test_waits_grow_to_a_limit_and_differ_between_laptops() -> None:
    pace = Pace(shortest=2, longest=300)
    longest = [pace.after_failures(count, lambda: 1.0) for count in range(1, 40)]
    assert longest[:4] == [2, 4, 8, 16]
    assert longest[-1] == 300
    assert pace.after_failures(3, lambda: 0.0) == 4


def test_it_tries_again_while_the_hub_is_away_and_stops_when_asked(
    loop: SyncLoop, away: Hub
) -> None:
    loop.start()
    for _ in range(4):
        assert away.asked.acquire(timeout=DEADLINE)
    loop.stop()
    assert not loop.running
    assert loop.failures >= 4


def test_it_ends_by_itself_when_no_try_can_help(laptop: Replica) -> None:
    heard: list[object] = []
    loop = SyncLoop(laptop, Hub(Unauthorized()), heard.append, QUICK)
    loop.start()
    loop._thread.join(DEADLINE)
    assert not loop.running
    assert [type(each) for each in heard] == [Unauthorized]


def test_a_write_wakes_it_after_a_failure(laptop: Replica, away: Hub) -> None:
    loop = SyncLoop(laptop, away, pace=Pace(idle=60, shortest=0.01, longest=600, look=60))
    loop.failures = 20  # the next wait would take minutes
    loop.start()
    try:
        assert away.asked.acquire(timeout=DEADLINE)
        with laptop:
            roster.Person.create(name="示例·醒")
        assert away.asked.acquire(timeout=DEADLINE)
    finally:
        loop.stop()


def test_a_defect_does_not_end_it(laptop: Replica, away: Hub) -> None:
    away.error = ValueError("a defect")  # type: ignore[assignment]
    loop = SyncLoop(laptop, away, pace=QUICK)
    loop.start()
    assert away.asked.acquire(timeout=DEADLINE)
    assert away.asked.acquire(timeout=DEADLINE)
    loop.stop()
