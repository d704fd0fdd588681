"""A day of a call in a real browser: who answers, who is placed, who comes and goes, by a press each."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from days import Work, at_work, in_every_look
from hongxian import local_now
from hongxian_plugins import mobilise, roster
from hongxian_plugins.mobilise import Answer, Presence
from hongxian_testing import Laptop
from mobilising import call, person, report

pytestmark = [pytest.mark.plugins(mobilise, roster), pytest.mark.teams("示例·红队")]


@in_every_look
def test_a_day_of_a_call(laptop: Laptop, chromium: Browser, locale: str, size: str) -> None:
    people = [person(f"示例·甲00{n}") for n in range(3)]
    for each in people:
        report(each)
    begins = local_now(laptop.store).replace(minute=0, second=0, microsecond=0)
    of = call(begins=begins - timedelta(hours=1))
    laptop.do("mobilise.plan", of, posts="堤上 2、物资点 1", count=2)
    with at_work(laptop.store, chromium, locale, size) as work:
        work.at("/view/mobilise.answers")
        work.press_here("form[action*='mobilise.answer'] button")  # the first one comes
        counted = "来 1 ·" if locale == "zh-CN" else "Yes 1 ·"
        expect(work.tab.locator("main")).to_contain_text(counted)
        assert [each.say for each in Answer.select()] == ["yes"]
        work.at("/view/mobilise.posts")
        work.press("a.slot.missing")
        work.fill("person", "甲001")
        work.steps.click(work.tab.locator("#person-found [role=option]", has_text="甲001"))
        work.press("form .btn-red")
        _stands_on_the_first_screen(work, size)
        before = work.steps.count
        work.press_here(".slot-pair button")  # and is there
        expect(work.tab.locator("main .slot.now")).to_be_visible()
        work.press_here(".slot-pair button")  # and is released
        expect(work.tab.locator("main .slot.done")).to_be_visible()
        assert work.steps.count - before == 2, "one press to come, one to go"
    held = Presence.get()
    assert (held.person, held.state) == (people[1], "released")


def _stands_on_the_first_screen(work: Work, size: str) -> None:
    if size == "mouse":
        for what in (".slot-pair button", "a.slot.missing"):
            box = work.tab.locator(f"main {what}").first.bounding_box()
            assert box is not None
            assert box["y"] + box["height"] <= 620, what
