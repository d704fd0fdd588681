"""Looking at pages as people see them: in a browser, in one language, on two screens.

Everything that is wrong is noted with its page, and told together at the end.
"""

import os
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page

from browsing import PATIENCE
from crawling import kind_of, pages
from demo_world import NAMES, PASSWORD, World
from desks import open_at, way_in
from hongxian_client.desk.desk import Desk
from hongxian_client.replica.people import add_person
from hongxian_plugins.roster import Person
from own_words import own_chinese

HERE = Path(__file__).parent
PICTURES = HERE.parent / "build" / "pictures"
KEEP_PICTURES = "PICTURES" in os.environ
"""Whether every page is drawn there; else only those on which something is wrong."""
CHECKS = (HERE / "page_checks.js").read_text("utf-8")
FOCUS = (HERE / "page_focus.js").read_text("utf-8")
AXE = (HERE / "vendor" / "axe.min.js").read_text("utf-8")
SERIOUS = (HERE / "page_axe.js").read_text("utf-8")
LOCALES = {"zh": "zh-CN", "en": "en"}
WIDE, NARROW = {"width": 1024, "height": 620}, {"width": 390, "height": 844}
LATIN = (
    "Debian",
    "AMD",
    "Excel",
    "CSV",
    "PDF",
    "QR",
    "PIN",
    "Ctrl",
    "Linux",
    "SQLite",
    "localhost",
    "English",
    "xlsx",
    "csv",
    "hongxian",
    "given",
    "Firefox",
    "iPhone",
    "iPad",
    "Safari",
    "Windows",
    "Edge",
    "Chrome",
    "Chromium",
    "UOS",
    "crt",
    "SHA",
)
"""Latin words that a Chinese page may show; `given` is what a test's own plugins are."""


class Looker:
    """A browser window that keeps what was wrong on each page."""

    def __init__(
        self, browser: Browser, address: str, language: str, name: str, first: int = 0
    ) -> None:
        self.address, self.language, self.name = address, language, name
        self.wrong: list[str] = []
        # Marks, contrast and focus are the same in both languages: each looks at every second page.
        self._looks_at_markup = (language == "zh") == (first % 2 == 0)
        self._path = ""
        self._said: list[str] = []
        context = browser.new_context(
            locale=LOCALES[language], viewport=WIDE, reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE)
        self.tab: Page = context.new_page()
        self.tab.on("pageerror", lambda error: self._said.append(f"script: {error}"))
        self.tab.on("console", self._keep_said)
        context.on("request", self._keep_strange_request)
        PICTURES.mkdir(parents=True, exist_ok=True)

    def _keep_said(self, message: ConsoleMessage) -> None:
        self._said.append(f"console: {message.text}")

    def _keep_strange_request(self, asked: Any) -> None:
        if not asked.url.startswith((f"{self.address}/", "data:")):
            self._said.append(f"asks elsewhere: {asked.url}")

    def go(self, path: str) -> None:
        """Open a page and look at it."""
        answer = self.tab.goto(self.address + path)
        self._path = path
        if answer is not None and answer.status >= 400:  # Chromium says so in the console
            self._said = [each for each in self._said if f"status of {answer.status}" not in each]
        self.look()

    def look(self, named: str = "") -> None:
        """Look at what is open; `named` for what has no address of its own."""
        name = (
            f"{self.name}{kind_of(self._path)}{named}".replace("/", "_")
            .replace("*", "one")
            .rstrip("_")
        )
        is_paper = self.tab.locator(".hongxian-watermark").count() > 0
        for size in (WIDE, NARROW):
            self._resize(size)
            wrong = [] if is_paper else self._checked()  # which is Chinese, and as wide as A4
            self._note(wrong, f"{named} {size['width']}")
            if wrong or KEEP_PICTURES:
                picture = f"{name}-{self.language}-{size['width']}.png"
                self.tab.screenshot(path=PICTURES / picture, full_page=size is WIDE and not named)
        self._resize(WIDE)
        if self._looks_at_markup:
            self._look_at_markup(named, is_paper=is_paper)
        self._looks_at_markup = not self._looks_at_markup
        self._note(self._said, named)
        self._said = []

    def _resize(self, size: dict[str, int]) -> None:
        if self.tab.viewport_size != size:
            self.tab.set_viewport_size(size)

    def _look_at_markup(self, named: str, *, is_paper: bool) -> None:
        self.tab.evaluate(AXE)
        self._note(self.tab.evaluate(SERIOUS), f"{named} axe")
        if not is_paper:
            self.tab.keyboard.press("Tab")
            self._note(self.tab.evaluate(FOCUS), named)

    def _checked(self) -> list[str]:
        facts = {
            "language": self.language,
            "known": own_chinese(),
            "allowed": LATIN,
            "names": NAMES,
        }
        found: list[str] = self.tab.evaluate(CHECKS, facts)
        return found

    def _note(self, problems: list[str], where: str) -> None:
        self.wrong += [f"{self.language} {self._path} {where}: {each}" for each in problems]

    def tell(self) -> None:
        """Fail with all that was wrong, each sort once with how many pages have it."""
        self.tab.context.close()
        sorts: dict[str, list[str]] = {}
        for each in self.wrong:
            page, _, problem = each.partition(": ")
            alike = re.sub(r'[0-9a-f]{8}-[0-9a-f-]{27}|(?<=href=")[^"]*', "*", problem)
            sorts.setdefault(alike, []).append(page)
        assert not self.wrong, "\n".join(
            f"{len(where)}× {where[0]}: {problem}" for problem, where in sorted(sorts.items())
        )


def look_at_desk(world: World, browser: Browser, language: str, places: range) -> None:
    """These of the desk's pages."""
    desk = world.desk()
    with open_at(desk) as address:
        looker = Looker(browser, address, language, "desk", first=places.start)
        looker.tab.goto(f"{address}{way_in(desk)}")
        for place in places:
            looker.go(world.pages[place])
        looker.tell()


def look_at_what_no_link_leads_to(world: World, browser: Browser, language: str) -> None:
    """Where there is nothing, the dialog of keys, and a form that was refused."""
    desk = world.desk()
    with open_at(desk) as address:
        looker = Looker(browser, address, language, "desk")
        looker.go("/enter?code=from-yesterday")
        looker.tab.goto(f"{address}{way_in(desk)}")
        looker.go("/no/such/page")
        looker.go("/c/roster.person")
        looker.tab.keyboard.press("?")
        looker.tab.get_by_role("dialog").wait_for()
        looker.look("keys")
        looker.go("/c/roster.person/new")
        looker.tab.locator("#name").fill("长" * 300)
        looker.tab.keyboard.press("Control+s")
        looker.tab.locator(".is-wrong").first.wait_for()
        looker._said.clear()  # that it was refused
        looker.look("refused")
        looker.tell()


def look_at_joining(desk: Desk, browser: Browser, language: str) -> None:
    """What a laptop shows that has not joined a community yet."""
    with open_at(desk) as address:
        looker = Looker(browser, address, language, "joining")
        looker.tab.goto(f"{address}{way_in(desk)}")
        looker.go("/join")
        looker.tell()


def look_at_people(desk: Desk, browser: Browser, language: str) -> None:
    """What a desk with people shows: the question, a wrong answer, and who is there on its pages."""
    with desk.replica:
        jia, _ = (add_person(desk.replica, name, "2580") for name in ("示例·甲", "示例·乙" * 8))
        with desk.replica.acting_as(jia.name):
            [person] = desk.replica.create(Person, [{"name": "示例·丙"}])
    with open_at(desk) as address:
        looker = Looker(browser, address, language, "people")
        looker.tab.goto(f"{address}{way_in(desk)}")
        for path in ("/forgotten", f"/forgotten/{jia.id}", "/people"):
            looker.go(path)
        for pin in ("0000", "2580"):
            looker.tab.locator("label", has_text="示例·甲").click()
            looker.tab.locator("#pin").fill(pin)
            with looker.tab.expect_navigation():
                looker.tab.keyboard.press("Enter")
            looker._said.clear()  # that it was refused
            looker.look(pin)
        for path in ("/people", f"/c/roster.person/{person}"):
            looker.go(path)
        looker.tell()


def look_at_console(world: World, browser: Browser, language: str) -> None:
    """Every page of the hub's console that links lead to."""
    found = [address for address, _ in pages(world.console_client(), ["/"])]
    looker = Looker(browser, world.hub_address, language, "console")
    looker.go("/console/log-in")
    looker.tab.locator("#password").fill(PASSWORD)
    looker.tab.locator("#password").press("Enter")
    looker.tab.get_by_role("navigation").first.wait_for()
    for path in (*found, "/no/such/page"):
        looker.go(path)
    looker.tell()
