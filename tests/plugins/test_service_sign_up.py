"""Signing up: a place is given once, whoever finds none waits in line, and an activity is repeated at one press."""

from datetime import date

import pytest

import hongxian_plugins.roster as roster
import hongxian_plugins.service as service
from hongxian.errors import Refused, Taken
from hongxian_plugins.roster import Person
from hongxian_plugins.service import Activity, SignUp
from hongxian_plugins.service.sign_up import sign_ups_of
from hongxian_testing.told import refusing

pytestmark = pytest.mark.plugins(roster, service)
DAY = date(2026, 3, 2)


def person(n: int) -> str:
    return Person.create(name=f"示例·甲{n:03}").id


def places(activity: str) -> list[int | None]:
    return [each.place for each in sign_ups_of(activity)]


def test_who_finds_no_place_waits_and_has_it_once_somebody_signs_off(laptop):
    held = Activity.create(title="讲座", day=DAY, places=2)
    people = [person(n) for n in range(4)]
    told = [laptop.do("service.sign_up", held.id, person=each).zh for each in people]
    assert told == [
        "报上了，第 1 个。",
        "报上了，第 2 个。",
        "名额满了，排在第 1 位。",
        "名额满了，排在第 2 位。",
    ]
    first = SignUp.get(SignUp.person == people[0])
    assert laptop.do("service.sign_off", first.id).zh == "已取消，示例·甲002 补上。"
    assert [each.person for each in sign_ups_of(held.id)] == [people[2], people[1], people[3]]
    assert places(held.id) == [1, 2, None]


def test_nobody_goes_before_those_who_wait_though_the_places_grew(laptop):
    held = Activity.create(title="讲座", day=DAY, places=1)
    for n in range(2):
        laptop.do("service.sign_up", held.id, person=person(n))
    Activity.update(places=3).where(Activity.id == held.id).execute()
    laptop.do("service.sign_up", held.id, person=person(2))
    assert places(held.id) == [1, None, None]


def test_an_activity_without_a_limit_has_a_place_for_each(laptop):
    held = Activity.create(title="讲座", day=DAY)
    for n in range(3):
        laptop.do("service.sign_up", held.id, person=person(n))
    assert places(held.id) == [1, 2, 3]


def test_nobody_signs_up_twice(laptop):
    held, who = Activity.create(title="讲座", day=DAY), person(1)
    laptop.do("service.sign_up", held.id, person=who)
    with pytest.raises((Refused, Taken)):
        laptop.do("service.sign_up", held.id, person=who)


def test_the_sheet_expects_who_signed_up_and_nobody_else_of_the_team(laptop):
    held = Activity.create(title="讲座", day=DAY)
    roster.Membership.create(person=person(1))
    assert len(laptop.view("service.sign_in", held.id).rows) == 1
    laptop.do("service.sign_up", held.id, person=person(7))
    assert [row.title for row in laptop.view("service.sign_in", held.id).rows] == ["示例·甲007"]


def test_two_laptops_that_gave_the_last_place_hold_one_and_the_other_is_told(neighbourhood):
    one, other = (neighbourhood.laptop("红马甲管家团") for _ in range(2))
    with one:
        held = Activity.create(title="讲座", day=DAY, places=2)
        people = [person(n) for n in range(3)]
        one.do("service.sign_up", held.id, person=people[0])
    neighbourhood.meet()
    for laptop, who in ((one, people[1]), (other, people[2])):
        with laptop:
            laptop.do("service.sign_up", held.id, person=who)
    one.sync()
    other.sync()
    with other:
        [refused] = other.attention
        assert refused.state == "bumped"
        assert not refused.taken.free  # both places are held
    with one:
        assert places(held.id) == [1, 2]


# -- again and again ----------------------------------------------------------------------------------


def test_an_activity_is_planned_for_the_next_weeks_with_its_day_in_the_title(laptop):
    held = Activity.create(
        title="学习室值班 3月2日", day=DAY, places=3, platform_no="P-1", state="closed"
    )
    assert (
        laptop.do("service.repeat", held.id, every="week", times=3).zh
        == "排了 3 次，到 2026-03-23。"
    )
    later = list(Activity.select().where(Activity.day > DAY).order_by(Activity.day))
    assert [each.title for each in later] == [f"学习室值班 3月{n}日" for n in (9, 16, 23)]
    assert {(each.places, each.platform_no, each.state) for each in later} == {(3, None, "planned")}


def test_a_day_that_has_it_already_is_left_and_the_31st_is_the_last_of_a_shorter_month(laptop):
    held = Activity.create(title="盘点", day=date(2026, 1, 31))
    Activity.create(title="盘点", day=date(2026, 2, 28))
    laptop.do("service.repeat", held.id, every="month", times=3)
    assert sorted(each.day for each in Activity.select()) == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
    ]


@pytest.mark.parametrize("times", [0, 54])
def test_nothing_is_planned_more_than_a_year_ahead(laptop, times):
    held = Activity.create(title="盘点", day=DAY)
    with refusing(Refused, match="1 到 53"):
        laptop.do("service.repeat", held.id, every="week", times=times)
