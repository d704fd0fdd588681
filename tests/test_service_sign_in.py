"""The sign-in sheet of an activity: a row for each, a tick for in, out and confirmed."""

from datetime import datetime, timedelta

import pytest

from hongxian import local_today
from hongxian.records import COMMUNITY
from hongxian_plugins import roster, service
from hongxian_plugins.roster import Membership, Person
from hongxian_plugins.service import Activity, Attendance

pytestmark = pytest.mark.plugins(roster, service)
SAVE = "全部保存"


def team_of(*names: str) -> list[str]:
    """People of the laptop's team."""
    people = [Person.create(name=name, scope=COMMUNITY).id for name in names]
    for each in people:
        Membership.create(person=each)
    return people


def todays(laptop) -> str:
    return Activity.create(title="值班", day=local_today(laptop.store), scope="team-1").id


def test_who_came_has_a_record_and_who_may_come_gets_one_by_a_tick(laptop, desk):
    first, second = team_of("示例·甲001", "示例·乙002")
    Person.create(name="示例·别队", scope=COMMUNITY)
    activity = todays(laptop)
    rows = laptop.view("service.sign_in", activity).rows
    assert {(row.title, row.id) for row in rows} == {("示例·甲001", ""), ("示例·乙002", "")}
    desk.open(f"/view/service.sign_in/{activity}").press(SAVE, **{f"{second}.signed_in": "1"})
    [came] = Attendance.select()
    assert (came.person, came.activity, came.scope) == (second, activity, "team-1")
    rows = laptop.view("service.sign_in", activity).rows
    assert [(row.called, row.id) for row in rows] == [(second, came.id), (first, "")]


def test_out_and_confirmed_are_ticked_together_and_what_is_confirmed_stays(laptop, desk):
    [person] = team_of("示例·甲001")
    activity = todays(laptop)
    sheet = f"/view/service.sign_in/{activity}"
    desk.open(sheet).press(SAVE, **{f"{person}.signed_in": "1"})
    both = {f"{person}.signed_out": "1", f"{person}.confirmed_by": "1"}
    desk.open(sheet).press(SAVE, **both)
    [held] = Attendance.select()
    assert held.signed_out >= held.signed_in
    assert held.confirmed_by == "本机"
    page = desk.open(sheet).press(SAVE, **{f"{person}.signed_out": []})
    assert "不能再改；请作废后另记一条" in page.text
    assert SAVE in page.buttons, "what was typed is still there"
    assert Attendance.get().signed_out == held.signed_out


def test_who_comes_twice_has_two_rows_each_with_a_key_of_its_own(laptop):
    people = team_of("示例·甲001", "示例·甲002")
    activity, ten = todays(laptop), datetime(2025, 3, 1, 10)
    given = {"activity": activity, "person": people[1]}
    came = Attendance.create(**given, signed_in=ten)
    again = Attendance.create(**given, signed_in=ten + timedelta(hours=1))
    rows = laptop.view("service.sign_in", activity).rows
    assert [row.id for row in rows] == [came.id, again.id, ""]
    assert len({row.key for row in rows}) == 3
