"""A day of the circle in a real browser: who asks what is open, a reader's report, a door that was looked at."""

import pytest
from playwright.sync_api import Browser, expect

import hongxian_plugins.circle as circle
from circling import gate, long_ago, picture, venue
from days import at_work, in_every_look, is_above_the_fold
from hongxian import local_today
from hongxian_plugins.circle import Venue, Wrong
from hongxian_testing import Laptop

pytestmark = [pytest.mark.plugins(circle), pytest.mark.teams("示例队")]
_KINDS = ("pharmacy", "breakfast", "market", "clinic", "shop", "parcels", "repair", "school")


@in_every_look
def test_a_day_of_the_circle(laptop: Laptop, chromium: Browser, locale: str, size: str) -> None:
    gate(), picture()
    for n, kind in enumerate(_KINDS):
        venue(
            name=f"示例·{kind}",
            address=f"示例路{n}号",
            kind=kind,
            point=f"{400 + 60 * n},{300 + 40 * n}",
            hours="每天 0:00-24:00",
            checked_on=long_ago() if kind == "clinic" else local_today(),
        )
    market = Venue.get(Venue.kind == "market").id
    with at_work(laptop.store, chromium, locale, size) as work:
        tab = work.tab
        work.at("/view/circle.open_now")
        assert is_above_the_fold(tab.locator("main .good").first), (
            "what is open is the first screen"
        )
        work.press(".ways a[href*='kind=market']")
        assert tab.locator("main .good").count() == 1
        work.press(f".good a[href$='{market}']")
        work.press("a[href*='/do/circle.report/']")
        work.fill("what", "示例：周日不开")
        work.press("form .btn-red")
        with laptop:
            assert Wrong.get().what == "示例：周日不开"
        assert work.steps.count <= 6, "from the question to the report"
        work.at("/view/circle.checks")
        work.press_here("form[action*='/do/circle.mend/'] button")
        expect(tab.locator("main form[action*='/do/circle.mend/']")).to_have_count(0)
        work.press_here("form[action*='/do/circle.check/'] button")
        expect(tab.locator("main form[action*='/do/circle.check/']")).to_have_count(0)
        work.at("/view/circle.map")
        assert tab.locator("main svg a.mark").count() == len(_KINDS)
        work.press(".places a")
    with laptop:
        assert Venue.get(Venue.kind == "clinic").checked_on == local_today()
        assert Wrong.get().state == "mended"
