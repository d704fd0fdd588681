"""Open pages show what came without being asked, and never under the hand of somebody who is at them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from browsing import window_at
from desks import HeldClock, desk_of, entered
from hongxian_client.desk.opening import make_opening
from hongxian_client.desk.running import open_desk
from hongxian_client.replica.people import add_person, minutes_to_lock
from hongxian_client.replica.replica import Replica
from hongxian_testing.laptop import open_laptop
from meeting import Meeting, meeting
from samples import SAMPLE, Thing

PIN = "1357"


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Meeting]:
    with meeting(tmp_path, SAMPLE) as found:
        yield found


@contextmanager
def tab_at(chromium: Browser, laptop: Replica, path: str) -> Iterator[Page]:
    """A page of a laptop's desk that is open, and syncs beside."""
    with open_desk(laptop, 0) as desk:
        serving = threading.Thread(target=desk.serve)
        serving.start()
        try:
            with window_at(chromium, (desk.url, "file:")) as context:
                tab = context.new_page()
                tab.goto(make_opening(laptop.folder, desk.url, "打开").page.as_uri())
                tab.wait_for_url(f"{desk.url}**")
                expect(tab.get_by_role("main")).to_be_visible()
                tab.goto(desk.url + path)
                tab.wait_for_load_state()
                yield tab
        finally:
            desk.stop()
            serving.join()


def save_elsewhere(there: Meeting, other: Replica, name: str) -> None:
    with other:
        Thing.create(name=name, scope="community")
    there.sync(other)


def test_a_list_shows_what_another_laptop_saved(chromium: Browser, there: Meeting) -> None:
    one, other = there.laptop(), there.laptop()
    save_elsewhere(there, other, "示例·甲")
    with tab_at(chromium, one, "c/sample.thing") as tab:
        expect(tab.get_by_role("link", name="示例·甲")).to_be_visible()
        tab.get_by_role("link", name="示例·甲").focus()
        save_elsewhere(there, other, "示例·乙")
        expect(tab.get_by_role("link", name="示例·乙")).to_be_visible()
        expect(tab.locator("#main a:focus")).to_have_count(1)
        with one:
            Thing.create(name="示例·丙", scope="community")
        expect(tab.get_by_role("link", name="示例·丙")).to_be_visible()


def test_nothing_is_drawn_under_the_hand_of_who_types_and_it_comes_once_they_are_done(
    chromium: Browser, there: Meeting
) -> None:
    one, other = there.laptop(), there.laptop()
    save_elsewhere(there, other, "示例·甲")
    with tab_at(chromium, one, "c/sample.thing") as tab:
        tick = tab.locator("tbody input[type=checkbox]").first
        tick.check()
        with tab.expect_response("**/sync-line"):
            save_elsewhere(there, other, "示例·乙")
        expect(tick).to_be_checked()
        expect(tab.get_by_role("link", name="示例·乙")).to_have_count(0)
        tick.uncheck()
        expect(tab.get_by_role("link", name="示例·乙")).to_be_visible()


def test_a_form_keeps_what_was_typed_while_more_comes(chromium: Browser, there: Meeting) -> None:
    there.team("示例队")
    one, other = there.laptop("示例队"), there.laptop()
    with tab_at(chromium, one, "c/sample.thing/new") as tab:
        tab.get_by_label("Name").fill("示例·写到一半")
        tab.get_by_role("button", name="Save").focus()
        with tab.expect_response("**/sync-line"):
            save_elsewhere(there, other, "示例·乙")
        expect(tab.get_by_label("Name")).to_have_value("示例·写到一半")
        tab.get_by_role("button", name="Save").press("Enter")
        expect(tab.get_by_role("heading", name="示例·写到一半")).to_be_visible()


def test_what_was_just_done_may_still_be_undone_when_it_was_sent(
    chromium: Browser, there: Meeting
) -> None:
    there.team("示例队")
    one = there.laptop("示例队")
    with tab_at(chromium, one, "c/sample.thing/new") as tab:
        tab.get_by_label("Name").fill("示例·丁")
        tab.get_by_role("button", name="Save").press("Enter")
        expect(tab.get_by_role("heading", name="示例·丁")).to_be_visible()
        expect(tab.get_by_text("not sent yet")).to_have_count(0)
        tab.locator(".toast-line").get_by_role("button", name="Undo").click()
        expect(tab.locator(".toast-line")).to_contain_text("Undone")


def test_what_came_between_a_page_s_drawing_and_its_listening_is_shown(
    chromium: Browser, tmp_path: Path
) -> None:
    with meeting(tmp_path, SAMPLE) as there:
        one = there.laptop()
    with tab_at(chromium, one, "c/sample.thing") as tab:
        expect(tab.locator("#sync-line")).to_contain_text("Hub away")

        def late(route: Route) -> None:
            with one:
                Thing.create(name="示例·刚才", scope="community")
            route.continue_()

        tab.route("**/live?*", late, times=1)
        tab.reload()
        expect(tab.get_by_role("link", name="示例·刚才")).to_be_visible()


def test_a_page_that_is_drawn_by_itself_does_not_keep_the_desk_open(tmp_path: Path) -> None:
    laptop = open_laptop(tmp_path, SAMPLE)
    clock = HeldClock()
    laptop.now = clock
    with laptop:
        person = add_person(laptop, "示例·甲", PIN)
    browser = entered(desk_of(laptop))
    assert browser.post("/who", data={"person": person.id, "pin": PIN}).status_code == 302
    with laptop:
        minutes = minutes_to_lock()
    for _ in range(4):
        clock.wait(minutes / 2)
        last = browser.get("/laptop", headers={"Hongxian-Live": "yes"})
    assert last.location.startswith("/who")
