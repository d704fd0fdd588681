"""The sign-in sheet of an activity: a row for each, a tick for in, out and confirmed."""

import re
from datetime import datetime, time, timedelta

import pytest

from desks import desk_of, entered
from hongxian import local_today
from hongxian.records import COMMUNITY
from hongxian_plugins import roster, service
from hongxian_plugins.roster import Contact, Membership, Person
from hongxian_plugins.service import Activity, Attendance

pytestmark = pytest.mark.plugins(roster, service)
SAVE = "全部保存"


def team_of(*names: str) -> list[str]:
    """People of the laptop's team."""
    people = [Person.create(name=name, scope=COMMUNITY).id for name in names]
    for each in people:
        Membership.create(person=each)
    return people


def todays(laptop, title="值班") -> str:
    today = local_today(laptop.store)
    return Activity.create(title=title, day=today, begins=time(8, 30), scope="team-1").id


@pytest.fixture
def browser(laptop):
    return entered(desk_of(laptop.store))


def test_who_came_has_a_record_and_who_may_come_gets_one_by_a_tick(laptop, desk):
    first, second = team_of("示例·甲001", "示例·乙002")
    Person.create(name="示例·别队", scope=COMMUNITY)
    activity = todays(laptop)
    rows = laptop.view("service.sign_in", activity).rows
    assert {(row.title, row.id) for row in rows} == {("示例·甲001", ""), ("示例·乙002", "")}
    page = desk.open(f"/view/service.sign_in/{activity}").press("到")
    assert "10 分钟内可撤回" in page.text
    [came] = Attendance.select()
    assert (came.person, came.activity, came.scope) == (first, activity, "team-1")
    rows = laptop.view("service.sign_in", activity).rows
    assert [(row.called, row.id) for row in rows] == [(first, came.id), (second, "")]


def test_a_wrong_tick_is_taken_back_which_stays_to_be_seen_and_is_made_anew(laptop, desk):
    team_of("示例·甲001")
    page = desk.open(f"/view/service.sign_in/{todays(laptop)}").press("到")
    desk.open(page.path).press("撤回")
    [wrong] = Attendance.select()
    assert (wrong.voided, wrong.void_reason) == (True, "撤回")
    desk.open(page.path).press("到")
    assert sorted(each.voided for each in Attendance.select()) == [False, True]


def test_all_leave_and_are_confirmed_by_one_press_each_and_what_is_confirmed_stays(laptop, desk):
    *_, third = team_of("示例·甲001", "示例·甲002", "示例·甲003")
    page = desk.open(f"/view/service.sign_in/{todays(laptop)}").press("到").press("到")
    assert "保存后不能撤回：确认人" in page.text
    page = page.press("全部签退 2").press("全部确认 2")
    assert "确认 2 人？确认后时间不能再改。" in page.text
    assert page.text.count("只有 0 分钟") == 2
    assert not any(each.confirmed_by for each in Attendance.select()), "it is asked first"
    page = page.press("全部确认")
    held = list(Attendance.select())
    assert [each.confirmed_by for each in held] == ["本机", "本机"]
    assert all(each.signed_out >= each.signed_in for each in held)
    assert "不能撤回：“确认人”填了就不能撤回。" in page.text, "what is confirmed only moves forward"
    assert not re.findall(r'name="[^"]+signed_(?:in|out)"', page.html.replace(f'name="{third}', ""))


def test_all_that_one_press_ticked_is_unticked_by_one_press(laptop, desk):
    team_of("示例·甲001", "示例·甲002")
    page = desk.open(f"/view/service.sign_in/{todays(laptop)}").press("到").press("到")
    page = page.press("全部签退 2")
    assert all(each.signed_out for each in Attendance.select())
    assert "改了服务签到 2 条：签退" in desk.open("/deeds").text
    page.press("撤回")
    assert not any(each.signed_out for each in Attendance.select())
    assert all(each.signed_in for each in Attendance.select())


def test_a_time_is_typed_over_as_hour_and_minute_of_the_activitys_day(laptop, desk):
    [person] = team_of("示例·甲001")
    page = desk.open(f"/view/service.sign_in/{todays(laptop)}").press("到")
    page.press(SAVE, **{f"{person}.signed_in": "0835"})
    came = Attendance.get().signed_in
    assert came == datetime.combine(local_today(laptop.store), time(8, 35))


def test_a_likely_mistake_is_said_in_its_row_and_holds_nobody_else_back(laptop, desk):
    wrong, right = team_of("示例·甲001", "示例·甲002")
    activity, today = todays(laptop), local_today(laptop.store)
    nine, ten = (datetime.combine(today, time(hour)) for hour in (9, 10))
    times = {"signed_in": nine, "signed_out": ten}
    other = todays(laptop, "另一个")
    Attendance.create(activity=other, person=wrong, confirmed_by="示例·乙", **times)
    for person in (wrong, right):
        Attendance.create(activity=activity, person=person, **times)
    page = desk.open(f"/view/service.sign_in/{activity}")
    assert "时间重叠" in page.text, "before anything is pressed"
    page = page.press("全部确认 2").press("全部确认")
    assert "时间重叠" in page.text
    confirmed = {each.person for each in Attendance.select() if each.confirmed_by == "本机"}
    assert confirmed == {right}


def test_out_before_in_is_refused_in_its_row_and_what_was_typed_stays(laptop, browser):
    [person] = team_of("示例·甲001")
    activity, today = todays(laptop), local_today(laptop.store)
    nine = datetime.combine(today, time(9))
    Attendance.create(activity=activity, person=person, signed_in=nine)
    row = {"row": person, f"{person}.signed_in": "09:00", f"was.{person}.signed_in": "09:00"}
    part = browser.post(
        f"/grid/service.sign_in/{activity}",
        data={**row, f"{person}.signed_out": "0830"},
        headers={"HX-Request": "true", "Accept-Language": "zh"},
    ).text
    assert part.strip().startswith('<tr class="is-wrong"')
    assert "早于签到" in part
    assert 'value="0830"' in part
    assert Attendance.get().signed_out is None


# -- who is not on the list ----------------------------------------------------------------------


def test_somebody_of_another_team_is_found_by_initials_and_signed_in_by_one_press(laptop, desk):
    team_of("示例·甲001")
    other = Person.create(name="示例·丁020", scope=COMMUNITY).id
    activity = todays(laptop)
    page = desk.open(f"/view/service.sign_in/{activity}").press("加入", q="丁020")
    [came] = Attendance.select()
    assert (came.person, came.activity, came.scope) == (other, activity, "team-1")
    assert "示例·丁020" in page.text


def test_the_last_four_of_a_telephone_find_whom_they_belong_to(laptop, desk):
    _first, second = team_of("示例·甲001", "示例·乙002")
    Contact.create(person=second, phone="10000004321")
    page = desk.open(f"/view/service.sign_in/{todays(laptop)}").press("加入", q="4321")
    assert [each.person for each in Attendance.select()] == [second]
    assert "4321" in page.text


def test_of_several_who_are_called_so_one_is_picked(laptop, desk):
    team_of("示例·甲001", "示例·甲002")
    page = desk.open(f"/view/service.sign_in/{todays(laptop)}").press("加入", q="示例")
    assert not Attendance.select().exists()
    page.press("示例·甲002")
    assert [each.person for each in Attendance.select()] == [
        Person.get(Person.name == "示例·甲002").id
    ]


def test_who_is_in_no_roster_becomes_a_volunteer_of_the_team_by_one_more_press(laptop, desk):
    page = desk.open(f"/view/service.sign_in/{todays(laptop)}").press("加入", q="示例·新来")
    assert not Person.select().exists(), "nothing is written before it is asked for"
    page.press("新添：示例·新来")
    person = Person.get(Person.name == "示例·新来")
    assert Membership.get(Membership.person == person.id).scope == "team-1"
    assert Attendance.get().person == person.id


def test_a_pasted_list_shows_found_doubtful_and_unknown_before_anything_is_written(laptop, desk):
    first, *_others = team_of("示例·甲001", "示例·甲002", "示例·甲003")
    page = desk.open(f"/view/service.sign_in/{todays(laptop)}")
    page = page.press("查找", list="1. 示例·甲001\n2、甲00，示例·查无此人")
    assert not Attendance.select().exists()
    assert [page.text.count(each) for each in ("找到", "不确定", "没找到")] == [2, 1, 1]
    page.press("添加勾选的人")
    assert [each.person for each in Attendance.select()] == [first]


def test_an_activity_leads_to_its_sheet_by_one_press_and_so_does_the_first_page(laptop, desk):
    team_of("示例·甲001")
    activity = todays(laptop)
    sheet = desk.open(f"/c/service.activity/{activity}").press("签到")
    assert sheet.path == f"/view/service.sign_in/{activity}"
    assert desk.open("/").press("签到").path == sheet.path


def test_who_comes_twice_has_two_rows_each_with_a_key_of_its_own(laptop):
    people = team_of("示例·甲001", "示例·甲002")
    activity, ten = todays(laptop), datetime(2025, 3, 1, 10)
    given = {"activity": activity, "person": people[1]}
    came = Attendance.create(**given, signed_in=ten)
    again = Attendance.create(**given, signed_in=ten + timedelta(hours=1))
    rows = laptop.view("service.sign_in", activity).rows
    assert [row.id for row in rows] == [came.id, again.id, ""]
    assert len({row.key for row in rows}) == 3
