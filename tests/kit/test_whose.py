"""Whose a new record is that no form asks about, on a laptop of several teams."""

from datetime import date, timedelta

import pytest

import hongxian_plugins.roster as roster
from hongxian.errors import UnknownTeam
from hongxian.records import COMMUNITY, team_for
from hongxian_plugins.roster import Membership, Person
from hongxian_testing import Laptop, Neighbourhood

TODAY = date(2026, 3, 2)
TWO = pytest.mark.teams("红马甲管家团", "夕阳红")


def two_of(laptop: Laptop) -> tuple[str, str]:
    first, last = sorted(laptop.store.writer().teams)
    return first, last


@TWO
def test_a_new_record_is_of_the_team_of_what_it_belongs_to(laptop: Laptop) -> None:
    first, last = two_of(laptop)
    assert team_for(laptop.store, like=last) == last
    assert team_for(laptop.store, like=COMMUNITY) == first
    assert team_for(laptop.store, like="a-team-of-others") == first


@TWO
@pytest.mark.plugins(roster)
def test_else_it_is_of_the_team_in_which_the_person_is_that_day(laptop: Laptop) -> None:
    first, last = two_of(laptop)
    laptop.at("2026-03-02 09:00")
    who = Person.create(name="示例·甲001").id
    Membership.create(person=who, scope=first, until=TODAY - timedelta(days=1))
    assert team_for(laptop.store, person=who) == first
    held = Membership.create(person=who, scope=last, until=TODAY)
    assert team_for(laptop.store, person=who) == last
    assert team_for(laptop.store, like=first, person=who) == first
    held.delete_instance()
    assert team_for(laptop.store, person=who) == first


@TWO
def test_without_a_roster_it_is_of_the_first_and_nobody_is_sent_away(laptop: Laptop) -> None:
    assert team_for(laptop.store, person="示例·甲001 10000000001") == two_of(laptop)[0]


def test_a_laptop_of_one_team_writes_for_that_one_whoever_it_is_about(
    neighbourhood: Neighbourhood,
) -> None:
    laptop = neighbourhood.laptop("红马甲管家团")
    with laptop:
        [own] = laptop.store.writer().teams
        assert team_for(laptop.store, like="another", person="another") == own


def test_where_there_is_no_team_it_says_so(neighbourhood: Neighbourhood) -> None:
    with neighbourhood.hub, pytest.raises(UnknownTeam):
        team_for(neighbourhood.hub)
