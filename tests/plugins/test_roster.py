"""The roster: what it keeps of people, what it refuses, and its invented community."""

import re
from datetime import date

import pytest
from openpyxl import load_workbook

import hongxian_plugins.roster as roster
from hongxian import Refused
from hongxian.doubles import group
from hongxian.errors import Invalid, NotAllowed
from hongxian.merges import adding
from hongxian.records import COMMUNITY
from hongxian_plugins.roster import Contact, Membership, Person
from hongxian_plugins.roster.alike import folded_name
from hongxian_plugins.roster.demo import DUPLICATES, TEAMS, VOLUNTEERS, volunteers
from hongxian_plugins.roster.demo_workbooks import write_workbooks
from hongxian_testing import in_both, refusing

pytestmark = pytest.mark.plugins(roster)
OURS = TEAMS.index("红马甲管家团")
"""The place in the invented community of the team that the fixture's laptop is of."""


def test_every_field_has_a_label_and_a_help_in_both_languages(laptop):
    for model in roster.hongxian_collections():
        for column in laptop.store.collection(model._meta.collection).columns.values():
            assert in_both(column.label), column.name
            assert in_both(column.help), column.name


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
    person = Person.create(name="示例·甲001", state="active")
    for step in ("pause", "come_back"):
        laptop.do(f"roster.{step}", person)
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
    assert Contact.create(person=person.id, address="示例苑–3幢–2单元–501室").phone is None


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


def named(cell) -> str:
    return cell.title


def test_names_typed_differently_are_suspected_and_one_telephone_says_more(laptop):
    names = ["示例·甲001", "示例甲001", "示例·甲002", "示例•甲００２", "示例·甲003"]
    ids = [Person.create(name=name).id for name in names]
    for id in ids[2:4]:
        Contact.create(person=id, phone="10000000002")
    rows = laptop.view("roster.likely").rows
    assert [({one.id, other.id}, same) for one, other, same, *_ in rows] == [
        (set(ids[2:4]), True),
        (set(ids[:2]), False),
    ]


def test_likely_doubles_are_listed_joined_and_parted(laptop, desk):
    first, second = sorted(Person.create(name=name).id for name in ("示例·甲001", "示例甲001"))
    Contact.create(person=first, phone="100 0000 5678")
    Contact.create(person=second, phone="0571-00005678")
    [row] = laptop.view("roster.likely").rows
    assert row[2] is True
    desk.open("/view/roster.likely").press("比一比").press("是同一个人")
    assert laptop.view("roster.likely").rows == []
    assert group("roster.person", second) == [first, second]
    laptop.do("roster.part", second)
    assert group("roster.person", second) == [second]


def test_two_people_of_one_name_are_told_apart_once_by_what_differs(laptop, desk):
    one = Person.create(name="示例·甲001", gender="female")
    other = Person.create(name="示例甲001", gender="male", skills={"理发"})
    page = desk.open("/view/roster.likely")
    assert "性别：女／男；技能：—／理发" in page.text
    page = page.press("不是同一个人")
    assert "是两个人" in page.text
    assert laptop.view("roster.likely").rows == []
    laptop.do("roster.keep_apart", other, other=one.id)
    assert roster.Apart.select().count() == 1, "said on two laptops, it is one record"


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
    laptop.store.plugins.tell("hongxian_demo_was_asked", store=laptop.store, seed=7)
    assert Person.select().count() == VOLUNTEERS
    planted = {folded_name(each.twin_of) for each in volunteers(7) if each.twin_of}
    assert len(planted) == DUPLICATES
    rows = laptop.view("roster.likely").rows
    assert {folded_name(named(one)) for one, *_ in rows} == planted
    assert len(rows) == DUPLICATES


def test_the_demo_fills_a_laptop_only_once(laptop):
    for _ in range(2):
        laptop.store.plugins.tell("hongxian_demo_was_asked", store=laptop.store, seed=7)
    own = sum(each.team == OURS for each in volunteers(7))
    assert Person.select().count() == VOLUNTEERS
    assert Membership.select().count() == Contact.select().count() == own
    assert laptop.tasks == []


def test_the_invented_community_comes_in_from_its_workbooks(laptop, tmp_path):
    files = write_workbooks(tmp_path / "books", seed=7)
    assert set(files) == {"roster.person", "roster.membership", "roster.contact"}
    assert load_workbook(files["roster.person"][0])["示例数据"]["A1"].value.startswith("示例数据")
    reports = [
        laptop.bring_in("roster.person", files["roster.person"][0]),
        laptop.bring_in("roster.membership", files["roster.membership"][OURS]),
        laptop.bring_in("roster.contact", files["roster.contact"][OURS]),
    ]
    people, *ours = reports
    assert people.new + people.double == VOLUNTEERS
    assert people.double == 10, "who is there twice waits for somebody to say so"
    assert people.wrong == 0
    told = [str(each["reasons"]) for report in ours for each in report.problems]
    assert all("志愿者" in each for each in told), "who waits has no membership yet"
    assert [each.new + each.wrong for each in ours] == [each.rows_total for each in ours]
    assert [each.wrong for each in ours] == [2, 2]


def test_a_collection_of_another_team_is_refused(laptop):
    with pytest.raises(Refused):
        Membership.create(person=Person.create(name="示例·甲001").id, scope="team-2")
