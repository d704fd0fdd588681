"""What waits, told while nobody looks: of what kind it is, of nobody, and only once it is new."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from browsing import window_at
from desks import desk_of, open_at, way_in
from hongxian import Due, Text, reminder
from hongxian.collections.builtin import Task
from hongxian.collections.local_time import local_now
from hongxian.notices import Notice, notice
from hongxian_testing import Desk, Laptop
from samples import Visit, plugin

SOON = timedelta(minutes=30)


@reminder()
def without_note(store: Any) -> Iterator[Due]:
    """A visit without a note is due in half an hour after it was made, by the test's clock."""
    for each in Visit.select().where(Visit.note == ""):
        yield Due(local_now(store).replace(hour=12, minute=0), f"补写 {each.name}", each)


@notice()
def called(store: Any) -> Iterator[Notice]:
    """A visit with a number as its note."""
    for each in Visit.select():
        if (each.note or "").isdecimal():
            told = Text("叫到 {number} 号", "Number {number} is called").format(number=each.note)
            yield Notice(told, each, each.note)


TOLD = plugin("sample", Visit, without_note=without_note, called=called)
pytestmark = pytest.mark.plugins(TOLD)
NOON = 1_790_000_000_000 // 86_400_000 * 86_400_000 + 4 * 3_600_000
"""12:00 in Shanghai, in milliseconds since 1970."""
HIDDEN = """() => {
    Object.defineProperty(document, "hidden", { get: () => true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
COUNTS = """() => {
    window.lines = 0;
    document.addEventListener("htmx:load", (event) => (window.lines += event.detail.elt.id === "sync-line"));
}"""
LISTENS = """window.told = [];
    window.Notification = class extends window.Notification {
        constructor(title, options) { super(title, options); window.told.push(this); }
    };"""


def heard(desk: Desk) -> str:
    return desk.open("/sync-line?notices=yes").html.partition("<template")[2]


def test_a_notice_tells_the_kind_and_names_nobody(laptop: Laptop, desk: Desk) -> None:
    visit = Visit.create(name="示例·甲001", note="10000000912")
    Task.create(text="示例·甲001：查一查", collection="sample.visit", record=visit.id)
    told = heard(desk)
    assert "有一件事要看" in told
    assert "叫到 10000000912 号" in told, "what a plugin says is its own affair"
    assert f"/c/sample.visit/{visit.id}" in told
    assert "甲001" not in told
    assert "<template" not in desk.open("/sync-line").html, "nobody listens"


def test_what_is_due_at_an_hour_is_heard_of_at_that_hour(laptop: Laptop, desk: Desk) -> None:
    laptop.store.now = lambda: NOON - 1
    Visit.create(name="示例·甲001", note="")
    assert "有一件事到期" not in heard(desk)
    assert "补写 示例·甲001" in desk.open("/attention").text
    laptop.store.now = lambda: NOON
    assert "有一件事到期" in heard(desk)


@pytest.fixture
def tab(chromium: Browser, laptop: Laptop) -> Iterator[Page]:
    """A page whose clock stands, of a browser in which the system's notices are allowed."""
    desk = desk_of(laptop.store)
    with (
        open_at(desk) as address,
        window_at(chromium, address, base_url=address, permissions=["notifications"]) as window,
    ):
        tab = window.new_page()
        tab.add_init_script(LISTENS)
        tab.clock.install()
        tab.goto(way_in(desk))
        yield tab


def told_to(tab: Page) -> list[str]:
    return list(tab.evaluate("told.map(each => each.body)"))


def leave(tab: Page) -> None:
    """The page goes to the background; what waits by then is nothing new."""
    tab.evaluate(COUNTS)
    tab.evaluate(HIDDEN)
    tab.wait_for_function("() => lines === 1")


def line_comes(tab: Page) -> None:
    """The sync line is asked for again, as each quarter of a minute."""
    before = tab.evaluate("lines")
    tab.clock.fast_forward(16_000)
    tab.wait_for_function("before => lines > before", arg=before)


def test_a_page_in_the_background_tells_what_is_new_and_leads_there(
    laptop: Laptop, tab: Page
) -> None:
    Visit.create(name="示例·甲001", note="1")
    tab.goto("/laptop")
    box = tab.get_by_label("Notices of the system")
    expect(box).not_to_be_checked()
    box.check()
    expect(tab.locator("html[data-listens]")).to_have_count(1)  # the browser was asked for leave
    leave(tab)
    line_comes(tab)
    assert told_to(tab) == [], "it was there before"
    visit = Visit.create(name="示例·乙002", note="2")
    line_comes(tab)
    assert told_to(tab) == ["Number 2 is called"]
    line_comes(tab)
    assert len(told_to(tab)) == 1, "once"
    tab.evaluate("told[0].onclick()")
    tab.wait_for_url(f"**/c/sample.visit/{visit.id}")
    tab.goto("/laptop")
    expect(box).to_be_checked()
    box.uncheck()
    tab.evaluate(HIDDEN)
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.clock.fast_forward(60_000)
    assert asked == [], "a page that tells nothing asks for nothing"
