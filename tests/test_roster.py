"""The roster: what it keeps of people, what it refuses, and its invented community."""

import re
from datetime import date

import pytest
from openpyxl import load_workbook

import hongxian_plugins.roster as roster
from hongxian import COMMUNITY, Refused, adding, group
from hongxian.errors import Invalid, NotAllowed
from hongxian.plugins.offers import Action, View
from hongxian_client.sheets.importing import import_file
from hongxian_plugins.roster import Contact, Membership, Person
from hongxian_plugins.roster.demo import DUPLICATES, TEAMS, VOLUNTEERS, volunteers
from hongxian_plugins.roster.demo_workbooks import write_workbooks
from hongxian_plugins.roster.people import (
    address_of,
    folded_name,
    likely_duplicates,
    masked_name,
    masked_phone,
    without_consent,
)
from hongxian_testing.laptop import TEAM, open_laptop
from hongxian_testing.told import in_both, refusing
from laptops import problems_of
from offering import ask


@pytest.fixture
def laptop(tmp_path):
    with open_laptop(tmp_path / "laptop", roster) as laptop:
        yield laptop
        assert not problems_of(laptop)


def test_every_field_has_a_label_and_a_help_in_both_languages(laptop):
    for name in ("roster.person", "roster.membership", "roster.contact"):
        for column in laptop.collection(name).columns.values():
            assert in_both(column.label), (name, column.name)
            assert in_both(column.help), (name, column.name)


def test_a_person_needs_no_more_than_a_name(laptop):
    person = Person.create(name="示例·甲001")
    assert person.state == "applied"
    assert Person.get_by_id(person.id).skills == frozenset()


def test_a_person_belongs_to_the_community_and_a_contact_to_the_team(laptop):
    person = Person.create(name="示例·甲001")
    contact = Contact.create(person=person.id, phone="10000000001")
    assert Person.get_by_id(person.id).scope == COMMUNITY
    assert Contact.get_by_id(contact.id).scope == "team-1"
    with pytest.raises(NotAllowed):
        Contact.create(person=person.id, phone="10000000002", scope=COMMUNITY)


def test_the_dormant_come_back(laptop):
    person = Person.create(name="示例·甲001", state="dormant")
    Person.update(state="active").where(Person.id == person.id).execute()
    assert Person.get_by_id(person.id).state == "active"


def test_skills_are_added_without_taking_others_away(laptop):
    person = Person.create(name="示例·甲001", skills={"磨刀"})
    Person.update(skills=adding("理发")).where(Person.id == person.id).execute()
    assert Person.get_by_id(person.id).skills == {"磨刀", "理发"}


@pytest.mark.parametrize("phone", ["12", "没有"])
def test_what_is_no_telephone_number_is_refused(laptop, phone):
    with pytest.raises(Invalid) as refused:
        Contact.create(person=Person.create(name="示例·甲001").id, phone=phone)
    assert list(refused.value.facts["reasons"]) == ["phone"]


def test_someone_without_a_telephone_can_be_entered(laptop):
    person = Person.create(name="示例·甲001")
    assert Contact.create(person=person.id, address=address_of("示例苑", 3, 2, 501)).phone is None


@pytest.mark.parametrize("number", ["110101199003070000", "11010119900307000X"])
def test_an_identity_number_is_kept_nowhere(laptop, number):
    with refusing(Invalid, match="identity number"):
        Person.create(name=f"示例 {number}")
    with refusing(Invalid, match="identity number"):
        Contact.create(person=Person.create(name="示例·甲001").id, address=f"示例苑 {number}")


@pytest.mark.parametrize("name", ["", "   ", "a\0b", "\ud800", "名" * 41])
def test_a_name_is_one(laptop, name):
    with pytest.raises(Invalid) as refused:
        Person.create(name=name)
    assert list(refused.value.facts["reasons"]) == ["name"]


def test_nobody_leaves_a_team_before_joining_it(laptop):
    person = Person.create(name="示例·甲001").id
    with refusing(Refused, match="离队日期"):
        Membership.create(person=person, since=date(2025, 3, 2), until=date(2025, 3, 1))
    membership = Membership.create(person=person, since=date(2025, 3, 2))
    with pytest.raises(Refused):
        Membership.update(until=date(2025, 3, 1)).where(Membership.id == membership.id).execute()
    Membership.update(until=date(2025, 3, 2)).where(Membership.id == membership.id).execute()


def test_people_without_consent_are_told_apart(laptop):
    asked, member, gone = (
        Person.create(name=f"示例·甲00{place}", state=state).id
        for place, state in enumerate(("applied", "consented", "left"))
    )
    for person in (asked, member, gone):
        Membership.create(person=person)
    Membership.update(until=date(2025, 1, 1)).where(Membership.person == gone).execute()
    assert without_consent() == [asked]


def test_names_typed_differently_are_suspected_and_one_telephone_says_more(laptop):
    names = ["示例·甲001", "示例甲001", "示例·甲002", "示例•甲００２", "示例·甲003"]
    ids = [Person.create(name=name).id for name in names]
    for id in ids[2:4]:
        Contact.create(person=id, phone="10000000002")
    found = likely_duplicates()
    assert [(set(each.ids), each.same_phone) for each in found] == [
        (set(ids[2:4]), True),
        (set(ids[:2]), False),
    ]


def test_likely_doubles_are_listed_joined_and_parted(laptop):
    first, second = sorted(Person.create(name=name).id for name in ("示例·甲001", "示例甲001"))
    Contact.create(person=first, phone="100 0000 5678")
    Contact.create(person=second, phone="0571-00005678")
    [row] = ask(laptop, View, "roster.likely").rows
    assert row[2] is True
    press = row[3]
    ask(laptop, Action, press.action, press.id, **press.values)
    assert ask(laptop, View, "roster.likely").rows == []
    assert group("roster.person", second) == [first, second]
    ask(laptop, Action, "roster.part", second)
    assert group("roster.person", second) == [second]


def test_masks_show_little():
    assert masked_name("张三丰") == "张*"
    assert masked_phone("13812345678") == "138****5678"
    assert masked_phone(None) == ""


def test_the_invented_community_is_the_same_for_the_same_seed():
    assert volunteers(7) == volunteers(7)
    assert volunteers(7) != volunteers(8)


def test_nobody_in_the_invented_community_can_be_real():
    people = volunteers(7)
    assert len(people) == VOLUNTEERS
    assert all(each.person["name"].startswith("示例") for each in people)
    assert all(each.phone is None or re.fullmatch(r"100\d{8}", each.phone) for each in people)
    assert all(each.address.startswith("示例") for each in people)


def test_every_planted_duplicate_and_nobody_else_is_suspected(laptop):
    laptop.plugins.tell("hongxian_demo_was_asked", store=laptop, seed=7)
    assert Person.select().count() == VOLUNTEERS
    planted = {folded_name(each.twin_of) for each in volunteers(7) if each.twin_of}
    assert len(planted) == DUPLICATES
    assert {each.name for each in likely_duplicates()} == planted


def test_the_demo_fills_a_laptop_only_once(laptop):
    for _ in range(2):
        laptop.plugins.tell("hongxian_demo_was_asked", store=laptop, seed=7)
    own = sum(TEAMS[each.team] == TEAM["team-1"] for each in volunteers(7))
    assert Person.select().count() == VOLUNTEERS
    assert Membership.select().count() == Contact.select().count() == own


def test_the_invented_community_comes_in_from_its_workbooks(laptop, tmp_path):
    files = write_workbooks(tmp_path / "books", seed=7)
    assert set(files) == {"roster.person", "roster.membership", "roster.contact"}
    assert load_workbook(files["roster.person"][0])["示例数据"]["A1"].value.startswith("示例数据")
    place = TEAMS.index(TEAM["team-1"])
    reports = [
        import_file(laptop, "roster.person", files["roster.person"][0]),
        import_file(laptop, "roster.membership", files["roster.membership"][place]),
        import_file(laptop, "roster.contact", files["roster.contact"][place]),
    ]
    assert [each.wrong for each in reports] == [0, 0, 0]
    assert [each.new for each in reports] == [each.rows_total for each in reports], (
        "every row is a record"
    )
    assert reports[0].new == VOLUNTEERS


def test_a_collection_of_another_team_is_refused(laptop):
    with pytest.raises(Refused):
        Membership.create(person=Person.create(name="示例·甲001").id, scope="team-2")
