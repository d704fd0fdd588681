"""A day at a site in a real browser: one key for each visit, people come to their posts, the session is closed."""

from datetime import time as hour
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

import hongxian_plugins.campaign as campaign
import hongxian_plugins.roster as roster
import hongxian_plugins.service as service
from days import Work, at_work, in_every_look, is_above_the_fold
from hongxian import local_now
from hongxian.records import COMMUNITY
from hongxian_plugins.campaign import Campaign, Count, Post, Session, Site, Stand
from hongxian_plugins.roster import Person
from hongxian_testing import Laptop

pytestmark = pytest.mark.plugins(campaign, roster, service)
COUNTED = "one visit counted at a site, from the first page of a campaign"
CAME = "somebody placed at a post, and there"


@pytest.fixture
def site(laptop: Laptop, hongxian_clock) -> Site:
    hongxian_clock.set("2026-03-02 10:00")
    today = local_now(laptop.store).date()
    held = Campaign.create(
        name="示例服务", purpose="便民", keep_until=today + timedelta(days=30), state="running"
    )
    Session.create(campaign=held, date=today, begins=hour(8), ends=hour(12))
    made = Site.create(campaign=held, name="一号点", place="示例广场")
    Post.create(site=made, role="秩序", places=1)
    Person.create(name="示例·甲001", scope=COMMUNITY)
    return made


@in_every_look
def test_a_day_at_a_site(
    laptop: Laptop, site: Site, chromium: Browser, locale: str, size: str
) -> None:
    with at_work(laptop.store, chromium, locale, size) as work:
        work.at("/view/campaign.standing")
        _visits_are_counted(work, size)
        work.at(f"/view/campaign.posts/{site.id}")
        _somebody_comes(work, size, locale)
        work.at(f"/c/campaign.session/{Session.get().id}")
        work.press("a[href*='campaign.close_session']")
        work.press("form .btn-red")
    assert sum(each.people for each in Count.select().where(Count.kind == "served")) == 1
    assert sum(each.people for each in Count.select().where(Count.kind == "came")) == 1
    assert Stand.get().confirmed_by


def _visits_are_counted(work: Work, size: str) -> None:
    work.press("a[href*='/view/campaign.counter']")
    called = work.tab.locator("main .called").first
    work.press_here(".queue .call")
    expect(called).to_contain_text("1")
    if size != "wide":
        work.steps.stand_in_the_manual(COUNTED, size)
    work.press_here(".give .btn")
    expect(work.tab.locator("main .said")).to_contain_text("1")


def _somebody_comes(work: Work, size: str, locale: str) -> None:
    before = work.steps.count
    work.press("a[href*='campaign.place']")
    work.pick("person", "示例")
    work.press("form .btn-red")
    work.press_here("form[action*='campaign.arrive'] button")
    expect(work.tab.locator("main")).to_contain_text("离岗" if locale == "zh-CN" else "Release")
    if size != "wide":
        work.steps.count -= before
        work.steps.stand_in_the_manual(CAME, size)


def test_no_press_is_lost_however_fast_they_come(
    laptop: Laptop, site: Site, chromium: Browser
) -> None:
    """A stranger pressed six times within six seconds on a busy machine, and four were counted."""
    with at_work(laptop.store, chromium, "zh-CN", "mouse") as work:
        work.at(f"/view/campaign.counter/{site.id}")
        button = work.tab.locator(".queue .call")
        button.dblclick()
        for _ in range(8):
            work.tab.keyboard.press("Space")
        expect(work.tab.locator("main .called").first).to_contain_text("10")
    assert sum(each.people for each in Count.select()) == 10


def test_the_curve_is_drawn_and_the_wall_has_every_site_on_one_screen(
    laptop: Laptop, site: Site, chromium: Browser
) -> None:
    for number in range(2, 9):
        Site.create(campaign=site.campaign, name=f"{number}号点", place="示例广场")
    with at_work(laptop.store, chromium, "zh-CN", "mouse") as work:
        work.at("/view/campaign.by_hour")
        expect(work.tab.locator("canvas")).to_be_visible()
        work.at("/display/campaign.wall")
        for line in work.tab.locator(".line").all():
            assert is_above_the_fold(line), line.inner_text()
