"""A volunteer's phone: signing up, the line, and in and out by the code at the door."""

from datetime import date, datetime, time, timedelta

import pytest

import hongxian_plugins.requests as requests
import hongxian_plugins.roster as roster
import hongxian_plugins.service as service
from hands import Hand
from hongxian import local_now
from hongxian.plugins.offering import carry_out, find_offer
from hongxian.plugins.offers import Document, View
from hongxian.plugins.viewer import DISPLAY, Viewer
from hongxian.shapes import Facts, Qr
from hongxian_plugins.roster import Membership, Person
from hongxian_plugins.service import Activity, Attendance, SignUp
from hongxian_plugins.service.records import next_attendance
from hongxian_testing.laptop import Laptop
from hongxian_testing.neighbourhood import Neighbourhood
from hongxian_testing.told import refusing

pytestmark = pytest.mark.plugins(roster, service, requests)
TEAM, OTHERS = "示例·一队", "示例·二队"
DAY = date(2026, 3, 7)


def at(neighbourhood: Neighbourhood, hour: int, minute: int = 0, day: date = DAY) -> None:
    neighbourhood.clock.set(datetime.combine(day, time(hour, minute)))


def people(laptop: Laptop, *names: str) -> list[Person]:
    """Volunteers of the laptop's team."""
    with laptop:
        made = [Person.create(name=each) for each in names]
        for each in made:
            Membership.create(person=each)
    return made


def held(laptop: Laptop, **told: object) -> Activity:
    with laptop:
        return Activity.create(**{"title": "社区讲座", "day": DAY, "begins": time(9), **told})


def shown_at_the_door(laptop: Laptop) -> str:
    """What phones scan from the laptop's screen."""
    with laptop:
        offered = find_offer(laptop.store, View, "service.door_code", DISPLAY)
        [facts] = carry_out(laptop.store, offered, None, {}, DISPLAY).shapes
        assert isinstance(facts, Facts)
        return facts.facts[0][1].text


def test_two_phones_and_a_laptop_want_the_last_place_and_one_has_it(
    neighbourhood: Neighbourhood,
) -> None:
    at(neighbourhood, 8)
    laptop, other = neighbourhood.laptop(TEAM), neighbourhood.laptop(TEAM)
    one, two, three = people(laptop, "示例·甲001", "示例·甲002", "示例·甲003")
    activity = held(laptop, places=1)
    neighbourhood.meet()
    first, second = Hand(neighbourhood.hub, one), Hand(neighbourhood.hub, two)
    assert "还有 1 个名额" in first.open("/view/service.activities")
    with other:
        other.do("service.sign_up", activity.id, person=three.id)
    assert first.do("service.sign_me_up", activity=activity.id) == "报上了，第 1 个。"
    assert first.do("service.sign_me_up", activity=activity.id) == "已经报过名了。"
    assert second.do("service.sign_me_up", activity=activity.id) == "名额满了，排在第 1 位。"
    assert "排队第 1 位" in second.open()
    neighbourhood.meet()
    with other:
        assert other.refused, "the place that it gave away from the hub was taken meanwhile"
    with neighbourhood.hub:
        mine = SignUp.get(SignUp.person == one.id)
    assert first.do("service.sign_off", mine.id) == "已取消。", "who follows is not told"
    assert "已报名" in second.open()
    assert second.do("service.sign_off", mine.id) == "", "nobody signs another off"


def test_an_activity_of_a_team_is_for_its_own_people(neighbourhood: Neighbourhood) -> None:
    at(neighbourhood, 8)
    laptop, theirs = neighbourhood.laptop(TEAM), neighbourhood.laptop(OTHERS)
    [one] = people(laptop, "示例·甲001")
    [stranger] = people(theirs, "示例·乙001")
    activity = held(laptop)
    neighbourhood.meet()
    own, other = Hand(neighbourhood.hub, one), Hand(neighbourhood.hub, stranger)
    assert "社区讲座" in own.open("/view/service.activities")
    assert "社区讲座" not in other.open("/view/service.activities")
    assert other.do("service.sign_me_up", activity=activity.id) == "这个活动现在不能报名。"


def test_whoever_scans_the_code_at_the_door_is_in_and_scanned_again_out(
    neighbourhood: Neighbourhood,
) -> None:
    at(neighbourhood, 8, 58)
    laptop = neighbourhood.laptop(TEAM)
    [one] = people(laptop, "示例·甲001")
    held(laptop, shift_cap=60)
    neighbourhood.meet()
    phone = Hand(neighbourhood.hub, one)
    code = shown_at_the_door(laptop)
    told = phone.do("service.at_the_door", code=code)
    assert told == "社区讲座：08:58 签到。走时再扫一次。"
    assert "已签到" in phone.do("service.at_the_door", code=code), "twice at once is once"
    at(neighbourhood, 11, 5)
    assert "过期" in phone.do("service.at_the_door", code=code)
    assert phone.do("service.at_the_door", code=shown_at_the_door(laptop)) == (
        "社区讲座：11:05 签退，辛苦了。"
    )
    assert "待确认" in phone.open()
    neighbourhood.meet()
    with laptop:
        [came] = Attendance.select()
        assert (came.signed_in.time(), came.signed_out.time()) == (time(8, 58), time(11, 5))
        assert came.scope == neighbourhood.team(TEAM)
        laptop.store.edit(Attendance, {came.id: {"confirmed_by": "示例·队长"}})
    neighbourhood.meet()
    assert "<b>1" in phone.open(), "an hour by the cap"


def test_who_was_ticked_on_the_laptop_and_scanned_meanwhile_is_there_once(
    neighbourhood: Neighbourhood,
) -> None:
    at(neighbourhood, 9)
    laptop = neighbourhood.laptop(TEAM)
    [one] = people(laptop, "示例·甲001")
    activity = held(laptop)
    neighbourhood.meet()
    phone = Hand(neighbourhood.hub, one)
    code = shown_at_the_door(laptop)
    with laptop:
        grid = laptop.view("service.sign_in", activity.id)
        [row] = [each for each in grid.rows if each.key == one.id]
        Attendance.create(**row.given, signed_in=local_now(laptop.store).replace(microsecond=0))
    phone.do("service.at_the_door", code=code)
    neighbourhood.meet()
    with laptop:
        [came] = Attendance.select()
        assert came.id == next_attendance(activity.id, one.id, 0)
        came.voided, came.void_reason = True, "记错了"
        came.save()
    neighbourhood.meet()
    at(neighbourhood, 9, 30)
    phone.do("service.at_the_door", code=shown_at_the_door(laptop))
    neighbourhood.meet()
    with laptop:
        assert sorted(each.voided for each in Attendance.select()) == [False, True]
        grid = laptop.view("service.sign_in", activity.id)
        assert [each.id for each in grid.rows] == [next_attendance(activity.id, one.id, 1)]


def test_at_an_activity_of_all_the_team_at_the_door_has_them_on_its_sheet(
    neighbourhood: Neighbourhood,
) -> None:
    at(neighbourhood, 9)
    laptop = neighbourhood.laptop(OTHERS)
    [one] = people(neighbourhood.laptop(TEAM), "示例·甲001")
    activity = held(laptop, scope="community")
    neighbourhood.meet()
    Hand(neighbourhood.hub, one).do("service.at_the_door", code=shown_at_the_door(laptop))
    neighbourhood.meet()
    with laptop:
        assert Attendance.get().scope == neighbourhood.team(OTHERS)
    with neighbourhood.hub, refusing(Exception, match="Laptops sign"):
        offered = find_offer(neighbourhood.hub, View, "service.door_code", DISPLAY)
        carry_out(neighbourhood.hub, offered, None, {"activity": activity.id}, DISPLAY)


def test_a_code_on_paper_is_good_on_the_day_alone(neighbourhood: Neighbourhood) -> None:
    at(neighbourhood, 9, day=DAY - timedelta(days=1))
    laptop = neighbourhood.laptop(TEAM)
    [one] = people(laptop, "示例·甲001")
    activity = held(laptop)
    neighbourhood.meet()
    with laptop:
        offered = find_offer(laptop.store, Document, "service.door_paper", Viewer("leader"))
        sheet = carry_out(laptop.store, offered, activity, {}, Viewer("leader"))
        [code] = [each.text for each in sheet.parts if isinstance(each, Qr)]
    phone = Hand(neighbourhood.hub, one)
    assert "当天" in phone.do("service.at_the_door", code=code)
    at(neighbourhood, 9)
    assert "09:00 签到" in phone.do("service.at_the_door", code=code)
    at(neighbourhood, 9, day=DAY + timedelta(days=1))
    assert "过期" in phone.do("service.at_the_door", code=code)


def test_ones_own_tabs_stand_before_what_is_for_anybody(neighbourhood: Neighbourhood) -> None:
    at(neighbourhood, 8)
    [one] = people(neighbourhood.laptop(TEAM), "示例·甲001")
    neighbourhood.meet()
    tabs = Hand(neighbourhood.hub, one).open().partition('class="tabs"')[2]
    assert 0 < tabs.index("活动报名") < tabs.index("报事")
