"""A day of reports in a real browser: reported in few presses, dispatched, taken, done, and told."""

import pytest
from playwright.sync_api import Browser, expect

import hongxian_plugins.requests as requests
import hongxian_plugins.roster as roster
from days import Work, at_work, in_every_look
from hongxian_plugins.requests import Reporter, Request
from hongxian_plugins.roster import Membership, Person
from hongxian_testing import Laptop

pytestmark = pytest.mark.plugins(roster, requests)
STEPS = [4, 2, 2, 3, 2]
"""Presses and fields to report, dispatch, take, finish and tell: as many as the manual says, and no more."""


@in_every_look
def test_a_report_is_taken_in_dispatched_done_and_told(
    laptop: Laptop, chromium: Browser, locale: str, size: str
) -> None:
    who = Person.create(name="示例·乙", state="active", skills={"修电器"})
    Membership.create(person=who.id)
    with at_work(laptop.store, chromium, locale, size) as work:
        steps = [_reports(work), _dispatches(work), _takes(work), _finishes(work), _tells(work)]
    assert steps == STEPS
    request = Request.get()
    assert (request.state, request.kind, request.rating) == ("done", "lamp", None)
    assert Reporter.get().heard_at
    assert Reporter.get().phone == "10000001234"


def _from(work: Work, page: str) -> int:
    work.at(page)
    return work.steps.count


def _reports(work: Work) -> int:
    begun = _from(work, "/view/requests.board")
    work.press("a[href*='/do/requests.report']")
    work.fill("title", "示例：路灯不亮，打 10000001234")
    work.fill("place", "3幢")
    work.press("form .btn-red")
    return work.steps.count - begun


def _dispatches(work: Work) -> int:
    begun = _from(work, "/view/requests.board")
    work.press("a[href*='/do/requests.dispatch']")
    work.press("form .btn-red")
    return work.steps.count - begun


def _takes(work: Work) -> int:
    begun = _from(work, "/view/requests.mine")
    expect(work.tab.locator("main")).to_contain_text("3幢")
    work.press("a[href*='/do/requests.take']")
    work.press("form .btn-red")
    return work.steps.count - begun


def _finishes(work: Work) -> int:
    begun = _from(work, "/view/requests.mine")
    work.press("a[href*='/do/requests.finish']")
    work.fill("result", "示例：换了灯泡")
    work.press("form .btn-red")
    return work.steps.count - begun


def _tells(work: Work) -> int:
    begun = _from(work, "/view/requests.board?what=tell")
    work.press("a[href*='/do/requests.heard']")
    work.press("form .btn-red")
    return work.steps.count - begun
