"""The desk in a real browser: by the keyboard alone, through a closed tab, locked, in both languages."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from browsing import window_at
from desks import HeldClock, desk_of, open_at, way_in
from hongxian_client.desk.desk import Desk
from hongxian_client.replica.people import add_person
from hongxian_client.replica.replica import Replica
from hongxian_testing.laptop import open_laptop
from samples import SAMPLE, Thing, Visit


@pytest.fixture
def laptop(tmp_path: Path, clock: HeldClock) -> Replica:
    made = open_laptop(tmp_path, SAMPLE)
    made.now = clock
    return made


@pytest.fixture
def desk(laptop: Replica) -> Desk:
    return desk_of(laptop)


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    """Where the laptop's desk is."""
    with open_at(desk) as address:
        yield address


@pytest.fixture
def window(chromium: Browser, desk: Desk, address: str) -> Iterator[BrowserContext]:
    """A browser that has come in; no script may fail, and nothing may be asked of elsewhere."""
    with window_at(chromium, address) as context:
        context.new_page().goto(f"{address}{way_in(desk)}")
        yield context


@pytest.fixture
def tab(window: BrowserContext) -> Page:
    return window.pages[0]


def type_at_focus(tab: Page, label: str, text: str) -> None:
    """Go on by Tab to the input of this label, as a person without a mouse does, and type."""
    for _ in range(40):
        if tab.get_by_label(label, exact=True).evaluate("each => each === document.activeElement"):
            tab.keyboard.type(text)
            return
        tab.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {label}")


def test_a_button_pressed_twice_does_its_work_once(
    laptop: Replica, address: str, tab: Page
) -> None:
    with laptop:
        [id] = laptop.create(Thing, [{"name": "王五", "scope": "team-1"}])
    tab.goto(f"{address}/c/sample.thing/{id}")
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    tab.route("**/count", _hold_up)
    more = tab.get_by_role("button", name="One more")
    with tab.expect_navigation():
        more.evaluate("button => { button.click(); setTimeout(() => button.click(), 100); }")
    assert len([each for each in asked if each.startswith("POST")]) == 1
    expect(tab.get_by_text("People: 1")).to_be_visible()
    with tab.expect_navigation():
        more.click()
    expect(tab.get_by_text("People: 2")).to_be_visible()


def _hold_up(route: Route) -> None:
    """As a busy laptop would."""
    time.sleep(0.5)
    route.continue_()


def test_a_record_is_added_found_and_opened_by_the_keyboard_alone(
    laptop: Replica, address: str, tab: Page
) -> None:
    with laptop:
        laptop.create(Thing, [{"name": "王五", "scope": "team-1"}])
    tab.goto(f"{address}/c/sample.thing")
    tab.keyboard.press("?")
    expect(tab.get_by_role("dialog")).to_be_visible()
    tab.keyboard.press("Escape")
    expect(tab.get_by_role("dialog")).to_be_hidden()
    tab.keyboard.press("n")
    expect(tab.get_by_label("Team required")).to_be_focused()
    tab.keyboard.press("ArrowDown")
    type_at_focus(tab, "Name required", "张三")
    type_at_focus(tab, "Other", "ww")
    expect(tab.get_by_role("option", name="王五")).to_be_visible()
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    expect(tab.get_by_label("Other", exact=True)).to_have_value("王五")
    type_at_focus(tab, "Skills", "磨刀")
    tab.keyboard.press("Control+s")
    expect(tab.get_by_role("heading", name="张三")).to_be_visible()
    expect(tab.get_by_role("link", name="王五")).to_be_visible()
    tab.wait_for_load_state()
    tab.keyboard.press("/")
    tab.keyboard.type("ww")
    expect(tab.locator("[data-found]")).to_have_count(2)  # who is called so, and who refers to them
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Escape")
    expect(tab.locator("[data-found]").first).to_be_hidden()
    tab.keyboard.press("Control+k")
    tab.keyboard.press("Control+a")
    tab.keyboard.type("zs")
    expect(tab.locator("[data-found]")).to_have_count(1)
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", name="张三")).to_be_visible()
    tab.goto(f"{address}/c/sample.thing")
    tab.wait_for_load_state()
    tab.locator("#q").focus()
    tab.keyboard.type("zs")
    expect(tab.get_by_role("link", name="王五")).to_be_hidden()
    expect(tab.locator("#list-total")).to_have_text("1 in all")
    expect(tab.locator("#q")).to_be_focused()
    tab.goto(tab.url)  # what is typed stands in the address
    expect(tab.get_by_role("link", name="王五")).to_be_hidden()
    tab.keyboard.press("j")
    expect(tab.get_by_role("link", name="张三")).to_be_focused()
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/c/sample.thing/*-*")
    tab.keyboard.press("e")
    tab.wait_for_url("**/edit")


def press_by_tab(tab: Page, name: str) -> None:
    """Go on by Tab to the button of this name and press it."""
    button = tab.get_by_role("button", name=name, exact=True)
    for _ in range(80):
        tab.keyboard.press("Tab")
        if button.evaluate("each => each === document.activeElement"):
            tab.keyboard.press("Enter")
            return
    raise AssertionError(f"Tab never reaches {name}")


def test_a_record_is_edited_deleted_and_brought_back_by_the_keyboard_alone(
    laptop: Replica, address: str, tab: Page
) -> None:
    with laptop:
        laptop.create(Thing, [{"name": "张三", "scope": "team-1"}])
    tab.goto(f"{address}/c/sample.thing")
    tab.keyboard.press("j")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/c/sample.thing/*-*")
    tab.keyboard.press("e")
    tab.wait_for_url("**/edit")
    type_at_focus(tab, "Note", "改过的")
    tab.keyboard.press("Control+s")
    expect(tab.locator("dd", has_text="改过的")).to_be_visible()
    press_by_tab(tab, "Delete")
    expect(tab.get_by_text("Deleted: 张三")).to_be_visible()
    press_by_tab(tab, "Undo")
    expect(tab.get_by_role("link", name="张三")).to_be_visible()
    with laptop:
        assert [each.note for each in Thing.select()] == ["改过的"]


def test_an_unsaved_form_survives_a_closed_tab_until_it_is_saved(
    address: str, tab: Page, window: BrowserContext
) -> None:
    form = f"{address}/c/sample.visit/new"
    offer = "What you typed here last time was not saved."
    tab.goto(form)
    expect(tab.get_by_text(offer)).to_be_hidden()
    tab.get_by_label("Name required").fill("张三")
    tab.get_by_label("Note", exact=True).fill("<b>一\n二</b>")
    tab.close()
    again = window.new_page()
    again.goto(form)
    expect(again.get_by_text(offer)).to_be_visible()
    again.get_by_role("button", name="Put it back").click()
    expect(again.get_by_label("Note", exact=True)).to_have_value("<b>一\n二</b>")
    again.get_by_label("Name required").fill("长" * 41)
    again.keyboard.press("Control+s")
    expect(again.get_by_text("Not saved yet.")).to_be_visible()
    expect(again.get_by_label("Name required")).to_be_focused()
    expect(again.get_by_label("Note", exact=True)).to_have_value("<b>一\n二</b>")
    again.get_by_label("Name required").fill("张三")
    again.keyboard.press("Control+s")
    expect(again.get_by_role("heading", name="张三")).to_be_visible()
    again.wait_for_load_state()
    again.goto(form)
    expect(again.get_by_text(offer)).to_be_hidden()
    expect(again.get_by_label("Name required")).to_have_value("")


ASKS = "document.dispatchEvent(new Event('visibilitychange'))"
"""What lets the sync line ask at once, as it does by itself every quarter of a minute."""
ANSWERED = f"""() => new Promise((done) => {{
    document.addEventListener("htmx:afterSettle", done, {{ once: true }});
    {ASKS};
}}).then(() => true)"""


def test_two_people_share_the_desk_by_the_keyboard_alone_and_no_unsaved_form(
    laptop: Replica, address: str, tab: Page, clock: HeldClock
) -> None:
    with laptop:
        for name, pin in (("示例·甲", "2580"), ("示例·乙", "1379")):
            add_person(laptop, name, pin)
    form, offer = f"{address}/c/sample.visit/new", tab.get_by_text("was not saved.")
    name, note = tab.get_by_label("Name required"), tab.get_by_label("Note", exact=True)
    tab.goto(form)
    expect(tab.get_by_role("radio", name="示例·甲")).to_be_focused()
    tab.keyboard.press("Space")
    type_at_focus(tab, "PIN required", "0000")
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("This PIN is wrong.")).to_be_visible()
    expect(tab.get_by_label("PIN required")).to_be_focused()
    tab.keyboard.type("2580")
    tab.keyboard.press("Enter")
    tab.wait_for_url(form)
    type_at_focus(tab, "Note", "写到一半")
    clock.wait(9)
    assert tab.evaluate(ANSWERED)
    clock.wait(9)
    assert tab.evaluate(ANSWERED)
    expect(note).to_have_value("写到一半")
    clock.wait(9)
    with tab.expect_navigation():
        tab.evaluate(ASKS)
    expect(tab.get_by_role("radio", name="示例·甲")).to_be_checked()
    expect(tab.get_by_label("PIN required")).to_be_focused()
    tab.keyboard.type("2580")
    tab.keyboard.press("Enter")
    tab.wait_for_url(form)
    expect(offer).to_be_visible()
    tab.get_by_role("button", name="Lock · 示例·甲").press("Enter")
    expect(tab.get_by_label("PIN required")).to_be_focused()
    tab.keyboard.press("Shift+Tab")
    tab.keyboard.press("ArrowDown")
    type_at_focus(tab, "PIN required", "1379")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("button", name="Lock · 示例·乙")).to_be_visible()
    assert tab.url == f"{address}/"
    tab.goto(form)
    expect(name).to_be_visible()
    expect(offer).to_be_hidden()
    tab.get_by_role("button", name="Lock · 示例·乙").press("Enter")
    tab.locator("label", has_text="示例·甲").click()
    expect(tab.get_by_label("PIN required")).to_be_focused()
    tab.keyboard.type("2580")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("button", name="Lock · 示例·甲")).to_be_visible()
    tab.goto(form)
    tab.get_by_role("button", name="Put it back").click()
    expect(note).to_have_value("写到一半")


def test_the_line_beside_the_menu_reaches_the_foot_of_a_short_page_and_of_a_long_one(
    laptop: Replica, address: str, tab: Page
) -> None:
    with laptop:
        laptop.create(Visit, [{"name": f"示例·甲{n:03}"} for n in range(50)])
    tab.set_viewport_size({"width": 1024, "height": 768})
    for path in ("/attention", "/c/sample.visit"):
        tab.goto(address + path)
        foot = "Math.round(document.querySelector('#menu').getBoundingClientRect().bottom)"
        assert tab.evaluate(foot) == 768
        tab.keyboard.press("End")
        assert tab.evaluate(foot) == 768


@pytest.mark.parametrize("width", [1024, 390])
def test_both_languages_fit_the_screen(
    laptop: Replica, address: str, tab: Page, width: int
) -> None:
    with laptop:
        [id] = laptop.create(Visit, [{"name": "示例·甲" * 8, "note": "x" * 3000}])
    tab.set_viewport_size({"width": width, "height": 800})
    for language, word in (("English", "Search"), ("中文", "搜索")):
        for path in ("", "/new", f"/{id}", f"/{id}/edit"):
            tab.goto(f"{address}/c/sample.visit{path}")
            wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert tab.evaluate(wider) == 0
        tab.goto(f"{address}/c/sample.visit")
        if language == "中文":
            if width < 768:
                tab.get_by_role("link", name="Menu").click()  # it stands at the menu's foot
            tab.get_by_role("button", name="中文").locator("visible=true").click()
        expect(tab.get_by_role("button", name=word, exact=True)).to_be_visible()
        assert tab.evaluate("document.documentElement.lang") in ("en", "zh-CN")


def test_what_was_told_goes_under_a_finger_so_that_nothing_stays_below_it(
    laptop: Replica, tab: Page, address: str
) -> None:
    with laptop:
        id = Visit.create(name="一").id
    tab.set_viewport_size({"width": 390, "height": 760})
    tab.goto(f"{address}/c/sample.visit/{id}/edit")
    tab.locator("input[name=name]").fill("二")
    tab.keyboard.press("Control+s")
    expect(tab.locator(".toast-line")).to_be_visible()
    tab.wait_for_load_state()
    tab.locator(".toast-line > span").first.click()
    expect(tab.locator(".toast-line")).to_have_count(0)
    with laptop:
        assert Visit[id].name == "二"


@pytest.mark.parametrize("size", [(390, 760), (1024, 620)])
def test_nothing_lies_under_what_was_told_that_scrolling_does_not_bring_clear(
    laptop: Replica, tab: Page, address: str, size: tuple[int, int]
) -> None:
    with laptop:
        id = Visit.create(name="一").id
    tab.set_viewport_size({"width": size[0], "height": size[1]})
    tab.goto(f"{address}/c/sample.visit/{id}/edit")
    tab.locator("input[name=name]").fill("二")
    tab.keyboard.press("Control+s")
    expect(tab.locator(".toast-line")).to_be_visible()
    tab.wait_for_load_state()
    for press in tab.locator("main a:visible, main button:visible, main summary:visible").all():
        if not press.evaluate("each => each.closest('.toasts')"):
            press.click(trial=True)


def test_one_key_takes_back_what_was_done_last_and_asks_before_it_goes_further_back(
    laptop: Replica, tab: Page, address: str
) -> None:
    with laptop:
        id = Visit.create(name="一").id
    for name in ("二", "三"):
        tab.goto(f"{address}/c/sample.visit/{id}/edit")
        tab.locator("input[name=name]").fill(name)
        tab.keyboard.press("Control+s")
        expect(tab.locator(".toast-line")).to_be_visible()
        tab.wait_for_load_state()  # a page is seen before its keys are listened to
    tab.keyboard.press("z")
    expect(tab.get_by_role("button", name="Do it again")).to_be_visible()
    tab.wait_for_load_state()
    tab.keyboard.press("z")
    expect(tab.get_by_role("button", name="Undo it")).to_be_visible()
    with laptop:
        assert Visit[id].name == "二"
    tab.wait_for_load_state()
    tab.keyboard.press("z")
    expect(tab.get_by_role("button", name="Do it again")).to_be_visible()
    with laptop:
        assert Visit[id].name == "一"
    tab.get_by_role("button", name="Do it again").click()
    expect(tab.get_by_role("button", name="Do it again")).to_have_count(0)
    with laptop:
        assert Visit[id].name == "二"
