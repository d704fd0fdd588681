"""The phones' pages on a usual screen, and on the smallest in large type by night: read, pressed, not pushed."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from browsing import fits
from looking import AXE, SERIOUS
from meeting import Meeting
from phones import code_for, let_in, phone, publish_at
from wishing import Wish, person_of, there

__all__ = ["there"]
NAME = "示例·甲001"
USUAL = {"locale": "zh-CN", "viewport": {"width": 390, "height": 760}}
SMALLEST = {"locale": "en", "viewport": {"width": 320, "height": 568}, "color_scheme": "dark"}
PAGES = (
    "",
    "all",
    "me",
    "me/data",
    "waiting",
    "offline",
    "do/wishes.wish",
    "do/wishes.show_us",
    "none",
)
SMALL = """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea')]
  .filter((each) => each.checkVisibility() && !each.matches('p a, b > a, [type=radio], [type=checkbox]'))
  .filter((each) => Math.min(each.offsetHeight, each.offsetWidth) < 44).map((each) => each.outerHTML.slice(0, 120))"""
FIRST = """() => document.querySelector('main :is(a, button, input, p, dd, b)').getBoundingClientRect().bottom
  < innerHeight - 60"""


@pytest.mark.parametrize("screen", [USUAL, SMALLEST], ids=["usual", "smallest"])
def test_each_page_is_read_by_everybody_and_pressed_by_a_finger(
    chromium: Browser, there: Meeting, screen: dict[str, Any]
) -> None:
    address = publish_at(there)
    laptop, person = person_of(there, NAME)
    with there.hub:
        made = Wish.create(person=person.id, what="一把很长很长的伞" * 2)
    wrong: list[str] = []
    with phone(chromium, address, **screen) as context:
        tab = let_in(context, code_for(laptop, person), NAME)
        if screen is SMALLEST:
            tab.goto(f"{address}me")
            tab.get_by_role("button", name="Large type").click()
            expect(tab.locator("html.large-type")).to_be_visible()
        for path in (*PAGES, f"of/wishes.wish/{made.id}", f"do/wishes.drop/{made.id}"):
            tab.goto(address + path)
            assert fits(tab), path
            wrong += [f"{path}: small: {each}" for each in tab.evaluate(SMALL)]
            if not tab.evaluate(FIRST):
                wrong.append(f"{path}: nothing on the first screen")
            tab.evaluate(AXE)
            wrong += [f"{path}: {each}" for each in tab.evaluate(SERIOUS)]
    assert not wrong, "\n".join(wrong)
