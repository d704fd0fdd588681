"""Working days: holidays and worked week-ends as announced, and as the community says."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import letters
from hongxian.kit.duties import all_duties, due_between
from hongxian.workdays import (
    SpecialDay,
    holidays_between,
    is_workday,
    workdays_after,
    workdays_between,
    year_is_known,
)
from hongxian_client.replica.replica import Replica
from hongxian_testing import Laptop, Neighbourhood
from hongxian_testing.laptop import open_laptop
from letters import Letter

UNTOLD = 2090
"""A year that no release of the library knows."""


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    laptop = open_laptop(tmp_path, letters)
    with laptop:
        yield laptop


def test_a_sunday_that_is_worked_for_a_holiday_is_a_working_day(laptop: Replica) -> None:
    assert is_workday(date(2026, 1, 4))
    assert not is_workday(date(2026, 1, 1))
    assert not is_workday(date(2026, 1, 3))
    assert is_workday(date(2026, 1, 5))


def test_ten_working_days_run_over_a_holiday(laptop: Replica) -> None:
    before_new_year = date(2025, 12, 31)
    assert workdays_after(before_new_year, 1) == date(2026, 1, 4)
    assert workdays_after(before_new_year, 10) == date(2026, 1, 15)


def test_of_a_year_that_nobody_told_each_weekday_is_worked_until_its_notice_is_brought(
    laptop: Replica,
) -> None:
    monday = date(UNTOLD, 1, 2)
    assert monday.weekday() == 0
    assert is_workday(monday)
    assert not year_is_known(UNTOLD)
    SpecialDay.create(day=monday, works=False, name="元旦")
    assert year_is_known(UNTOLD)
    assert not is_workday(monday)
    assert workdays_after(date(UNTOLD, 1, 1), 1) == date(UNTOLD, 1, 3)


def test_what_the_community_says_of_a_day_goes_before_the_notice(laptop: Replica) -> None:
    told = SpecialDay.create(day=date(2026, 1, 4), works=False, name="社区另定")
    assert not is_workday(date(2026, 1, 4))
    told.delete_instance()
    assert is_workday(date(2026, 1, 4))


@given(
    first=st.dates(date(2024, 1, 1), date(UNTOLD, 12, 31)),
    count=st.integers(0, 40),
)
def test_so_many_working_days_after_a_day_is_a_worked_day_with_so_many_between(
    first: date, count: int, told: Replica
) -> None:
    with told:
        last = workdays_after(first, count)
        assert workdays_between(first, last) == count
        assert count == 0 or is_workday(last)
        assert workdays_between(last, first) == 0


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Replica:
    """A laptop that was told of days that drawn ones meet."""
    laptop = open_laptop(tmp_path_factory.mktemp("told"), letters)
    with laptop:
        for number in range(0, 400, 3):
            day = date(2026, 1, 1) + timedelta(days=number)
            SpecialDay.create(day=day, works=number % 2 == 0)
    return laptop


@pytest.mark.plugins(letters)
def test_a_holiday_told_on_one_laptop_moves_what_is_due_on_another(
    neighbourhood: Neighbourhood,
) -> None:
    one, other = neighbourhood.laptop("team-1"), neighbourhood.laptop("team-1")
    with other:
        Letter.create(about="示例", came=date(UNTOLD, 1, 1))
    assert due_on(other) == [date(UNTOLD, 1, 13)]
    with one:
        SpecialDay.create(day=date(UNTOLD, 1, 2), works=False, name="元旦")
    one.sync()
    other.sync()
    assert due_on(other) == [date(UNTOLD, 1, 16)]


def due_on(laptop: Laptop) -> list[date]:
    with laptop:
        first, last = date(UNTOLD, 1, 1), date(UNTOLD, 12, 31)
        return [
            each.on
            for each in due_between(all_duties(laptop.store), laptop.store.teams(), first, last)
        ]


def test_a_holiday_has_its_name_and_the_week_end_within_it_too(laptop: Replica) -> None:
    new_year = holidays_between(date(2026, 1, 1), date(2026, 1, 1)).get(date(2026, 1, 1))
    assert new_year is not None
    assert (new_year.zh, new_year.en) == ("元旦", "New Year's Day")
    assert holidays_between(date(2026, 1, 3), date(2026, 1, 3)).get(date(2026, 1, 3)) == new_year
    for ordinary in (date(2026, 1, 4), date(2026, 1, 10), date(2026, 1, 12), date(UNTOLD, 1, 1)):
        assert holidays_between(ordinary, ordinary).get(ordinary) is None


def test_a_holiday_of_the_communitys_own_is_called_as_it_says(laptop: Replica) -> None:
    SpecialDay.create(day=date(UNTOLD, 3, 1), works=False, name="示例节")
    assert (
        str(holidays_between(date(UNTOLD, 3, 1), date(UNTOLD, 3, 1)).get(date(UNTOLD, 3, 1)).zh)
        == "示例节"
    )
    SpecialDay.create(day=date(2026, 1, 1), works=True, name="社区另定")
    assert holidays_between(date(2026, 1, 1), date(2026, 1, 1)).get(date(2026, 1, 1)) is None
