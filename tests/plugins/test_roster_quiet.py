"""Who has not served for long is asked by their team whether they stay; nobody is struck off for being silent."""

from datetime import date, datetime, timedelta

import pytest

import hongxian_plugins.roster as roster
import hongxian_plugins.service as service
from hongxian import Refused, local_today
from hongxian.records import COMMUNITY
from hongxian_plugins.roster import Contact, Membership, Person
from hongxian_plugins.roster.setting import RosterRules
from hongxian_plugins.service import Activity, Attendance
from hongxian_testing import refusing

pytestmark = pytest.mark.plugins(roster, service)
PAGE = "/view/roster.quiet"
NOON = "2026-09-15 12:00"
LONG_AGO = date(2024, 1, 1)


@pytest.fixture(autouse=True)
def september(hongxian_clock) -> None:
    hongxian_clock.set(NOON)


def member(name: str, since: date | None = LONG_AGO, state: str = "active", **values) -> Person:
    person = Person.create(name=name, state=state, scope=COMMUNITY)
    Membership.create(person=person, since=since, **values)
    return person


def serve(person: Person, day: date, confirmed_by: str | None = "示例·队长") -> None:
    begins = datetime(day.year, day.month, day.day, 9)
    Attendance.create(
        activity=Activity.create(title="值班", day=day).id,
        person=person,
        signed_in=begins,
        signed_out=begins + timedelta(hours=1),
        confirmed_by=confirmed_by,
    )


def listed(laptop) -> list[str]:
    return [row[0].title for row in laptop.view("roster.quiet").rows]


def of(person: Person) -> Membership:
    return Membership.get(Membership.person == person)


def test_members_without_hours_since_the_first_of_the_month_half_a_year_ago_are_listed(laptop):
    serve(member("示例·甲001"), date(2026, 3, 1))
    serve(member("示例·乙002"), date(2026, 2, 28))
    serve(member("示例·丙003"), date(2026, 9, 1), confirmed_by=None)
    member("示例·丁004", since=date(2026, 3, 1))
    member("示例·戊005", since=None)
    for name, state in (
        ("示例·己006", "dormant"),
        ("示例·庚007", "left"),
        ("示例·辛008", "applied"),
    ):
        member(name, state=state)
    member("示例·壬009", until=date(2026, 5, 1))
    assert sorted(listed(laptop)) == ["示例·丙003", "示例·乙002", "示例·戊005"]
    [row] = [row for row in laptop.view("roster.quiet").rows if row[0].title == "示例·乙002"]
    assert row[2].zh == "2月28日"
    RosterRules.change(quiet_months=7)
    assert "示例·乙002" not in listed(laptop)
    RosterRules.change(quiet_months=None)
    assert listed(laptop) == []


def test_where_nobody_at_all_has_served_the_page_says_that_it_cannot_tell(laptop, desk):
    member("示例·甲001")
    assert listed(laptop) == []
    assert "看不出谁久未服务" in desk.open(PAGE).text


def test_who_was_entered_twice_has_served_under_whichever_record_and_is_asked_once(laptop):
    serve(member("示例·壬009"), date(2026, 9, 1))
    one, other = member("示例·甲001"), member("示例甲001")
    laptop.do("roster.join", one.id, other=other.id)
    assert len(listed(laptop)) == 1
    serve(other, date(2026, 9, 1))
    assert listed(laptop) == []


def test_the_leader_asks_from_the_page_and_what_is_said_takes_them_off_it(laptop, desk):
    serve(member("示例·壬009"), date(2026, 9, 1))
    quiet = [member(name) for name in ("示例·甲001", "示例·乙002")]
    Contact.create(person=quiet[0], phone="100 2222 0001")
    page = desk.open(PAGE)
    assert page.buttons.count("问过了") == page.buttons.count("还来") == 2
    assert "2222" not in page.text, "a telephone is masked until somebody asks for it"
    laptop.do("roster.asked", of(quiet[0]).id)
    assert of(quiet[0]).asked_on == local_today(laptop.store)
    assert listed(laptop) == ["示例·乙002", "示例·甲001"], "who was not asked yet stands first"
    desk.open(PAGE).press("暂停")
    assert Person.get_by_id(quiet[1].id).state == "dormant"
    desk.open(PAGE).press("还来")
    assert of(quiet[0]).stays_on == local_today(laptop.store)
    assert listed(laptop) == []
    laptop.do("roster.come_back", quiet[1].id)
    assert listed(laptop) == [], "who comes back has said that they stay"


def test_no_answer_in_two_weeks_stands_on_today_of_their_team_until_there_is_one(laptop):
    quiet = member("示例·甲001")
    laptop.do("roster.asked", of(quiet).id)
    for days, is_told in ((13, False), (1, True)):
        laptop.at(datetime.fromisoformat(NOON) + timedelta(days=days + 13 * is_told))
        told = [str(each.title) for each in laptop.due() if "没有答复" in str(each.title)]
        assert bool(told) is is_told
        assert all("示例·甲001" in each for each in told)
    laptop.do("roster.stays", of(quiet).id)
    assert not [each for each in laptop.due() if "没有答复" in str(each.title)]


def test_a_day_to_come_is_refused_for_it_would_keep_them_off_the_page(laptop):
    quiet = member("示例·甲001")
    for name in ("asked_on", "stays_on"):
        with refusing(Refused, match="还没到"):
            Membership.update({name: date(2999, 1, 1)}).where(Membership.person == quiet).execute()


def test_two_laptops_of_a_team_that_asked_and_were_answered_offline_agree(neighbourhood):
    first, second = (neighbourhood.laptop("示例·东队") for _ in range(2))
    with first:
        serve(member("示例·壬009"), date(2026, 9, 1))
        quiet = member("示例·甲001")
        id = of(quiet).id
    neighbourhood.meet()
    first.do("roster.asked", id)
    second.do("roster.stays", id)
    neighbourhood.meet()
    for laptop in (first, second):
        with laptop:
            held = Membership.get_by_id(id)
            assert held.asked_on == held.stays_on == local_today(laptop.store)
            assert listed(laptop) == []
        assert not laptop.conflicts
