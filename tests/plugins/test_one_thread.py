"""All that comes with Hongxian on two laptops and a hub: whoever led the work, an hour is one, and points come once."""

from collections import Counter
from importlib import import_module
from pkgutil import iter_modules

import pytest

import hongxian_plugins
from hongxian.contracts import Hours, Occasion, Presence, given
from hongxian.records import same_id
from hongxian_plugins.knife_grinding import Day
from hongxian_plugins.reward_station.points.records import Entry
from hongxian_plugins.service import Attendance
from hongxian_testing import Laptop
from hongxian_testing.neighbourhood import Neighbourhood

BUNDLED = [
    import_module(f"hongxian_plugins.{each.name}")
    for each in iter_modules(hongxian_plugins.__path__)
]
pytestmark = [pytest.mark.plugins(*BUNDLED), pytest.mark.thorough]
LED_BY = {"campaign", "caravan", "mobilise", "rounds", "study_room"}
"""What people are on duty for."""


@pytest.fixture
def two(neighbourhood: Neighbourhood) -> tuple[Laptop, Laptop]:
    """The first has a year of invented records, the second heard of it by the hub."""
    one, other = (neighbourhood.laptop("红马甲管家团") for _ in range(2))
    neighbourhood.meet()  # so that they know of the teams
    with one:
        one.store.plugins.tell("hongxian_demo_was_asked", store=one.store, seed=7)
    neighbourhood.meet()
    return one, other


def presences(laptop: Laptop) -> dict[str, Presence]:
    return {source: each for source, each in given(laptop.store, Presence) if each}


def test_whoever_led_the_work_it_is_one_attendance_and_points_come_once(
    two: tuple[Laptop, Laptop], neighbourhood: Neighbourhood
) -> None:
    for laptop in two:
        with laptop:
            there = presences(laptop)
            givers = {plugin.name for plugin, _ in laptop.store.exchanges.givers_by(Presence)}
            assert givers >= LED_BY
            kept = {each.id: each for each in Attendance.select()}
            for source, each in there.items():
                attended = kept[same_id("service.attendance", source)]
                assert (attended.person, attended.voided) == (each.person, bool(each.void))
            sources = [source for source, each in given(laptop.store, Hours) if each]
            assert len(sources) == len(set(sources))
            earned = Counter(each.about for each in Entry.select().where(Entry.source == "earned"))
            assert earned
            assert set(earned.values()) == {1}
    one, _ = two
    with one:
        before = {source: each.minutes for source, each in given(one.store, Hours) if each}
    neighbourhood.tidy()
    neighbourhood.meet()
    with one:
        assert before == {source: each.minutes for source, each in given(one.store, Hours) if each}


def test_no_day_and_no_head_is_typed_twice(two: tuple[Laptop, Laptop]) -> None:
    one, _ = two
    with one:
        grinding = [
            each for _, each in given(one.store, Occasion) if each and each.service == "grinding"
        ]
        days = Counter((each.date, each.title) for each in Day.select())
    assert grinding
    assert {days[each.day, each.title] for each in grinding} == {1}


@pytest.mark.teams("红马甲管家团", "夕阳红")
def test_a_laptop_of_two_teams_is_filled_by_every_plugin(laptop: Laptop) -> None:
    laptop.store.plugins.tell("hongxian_demo_was_asked", store=laptop.store, seed=7)
    assert not laptop.errors
