"""A new volunteer on one form: all of it or nothing, and who may be there already is seen before it is saved."""

import re

import pytest

import hongxian_plugins.roster as roster
from hongxian import Text, local_today
from hongxian.errors import NotJoined
from hongxian.plugins.offering import find_offer, offers
from hongxian.plugins.offers import Action
from hongxian.records import Consent, Task
from hongxian_client.replica.replica import Replica
from hongxian_plugins.roster import Care, Contact, Membership, Person
from hongxian_testing import Desk
from hongxian_testing.laptop import with_only
from laptops import problems_of
from offering import LEADER

pytestmark = pytest.mark.plugins(roster)
FORM = "/do/roster.new_volunteer"
ALIKE = "/alike/roster.new_volunteer"
PHONE = "100 0000 0012"


def known(name: str = "示例·甲012", phone: str = PHONE) -> Person:
    person = Person.create(name=name)
    Contact.create(person=person, phone=phone)
    return person


def test_person_team_telephone_and_consent_are_entered_on_one_form(laptop, desk):
    page = (
        desk.open("/c/roster.person")
        .press("新增")
        .press(
            "保存",
            name="示例·丙041",
            phone="100 0000 0041",
            gender="female",
            address="示例苑–6幢–2单元–402室",
            call="示例·丁 100 0000 0099",
            skills=["理发", "急救", "剪纸"],
            free_times=["周六", ""],
            paper="true",
            health="true",
        )
    )
    assert page.path == "/c/roster.person"
    assert "已登记：示例·丙041。" in page.text
    person = Person.get()
    assert (person.state, person.gender, person.joined) == ("active", "female", local_today())
    assert person.skills == {"理发", "急救", "剪纸"}
    assert person.free_times == {"周六"}
    [member], [contact] = Membership.select(), Contact.select()
    assert (member.person, member.scope, member.since) == (person.id, "team-1", local_today())
    assert (contact.person, contact.address) == (person.id, "示例苑–6幢–2单元–402室")
    assert {each.kind for each in Consent.select()} == {"data", "health"}
    assert Care.get().person == person.id
    assert laptop.tasks == []


def test_an_empty_form_says_nothing_of_what_waits_elsewhere(laptop, desk):
    Task.create(text=Text("看一看。", "Look."))
    assert "(1)" in desk.open("/").html
    assert "还没保存" not in desk.open(FORM).text


def test_a_name_alone_will_do(laptop, desk):
    desk.open(FORM).press("保存", name="示例·丙041")
    assert Person.get().state == "applied"
    assert [each.person for each in Membership.select()] == [Person.get().id]
    assert not Contact.select().exists()
    assert not Consent.select().exists()


def test_what_cannot_be_taken_is_said_beside_it_and_nothing_is_written(laptop, desk):
    page = desk.open(FORM).press("保存", name="示例·丙041", phone="12", skills=["理发", "剪纸"])
    assert "请改正标红的地方" in page.text
    assert 'value="示例·丙041"' in page.html
    assert 'value="理发" checked' in page.html
    assert 'value="剪纸"' in page.html
    assert not Person.select().exists()
    assert not Membership.select().exists()


def test_whose_telephone_it_is_already_is_shown_and_saved_only_once_somebody_says_no(laptop, desk):
    there = known()
    page = desk.open(FORM).press("保存", name="示例·丙041", phone="10000000012")
    assert "这个电话已有人用 示例·甲012" in page.text
    assert Person.select().count() == 1
    assert page.press("就是这个").path == f"/c/roster.person/{there.id}"
    page.press("保存", apart=there.id)
    assert {each.name for each in Person.select()} == {"示例·甲012", "示例·丙041"}


@pytest.mark.parametrize("typed", ["示例甲012", "示例 甲012", "示例•甲012"])
def test_a_name_is_known_however_its_dot_is_typed(laptop, desk, typed):
    there = known()
    page = desk.open(FORM).press("保存", name=typed)
    assert "已有同名的人 示例·甲012" in page.text
    assert Person.select().count() == 1
    page.press("保存", apart=[there.id])
    assert Person.select().count() == 2


def test_the_next_one_follows_with_those_of_today_beside(laptop, desk):
    page = desk.open(FORM).press("保存，再记一个", name="示例·丙041")
    assert page.path == FORM
    assert "今天登记的 示例·丙041 修改" in page.text
    assert page.press("修改 示例·丙041").path == f"/c/roster.person/{Person.get().id}"


def test_while_somebody_types_the_form_is_told_who_is_there(laptop, desk):
    known()
    [token] = {*re.findall('name="csrf_token" value="([^"]+)"', desk.open(FORM).html)}
    asks = {"csrf_token": token, "name": "示例·丙"}
    found = [desk._shown(ALIKE, "POST", {**asks, "phone": each}).text for each in (PHONE, "1", "")]
    assert "这个电话已有人用 示例·甲012" in found[0]
    assert found[1:] == ["", ""]


def test_a_person_is_known_by_a_telephone_that_a_team_still_keeps_alone(laptop, desk):
    there = known()
    Contact.delete().where(Contact.person == there.id).execute()
    desk.open(FORM).press("保存", name="示例·丙041", phone=PHONE)
    assert Person.select().count() == 2


def test_the_form_is_in_english_for_who_reads_english(laptop):
    page = Desk(laptop, "en-GB").open(FORM)
    assert "New volunteer" in page.text
    assert "Save and enter another" in page.buttons


def test_before_a_laptop_has_joined_the_form_is_refused_plainly_and_is_no_fault_of_the_plugin(
    tmp_path,
):
    with Replica.open(tmp_path, plugins=with_only((roster,))) as alone:
        assert "roster.new_volunteer" not in offers(alone, Action, LEADER)
        assert problems_of(alone) == []
        with pytest.raises(NotJoined):
            find_offer(alone, Action, "roster.new_volunteer", LEADER)
