"""The roster's consents: who said yes, what is noted without it, and what goes with a no or with time."""

from datetime import date, timedelta

import pytest

import health_checks
import hongxian_plugins.roster as roster
from hongxian import Refused, local_today
from hongxian.doubles import join_doubles
from hongxian.errors import Invalid
from hongxian.records import Consent, consents_asked
from hongxian_plugins.roster import Care, Contact, Membership, Person, RosterRules
from hongxian_server.ops.tidy import tidy
from hongxian_testing import Desk, refusing

pytestmark = pytest.mark.plugins(roster)
RED, BLUE = "示例·红队", "示例·蓝队"


def member(name: str, state: str = "active", **values) -> Person:
    person = Person.create(name=name, state=state)
    Membership.create(person=person, **values)
    return person


def test_who_is_in_a_team_without_having_said_yes_is_listed_until_they_do(laptop, desk):
    asked, _, gone, elsewhere = (
        member(f"示例·甲00{place}", state)
        for place, state in enumerate(("applied", "consented", "left", "left"))
    )
    Membership.update(until=date(2025, 1, 1)).where(Membership.person == elsewhere.id).execute()
    rows = laptop.view("roster.unasked").rows
    assert [row[0].id for row in rows] == [asked.id, gone.id]
    assert [each.value for each in laptop.view("roster.looked_after").stats] == [2, 0]
    desk.open("/view/roster.unasked").press("本人已同意")
    assert Person.get_by_id(asked.id).state == "consented"
    assert [each.person for each in Consent.select().where(Consent.kind == "data")] == [asked.id]
    assert [row[0].id for row in laptop.view("roster.unasked").rows] == [gone.id]


def test_health_without_a_consent_of_its_own_is_a_task_until_there_is_one(laptop, desk):
    person = member("示例·甲001")
    care = Care.create(person=person, note="花生过敏", call="示例·王五 100 0000 1234")
    [task] = laptop.tasks
    assert "示例·甲001" in task.zh
    assert [row[0].id for row in laptop.view("roster.unasked").rows] == [person.id]
    desk.open(f"/c/roster.care/{care.id}").press("本人已同意").press("办理")
    assert laptop.tasks == []
    assert laptop.view("roster.unasked").rows == []
    [(what, said)] = laptop.view("roster.reach", person).facts
    assert (what.zh, said.word.zh, said.tone) == ("健康情况与紧急联系人", "已同意", "done")
    page = desk.open(f"/c/roster.person/{person.id}").text
    assert "健康情况与紧急联系人" in page
    assert "health" not in page, "the kind's own name is for plugins"
    laptop.do("roster.withdraw", person, kind="health")
    assert [row[2].zh for row in laptop.view("roster.unasked").rows] == ["已撤回"]


def test_a_consent_of_another_laptop_closes_the_task_on_both(neighbourhood):
    one, other = neighbourhood.laptop(RED), neighbourhood.laptop(RED)
    with one:
        person = member("示例·甲001").id
        care = Care.create(person=person, note="花生过敏").id
    neighbourhood.meet()
    assert len(one.tasks) == len(other.tasks) == 1
    other.do("roster.agree", care)
    neighbourhood.meet()
    assert one.tasks == other.tasks == []


def test_whom_to_call_may_be_somebody_who_is_no_volunteer(laptop):
    person, other = member("示例·甲001"), member("示例·甲002")
    outside, inside = (
        Care.get_by_id(Care.create(person=one, call=call).id)
        for one, call in ((person, "示例·王五 100 0000 1234"), (other, person.id))
    )
    assert (outside.call.name, outside.call.phone) == ("示例·王五", "10000001234")
    assert inside.call.person == person.id


def test_a_note_on_health_holds_no_identity_number(laptop):
    with refusing(Invalid, match="identity number"):
        Care.create(person=member("示例·甲001"), note="身份证\n110101199003070000")


def test_what_hung_on_a_withdrawn_consent_is_gone_from_hub_and_laptops_of_that_team_alone(
    neighbourhood,
):
    red, blue = neighbourhood.laptop(RED), neighbourhood.laptop(BLUE)
    with red:
        person = member("示例·甲001", "applied").id
        Contact.create(person=person, phone="10000000001")
        red.do("roster.consent", person)
        Care.create(person=person, note="花生过敏")
    neighbourhood.meet()
    with blue:
        Contact.create(person=person, phone="10000000002")
    red.do("roster.withdraw", person, kind="health")
    erase_what_is_over(neighbourhood)
    with red:
        assert (Care.select().count(), Contact.select().count()) == (0, 1)
        assert red.tasks == []
    told = red.do("roster.withdraw", person, kind="data")
    assert "登记个人信息" in told.zh
    erase_what_is_over(neighbourhood)
    with red:
        assert Contact.select().count() == 0
    with blue:
        assert [each.phone for each in Contact.select()] == ["10000000002"]
        assert Person.select().count() == 1, "the community's record goes by its own term"


def erase_what_is_over(neighbourhood) -> None:
    neighbourhood.meet()
    with neighbourhood.hub:
        tidy(neighbourhood.hub)
    neighbourhood.meet()


def test_who_leaves_leaves_the_teams_here_and_is_reached_no_more_after_a_time(neighbourhood):
    neighbourhood.clock.set("2026-03-01 09:00")
    red = neighbourhood.laptop(RED)
    with red:
        stays, leaves = member("示例·甲001").id, member("示例·甲002").id
        for person in (stays, leaves):
            Contact.create(person=person, phone="10000000001")
        Consent.create(person=leaves, kind="health")
        Care.create(person=leaves, note="花生过敏")
    red.do("roster.leave", leaves)
    with red:
        assert Membership.get(Membership.person == leaves).until == date(2026, 3, 1)
    for day, left in (("2026-03-31 09:00", {stays, leaves}), ("2026-04-01 09:00", {stays})):
        neighbourhood.clock.set(day)
        erase_what_is_over(neighbourhood)
        with red:
            assert {each.person for each in Contact.select()} == left
            assert {each.person for each in Care.select()} == left - {stays}
            assert Person.select().count() == 2


def test_the_record_of_who_left_ends_after_years_and_says_so_before(neighbourhood):
    neighbourhood.clock.set("2026-03-01 09:00")
    red = neighbourhood.laptop(RED)
    with red:
        RosterRules.change(person_years=1)
        leaves, back, _ = (member(f"示例·甲00{n}").id for n in range(3))
        Person.create(name="示例·甲009", state="left")
    neighbourhood.meet()
    for person in (leaves, back):
        red.do("roster.leave", person)
    red.do("roster.ask_again", back)
    with red:
        assert Person.get_by_id(back).left_on is None
    neighbourhood.clock.set("2027-02-10 09:00")
    neighbourhood.meet()
    assert "示例·甲000离开已久" in Desk(red).open("/").text
    neighbourhood.clock.set("2027-03-03 09:00")
    erase_what_is_over(neighbourhood)
    with red:
        assert {each.name for each in Person.select()} == {"示例·甲001", "示例·甲002", "示例·甲009"}


def test_a_contact_stays_while_its_person_is_still_in_the_team_under_another_record(laptop):
    today = local_today(laptop.store)
    one = member("示例·甲001", until=today - timedelta(days=900))
    other = member("示例甲001")
    contact = Contact.create(person=one, phone="10000000001")
    assert roster.records.days_after_leaving(contact) == today - timedelta(days=870)
    join_doubles("roster.person", one.id, other.id)
    assert roster.records.days_after_leaving(contact) is None


@pytest.mark.parametrize("years", [0, 101])
def test_a_term_is_one(laptop, years):
    with pytest.raises((Invalid, Refused)):
        RosterRules.change(person_years=years)


@pytest.mark.plugins(roster, health_checks)
def test_what_another_plugin_keeps_by_a_consent_is_asked_and_shown_on_the_persons_page(
    laptop, desk
):
    person = Person.create(name="示例·甲001", state="active")
    Membership.create(person=person)
    assert consents_asked()["health"].zh == "健康情况与紧急联系人、血压记录"
    page = desk.open(f"/c/roster.person/{person.id}").press("记下同意")
    assert "血压记录" in page.text
    page = page.press("办理", kind="health")
    assert "血压记录 已同意" in page.text
    page = page.press("撤回同意").press("办理", kind="health")
    assert "血压记录 已撤回" in page.text


def test_the_card_counts_who_is_here_twice_by_name_and_telephone(laptop):
    people = [member(name, "consented") for name in ("示例·甲", "示例甲", "示例·甲", "示例·乙")]
    for person, phone in zip(
        people, ("10000000001", "10000000001", "10000000002", None), strict=True
    ):
        Contact.create(person=person, phone=phone)
    Contact.create(person=people[0], phone="10000000001")
    assert [each.value for each in laptop.view("roster.looked_after").stats] == [0, 1]
