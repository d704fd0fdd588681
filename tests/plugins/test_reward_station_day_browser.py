"""A station keeper's day in a real browser: goods come, are handed out, counted and written off; a gift by its code."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from days import Work, at_work, in_every_look, is_above_the_fold
from hongxian import local_today
from hongxian_plugins.reward_station.goods.records import Movement, Pledge
from station import PLUGINS, Town, code_of, open_town, redeem, state_of

pytestmark = pytest.mark.plugins(*PLUGINS)
RECEIVED = "goods that came, onto the shelf, with their receipt"
TAKEN = "one piece from the shelf"
COLLECTED = "a gift handed out by its code"
SHELF = "/view/reward_station.shelf"


@pytest.fixture
def town(neighbourhood) -> Iterator[Town]:
    with open_town(neighbourhood) as town:
        yield town


@in_every_look
def test_a_station_keepers_day(town: Town, chromium: Browser, locale: str, size: str) -> None:
    code = _a_code(town)
    with at_work(town.counter.store, chromium, locale, size) as work:
        work.at(SHELF)
        _goods_come(work, town)
        _one_is_taken(work)
        if size != "wide":
            work.steps.stand_in_the_manual(RECEIVED, size)
        _more_go_than_there_were(work)
        _the_shelf_is_counted(work)
        work.press_here(".head a[href*='/print/reward_station.stock_take']")
        expect(work.tab.locator("body")).to_contain_text("面包")
        _a_gift_is_handed_out(work, code, size)
    town.all.clock.wait(days=3)
    with at_work(town.counter.store, chromium, locale, size) as work:
        work.at(SHELF)
        _what_expired_is_taken_off(work)
    town.sync(town.counter, town.first)
    assert state_of(town.hub, code[0]) == "collected"
    with town.hub:
        kinds = [each.kind for each in Movement.select().order_by(Movement.at, Movement.id)]
    assert kinds[-6:] == [
        "shelved",
        "taken",
        "taken",
        "counted_more",
        "counted_more",
        "written_off",
    ]


def _a_code(town: Town) -> tuple[str, str]:
    """A gift that somebody has redeemed elsewhere: the redemption and its code."""
    bag = town.gift()
    town.earn()
    made = redeem(town.first, bag, town.person)
    town.sync(town.first, town.counter)
    return made, code_of(town.first, made)


def _goods_come(work: Work, town: Town) -> None:
    with town.counter:
        last = local_today() + timedelta(days=2)
    work.press(".head a[href*='/do/reward_station.bring_in']")
    work.pick("merchant", "示例·晨露")
    work.fill("item", "面包")
    work.fill("amount", "3")
    work.fill("expires", str(last))
    with work.tab.expect_request("**/print/reward_station.receipt/*"):
        work.press("form .btn-red")
    with town.counter:
        assert Pledge.get(Pledge.item == "面包").state == "shelved"


def _one_is_taken(work: Work) -> None:
    one = work.tab.locator("main .good .btn-soft").first
    assert is_above_the_fold(one)
    one.click()
    expect(work.tab.locator(".good", has_text="面包").locator(".left b")).to_have_text("2")


def _more_go_than_there_were(work: Work) -> None:
    with work.tab.expect_navigation():
        work.tab.locator(".good", has_text="面包").locator("a.btn[href*='.take/']").click()
    work.fill("amount", "5")
    work.press("form .btn-red")
    bread = work.tab.locator(".good", has_text="面包")
    expect(bread.locator(".left b")).to_have_text("-3")
    expect(bread.locator(".presses a[href*='.count/']")).to_be_visible()


def _the_shelf_is_counted(work: Work) -> None:
    with work.tab.expect_navigation():
        work.tab.locator(".good", has_text="面包").locator("a[href*='.count/']").click()
    work.fill("counted", "1")
    work.fill("reason", "示例：数过")
    work.press("form .btn-red")
    work.press(".head a[href*='reward_station.counting']")
    counted = work.tab.locator("main tr", has_text="面包").locator("input[name$='.counted']")
    with work.tab.expect_response(lambda answer: answer.request.method == "POST"):
        counted.fill("2")
        counted.press("Enter")
    work.at(SHELF)
    expect(work.tab.locator(".good", has_text="面包").locator(".left b")).to_have_text("2")


def _a_gift_is_handed_out(work: Work, code: tuple[str, str], size: str) -> None:
    work.at("/")
    work.steps.count = 0
    work.press("a[href='/do/reward_station.collect']")
    work.fill("code", code[1].lower())
    work.press("form .btn-red")
    expect(work.tab.locator("[data-told=good]")).to_contain_text("帆布袋")
    if size != "wide":
        work.steps.stand_in_the_manual(COLLECTED, size)


def _what_expired_is_taken_off(work: Work) -> None:
    work.press(".good a[href*='.write_off/']")
    work.fill("reason", "示例：过期")
    work.fill("by", "示例·甲001")
    work.press("form .btn-red")
    expect(work.tab.locator(".good", has_text="面包")).to_have_count(0)


@pytest.mark.thorough
def test_goods_are_brought_in_and_handed_out_and_a_code_is_collected_by_keys_alone(
    town: Town, chromium: Browser
) -> None:
    code = _a_code(town)
    with at_work(town.counter.store, chromium, "zh-CN", "mouse") as work:
        tab, steps = work.tab, work.steps
        work.at(SHELF)
        work.go(".head a[href*='/do/reward_station.bring_in']", "Enter")
        tab.wait_for_url("**/do/reward_station.bring_in?*")
        tab.wait_for_load_state()
        work.type("merchant", "示例·晨露")
        expect(tab.locator("#merchant-found [role=option]")).to_be_visible()
        steps.press("ArrowDown")
        steps.press("Enter")
        expect(tab.locator("#merchant")).to_have_value("示例·晨露超市")
        work.type("item", "面包")
        work.type("amount", "3")
        with tab.expect_request("**/print/reward_station.receipt/*"):
            work.go("form .btn-red", "Enter")
        steps.stand_in_the_manual(RECEIVED, "keys")
        steps.count = 0
        tab.wait_for_load_state()
        work.go(".good .btn-soft", "Enter")
        expect(tab.locator(".good", has_text="面包").locator(".left b")).to_have_text("2")
        steps.stand_in_the_manual(TAKEN, "keys")
        steps.count = 0
        work.at("/")
        work.go("a[href='/do/reward_station.collect']", "Enter")
        tab.wait_for_url("**/do/reward_station.collect")
        tab.wait_for_load_state()
        work.type("code", code[1])
        work.go("form .btn-red", "Enter")
        expect(tab.locator("[data-told=good]")).to_contain_text("帆布袋")
        steps.stand_in_the_manual(COLLECTED, "keys")
