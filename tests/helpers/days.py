"""A day at a desk in a real browser: what is pressed is counted, and each page that comes is looked at."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page

from browsing import fits, window_at
from desks import desk_of, open_at, way_in
from hongxian_client.replica.replica import Replica
from looking import AXE, SERIOUS
from steps import Steps

SIZES = {
    "mouse": {"width": 1024, "height": 620},
    "phone": {"width": 390, "height": 760},
    "wide": {"width": 1440, "height": 900},
}
_PRINTS = "window.print = () => window.dispatchEvent(new Event('afterprint'))"
"""Printed and gone: the browser's own window for it is not looked at here."""
in_every_look = pytest.mark.parametrize(
    ("locale", "size"), [("zh-CN", "mouse"), ("en", "mouse"), ("en", "phone"), ("zh-CN", "wide")]
)
"""Each screen, and English, whose words are the longer ones, where there is little room."""


class Work:
    """One person's window at a desk."""

    def __init__(self, tab: Page, address: str) -> None:
        self.tab, self.address, self.steps = tab, address, Steps(tab)

    def at(self, path: str) -> None:
        """Open a page by its address."""
        self.tab.goto(f"{self.address}{path}")
        self.look()

    def press(self, what: str) -> None:
        """Press the first of the page's work that is this, which leads to another page."""
        with self.tab.expect_navigation():
            self.press_here(what)
        self.look()

    def press_here(self, what: str) -> None:
        """The same where the page stays."""
        self.steps.click(self.tab.locator(f"main {what}").first)

    def fill(self, name: str, text: str) -> None:
        """Fill in a field of a form."""
        self.steps.fill(text, self.tab.locator(f"#{name}"))

    def pick(self, name: str, typed: str) -> None:
        """Fill in a reference, and press the first record that is offered."""
        self.fill(name, typed)
        self.steps.click(self.tab.locator(f"#{name}-found [role=option]").first)

    def go(self, what: str, keys: str) -> None:
        """By the keyboard alone: there by the Tab key, and then these keys."""
        self.steps.reach(self.tab.locator(f"main {what}").first)
        self.steps.press(keys)

    def type(self, name: str, text: str) -> None:
        """The same into a field."""
        self.steps.reach(self.tab.locator(f"#{name}"))
        self.steps.fill(text)

    def look(self) -> None:
        """No page is wider than its screen or shuts anybody out, and what comes next begins on its first screen."""
        tab = self.tab
        assert fits(tab), tab.url
        for first in tab.locator("main :is(.next, .good) :is(.field, .btn-red, .btn-soft)").all()[
            :1
        ]:
            assert is_above_the_fold(first), tab.url
        assert '">' not in tab.locator("main").inner_text(), f"{tab.url}: a tag that broke"
        tab.evaluate(AXE)
        assert not tab.evaluate(SERIOUS), tab.url


def is_above_the_fold(what: Locator) -> bool:
    """Whether all of it is on the screen before anybody scrolls."""
    within = "each => each.getBoundingClientRect().bottom + scrollY <= innerHeight"
    return bool(what.evaluate(within))


@contextmanager
def at_work(store: Replica, chromium: Browser, locale: str, size: str) -> Iterator[Work]:
    """A laptop's desk, come in at Today."""
    with ExitStack() as stack:
        desk = desk_of(store)
        address = stack.enter_context(open_at(desk))
        context = stack.enter_context(
            window_at(chromium, address, locale=locale, viewport=SIZES[size])
        )
        context.add_init_script(_PRINTS)
        tab = context.new_page()
        tab.goto(f"{address}{way_in(desk)}")
        tab.wait_for_load_state()
        yield Work(tab, address)
