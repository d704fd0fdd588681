"""Service records: minutes come from what happened, mistakes stay to be seen, counts add up."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hongxian_plugins.roster as roster
import hongxian_plugins.service as service
from hongxian import Text, local_today
from hongxian.contracts import Hours
from hongxian.contracts import given as given_hours
from hongxian.doubles import Doubles, join_doubles
from hongxian.errors import Invalid, OnlyMovesForward, Refused
from hongxian.files import attach, content_of
from hongxian.kinds.state import StepNotThere
from hongxian.merges import plus
from hongxian.plugins.offering import UnknownOffer
from hongxian.records import COMMUNITY, new_id, present_store
from hongxian_plugins.service import Activity, Attendance, Tally
from hongxian_plugins.service.demo import SERVICES
from hongxian_plugins.service.hours import minutes_between, year
from hongxian_testing import Desk
from hongxian_testing.told import in_both, refusing

pytestmark = pytest.mark.plugins(roster, service)
DAY = date(2025, 3, 1)
NINE, TEN = datetime(2025, 3, 1, 9), datetime(2025, 3, 1, 10)
HOUR = timedelta(hours=1)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1))
CONFIRMED = {"signed_out": TEN, "confirmed_by": "队长"}


def activity(**values) -> str:
    return Activity.create(**{"title": "值班", "day": DAY, **values}).id


def attendance(**values) -> Attendance:
    usual = {"person": new_id(), "signed_in": NINE}
    return Attendance.create(**{**usual, **values, "activity": values.get("activity") or shift()})


def shift() -> str:
    """The one that day."""
    held = Activity.get_or_none(Activity.title == "值班", Activity.day == DAY)
    return held.id if held else activity()


def edit(record, **values) -> None:
    model = type(record)
    model.update(**values).where(model.id == record.id).execute()


def test_every_field_has_a_label_and_a_help_in_both_languages(laptop):
    for name in ("service.activity", "service.attendance", "service.tally"):
        for column in laptop.store.collection(name).columns.values():
            assert in_both(column.label), (name, column.name)
            assert in_both(column.help), (name, column.name)


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=1)), st.integers(0, 1440) | st.none())
def test_minutes_are_whole_never_more_than_the_stay_nor_the_cap(signed_in, stay, cap):
    minutes = minutes_between(signed_in, signed_in + stay, cap)
    assert 0 <= minutes <= stay / timedelta(minutes=1)
    assert cap is None or minutes <= cap
    assert minutes == cap or minutes + 1 > stay / timedelta(minutes=1)


def test_nobody_signs_out_before_signing_in(laptop):
    with refusing(Refused, match="签退 09:00 早于签到 10:00.*before signing in"):
        attendance(signed_in=TEN, signed_out=NINE)


def test_an_edit_of_one_time_is_held_against_the_other(laptop):
    record = attendance(signed_in=NINE, signed_out=TEN)
    with pytest.raises(Refused):
        edit(record, signed_in=datetime(2025, 3, 1, 11))
    edit(record, signed_in=datetime(2025, 3, 1, 9, 30))


def test_a_stay_of_more_than_a_day_is_a_forgotten_sign_out(laptop):
    with refusing(Refused, match="24"):
        attendance(signed_in=NINE, signed_out=TEN + timedelta(days=1))


@pytest.mark.parametrize(("cap", "most"), [(None, 60), (45, 45), (90, 60)])
def test_minutes_may_be_less_than_in_and_out_give_and_never_more(laptop, cap, most):
    shift = activity(shift_cap=cap)
    record = attendance(activity=shift, signed_out=TEN, minutes=most)
    edit(record, minutes=most - 5)
    with refusing(Refused, match=f"最多计 {most} 分钟"):
        edit(record, minutes=most + 1)


def test_minutes_wait_for_the_sign_out(laptop):
    with refusing(Refused, match="Not signed out yet"):
        attendance(minutes=60)


@pytest.mark.parametrize("minutes", [-1, 1441])
def test_minutes_beyond_a_day_are_refused_by_field(laptop, minutes):
    with pytest.raises(Invalid) as refused:
        attendance(signed_out=TEN, minutes=minutes)
    assert list(refused.value.facts["reasons"]) == ["minutes"]


def test_an_attendance_is_never_deleted(laptop):
    record = attendance()
    with refusing(Refused, match="never deleted; void what is wrong"):
        record.delete_instance()
    with pytest.raises(Refused):
        Attendance.delete().execute()
    assert Attendance.select().count() == 1


def test_a_mistake_is_voided_with_a_reason_and_stays_void(laptop):
    record = attendance(signed_out=TEN)
    with refusing(Refused, match="Say why"):
        edit(record, voided=True)
    edit(record, voided=True, void_reason="记到别人名下")
    with refusing(Refused, match="is final"):
        edit(record, voided=False)
    with pytest.raises(Refused):
        edit(record, void_reason="")


def test_what_was_confirmed_stays_until_it_is_voided(laptop):
    record = attendance(signed_out=TEN, minutes=60, confirmed_by="队长")
    for values in ({"signed_in": NINE - timedelta(hours=1)}, {"minutes": 30}, {"person": new_id()}):
        with refusing(Refused, match="“确认人”已填 队长"):
            edit(record, **values)
    with pytest.raises(OnlyMovesForward):
        edit(record, confirmed_by="别人")
    edit(record, late_entry=True)
    edit(record, voided=True, void_reason="重复")


def test_an_activity_goes_step_by_step_and_what_is_confirmed_stays(laptop):
    record = Activity.get_by_id(activity(state="closed"))
    with pytest.raises(StepNotThere):
        edit(record, state="open")
    for state in ("under_way", "closed", "confirmed"):
        edit(record, state=state)
    with pytest.raises(StepNotThere):
        edit(record, state="closed")


def test_an_activity_may_be_one_teams_or_the_whole_communitys(laptop):
    assert Activity.get_by_id(activity()).scope == "team-1"
    assert Activity.get_by_id(activity(scope=COMMUNITY)).scope == COMMUNITY


def minutes_of(**asked) -> Counter:
    """The minutes that count, by person; who was entered twice is one."""
    minutes, doubles = Counter[str](), Doubles("roster.person")
    for _, hours in given_hours(present_store(), Hours, **asked):
        if hours is not None:
            minutes[doubles.first(hours.person)] += hours.minutes
    return minutes


def test_only_confirmed_minutes_count_without_drills_and_voided(laptop):
    person, other = new_id(), new_id()
    shift, drill = activity(shift_cap=45), activity(drill=True)
    attendance(activity=shift, person=person, **CONFIRMED)
    later = {"signed_in": TEN, "signed_out": TEN + HOUR, "confirmed_by": "队长"}
    attendance(activity=shift, person=person, **later, minutes=30)
    latest = {"signed_in": TEN + HOUR, "signed_out": TEN + 2 * HOUR}
    attendance(activity=drill, person=person, **latest, confirmed_by="队长")
    attendance(activity=shift, person=person, **latest)
    attendance(activity=shift, person=person, **CONFIRMED, voided=True, void_reason="重复")
    attendance(activity=shift, person=other, **CONFIRMED)
    attendance(activity=new_id(), person=other, **later)
    assert minutes_of() == {person: 75, other: 45}


def test_minutes_can_be_asked_for_since_a_day_and_of_one_person(laptop):
    person, other = new_id(), new_id()
    for day in (1, 2, 3):
        came = datetime(2025, 3, day, 9)
        left = came + timedelta(minutes=10**day % 97)
        shift = activity(day=came.date())
        for who in (person, other):
            whole = {"signed_in": came, "signed_out": left, "confirmed_by": "队长"}
            attendance(activity=shift, person=who, **whole)
    assert minutes_of(since=date(2025, 3, 3), person=person) == {person: 30}
    assert minutes_of(since=date(2025, 3, 2)) == {person: 33, other: 33}


def test_who_was_entered_twice_has_the_hours_of_both_on_one_page(laptop, desk):
    one, other = (roster.Person.create(name=name, scope=COMMUNITY).id for name in ("甲", "甲生"))
    today = local_today(laptop.store)
    for person, hour, hours in ((one, 9, 2), (other, 14, 3)):
        came = datetime(today.year, today.month, today.day, hour)
        whole = {"signed_in": came, "signed_out": came + hours * HOUR, "confirmed_by": "队长"}
        attendance(activity=activity(day=today), person=person, **whole)
    join_doubles("roster.person", one, other)
    for person in (one, other):
        told = laptop.view("service.served", person)
        assert [each.value for each in told.stats[:2]] == [5, 5]
    assert minutes_of() == {min(one, other): 300}
    assert "今年时长 5 小时" in desk.open(f"/c/roster.person/{one}").text


def test_who_never_served_has_no_hours_and_who_served_years_ago_sees_of_which_year_it_was(
    laptop, desk
):
    never, once = (roster.Person.create(name=name, scope=COMMUNITY).id for name in ("甲", "乙"))
    came = datetime(2024, 11, 11, 9)
    whole = {"signed_in": came, "signed_out": came + 2 * HOUR, "confirmed_by": "队长"}
    attendance(activity=activity(day=came.date()), person=once, **whole)
    assert "今年时长 0 小时" in desk.open(f"/c/roster.person/{never}").text
    shown = desk.open(f"/c/roster.person/{once}").text
    assert "上一次 2024-11-11" in shown
    assert "11-11" not in shown.replace("2024-11-11", "")


def test_the_hours_of_one_person_are_looked_up_on_the_page_of_everybodys(laptop, desk):
    person = roster.Person.create(name="示例·甲001", scope=COMMUNITY).id
    assert "查一个人" in desk.open("/view/service.hours").text
    shown = desk.open(f"/view/service.hours?person={person}").text
    assert "今年时长 0 小时" in shown
    assert "示例·甲001" in shown


# -- what does not fit is marked, and not confirmed ------------------------------------------------


def test_one_person_at_one_time_twice_is_marked_until_one_of_the_two_is_void(laptop):
    person = new_id()
    morning = attendance(person=person, signed_in=NINE, signed_out=TEN + HOUR)
    attendance(person=person, signed_in=TEN + HOUR, signed_out=TEN + 2 * HOUR)
    attendance(signed_in=NINE, signed_out=TEN)
    assert laptop.tasks == [], "one after the other, and somebody else"
    attendance(person=person, signed_in=TEN, signed_out=TEN + timedelta(minutes=5))
    [task] = laptop.tasks
    assert "2025-03-01 09:00–11:00" in task.zh
    assert in_both(task)
    edit(morning, voided=True, void_reason="重复")
    assert laptop.tasks == []


def test_an_hour_is_confirmed_once(laptop):
    person = new_id()
    attendance(person=person, **CONFIRMED)
    with refusing(Refused, match="时间重叠"):
        attendance(person=person, **CONFIRMED)
    twice = attendance(person=person, signed_out=TEN)
    with refusing(Refused, match="void one of the two"):
        edit(twice, confirmed_by="队长")
    edit(twice, voided=True, void_reason="重复", confirmed_by="队长")
    assert minutes_of() == {person: 60}


def test_of_two_laptops_that_confirm_one_hour_the_hub_takes_one(neighbourhood):
    one, other = neighbourhood.laptop("示例·红队"), neighbourhood.laptop("示例·红队")
    with one:
        person, shift = roster.Person.create(name="示例·甲001", scope=COMMUNITY).id, activity()
    neighbourhood.meet()
    for laptop in (one, other):
        with laptop:
            attendance(person=person, activity=shift, **CONFIRMED)
    neighbourhood.meet()
    [why] = other.refused
    assert "时间重叠" in why.zh
    for side in (one, neighbourhood.hub):
        with side:
            assert minutes_of() == {person: 60}


def test_a_sheet_that_comes_in_twice_is_there_once_and_what_is_entered_twice_is_told(
    laptop, tmp_path
):
    person = roster.Person.create(name="示例·甲001", scope=COMMUNITY).id
    sheet, activities = tmp_path / "came.csv", tmp_path / "held.csv"
    activities.write_text("活动名称,日期\n值班,2025-03-01\n", "utf-8-sig")
    sheet.write_text("活动,志愿者,签到\n值班,示例·甲001,2025-03-01 09:00\n", "utf-8-sig")
    for _ in range(2):
        laptop.bring_in("service.activity", activities)
        laptop.bring_in("service.attendance", sheet)
    [held], [one] = Activity.select(), Attendance.select()
    assert laptop.tasks == []
    doubled = Activity.create(title="值班", day=held.day)
    assert ["有两个“值班”" in task.zh for task in laptop.tasks] == [True]
    doubled.delete_instance()
    assert laptop.tasks == []
    other = Attendance.create(activity=held.id, person=person, signed_in=one.signed_in)
    assert ["时间重叠" in task.zh for task in laptop.tasks] == [True]
    edit(other, voided=True, void_reason="记了两次")
    assert laptop.tasks == []
    edit(one, **CONFIRMED)
    assert minutes_of() == {person: 60}


def test_nobody_is_confirmed_who_has_not_signed_out(laptop):
    with refusing(Refused, match="还没有签退，不能确认"):
        attendance(confirmed_by="队长")
    record = attendance()
    with refusing(Refused, match="cannot be confirmed"):
        edit(record, confirmed_by="队长")
    edit(record, **CONFIRMED)


def test_who_signs_in_years_off_the_activitys_day_is_marked_and_not_confirmed(laptop):
    evening = datetime(2025, 2, 28, 20)
    attendance(signed_in=evening, signed_out=evening + HOUR, confirmed_by="队长")
    assert laptop.tasks == [], "the evening before belongs to it"
    came = datetime(2015, 3, 1, 9)
    record = attendance(signed_in=came, signed_out=came + HOUR)
    [task] = laptop.tasks
    assert "签到是 2015-03-01，活动“值班”在 2025-03-01" in task.zh
    with refusing(Refused, match="is on 2025-03-01"):
        edit(record, confirmed_by="队长")
    edit(record, signed_in=NINE, **CONFIRMED)
    assert laptop.tasks == []


def test_head_counts_are_counted_on(laptop):
    count = Tally.create(label="磨剪刀", people=3)
    edit(count, people=plus(2))
    assert Tally.get_by_id(count.id).people == 5


def test_the_demo_is_a_year_of_shifts_and_twelve_caravans(laptop):
    for _ in range(2):
        laptop.store.plugins.tell("hongxian_demo_was_asked", store=laptop.store, seed=7)
    assert Activity.select().where(Activity.kind == "caravan").count() == 12
    months = {each.day.month for each in Activity.select().where(Activity.kind == "shift")}
    assert months == set(range(1, 13))
    assert Tally.select().count() == 11 * len(SERVICES), "one caravan is still to come"
    assert Attendance.select().count() > 500
    assert Attendance.select().where(Attendance.voided).exists()
    assert Attendance.select().where(Attendance.late_entry).exists()
    assert Activity.select().where(Activity.drill).count() == 4
    assert laptop.tasks == [], "nothing of it is to be judged"
    assert minutes_of().keys() <= {id for (id,) in roster.Person.select(roster.Person.id).tuples()}


def test_the_days_activities_and_the_confirmed_hours_of_six_months_are_shown(laptop):
    today = local_today(laptop.store)
    held = activity(title="今天的", day=today)
    activity(title="昨天的", day=today - timedelta(days=1))
    came = datetime.combine(today, NINE.time())
    attendance(
        activity=held, signed_in=came, signed_out=came + timedelta(hours=3), confirmed_by="队长"
    )
    attendance(activity=held, signed_in=came, signed_out=came + timedelta(hours=3))
    table = laptop.view("service.today")
    assert [row[0] for row in table.rows] == ["今天的"]
    chart = laptop.view("service.hours")
    assert len(chart.labels) == 6
    assert chart.labels[-1] == Text(f"{today.month}月", f"{today:%b}")
    assert chart.series[0][1] == [0, 0, 0, 0, 0, 3]
    assert [each.value for each in laptop.view("service.month").stats] == [
        3,
        1,
        2 - (today.day == 1),
    ]


def test_the_keeper_sees_a_years_hours_and_a_leader_does_not(laptop):
    year_of_hours = year(laptop.store)
    assert len(year_of_hours.labels) == 12
    with pytest.raises(UnknownOffer):
        laptop.view("service.year")


def test_activities_are_in_the_calendar(laptop):
    id = activity()
    assert [
        each.id for each in service.hongxian_calendar_entries(date(2025, 3, 1), date(2025, 3, 1))
    ] == [id]
    assert service.hongxian_calendar_entries(date(2025, 3, 2), date(2025, 3, 9)) == []


def test_an_activity_keeps_its_photo_and_a_scan_of_its_sign_in_sheet(neighbourhood):
    one, other = neighbourhood.laptop("示例·红队"), neighbourhood.laptop("示例·红队")
    with one:
        sheet = attach(Activity.sign_in_sheet, b"%PDF-1.7 " + bytes(9_000), "签到表.pdf")
        made = Activity.create(title="学习室值班", day=date(2026, 5, 2), sign_in_sheet=sheet)
    neighbourhood.meet()
    with other:
        assert "照片还没到" in Desk(other).open(f"/c/service.activity/{made.id}").text
        other.sync()
        here = Activity.get_by_id(made.id)
        assert content_of(here, "sign_in_sheet") == b"%PDF-1.7 " + bytes(9_000)
        assert here.photo is None
