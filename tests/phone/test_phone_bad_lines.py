"""On a bad line: what was seen stands, what is typed is kept and done once.

What is refused later is told with what was typed.
"""

from playwright.sync_api import Browser, Page, expect

from cord import Cord
from meeting import Meeting
from phones import code_for, let_in, phone, publish_at, wait_for_worker
from wishing import Wish, cord, person_of, there, wishes_at

__all__ = ["cord", "there"]
KEPT, UMBRELLA = "Kept on this phone", "最后一把伞"


def ready(tab: Page) -> Page:
    """Once its worker has what it needs without a line."""
    tab.evaluate("navigator.serviceWorker.ready")
    wait_for_worker(tab)
    return tab


def wish(tab: Page, what: str) -> None:
    """Type it and press."""
    tab.get_by_role("link", name="Wish", exact=True).click()
    tab.get_by_label("What").fill(what)
    tab.get_by_role("button", name="Wish").click()


def test_what_is_pressed_is_done_once_over_broken_lines_reloads_and_a_session_that_ran_out(
    chromium: Browser, there: Meeting, cord: Cord
) -> None:
    address = publish_at(there, cord.address)
    laptop, person = person_of(there, "示例·甲001")
    with phone(chromium, address) as context:
        tab = ready(let_in(context, code_for(laptop, person), "示例·甲001"))
        cord.deaf_to = b"POST /m/do/"
        tab.get_by_role("link", name="Wish", exact=True).click()
        tab.get_by_label("What").fill("一把伞")
        tab.get_by_role("button", name="Wish").evaluate(
            "each => [1, 2, 3].forEach(() => each.click())"
        )
        expect(tab.locator("main")).to_contain_text(KEPT)
        assert wishes_at(there) == ["一把伞"]  # it was done, and nobody heard
        tab.reload()
        expect(tab.locator("#kept")).to_contain_text("1")
        context.clear_cookies()
        cord.heal()
        tab.goto(f"{address}waiting")
        expect(tab.get_by_text("All is sent.")).to_be_visible()
        tab.goto(address)
        expect(tab.locator(".panel", has_text="My wishes")).to_contain_text("一把伞")
    assert wishes_at(there) == ["一把伞"]


def test_without_a_line_what_was_seen_stands_and_what_is_typed_goes_later(
    chromium: Browser, there: Meeting, cord: Cord
) -> None:
    address = publish_at(there, cord.address)
    laptop, person = person_of(there, "示例·甲001")
    with phone(chromium, address) as context:
        tab = ready(let_in(context, code_for(laptop, person), "示例·甲001"))
        tab.get_by_role("link", name="Wish", exact=True).click()
        tab.goto(address)
        cord.cut()
        tab.reload()
        expect(tab.locator("#away")).to_contain_text("this is how it was at")
        expect(tab.locator(".panel", has_text="My wishes")).to_be_visible()
        tab.goto(f"{address}all")
        expect(tab.locator("main")).to_contain_text("this was not")
        for what in ("一把伞", "两把伞"):  # the form that was seen once serves twice
            tab.goto(address)
            wish(tab, what)
            expect(tab.locator("main")).to_contain_text(KEPT)
        expect(tab.locator("#kept")).to_contain_text("2")
        cord.heal()
        tab.goto(f"{address}waiting")
        expect(tab.get_by_text("All is sent.")).to_be_visible()
        tab.goto(address)
        expect(tab.locator(".panel", has_text="My wishes")).to_contain_text("两把伞")
    assert wishes_at(there) == ["一把伞", "两把伞"]


def test_what_is_refused_later_is_told_on_whatever_page_with_what_was_typed(
    chromium: Browser, there: Meeting, cord: Cord
) -> None:
    address = publish_at(there, cord.address)
    laptop, person = person_of(there, "示例·甲001")
    with phone(chromium, address) as context:
        tab = ready(let_in(context, code_for(laptop, person), "示例·甲001"))
        tab.goto(f"{address}do/wishes.wish")
        tab.get_by_label("What").fill(UMBRELLA)
        tab.reload()  # as where a camera opens and the page is lost
        expect(tab.get_by_label("What")).to_have_value(UMBRELLA)
        cord.cut()
        tab.get_by_role("button", name="Wish").click()
        expect(tab.locator("main")).to_contain_text(KEPT)
        with there.hub:
            Wish.create(what=UMBRELLA)  # another was before them
        cord.heal()
        tab.goto(f"{address}all")
        tab.locator("#refused").click()
        expect(tab.locator("main")).to_contain_text("The umbrella is taken.")
        expect(tab.locator("main")).to_contain_text(f"What: {UMBRELLA}")
        tab.get_by_role("button", name="Change it").click()
        expect(tab.get_by_label("What")).to_have_value(UMBRELLA)
        tab.get_by_label("What").fill("一件雨衣")
        tab.get_by_role("button", name="Wish").click()
        expect(tab.get_by_text("Noted: 一件雨衣")).to_be_visible()
        expect(tab.locator("#refused")).to_be_hidden()
        tab.go_back()
        expect(tab.get_by_label("What")).to_have_count(0)  # no form that was sent
    assert wishes_at(there) == ["一件雨衣", UMBRELLA]
