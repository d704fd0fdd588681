"""A roster keeper's day in a real browser: a workbook as people keep it comes in, again, goes out, is undone."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Locator, Page, expect

from browsing import fits, window_at
from desks import desk_of, open_at, way_in
from hongxian.records import Consent
from hongxian_client.replica.replica import Replica
from hongxian_plugins import roster
from hongxian_plugins.roster import Contact, Membership, Person
from hongxian_testing.laptop import open_laptop
from looking import AXE, SERIOUS
from messy_book import TEAM, messy_book
from own_words import chinese_of
from steps import Steps, go_by_tab

SCREENS = {"laptop": (1024, 620), "phone": (390, 760), "wide": (1440, 900)}
WAY = {"laptop": "mouse", "phone": "phone"}
TASK = "a workbook as it is, one cell mended, one person told apart"
PHONES = {
    "示例·丙031": "10000000031",
    "示例·丙032": "10000000032",
    "示例·丙033": "10000000033",
    "示例·丙036": "10000000036",
    "示例·甲012": "10000000012",
    "示例·甲013": "10000000913",
}
"""Of all who are there in the end."""


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    with open_laptop(tmp_path / "laptop", roster, teams={"team-1": TEAM}) as laptop:
        for number in (12, 13):
            person = Person.create(name=f"示例·甲{number:03}")
            Membership.create(scope="team-1", person=person)
            Contact.create(scope="team-1", person=person, phone=f"100000000{number}")
        yield laptop


class Keeper:
    """Who keeps the roster at a tab, in one language: each page that opens is looked at."""

    def __init__(self, tab: Page, locale: str) -> None:
        self.tab, self.steps = tab, Steps(tab)
        self.say = chinese_of if locale == "zh-CN" else str

    def button(self, words: str) -> Locator:
        return self.tab.get_by_role("button", name=self.say(words), exact=True)

    @property
    def imports(self) -> Locator:
        return self.tab.locator(".go-bar form button", has_text="6")

    def link(self, words: str) -> Locator:
        return self.tab.locator("main").get_by_role("link", name=self.say(words)).first

    def press(self, what: Locator) -> None:
        with self.tab.expect_navigation():
            self.steps.click(what)
        self.look()

    def brings(self, book: Path) -> None:
        """Chooses a file, and looks at what is in it."""
        self.steps.count += 1
        self.tab.locator("#sheet").set_input_files(book)
        self.press(self.button("Look at it"))
        expect(self.tab.locator(".bring-rows")).to_be_visible()

    def counts(self) -> dict[str, int]:
        """How many rows there are of each outcome, as the chips tell."""
        chips = self.tab.locator("nav.bring a[href*='show=']").all()
        told = [(each.get_attribute("href") or "", each.inner_text()) for each in chips]
        return {href.split("show=")[1]: int(re.sub(r"\D", "", text)) for href, text in told}

    def look(self) -> None:
        """No page is wider than its screen, nor shuts anybody out; the likeliest act is in sight."""
        self.tab.wait_for_load_state()
        where = self.tab.url
        assert fits(self.tab), where
        red = self.tab.locator("main .btn-red")
        assert red.count() <= 1, where
        if red.count():
            expect(red).to_be_in_viewport()
        self.tab.evaluate(AXE)
        assert not self.tab.evaluate(SERIOUS), where


@contextmanager
def keeper(
    laptop: Replica, chromium: Browser, locale: str = "zh-CN", screen: str = "laptop"
) -> Iterator[Keeper]:
    width, height = SCREENS[screen]
    size = {"width": width, "height": height}
    desk = desk_of(laptop)
    with (
        open_at(desk) as address,
        window_at(chromium, address, locale=locale, viewport=size) as window,
    ):
        tab = window.new_page()
        tab.goto(f"{address}{way_in(desk)}")
        tab.wait_for_load_state()
        yield Keeper(tab, locale)


def phones() -> dict[str, str]:
    people = {each.id: each.name for each in Person.select()}
    return {people[each.person]: each.phone for each in Contact.select()}


@pytest.mark.parametrize(
    ("locale", "screen"), [("zh-CN", "laptop"), ("en", "phone"), ("zh-CN", "wide")]
)
def test_a_roster_keeper_s_day(
    laptop: Replica, chromium: Browser, tmp_path: Path, locale: str, screen: str
) -> None:
    book, before = messy_book(tmp_path / "示例名单.xlsx"), phones()
    with keeper(laptop, chromium, locale, screen) as at:
        if screen == "phone":
            at.press(at.tab.get_by_role("link", name=at.say("Menu")))
        at.press(at.tab.locator("a[href='/c/roster.person']").first)
        at.press(at.link("Excel and CSV"))
        at.brings(book)
        told = {"new": 3, "changed": 1, "double": 1, "wrong": 1, "unchanged": 1}
        assert at.counts() == told
        expect(at.tab.locator("main")).to_contain_text("11月")
        at.steps.fill("100-0000-0036", at.tab.locator("[name='mend.phone']"))
        at.press(at.button("Fill in"))
        at.press(at.button("The same, change it"))
        assert at.counts() == {**told, "new": 4, "changed": 2, "double": 0, "wrong": 0}
        assert phones() == before, "nothing is written before it is said"
        at.press(at.imports)
        expect(at.tab.locator(".tell.good")).to_contain_text(at.say("Imported"))
        if screen in WAY:
            at.steps.stand_in_the_manual(TASK, WAY[screen])
        assert phones() == PHONES
        assert Membership.select().count() == len(PHONES)
        assert Consent.select().count() == 3
        _brings_it_again(at, book)
        _takes_it_out(at, tmp_path / "out.xlsx")
        _undoes_it(at)
    assert (phones(), Person.select().count(), Consent.select().count()) == (before, 2, 0)


def _brings_it_again(at: Keeper, book: Path) -> None:
    at.tab.goto(at.tab.url.split("/c/")[0] + "/c/roster.person/sheets")
    at.brings(book)
    assert at.counts() == {"new": 0, "changed": 0, "double": 0, "wrong": 1, "unchanged": 6}


def _takes_it_out(at: Keeper, path: Path) -> None:
    at.press(at.link("Another file"))
    with at.tab.expect_download() as told:
        at.tab.get_by_role("link", name="Excel", exact=True).click()
    told.value.save_as(path)
    sheet = load_workbook(path).worksheets[0]
    shown = {row[1]: row for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert shown.keys() == PHONES.keys()
    assert any(str(cell).startswith("2023-03-01") for cell in shown["示例·丙031"]), (
        "the day is there"
    )


def _undoes_it(at: Keeper) -> None:
    """By one key, for it was the last thing done here."""
    at.tab.wait_for_load_state()  # a page is seen before its keys are listened to
    with at.tab.expect_navigation():
        at.tab.keyboard.press("z")
    expect(at.tab.locator("[data-told]").first).to_be_visible()
    at.look()


def test_and_so_it_does_by_the_keyboard_alone(
    laptop: Replica, chromium: Browser, tmp_path: Path
) -> None:
    book = messy_book(tmp_path / "示例名单.xlsx")
    with keeper(laptop, chromium) as at:

        def enter(what: Locator) -> None:
            go_by_tab(at.tab, what)
            at.steps.press("Enter")

        enter(at.tab.locator("a[href='/c/roster.person']").first)
        at.tab.wait_for_url("**/c/roster.person")
        enter(at.link("Excel and CSV"))
        at.tab.wait_for_url("**/sheets")
        go_by_tab(at.tab, at.tab.locator("#sheet"))
        at.steps.count += 1
        at.tab.locator("#sheet").set_input_files(book)
        enter(at.button("Look at it"))
        mend = at.tab.locator("[name='mend.phone']")
        expect(mend).to_be_visible()
        go_by_tab(at.tab, mend)
        at.steps.fill("100-0000-0036")
        at.steps.press("Enter")
        expect(mend).to_have_count(0)
        enter(at.button("The same, change it"))
        expect(at.button("The same, change it")).to_have_count(0)
        enter(at.imports)
        expect(at.tab.locator(".tell.good")).to_be_visible()
        at.steps.stand_in_the_manual(TASK, "keys")
    assert phones() == PHONES
