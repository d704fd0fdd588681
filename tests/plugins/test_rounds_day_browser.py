"""A pair's day in a real browser: out, ticked, something found, back; a point scored, households counted."""

import pytest
from playwright.sync_api import Browser, expect

import hongxian_plugins.roster as roster
import hongxian_plugins.rounds as rounds
from days import Work, at_work, in_every_look, is_above_the_fold
from hongxian.records import COMMUNITY
from hongxian_plugins.rounds import Checkpoint, Finding, Household, Inspection, Round, Route, Tick
from hongxian_testing import Laptop

pytestmark = [pytest.mark.plugins(roster, rounds), pytest.mark.teams("红袖章互助岗")]
SET_OUT, FOUND = 8, 2
"""Steps: to be out with a pair, and from a checkpoint until what was found there is written."""


@pytest.fixture
def yard(laptop: Laptop) -> Laptop:
    laptop.at("2026-03-06 19:00")
    route = Route.create(name="示例·南线", scope=COMMUNITY)
    for n in range(1, 5):
        told = {"route": route, "place_no": n, "ask": "通道通不通", "scope": COMMUNITY}
        Checkpoint.create(name=f"示例·{n}号点", scored=n == 1, **told)
    for name in ("示例·甲001", "示例·乙002"):
        roster.Person.create(name=name, scope=COMMUNITY)
    laptop.do("rounds.add_household", None, building="示例苑–3幢", room="2单元–501室")
    return laptop


@in_every_look
def test_a_pairs_day(yard: Laptop, chromium: Browser, locale: str, size: str) -> None:
    with at_work(yard.store, chromium, locale, size) as work:
        _they_set_out(work)
        _something_is_found(work)
        _all_is_ticked_and_they_are_back(work)
        _a_point_is_scored(work)
        _households_are_counted(work)
    with yard:
        assert [each.state for each in Round.select()] == ["done"]
        assert Tick.select().count() == 4
        assert Finding.get().kind == "charging"
        assert Inspection.get().score == 96
        assert Household.get().right == 2


def _they_set_out(work: Work) -> None:
    work.at("/")
    work.steps.count = 0
    work.press("a[href^='/do/rounds.begin']")
    for name, typed in (("route", "南线"), ("one", "甲001"), ("other", "乙002")):
        work.pick(name, typed)
    work.press("form .btn-red")
    assert work.steps.count == SET_OUT
    expect(work.tab.locator("h1")).to_contain_text("0/4" if "zh" in _language(work) else "0 of 4")
    assert is_above_the_fold(work.tab.locator("main td button").nth(2))


def _language(work: Work) -> str:
    return str(work.tab.locator("html").get_attribute("lang"))


def _something_is_found(work: Work) -> None:
    work.press_here("td button")
    expect(work.tab.locator("main .state, main .tag").first).to_be_visible()
    work.steps.count = 0
    work.press("td a[href*='rounds.spotted']")
    work.press("button:has-text('飞线充电'), button:has-text('Charging')")
    assert work.steps.count == FOUND
    expect(work.tab.locator("h1")).to_contain_text("飞线充电")
    assert is_above_the_fold(work.tab.locator("main .next .btn-red"))


def _all_is_ticked_and_they_are_back(work: Work) -> None:
    work.at("/")
    work.press("a[href*='rounds.walk']")
    for left in range(3, 0, -1):
        expect(work.tab.locator("main td button")).to_have_count(left)
        work.press_here("td button")
    with work.tab.expect_response(lambda answer: answer.request.method == "POST"):
        work.press_here(".head button")
    work.tab.wait_for_load_state()
    expect(work.tab.locator("main td button")).to_have_count(0)


def _a_point_is_scored(work: Work) -> None:
    work.at("/do/rounds.inspect")
    work.pick("point", "1号")
    work.press("form .btn-red")
    work.press("a[href*='rounds.score_sheet']")
    points = work.tab.locator("main tbody tr").nth(1).locator("input[name$='.points']")
    with work.tab.expect_response(lambda answer: answer.request.method == "POST"):
        points.fill("4")
        points.press("Enter")
    expect(work.tab.locator("#grid-note")).to_contain_text("96")


def _households_are_counted(work: Work) -> None:
    work.at("/view/rounds.households")
    more = work.tab.locator("main tbody tr").first.locator(".counted button").nth(1)
    assert is_above_the_fold(more)
    for count in ("1", "2"):
        with work.tab.expect_response(lambda answer: answer.request.method == "POST"):
            more.click()
        expect(work.tab.locator("main .counted input").first).to_have_value(count)
