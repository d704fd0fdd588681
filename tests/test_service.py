"""Service records: minutes come from what happened, mistakes stay to be seen, counts add up."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hongxian_plugins.roster as roster
import hongxian_plugins.service as service
from hongxian import COMMUNITY, attach, content_of, local_today, new_id, plus
from hongxian.errors import Invalid, OnlyMovesForward, Refused
from hongxian.kinds.state import StepNotThere
from hongxian_plugins.service import Activity, Attendance, Tally
from hongxian_plugins.service import day as shown
from hongxian_plugins.service.demo import SERVICES
from hongxian_plugins.service.minutes import (
    OutBeforeIn,
    confirmed_lines,
    confirmed_minutes,
    is_late_entry,
    minutes_between,
    overlapping_attendances,
)
from hongxian_testing import Desk
from hongxian_testing.laptop import open_laptop
from laptops import problems_of
from told import in_both, refusing

NINE, TEN = datetime(2025, 3, 1, 9), datetime(2025, 3, 1, 10)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1))


@pytest.fixture
def laptop(tmp_path):
    with open_laptop(tmp_path / "laptop", roster, service) as laptop:
        yield laptop
        assert not problems_of(laptop)


def activity(**values) -> str:
    return Activity.create(**{"title": "值班", "day": date(2025, 3, 1), **values}).id


def attendance(**values) -> Attendance:
    usual = {"person": new_id(), "signed_in": NINE}
    return Attendance.create(
        **{**usual, **values, "activity": values.get("activity") or activity()}
    )


def edit(record, **values) -> None:
    model = type(record)
    model.update(**values).where(model.id == record.id).execute()


def test_every_field_has_a_label_and_a_help_in_both_languages(laptop):
    for name in ("service.activity", "service.attendance", "service.tally"):
        for column in laptop.collection(name).columns.values():
            assert in_both(column.label), (name, column.name)
            assert in_both(column.help), (name, column.name)


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=1)), st.integers(0, 1440) | st.none())
def test_minutes_are_whole_never_more_than_the_stay_nor_the_cap(signed_in, stay, cap):
    minutes = minutes_between(signed_in, signed_in + stay, cap)
    assert 0 <= minutes <= stay / timedelta(minutes=1)
    assert cap is None or minutes <= cap
    assert minutes == cap or minutes + 1 > stay / timedelta(minutes=1)


def test_nobody_signs_out_before_signing_in(laptop):
    with pytest.raises(OutBeforeIn) as raised:
        minutes_between(TEN, NINE)
    assert "签退 09:00 早于签到 10:00" in raised.value.why.zh
    with refusing(Refused, match="before signing in"):
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
    with refusing(Refused, match="void it instead"):
        record.delete_instance()
    with pytest.raises(Refused):
        Attendance.delete().execute()
    assert Attendance.select().count() == 1


def test_a_mistake_is_voided_with_a_reason_and_stays_void(laptop):
    record = attendance(signed_out=TEN)
    with refusing(Refused, match="Say why"):
        edit(record, voided=True)
    edit(record, voided=True, void_reason="记到别人名下")
    with pytest.raises(OnlyMovesForward):
        edit(record, voided=False)
    with pytest.raises(Refused):
        edit(record, void_reason="")


def test_what_was_confirmed_stays_until_it_is_voided(laptop):
    record = attendance(signed_out=TEN, minutes=60, confirmed_by="队长")
    for values in ({"signed_in": NINE - timedelta(hours=1)}, {"minutes": 30}, {"person": new_id()}):
        with refusing(Refused, match="Confirmed by 队长"):
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


def test_only_confirmed_minutes_count_without_drills_and_voided(laptop):
    person, other = new_id(), new_id()
    shift, drill = activity(shift_cap=45), activity(drill=True)
    whole = {"signed_out": TEN, "confirmed_by": "队长"}
    counted = attendance(activity=shift, person=person, **whole)
    attendance(activity=shift, person=person, **whole, minutes=30)
    attendance(activity=drill, person=person, **whole)
    attendance(activity=shift, person=person, signed_out=TEN)
    attendance(activity=shift, person=person, confirmed_by="队长")
    attendance(activity=shift, person=person, **whole, voided=True, void_reason="重复")
    attendance(activity=shift, person=other, **whole)
    attendance(activity=new_id(), person=other, **whole)
    assert confirmed_minutes() == {person: 75, other: 45}
    assert next(confirmed_lines(person)).attendance == counted.id


def test_minutes_can_be_asked_for_between_two_days(laptop):
    person = new_id()
    for day in (1, 2, 3):
        moment = datetime(2025, 3, day, 9)
        shift = activity(day=moment.date())
        attendance(
            activity=shift,
            person=person,
            signed_in=moment,
            signed_out=moment + timedelta(minutes=10**day % 97),
            confirmed_by="队长",
        )
    assert confirmed_minutes(since=date(2025, 3, 2), until=date(2025, 3, 2)) == {person: 3}
    assert confirmed_minutes(until=date(2025, 3, 2)) == {person: 13}


def test_late_entries_are_told_by_the_activitys_own_limit():
    assert is_late_entry(NINE, NINE + timedelta(hours=25), 24)
    assert not is_late_entry(NINE, NINE + timedelta(hours=24), 24)


def test_one_person_at_one_time_twice_is_found_and_left_to_a_person(laptop):
    person = new_id()
    morning = attendance(person=person, signed_in=NINE, signed_out=TEN + timedelta(hours=3))
    inside = attendance(person=person, signed_in=TEN, signed_out=TEN + timedelta(minutes=5))
    later = attendance(
        person=person, signed_in=TEN + timedelta(hours=1), signed_out=TEN + timedelta(hours=2)
    )
    attendance(
        person=person, signed_in=TEN + timedelta(hours=3), signed_out=TEN + timedelta(hours=4)
    )
    attendance(signed_in=NINE, signed_out=TEN)
    assert overlapping_attendances() == [(morning.id, inside.id), (morning.id, later.id)]
    edit(morning, voided=True, void_reason="重复")
    assert overlapping_attendances() == []


def test_head_counts_are_counted_on(laptop):
    count = Tally.create(label="磨剪刀", people=3)
    edit(count, people=plus(2))
    assert Tally.get_by_id(count.id).people == 5


def test_the_demo_is_a_year_of_shifts_and_twelve_caravans(laptop):
    for _ in range(2):
        laptop.plugins.tell("hongxian_demo_was_asked", store=laptop, seed=7)
    assert Activity.select().where(Activity.kind == "caravan").count() == 12
    months = {each.day.month for each in Activity.select().where(Activity.kind == "shift")}
    assert months == set(range(1, 13))
    assert Tally.select().count() == 11 * len(SERVICES), "one caravan is still to come"
    assert Attendance.select().count() > 500
    assert Attendance.select().where(Attendance.voided).exists()
    assert Attendance.select().where(Attendance.late_entry).exists()
    assert Activity.select().where(Activity.drill).count() == 4
    totals = confirmed_minutes()
    assert totals
    assert set(totals) <= {id for (id,) in roster.Person.select(roster.Person.id).tuples()}


def views() -> dict:
    return {f"service.{each.__name__}": each for each in (shown.today, shown.hours, shown.year)}


def test_the_days_activities_and_the_confirmed_hours_of_six_months_are_shown(laptop):
    today = local_today(laptop)
    held = activity(title="今天的", day=today)
    activity(title="昨天的", day=today - timedelta(days=1))
    came = datetime.combine(today, NINE.time())
    attendance(
        activity=held, signed_in=came, signed_out=came + timedelta(hours=3), confirmed_by="队长"
    )
    attendance(activity=held, signed_in=came, signed_out=came + timedelta(hours=3))
    table = views()["service.today"](laptop)
    assert [row[0] for row in table.rows] == ["今天的"]
    chart = views()["service.hours"](laptop)
    assert len(chart.labels) == 6
    assert chart.labels[-1] == f"{today:%Y-%m}"
    assert chart.series[0][1] == [0, 0, 0, 0, 0, 3]
    year = views()["service.year"](laptop)
    assert (len(year.labels), year.series[0][1][-1]) == (12, 3)


def test_activities_are_in_the_calendar(laptop):
    id = activity()
    assert [
        each.id for each in service.hongxian_calendar_entries(date(2025, 3, 1), date(2025, 3, 1))
    ] == [id]
    assert service.hongxian_calendar_entries(date(2025, 3, 2), date(2025, 3, 9)) == []


@pytest.mark.plugins(roster, service)
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
