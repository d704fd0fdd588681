"""An evening at the study room in a real browser: the door opens, children in and out, and it is shut."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from days import Work, at_work, in_every_look, is_above_the_fold
from hongxian_plugins.study_room import Day, Visit
from hongxian_testing import Laptop
from study import EVENING, PLUGINS, child, person, room

pytestmark = pytest.mark.plugins(*PLUGINS)
DOOR = "/view/study_room.door"
LET_IN = "a child let in at the study room"
HANDED = "a child handed to its mother"


@pytest.fixture
def evening(laptop: Laptop) -> Iterator[Laptop]:
    laptop.at(EVENING)
    room()
    person("示例·丁001")
    for n in range(1, 13):
        child(f"示例·童{n:02}", grade=1 + n % 6)
    laptop.do("study_room.new_caution", None, child="示例·童12", who="示例·父亲")
    return laptop


def picture(work: Work, name: str, locale: str, size: str) -> None:
    if folder := os.environ.get("STUDY_PICTURES"):
        work.tab.screenshot(path=f"{folder}/{name}-{locale}-{size}.png")


@in_every_look
def test_an_evening_at_the_study_room(
    evening: Laptop, chromium: Browser, locale: str, size: str
) -> None:
    with at_work(evening.store, chromium, locale, size) as work:
        work.at(DOOR)
        work.press(".head a[href*='/do/study_room.sign_on']")
        work.pick("person", "示例·丁001")
        work.press("form .btn-red")
        picture(work, "adults", locale, size)
        work.press(".head a[href*='/do/study_room.open_up']")
        for each in ("lights", "exits", "first_aid"):
            work.tab.locator(f"main #{each}").check()
        picture(work, "open", locale, size)
        work.press("form .btn-red")
        work.at(DOOR)
        picture(work, "door", locale, size)
        _children_come(work, size)
        work.at(f"{DOOR}?show=in")
        picture(work, "in", locale, size)
        _one_is_fetched(work, size)
        picture(work, "fetched", locale, size)
        _who_was_handed_over_by_mistake_is_in_again(work, locale, size)
        _nobody_is_locked_in(work, locale, size)
    with evening:
        assert Day.get().state == "closed"
        assert {each.how for each in Visit.select()} == {"mistaken", "adult", "telephoned"}


def _children_come(work: Work, size: str) -> None:
    work.steps.count = 0
    cards = work.tab.locator("main .good")
    expect(cards).to_have_count(12)
    assert is_above_the_fold(cards.first.locator(".btn"))
    for left, name in ((11, "示例·童01"), (10, "示例·童02")):
        work.steps.click(cards.filter(has_text=name).locator(".btn"))
        expect(cards).to_have_count(left)
        if left == 11 and size != "wide":
            work.steps.stand_in_the_manual(LET_IN, size)


def _one_is_fetched(work: Work, size: str) -> None:
    work.steps.count = 0
    cards = work.tab.locator("main .good")
    work.steps.click(cards.filter(has_text="示例·童01").locator(".btn-soft"))
    expect(cards).to_have_count(1)
    if size != "wide":
        work.steps.stand_in_the_manual(HANDED, size)


def _who_was_handed_over_by_mistake_is_in_again(work: Work, locale: str, size: str) -> None:
    work.at(f"{DOOR}?show=gone")
    cards = work.tab.locator("main .good")
    expect(cards).to_have_count(1)
    picture(work, "gone", locale, size)
    cards.first.locator(".btn-soft").click()
    expect(cards).to_have_count(0)
    work.at(f"{DOOR}?show=in")
    expect(cards).to_have_count(2)
    cards.filter(has_text="示例·童01").locator(".btn-soft").click()
    expect(cards).to_have_count(1)


def _nobody_is_locked_in(work: Work, locale: str, size: str) -> None:
    tab = work.tab
    work.press(".head a[href*='/do/study_room.close']")
    for each in ("windows", "power", "locked"):
        tab.locator(f"main #{each}").check()
    work.fill("closed_by", "示例·丁001")
    work.press("form .btn-red")
    expect(tab.locator("main")).to_contain_text("示例·童02")
    picture(work, "refused", locale, size)
    work.at(f"{DOOR}?show=in")
    work.press(".good a[href*='/do/study_room.leave']")
    tab.locator("main [name=how]").first.wait_for()
    picture(work, "leave", locale, size)
    if tab.locator("main select[name=how]").count():
        tab.locator("main select[name=how]").select_option("telephoned")
    else:
        tab.locator("main [name=how][value=telephoned]").check(force=True)
    work.fill("said_by", "示例·丁001")
    work.press("form .btn-red")
    work.press(".head a[href*='/do/study_room.close']")
    for each in ("windows", "power", "locked"):
        tab.locator(f"main #{each}").check()
    work.fill("closed_by", "示例·丁001")
    work.press("form .btn-red")
    expect(tab.locator("main")).not_to_contain_text("示例·童02")
