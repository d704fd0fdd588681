"""A person in one field: somebody of the roster, or somebody else by name and telephone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from peewee import CharField

import hongxian_plugins.roster as roster
from desks import desk_of, entered, page, unmarked
from hongxian import PersonField, Record
from hongxian.errors import Invalid, StillUsed
from hongxian.records import COMMUNITY
from hongxian_client.replica.replica import Replica
from hongxian_client.sheets.exporting import export_file
from hongxian_client.sheets.importing import import_file
from hongxian_client.text.assignments import Assignment, values_of
from hongxian_client.text.query import select_rows
from hongxian_testing.laptop import open_laptop
from samples import plugin

OTHER = "示例·王五 10000001234"


class Visit(Record):
    name = CharField()
    who = PersonField(null=True)

    class Meta:
        collection = "visits.visit"
        scope = COMMUNITY


class Call(Record):
    name = PersonField()

    class Meta:
        collection = "visits.call"
        scope = COMMUNITY


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    with open_laptop(tmp_path / "laptop", roster, plugin("visits", Visit, Call)) as laptop:
        yield laptop


def typed(laptop: Replica, text: str) -> str:
    values = values_of(laptop, laptop.collection("visits.visit"), [Assignment("who", "", text)])
    return str(values["who"])


def test_a_name_of_the_roster_is_that_person_and_any_other_is_kept_with_its_telephone(
    laptop: Replica,
) -> None:
    person = roster.Person.create(name="示例·甲001").id
    assert typed(laptop, "示例·甲001") == person
    assert typed(laptop, person) == person
    assert typed(laptop, "示例·王五，１００ 0000－1234") == OTHER
    assert typed(laptop, "示例·王五") == "示例·王五"
    one = Visit.get_by_id(Visit.create(name="一", who=person).id).who
    two = Visit.get_by_id(Visit.create(name="二", who="示例·王五  100-0000-1234").id).who
    assert (one.person, one.name, one.phone) == (person, "", "")
    assert (two, two.person, two.name, two.phone) == (OTHER, None, "示例·王五", "10000001234")


def test_where_two_bear_the_name_one_is_to_be_picked(laptop: Replica) -> None:
    roster.Person.create(name="示例·甲001"), roster.Person.create(name="示例·甲001")
    with pytest.raises(Invalid):
        typed(laptop, "示例·甲001")


def test_pages_show_the_name_of_the_one_and_the_words_of_the_other(laptop: Replica) -> None:
    person = roster.Person.create(name="示例·甲001").id
    first, second = (Visit.create(name="来", who=each).id for each in (person, OTHER))
    browser = entered(desk_of(laptop))
    shown = page(browser, f"/c/visits.visit/{first}")
    assert "示例·甲001" in shown
    assert f"/c/roster.person/{person}" in shown
    shown = page(browser, f"/c/visits.visit/{second}")
    assert OTHER in shown
    assert "/c/roster.person/示例" not in shown
    assert OTHER in page(browser, f"/c/visits.visit/{second}/edit")


def test_a_sheet_brings_both_back_and_the_roster_keeps_whom_it_names(
    laptop: Replica, tmp_path: Path
) -> None:
    person = roster.Person.create(name="示例·甲001")
    for each in (person.id, OTHER):
        Visit.create(name="来", who=each)
    export_file(laptop, "visits.visit", path := tmp_path / "out.xlsx")
    report = import_file(laptop, "visits.visit", path)
    assert (report.unchanged, report.problems) == (2, [])
    with pytest.raises(StillUsed):
        person.delete_instance()


def test_a_record_whose_name_is_a_person_is_called_as_the_roster_does_and_found_by_what_was_typed(
    laptop: Replica,
) -> None:
    person = roster.Person.create(name="示例·甲001").id
    ours, other = (Call.create(name=each).id for each in (person, OTHER))
    assert laptop.names_of("visits.call", [ours, other]) == {
        ours: "示例·甲001",
        other: "示例·王五",
    }
    calls = laptop.collection("visits.call")
    for typed, found in (("王五", [other]), ("slww", [other]), ("1234", [other]), (person[:8], [])):
        assert [row.id for row in select_rows(laptop, calls, [], search=typed)] == found
    roster.Person.update(name="示例·改名").where(roster.Person.id == person).execute()
    browser = entered(desk_of(laptop))
    assert "<h1>示例·改名" in unmarked(page(browser, f"/c/visits.call/{ours}"))
    assert "10000001234</h1>" not in unmarked(page(browser, f"/c/visits.call/{other}"))
