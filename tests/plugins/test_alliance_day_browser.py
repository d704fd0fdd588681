"""A day of the alliance in a real browser: seats are given and ticked, goods come, and thanks are said."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

import hongxian_plugins.alliance as alliance
import hongxian_plugins.roster as roster
from allied import TEAM, WATER, agreed, invite, offered
from days import Work, at_work, in_every_look, is_above_the_fold
from hongxian import local_today
from hongxian_plugins.alliance import Delivery, Invite, Match, Offer, Thanks, Want
from hongxian_testing import Laptop

pytestmark = [pytest.mark.plugins(alliance, roster), pytest.mark.teams(TEAM)]


@in_every_look
def test_a_day_of_the_alliance(laptop: Laptop, chromium: Browser, locale: str, size: str) -> None:
    hall = agreed(laptop, due=local_today())
    invite(laptop, hall, "示例·甲001")
    offered(**{**WATER, "purpose": "anyone"})
    Want.create(title="夏天的饮水", pieces=20, by=local_today() + timedelta(days=9))
    roster.Person.create(name="示例·乙002", state="active")
    with at_work(laptop.store, chromium, locale, size) as work:
        _a_want_is_answered(work)
        _a_seat_is_given_and_who_came_is_ticked(work, hall)
        assert work.steps.count <= 9, "a match, a guest, a tick and all that is between"
        _what_was_agreed_comes_and_is_thanked_for(work)
    assert {each.state for each in Invite.select()} == {"came", "invited"}
    assert (Match.select().count(), Delivery.get().amount, Thanks.select().count()) == (1, 20, 1)
    assert Offer.get(Offer.title == "瓶装水").stock.left == 30


def _a_want_is_answered(work: Work) -> None:
    work.at("/view/alliance.matching")
    press = work.tab.locator("main td .btn-soft, main td button").first
    assert is_above_the_fold(press)
    work.steps.click(press)
    expect(work.tab.locator("main tbody tr")).to_have_count(0)


def _a_seat_is_given_and_who_came_is_ticked(work: Work, hall: str) -> None:
    """From Today: the screening stands there with a way to its seats."""
    work.at("/")
    work.press(f"a[href^='/view/alliance.seats/{hall}']")
    free = work.tab.locator("main a[href*='/do/alliance.invite']").nth(1)
    assert is_above_the_fold(free)
    with work.tab.expect_navigation():
        work.steps.click(free)
    work.look()
    work.pick("person", "示例·乙")
    work.press("form .btn-red")
    work.at(f"/view/alliance.seats/{hall}")
    with work.tab.expect_navigation():
        work.steps.click(work.tab.locator("main td a", has_text="甲001").first)
    work.look()
    arrive = work.tab.locator("main form[action*='/do/alliance.arrive/'] button")
    assert is_above_the_fold(arrive.first)
    work.steps.click(arrive.first)
    expect(work.tab.locator("main td", has_text="甲001")).to_be_visible()


def _what_was_agreed_comes_and_is_thanked_for(work: Work) -> None:
    water = Offer.get(Offer.title == "瓶装水").id
    work.at(f"/c/alliance.offer/{water}")
    work.press(".next .btn-red")
    work.fill("amount", "20")
    work.steps.choose("resident", work.tab.locator("#whom"))
    work.fill("received_by", "示例·红马甲")
    work.press(".next .btn-red")
    work.press(".next .btn-red")
    expect(work.tab.locator("main")).to_contain_text("瓶装水")
