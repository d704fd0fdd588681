"""The console's page for erasing: what would go is shown first, then it goes, and the keep time is set."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from consoles import HOSTILE, keepers, page, send, visitor
from hongxian_server.history.erasing import receipts
from hongxian_server.hub_state import HubState
from meeting import Meeting, meeting
from samples import CONTACTS, PEOPLE, Contact, Person

PATH, NOBODY = "/console/erasing", "01890000-0000-7000-8000-000000000001"


@pytest.fixture
def met(tmp_path: Path, database_url: str | None) -> Iterator[Meeting]:
    with meeting(tmp_path, PEOPLE, CONTACTS, url=database_url) as met:
        with met.laptop():
            person = Person.create(name="示例·被遗忘者")
            Contact.create(person=person.id, phone="10000098765")
            Person.create(name="示例·留下")
        met.agree()
        yield met


def person_at(met: Meeting) -> str:
    with met.hub:
        return str(Person.get(Person.name == "示例·被遗忘者").id)


def left(met: Meeting) -> tuple[list[str], int]:
    with met.hub:
        return [each.name for each in Person.select()], Contact.select().count()


@pytest.mark.parametrize("along", [[], ["erased.contact"]])
def test_a_record_is_shown_with_what_refers_to_it_and_goes_by_a_second_press(
    met: Meeting, along: list[str]
) -> None:
    browser, id = keepers(met.hub), person_at(met)
    asked = f"{PATH}?collection=people.person&record={id}"
    shown = page(browser, asked)
    assert "示例·被遗忘者" in shown
    assert 'value="erased.contact"' in shown
    assert left(met) == (["示例·被遗忘者", "示例·留下"], 1)
    form = {"collection": "people.person", "record": id, "by": "示例管理员", "with": along}
    assert send(browser, PATH, asked, **form).status_code == 302
    assert left(met) == (["示例·留下"], 0 if along else 1)
    with met.hub:
        assert {each.by for each in receipts(met.hub)} == {"示例管理员"}
    listed = page(browser, PATH)
    assert id[-12:] in listed
    assert "示例管理员" in listed
    met.agree()
    met.agree()
    with met.laptops[0]:
        assert [each.name for each in Person.select()] == ["示例·留下"]


@pytest.mark.parametrize(
    ("collection", "record"),
    [
        ("people.person", NOBODY),
        ("people.person", HOSTILE),
        ("people.person", ""),
        ("no.such", NOBODY),
        ("hongxian.team", NOBODY),
        ("", "\x00"),
    ],
)
def test_what_is_no_record_is_said_and_erases_nothing(
    met: Meeting, collection: str, record: str
) -> None:
    browser = keepers(met.hub)
    asked = browser.get(PATH, query_string={"collection": collection, "record": record})
    assert asked.status_code == 400
    assert "knows no such record" in asked.text
    assert "<script>alert" not in asked.text
    form = {"collection": collection, "record": record, "by": "示例"}
    assert send(browser, PATH, **form).status_code == 400
    assert left(met) == (["示例·被遗忘者", "示例·留下"], 1)


@pytest.mark.parametrize("by", ["", "  ", "长" * 81, "a\nb"])
def test_nothing_is_erased_without_a_name_that_answers_for_it(met: Meeting, by: str) -> None:
    browser, id = keepers(met.hub), person_at(met)
    answer = send(browser, PATH, collection="people.person", record=id, by=by)
    assert answer.status_code == 400
    assert "at most 80 letters" in answer.text
    assert left(met) == (["示例·被遗忘者", "示例·留下"], 1)


def test_only_the_keeper_erases(met: Meeting) -> None:
    id, stranger = person_at(met), visitor(met.hub)
    assert stranger.get(PATH).status_code == 302
    form = {"collection": "people.person", "record": id, "by": "示例"}
    send(stranger, PATH, "/console/log-in", **form)
    send(stranger, f"{PATH}/keep", "/console/log-in", days="3")
    with met.hub:
        assert HubState.read().keep_days == 30
    assert left(met) == (["示例·被遗忘者", "示例·留下"], 1)


def test_the_journal_of_one_record_leads_to_its_erasing(met: Meeting) -> None:
    browser, id = keepers(met.hub), person_at(met)
    address = f"{PATH}?collection=people.person&amp;record={id}"
    assert address in page(browser, f"/console/journal?record={id}")
    assert PATH + "?" not in page(browser, f"/console/journal?record={id[:9]}")


@pytest.mark.parametrize(
    ("typed", "days"), [("90", 90), (" 3650 ", 3650), ("0", 30), ("3651", 30), ("x", 30), ("٣", 30)]
)
def test_the_keep_time_is_a_number_of_days(met: Meeting, typed: str, days: int) -> None:
    browser = keepers(met.hub)
    send(browser, f"{PATH}/keep", PATH, days=typed)
    with met.hub:
        assert HubState.read().keep_days == days
    assert f'value="{days}"' in page(browser, PATH)


def test_the_keeper_reads_it_in_chinese(met: Meeting) -> None:
    browser, id = keepers(met.hub), person_at(met)
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"
    shown = page(browser, f"{PATH}?collection=people.person&record={id}").partition("<main")[2]
    assert "要彻底删除" in shown
    assert "经手人" in shown
    assert "Erase" not in shown
