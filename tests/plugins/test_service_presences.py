"""What others confirm (a duty, a round) is an attendance, once, whoever hears of it first."""

from datetime import date, datetime, timedelta

import pytest

import duty
import hongxian_plugins.roster as roster
import hongxian_plugins.service as service
from hongxian.contracts import Hours
from hongxian.contracts import given as given_hours
from hongxian_plugins.roster import Person
from hongxian_plugins.service import Activity, Attendance

pytestmark = pytest.mark.plugins(roster, service, duty)
SIX, EIGHT = datetime(2026, 3, 2, 18), datetime(2026, 3, 2, 20)


def turn(person: str, confirmed_by: str | None = "示例·队长", **values) -> duty.Turn:
    usual = {"begins": SIX, "ends": EIGHT, "confirmed_by": confirmed_by}
    return duty.Turn.create(person=person, **{**usual, **values})


def hours(laptop) -> list[int]:
    return [each.minutes for _, each in given_hours(laptop.store, Hours) if each]


def test_a_confirmed_turn_is_an_attendance_of_one_activity_and_gives_its_hours_once(laptop):
    people = [Person.create(name=f"示例·甲{n}").id for n in range(2)]
    for each in people:
        turn(each)
    [activity] = Activity.select()
    assert (activity.title, activity.state) == ("学习室值班 2026-03-02", "closed")
    came = list(Attendance.select().where(Attendance.activity == activity.id))
    assert {each.person for each in came} == set(people)
    assert {each.confirmed_by for each in came} == {"示例·队长"}
    assert hours(laptop) == [120, 120]


def test_a_turn_that_nobody_confirmed_is_none(laptop):
    turn(Person.create(name="示例·甲").id, confirmed_by=None)
    assert not Attendance.select().exists()


def test_an_hour_that_is_confirmed_elsewhere_waits_marked_and_counts_once(laptop):
    person = Person.create(name="示例·甲").id
    caravan = Activity.create(title="大篷车", day=SIX.date())
    Attendance.create(
        activity=caravan, person=person, signed_in=SIX, signed_out=EIGHT, confirmed_by="另一位"
    )
    turn(person)
    [waiting] = Attendance.select().where(Attendance.confirmed_by.is_null())
    assert waiting.activity != caravan.id
    assert any("时间重叠" in str(each) for each in laptop.tasks)
    assert hours(laptop) == [120]


@pytest.mark.parametrize("how", ["void", "deleted"])
def test_what_is_given_no_more_is_void_and_stays_to_be_seen(laptop, how):
    made = turn(Person.create(name="示例·甲").id)
    if how == "void":
        made.void = "记错了人"
        made.save()
    else:
        made.delete_instance()
    [attendance] = Attendance.select()
    assert attendance.voided
    assert attendance.void_reason == ("记错了人" if how == "void" else "来源已撤销")
    assert hours(laptop) == []


def test_two_laptops_and_a_hub_make_one_attendance_of_a_turn(neighbourhood):
    one, other = (neighbourhood.laptop("红马甲管家团") for _ in range(2))
    with one:
        person = Person.create(name="示例·甲").id
        made = turn(person, confirmed_by=None)
    neighbourhood.meet()
    for laptop in (one, other):
        with laptop:
            held = duty.Turn.get_by_id(made.id)
            held.confirmed_by = "示例·队长"
            held.save()
    neighbourhood.meet()
    for laptop in (one, other):
        with laptop:
            assert Attendance.select().count() == 1
            assert Activity.select().count() == 1
            assert hours(laptop) == [120]


def test_what_a_laptop_without_the_record_of_service_confirmed_the_hub_makes_up(neighbourhood):
    without = neighbourhood.laptop("红马甲管家团", plugins=(roster, duty))
    with_it = neighbourhood.laptop("红马甲管家团")
    with without:
        turn(Person.create(name="示例·甲").id)
    without.sync()
    neighbourhood.tidy()
    with_it.sync()
    with with_it:
        assert hours(with_it) == [120]


# -- what is no service, and what is to be confirmed -------------------------------------------------


def test_what_is_no_service_gives_no_hours_order_67_article_19(laptop):
    person = Person.create(name="示例·甲").id
    for kind in ("own", "shift"):
        held = Activity.create(title=kind, day=SIX.date(), kind=kind)
        late = timedelta(hours=3 * (kind == "shift"))
        Attendance.create(
            activity=held,
            person=person,
            signed_in=SIX + late,
            signed_out=EIGHT + late,
            confirmed_by="示例·队长",
        )
    assert [each.activity for _, each in given_hours(laptop.store, Hours) if each] == ["shift"]


@pytest.mark.parametrize(("today", "told"), [("2026-03-10", False), ("2026-03-11", True)])
def test_hours_are_to_be_confirmed_within_ten_working_days_order_67_article_11(laptop, today, told):
    held = Activity.create(title="值班", day=date(2026, 3, 2))
    Attendance.create(activity=held, person=Person.create(name="示例·甲").id, signed_in=SIX)
    laptop.at(f"{today} 09:00")
    due = [each for each in laptop.due() if "待确认" in each.title.zh]
    assert [(each.day, each.title.zh) for each in due] == (
        [(date(2026, 3, 16), "值班：1 人的时长待确认")] if told else []
    )


@pytest.mark.parametrize(("today", "late"), [("2026-03-16", False), ("2026-03-17", True)])
def test_who_is_signed_in_after_ten_working_days_is_entered_late(laptop, today, late):
    held = Activity.create(title="值班", day=date(2026, 3, 2))
    laptop.at("2026-03-01 09:00")
    laptop.do("service.sign_up", held.id, person=Person.create(name="示例·甲").id)
    laptop.at(f"{today} 09:00")
    [row] = laptop.view("service.sign_in", held.id).rows
    assert row.given["late_entry"] is late
