"""A caravan's day in a real browser: numbers given and called, somebody put at a post, who came, and the closing."""

import os
from collections.abc import Iterator
from datetime import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

import hongxian_plugins.caravan as caravan
import hongxian_plugins.roster as roster
from days import Work, at_work, in_every_look
from hongxian import local_today
from hongxian_plugins.caravan import Fair, Helper, Slip, Stall
from hongxian_testing import Laptop, Neighbourhood

pytestmark = pytest.mark.plugins(caravan, roster)
TEAM = "红帽子帮帮团"
SERVED = "a number given, called, and served"
HELPS = "somebody put at a post of a caravan"
BOARD = "/view/caravan.board"


@pytest.fixture
def stall_keeper(neighbourhood: Neighbourhood) -> Iterator[Laptop]:
    laptop = neighbourhood.laptop(TEAM)
    laptop.sync()
    with laptop:
        fair = Fair.create(
            title="示例 大篷车",
            date=local_today(),
            place="示例广场",
            opens=time(8, 30),
            closes=time(11, 30),
        )
        roster.Person.create(name="示例·己001")
        for letter, service in (("B", "haircut"), ("D", "appliances"), ("F", "pressure")):
            filed = {"filing_no": "示例备案 001"} if service == "pressure" else {}
            laptop.do("caravan.new_stall", fair=fair.id, service=service, letter=letter, **filed)
        for each in Stall.select():
            laptop.do("caravan.open", each.id)
    yield laptop
    assert not laptop.errors


@in_every_look
def test_a_stall_keepers_day(
    stall_keeper: Laptop, chromium: Browser, locale: str, size: str
) -> None:
    laptop = stall_keeper
    with at_work(laptop.store, chromium, locale, size) as work:
        work.at(BOARD)
        _two_are_given_numbers_and_one_is_served(work)
        if size != "wide":
            work.steps.stand_in_the_manual(SERVED, size)
        _picture(work, f"board-{locale}-{size}")
        work.at("/view/caravan.signing_up")
        work.steps.count = 0
        work.press("td a[href*='/do/caravan.sign_up'] >> nth=0")
        work.pick("person", "示例·己001")
        work.press("form .btn-red")
        if size != "wide":
            work.steps.stand_in_the_manual(HELPS, size)
        work.at("/view/caravan.signing_up")
        work.press_here("form[action*='caravan.arrive'] button")
        expect(work.tab.locator("form[action*='caravan.go'] button").first).to_be_visible()
        _picture(work, f"posts-{locale}-{size}")
        with laptop:
            assert Helper.get().came is not None
        work.at("/view/caravan.closing")
        _picture(work, f"closing-{locale}-{size}")
        work.press_here("form[action*='caravan.next_time'] button")
        expect(work.tab.locator("form[action*='caravan.next_time']")).to_have_count(0)
        with laptop:
            assert sorted(str(each.state) for each in Slip.select()) == ["done", "next_time"]
        work.at("/display/caravan.calling")
        _picture(work, f"wall-{locale}-{size}")


def _two_are_given_numbers_and_one_is_served(work: Work) -> None:
    """All of it on the page of the day, one press each."""
    one = work.tab.locator("form[action*='caravan.give'] button").first
    one.click()
    expect(work.tab.locator("form[action*='caravan.call/'] button").first).to_be_visible()
    work.steps.count = 0
    work.press_here("form[action*='caravan.give'] button")
    work.press_here("form[action*='caravan.call/'] button")
    expect(work.tab.locator("form[action*='caravan.finish'] button").first).to_be_visible()
    work.press_here("form[action*='caravan.finish'] button")
    expect(work.tab.locator("form[action*='caravan.finish']")).to_have_count(0)


def _picture(work: Work, name: str) -> None:
    if folder := os.environ.get("PICTURES"):
        work.tab.screenshot(path=Path(folder) / f"caravan-{name}.png")
