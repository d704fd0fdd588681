"""What is done all day at any page takes few steps: a person is found with all of theirs, and a deed undone."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from days import Work, at_work
from hongxian_client.replica.replica import Replica
from hongxian_plugins import roster, service
from hongxian_plugins.roster import Contact, Person
from hongxian_plugins.service import Activity, Attendance
from hongxian_testing.laptop import open_laptop

FOUND = "a person with their hours and telephone, from anywhere"
UNDONE = "what was just done undone"
by_every_way = pytest.mark.parametrize(
    "way",
    ["mouse", *(pytest.param(each, marks=pytest.mark.thorough) for each in ("keys", "phone"))],
)


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    with open_laptop(tmp_path, roster, service) as laptop:
        person = Person.create(name="单·示例041", state="active").id
        Contact.create(person=person, phone="100 0000 0041")
        Attendance.create(
            activity=Activity.create(title="示例值班", day=date(2026, 3, 1)).id,
            person=person,
            signed_in=datetime(2026, 3, 1, 9),
            signed_out=datetime(2026, 3, 1, 11),
            confirmed_by="示例·队长",
        )
        yield laptop


@by_every_way
def test_one_box_leads_to_a_person_whose_page_has_all_of_theirs(
    laptop: Replica, chromium: Browser, way: str
) -> None:
    with at_work(laptop, chromium, "zh-CN", "phone" if way == "phone" else "mouse") as work:
        tab, steps = work.tab, work.steps
        if way == "phone":
            with tab.expect_navigation():
                steps.click(tab.get_by_role("link", name="搜索"))
            steps.fill("ssl", tab.locator("#everything"))
            with tab.expect_navigation():
                steps.press("Enter")
            steps.click(tab.locator("main [data-found]").first)
        else:
            if way == "keys":
                steps.press("/")
                expect(tab.locator("#search-all")).to_be_focused()
                steps.fill("ssl")
            else:
                steps.fill("ssl", tab.locator("#search-all"))
            found = tab.locator("#found-all [data-found]").first
            expect(found).to_contain_text("单·示例041")
            if way == "keys":
                steps.press("ArrowDown")
                steps.press("Enter")
            else:
                steps.click(found)
        tab.wait_for_url("**/c/roster.person/*")
        work.look()
        expect(tab.get_by_role("heading", level=1)).to_contain_text("单·示例041")
        for told in ("0041", "2", "示例值班"):
            expect(tab.locator("main")).to_contain_text(told)
        steps.stand_in_the_manual(FOUND, way)


@by_every_way
def test_one_press_undoes_what_was_just_done(laptop: Replica, chromium: Browser, way: str) -> None:
    with at_work(laptop, chromium, "zh-CN", "phone" if way == "phone" else "mouse") as work:
        work.at(f"/c/roster.person/{Person.get().id}/edit")
        work.tab.locator("#name").fill("示例·错了")
        _saved(work)
        with work.tab.expect_navigation():
            if way == "keys":
                work.steps.press("z")
            else:
                undo = work.tab.locator("[data-told=good]").get_by_role("button", name="撤回")
                work.steps.click(undo)
        assert Person.get().name == "单·示例041"
        work.steps.stand_in_the_manual(UNDONE, way)


def _saved(work: Work) -> None:
    with work.tab.expect_navigation():
        work.tab.keyboard.press("Control+s")
    work.tab.wait_for_load_state()
    assert Person.get().name == "示例·错了"
