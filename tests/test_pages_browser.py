"""Every page that can be reached, in both languages, on a laptop's screen and on a telephone's.

The pages are found by their own links, so a new one is looked at too. Each is drawn into
`build/pictures/`.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from conftest import require
from crawling import kind_of, offers_of, pages
from demo_world import World, demo_world
from desks import TOKEN
from hongxian_client.desk.app import make_desk
from hongxian_client.desk.desk import Desk
from hongxian_web.serving import make_server
from own_words import own_chinese
from system_packages import CHROMIUM

HERE = Path(__file__).parent
PICTURES = HERE.parent / "build" / "pictures"
CHECKS = (HERE / "page_checks.js").read_text("utf-8")
AXE = (HERE / "vendor" / "axe.min.js").read_text("utf-8")
SERIOUS = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
  .filter((each) => ['serious', 'critical'].includes(each.impact))
  .map((each) => `${each.id}: ${each.help} ${each.nodes.slice(0, 3).map((node) => node.html.slice(0, 160) + ' ' + (node.any[0]?.message ?? '')).join(' | ')}`)"""
LANGUAGES = {"zh": "zh-CN", "en": "en"}
WIDE, NARROW = {"width": 1024, "height": 768}, {"width": 390, "height": 844}
LATIN = ("Excel", "CSV", "QR", "English", "xlsx", "csv", "hongxian")
"""Latin words that a Chinese page may show."""
UNFOCUSED = """() => {
  const kinds = new Map();
  for (const each of document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]'))
    if (each.checkVisibility() && !each.disabled) kinds.set(each.tagName + each.className + each.type, each);
  return [...kinds.values()].filter((each) => {
    each.focus({preventScroll: true});
    const style = getComputedStyle(each);
    return style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2;
  }).map((each) => `no focus to see: ${each.outerHTML.slice(0, 120)}`);
}"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    require(CHROMIUM)
    with demo_world(tmp_path_factory.mktemp("world")) as made:
        yield made


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    require(CHROMIUM)
    with sync_playwright() as play:
        options = ["--no-sandbox", "--disable-background-networking"]
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=options)
        yield browser
        browser.close()


@contextmanager
def open_at(desk: Desk) -> Iterator[str]:
    """The desk on a real socket; its address."""
    server = make_server(make_desk(desk), "127.0.0.1", 0, each=desk.replica.keep_connection)
    thread = threading.Thread(target=server.serve)
    thread.start()
    yield f"http://127.0.0.1:{server.bind_addr[1]}"
    server.stop()
    thread.join()


class Looking:
    """A browser window that keeps what was wrong on each page."""

    def __init__(self, chromium: Browser, address: str, language: str, name: str) -> None:
        self.language, self.address, self.name = language, address, name
        self.wrong: list[str] = []
        self.page_is = ""
        self.context: BrowserContext = chromium.new_context(
            locale=LANGUAGES[language], viewport=WIDE, reduced_motion="reduce"
        )
        self.context.set_default_timeout(15_000)
        self.tab: Page = self.context.new_page()
        self.tab.on("pageerror", lambda error: self.note(f"script: {error}"))
        self.tab.on("console", lambda said: self.note(f"console: {said.text}"))
        self.context.on("request", self._look_at_request)
        PICTURES.mkdir(parents=True, exist_ok=True)

    def note(self, problem: str) -> None:
        self.wrong.append(f"{self.language} {self.page_is}: {problem}")

    def _look_at_request(self, asked: Any) -> None:
        if not asked.url.startswith((self.address, "data:")):
            self.note(f"asks {asked.url}")

    def look_at(self, path: str) -> None:
        """Open a page and check it, on both screens."""
        self.page_is = path
        self.tab.goto(self.address + path)
        self.look()

    def look(self) -> None:
        """Check what is open."""
        facts = {"language": self.language, "known": own_chinese(), "allowed": LATIN}
        is_sheet = self.page_is.startswith("/print/") and not self.tab.locator("#main").count()
        for size in (WIDE, NARROW):
            self.tab.set_viewport_size(size)
            if not is_sheet:  # an A4 page is Chinese and as wide as its paper
                for each in self.tab.evaluate(CHECKS, facts):
                    self.note(f"{size['width']}: {each}")
            picture = f"{self.name}{kind_of(self.page_is).replace('/', '_')}"
            self.tab.screenshot(
                path=PICTURES / f"{picture}-{self.language}-{size['width']}.png", full_page=True
            )
        self.tab.set_viewport_size(WIDE)
        self.tab.evaluate(AXE)
        for each in self.tab.evaluate(SERIOUS):
            self.note(f"axe {each}")
        if not is_sheet:
            self.tab.keyboard.press("Tab")
            for each in self.tab.evaluate(UNFOCUSED):
                self.note(each)


def told(wrong: list[str]) -> str:
    """What is wrong, each sort once with how many pages have it."""
    sorts: dict[str, list[str]] = {}
    for each in wrong:
        page, _, problem = each.partition(": ")
        sorts.setdefault(re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "*", problem), []).append(page)
    return "\n".join(
        f"{len(where)}× {where[0]}: {problem}" for problem, where in sorted(sorts.items())
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_the_desk(world: World, chromium: Browser, language: str) -> None:
    with world.laptop:
        seeds = list(offers_of(world.laptop))
    found = pages(world.desk_client(), ["/", *seeds])
    assert len(found) > 150
    with open_at(world.desk) as address:
        looking = Looking(chromium, address, language, "desk")
        looking.tab.goto(f"{address}/enter?token={TOKEN}")
        for path in found:
            looking.look_at(path)
        looking.context.close()
    assert not looking.wrong, told(looking.wrong)
