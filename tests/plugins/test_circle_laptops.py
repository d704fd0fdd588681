"""The circle on laptops that were offline and meet: nothing is lost, nothing stands or is counted twice."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hongxian_plugins.circle as circle
from circling import gate, venue
from hongxian import local_today
from hongxian.doubles import canonical
from hongxian.merges import plus
from hongxian.records import new_id
from hongxian_plugins.circle import Satisfaction, Special, Venue, Wrong
from hongxian_plugins.circle.gaps import circle as circle_of_a_year
from hongxian_testing import Clock, Desk, Neighbourhood
from hongxian_testing.neighbourhood import open_neighbourhood

pytestmark = [pytest.mark.plugins(circle), pytest.mark.teams("示例队")]
SUNDAY = "2026-01-04 10:00"


def shown(laptop) -> list[tuple[str, str]]:
    [cards] = laptop.view("circle.open_now").shapes
    return [(str(each.title), each.state.zh) for each in cards.cards]


def test_story_one_changes_the_hours_and_another_the_telephone_and_both_stand(
    neighbourhood: Neighbourhood,
) -> None:
    one, other = neighbourhood.laptop("示例队"), neighbourhood.laptop("示例队")
    with one:
        id = venue().id
    neighbourhood.meet()
    with one:
        Venue.update(hours="每天 9:00-12:00").where(Venue.id == id).execute()
    with other:
        Venue.update(phone="100 0000 0002").where(Venue.id == id).execute()
    neighbourhood.meet()
    for laptop in (one, other):
        with laptop:
            held = Venue.get()
            assert (held.hours, held.phone) == ("每天 9:00–12:00", "10000000002")
        assert not laptop.conflicts


def test_story_one_shop_that_both_entered_is_shown_as_doubles_and_joined_with_nothing_lost(
    neighbourhood: Neighbourhood,
) -> None:
    one, other = neighbourhood.laptop("示例队"), neighbourhood.laptop("示例队")
    day = date(2026, 3, 3)
    with one:
        first = venue(name="示例·益民早餐", kind="breakfast", phone="100 0000 0001")
        Wrong.create(venue=first, what="示例：周日不开")
    with other:
        second = venue(name="示例 益民早餐店", kind="breakfast", address="示例路 1 号", cash=True)
        Special.create(venue=second, first=day, last=day, hours="9:00-12:00")
    neighbourhood.meet()
    for laptop in (one, other):
        with laptop:
            assert Venue.select().count() == 2
            assert len(shown(laptop)) == 2
            assert "可能登记了两次" in Desk(laptop).open("/").text
    with one:
        one.do("circle.join", first.id, other=second.id, take={"cash"})
    neighbourhood.meet()
    for laptop in (one, other):
        laptop.at("2026-03-03 10:00")
        with laptop:
            assert shown(laptop) == [("示例·益民早餐", "开到 12:00")], (
                "with the double's other hours"
            )
            held = Venue.get_by_id(canonical("circle.venue", second.id))
            assert (held.phone, held.cash) == ("10000000001", True)
            assert (Venue.select().count(), Wrong.select().count()) == (2, 1)
            year = {told.label.zh: told.value for told in circle_of_a_year(laptop.store, 2026)}
            assert year["开放的地方（现在）"] == 1


def test_two_venues_that_are_said_to_be_two_are_suggested_no_more(
    neighbourhood: Neighbourhood,
) -> None:
    laptop = neighbourhood.laptop("示例队")
    with laptop:
        one, other = venue(), venue()
        desk = Desk(laptop)
        assert "可能登记了两次" in desk.open("/").text
        laptop.do("circle.keep_apart", one.id, other=other.id)
        laptop.do("circle.keep_apart", other.id, other=one.id)
        assert "可能登记了两次" not in desk.open("/").text


def test_story_on_a_worked_sunday_both_say_open_as_on_weekdays_without_a_network(
    neighbourhood: Neighbourhood, hongxian_clock: Clock
) -> None:
    hongxian_clock.set("2025-12-30 09:00")
    one, other = neighbourhood.laptop("示例队"), neighbourhood.laptop("示例队")
    with one:
        venue()
    neighbourhood.meet()
    hongxian_clock.set(SUNDAY)
    for laptop in (one, other):
        with laptop:
            assert shown(laptop) == [("示例·日间照料中心", "开到 17:00")]


def test_holiday_hours_that_two_typed_are_one_record(neighbourhood: Neighbourhood) -> None:
    one, other = neighbourhood.laptop("示例队"), neighbourhood.laptop("示例队")
    for laptop in (one, other):
        laptop.at("2026-04-25 09:00")
    with one:
        venue()
    neighbourhood.meet()
    for laptop, hours in ((one, "9:00-12:00"), (other, "休息")):
        with laptop:
            Special.create(**laptop.view("circle.holiday_hours").rows[0].given, hours=hours)
    neighbourhood.meet()
    for laptop in (one, other):
        with laptop:
            assert Special.select().count() == 1


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbourhood]:
    """Three laptops that go on with what the examples before left."""
    with open_neighbourhood(tmp_path_factory.mktemp("three"), circle, clock=Clock()) as opened:
        for _each in range(3):
            opened.laptop("示例队")
        yield opened


@given(ago=st.lists(st.integers(0, 400), min_size=2, max_size=3), order=st.randoms())
def test_of_checks_the_latest_counts_and_no_answer_is_lost_in_whatever_order_laptops_meet(
    ago: list[int], order: Random, three: Neighbourhood
) -> None:
    """Whoever looked last counts, whichever laptop is heard last; what each counted adds up."""
    laptops = three.laptops[: len(ago)]
    counted = new_id()
    with laptops[0]:
        today, id = local_today(), venue(name=f"示例·{counted}").id
        Satisfaction.create(id=counted, kind="market", year=2026)
    three.meet()
    for laptop, days in zip(laptops, ago, strict=True):
        with laptop:
            Venue.update(checked_on=today - timedelta(days=days)).where(Venue.id == id).execute()
            Satisfaction.update(good=plus(2)).where(Satisfaction.id == counted).execute()
    for laptop in order.sample(laptops, len(laptops)):
        laptop.sync()
    three.meet()
    for laptop in laptops:
        with laptop:
            assert Venue.get_by_id(id).checked_on == today - timedelta(days=min(ago))
            assert Satisfaction.get_by_id(counted).good == 2 * len(ago)


def test_another_teams_laptop_has_all_of_it_for_anybody_may_read_it_at_the_gate(
    neighbourhood: Neighbourhood,
) -> None:
    one, other = neighbourhood.laptop("示例队"), neighbourhood.laptop("示例·乙队")
    with one:
        gate(), venue()
    neighbourhood.meet()
    with other:
        assert Venue.select().count() == 1
