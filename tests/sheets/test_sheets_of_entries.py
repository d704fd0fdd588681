"""A list of volunteers with their telephones and teams is one import: each row is what the form for one makes."""

import pytest
from peewee import CharField, IntegerField

import hongxian_plugins.roster as roster
from hongxian import Record, Text
from hongxian.entries import entry
from hongxian.records import Consent
from hongxian_client.replica.deeds import Deed
from hongxian_client.replica.undoing import deed_of, undo
from hongxian_client.sheets.choices import Choices
from hongxian_client.sheets.importing import import_file
from hongxian_plugins.roster import Contact, Membership, Person
from hongxian_testing.laptop import open_laptop
from laptops import problems_of
from samples import plugin

HEADER = "姓名,联系电话,小组,技能,纸上已签同意书\n"
TEAMS = {"team-1": "红马甲管家团", "team-2": "夕阳红"}


@pytest.fixture
def laptop(tmp_path):
    with open_laptop(tmp_path / "laptop", roster, teams=TEAMS) as laptop:
        yield laptop
        assert not problems_of(laptop)


@pytest.fixture
def brought(laptop, tmp_path):
    """Imports rows below the header."""

    def bring(rows, header=HEADER, **options):
        path = tmp_path / "list.csv"
        path.write_text(header + rows, "utf-8")
        return import_file(laptop, "roster.person", path, **options)

    return bring


def outcome(report):
    return report.new, report.changed, report.unchanged, report.double, report.wrong


def known(name, phone=None, scope="team-1", **values):
    person = Person.create(name=name, **values)
    Membership.create(scope=scope, person=person)
    if phone:
        Contact.create(scope=scope, person=person, phone=phone)
    return person


def phones():
    return {each.person: (each.scope, each.phone) for each in Contact.select()}


def test_person_telephone_team_and_consent_come_from_one_row(brought, laptop):
    report = brought("示例·甲001,100 0000 0001,夕阳红,理发、急救,是\n示例·甲002,,红马甲管家团,,\n")
    assert outcome(report) == (2, 0, 0, 0, 0), report.problems
    one, two = Person.select().order_by(Person.name)
    assert (one.skills, one.state, two.state) == ({"理发", "急救"}, "active", "applied")
    assert phones() == {one.id: ("team-2", "10000000001")}
    assert {each.person: each.scope for each in Membership.select()} == {
        one.id: "team-2",
        two.id: "team-1",
    }
    assert [(each.person, each.kind) for each in Consent.select()] == [(one.id, "data")]


def test_a_dry_run_says_the_same_and_nothing_is_there(brought):
    rows = "示例·甲001,100 0000 0001,夕阳红,,\n示例·甲002,12,夕阳红,,\n示例·甲003,,没有的队,,\n"
    tried = brought(rows, dry_run=True)
    assert outcome(tried) == (1, 0, 0, 0, 2)
    assert not any(each.select().exists() for each in (Person, Contact, Membership, Deed))
    assert outcome(brought(rows)) == (1, 0, 0, 0, 2)


def test_the_whole_of_it_is_undone_at_once(brought, laptop):
    there = known("示例·甲003")
    report = brought("示例·甲001,100 0000 0001,夕阳红,,是\n示例·甲003,100 0000 0003,,,\n")
    assert outcome(report) == (1, 1, 0, 0, 0), report.problems
    undo(laptop, deed_of(report.deed))
    assert [each.id for each in Person.select()] == [there.id]
    assert not Contact.select().exists()
    assert not Consent.select().exists()
    assert Membership.select().count() == 1


def test_the_same_list_twice_doubles_nobody_and_a_blank_changes_nothing(brought):
    rows = "示例·甲001,100 0000 0001,夕阳红,,\n示例·甲002,100 0000 0002,红马甲管家团,,\n"
    brought(rows)
    before = phones()
    assert outcome(brought(rows)) == (0, 0, 2, 0, 0)
    assert outcome(brought("示例·甲001,,,,\n")) == (0, 0, 1, 0, 0)
    assert (Person.select().count(), Membership.select().count(), phones()) == (2, 2, before)


def test_another_telephone_of_one_name_is_asked_about(brought):
    there = known("示例·甲001", "10000000001")
    rows = "示例·甲001,100 0000 0009,,,\n"
    report = brought(rows)
    assert outcome(report) == (0, 0, 0, 1, 0)
    assert report.seen["double"][0].before == {"phone": "10000000001"}
    assert outcome(brought(rows, choices=Choices(doubles="same"))) == (0, 1, 0, 0, 0)
    assert phones() == {there.id: ("team-1", "10000000009")}
    rows = "示例·甲001,100 0000 0008,,,\n"
    assert outcome(brought(rows, choices=Choices(doubles="new"))) == (1, 0, 0, 0, 0)
    assert Person.select().count() == 2


def test_of_two_of_one_name_the_telephone_tells_who_is_meant(brought):
    known("示例·甲001", "10000000001")
    other = known("示例·甲001", "10000000002")
    report = brought("示例·甲001,100 0000 0002,,量血压,\n")
    assert outcome(report) == (0, 1, 0, 0, 0), report.problems
    assert Person.get_by_id(other.id).skills == {"量血压"}


def test_whose_telephone_is_somebody_s_already_is_asked_about(brought):
    there = known("示例·甲001", "10000000001")
    report = brought("示例·乙001,100 0000 0001,,,\n")
    assert outcome(report) == (0, 0, 0, 1, 0)
    assert report.seen["double"][0].likely == [there.id]
    assert outcome(brought("示例·乙001,100 0000 0001,,,\n", choices=Choices(doubles="new")))[0] == 1


def test_rows_that_name_no_team_are_of_the_one_that_was_told(brought):
    brought("示例·甲001,100 0000 0001\n", header="姓名,手机\n", scope="team-2")
    assert [each.scope for each in Membership.select()] == ["team-2"]
    assert [each.scope for each in Contact.select()] == ["team-2"]


def test_a_list_of_names_alone_makes_people_alone(brought):
    brought("示例·甲001\n", header="姓名\n")
    assert Person.select().count() == 1
    assert not Membership.select().exists()


def test_a_list_of_names_alone_is_of_nobody_s_team_whatever_was_told(brought):
    brought("示例·甲001\n", header="姓名\n", scope="team-2")
    assert Person.get().scope == "community"


def test_a_row_that_stands_there_twice_is_passed_over_when_the_list_comes_again_too(brought):
    rows = 2 * "示例·甲001,100 0000 0001,夕阳红,,\n"
    assert outcome(brought(rows)) == (1, 0, 1, 0, 0)
    assert outcome(brought(rows)) == (0, 0, 2, 0, 0)


class Bell(Record):
    """Bells."""

    title = CharField(max_length=20)
    number = IntegerField(null=True)

    class Meta:
        collection = "bells.bell"
        title = Text("铃", "Bells")


@entry(makes=Bell, title=Text("新铃", "New bell"), asks=[Bell.title], each_row=True)
def hang(store, title):
    Bell.create(title=title, number=7)


def test_a_form_may_make_each_row_of_a_sheet_that_has_the_collections_own_columns_alone(tmp_path):
    bells = plugin("bells", Bell)
    bells.hang = hang
    (tmp_path / "bells.csv").write_text("title\n门铃\n", "utf-8")
    with open_laptop(tmp_path / "laptop", bells, teams={"team-1": "红马甲管家团"}) as laptop:
        assert import_file(laptop, "bells.bell", tmp_path / "bells.csv").new == 1
        assert (Bell.get().title, Bell.get().number) == ("门铃", 7)
