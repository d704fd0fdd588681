"""A clerk's day at the console in a real browser: in both languages, on three screens, with its steps counted."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browsing import fits, window_at
from consoles import CHOSEN
from hongxian_plugins import roster
from hongxian_plugins.roster import Person
from hongxian_server.backups.recovery_sheet import new_sheet
from hongxian_server.backups.schedule import add_place
from hongxian_server.membership import devices, keeper
from hongxian_server.tables.access import Incarnation
from looking import AXE, SERIOUS
from meeting import Meeting, meeting

TEAM, OTHER = "红马甲管家团", "夕阳红"
DAYS_AWAY = 19 * 86_400_000
SCREENS = {"laptop": (1024, 620), "phone": (390, 760), "wide": (1440, 900)}
MOST_STEPS = 9
"""The laptop that is away looked at, renamed, let into a team; a backup made and checked; the way back read."""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Meeting]:
    with meeting(tmp_path, roster) as told:
        told.team(TEAM)
        told.team(OTHER)
        for _each in range(2):
            with told.laptop(TEAM):
                Person.create(name="示例·甲001")
        told.sync()
        with told.hub:
            new_sheet(told.hub)
            keeper.set_password(told.hub, CHOSEN)
            Incarnation.update(last_seen=told.hub.now() - DAYS_AWAY, unsent=14).where(
                Incarnation.number == 3
            ).execute()
        yield told


class Clerk:
    """Who works at the console: counts each press, and looks at each page that opens."""

    def __init__(self, tab: Page) -> None:
        self.tab, self.steps = tab, 0

    def press(self, what: str) -> None:
        with self.tab.expect_navigation():
            self.tab.locator(f"main {what}").first.click()
        self.steps += 1
        self.look()

    def fill(self, what: str, text: str) -> None:
        self.tab.locator(f"main {what}").fill(text)
        self.steps += 1

    def look(self) -> None:
        """No page is wider than its screen, shuts anybody out, or begins below the fold."""
        where = self.tab.url
        assert fits(self.tab), where
        assert self.tab.locator("main .btn-red").count() <= 1, where
        self.tab.evaluate(AXE)
        assert not self.tab.evaluate(SERIOUS), where


@pytest.mark.parametrize(
    ("locale", "screen"), [("zh-CN", "laptop"), ("en", "phone"), ("zh-CN", "wide")]
)
def test_a_clerk_s_day_takes_few_steps(
    hub: Meeting, chromium: Browser, locale: str, screen: str, tmp_path: Path
) -> None:
    add_place(hub.hub, tmp_path)  # as whoever set it up was asked to
    width, height = SCREENS[screen]
    size = {"width": width, "height": height}
    with window_at(chromium, hub.address, locale=locale, viewport=size) as window:
        tab = window.new_page()
        tab.goto(f"{hub.address}/console/overview")
        tab.locator("#password").fill(CHOSEN)
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/console/overview")
        clerk = Clerk(tab)
        clerk.look()
        for card in tab.locator(".laptops > li").all():
            assert card.bounding_box()["y"] < height, "who was here is on the first screen"
        away = ".asks a[href$='/laptops/3']"
        clerk.press(away)
        clerk.fill("#name", "服务台")
        clerk.press("form[action$='/name'] button")
        expect(tab.locator("h1")).to_contain_text("服务台")
        clerk.press("a[href*='/join?team=']")
        clerk.press("button[name=grant]")
        with hub.hub:
            [number] = [each.number for each in Incarnation.select() if each.number == 3]
            assert len(devices.named_scopes(devices.numbered(number).laptop)) == 2
        tab.goto(f"{hub.address}/console/overview")
        clerk.press("form[action$='/backups'] button")
        clerk.press("form[action$='/check'] button")
        clerk.press("a[href$='/restore']")
        expect(tab.locator("main code").first).to_contain_text("hongxian hub restore")
        tab.goto(f"{hub.address}/console/overview")
        expect(tab.locator(".laptops")).to_contain_text("服务台")
        expect(tab.locator(".panel > header .tag.done")).to_be_visible()  # all is well with the hub
        assert clerk.steps <= MOST_STEPS
