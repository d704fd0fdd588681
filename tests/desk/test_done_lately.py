"""What was done lately is told in people's words."""

from datetime import date

import pytest

from desks import desk_of, entered
from hongxian.records import COMMUNITY
from hongxian_client.replica.undoing import lately
from hongxian_plugins import mediation, roster
from hongxian_plugins.mediation import Case, Reading
from hongxian_plugins.roster import Membership, Person
from hongxian_testing import Desk, Laptop


@pytest.mark.plugins(roster)
def test_what_has_no_name_is_told_by_what_it_is_of_and_never_by_its_id(
    laptop: Laptop, desk: Desk
) -> None:
    person = Person.create(name="示例·甲001", scope=COMMUNITY)
    membership = Membership.create(person=person.id)
    laptop.store.delete(Membership, [membership.id])
    told = desk.open("/deeds").text
    assert "新增队员“示例·甲001" in told
    assert "删除队员" in told
    assert membership.id[-8:] not in told


@pytest.mark.plugins(roster, mediation)
def test_a_reading_that_is_logged_is_nothing_that_somebody_did(laptop: Laptop, desk: Desk) -> None:
    case = Case.create(
        committee="示例", registered_on=date(2026, 3, 1), kind="other", summary="示例"
    )
    before = [each.id for each in lately(9)]
    desk.open(f"/c/mediation.case/{case.id}")
    assert Reading.select().exists()
    assert [each.id for each in lately(9)] == before


@pytest.mark.plugins(roster)
def test_a_part_of_a_page_that_is_asked_for_meanwhile_does_not_swallow_what_is_told(
    laptop: Laptop,
) -> None:
    browser = entered(desk_of(laptop.store))
    entry = "/do/roster.new_volunteer"
    saved = {"name": "示例·丙041", "phone": "100 0000 0041", "paper": "true", "again": "yes"}
    assert browser.post(entry, data=saved).status_code == 302
    asked = browser.post(
        "/alike/roster.new_volunteer", data={"name": "示例"}, headers={"HX-Request": "true"}
    )
    assert asked.status_code == 200
    assert "data-told" in browser.get(entry).text
