"""Whoever comes by, in a real browser: a number, its call and its end by one press each, by mouse and by keys."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from browsing import fits, window_at
from desks import desk_of, open_at, way_in
from hongxian import local_today
from hongxian.records import COMMUNITY
from hongxian_client.replica.replica import Replica
from hongxian_plugins import knife_grinding, reward_station, roster
from hongxian_plugins.knife_grinding import Booking, Day, Slip
from hongxian_plugins.reward_station.goods.records import Merchant, Movement, Pledge
from hongxian_testing import Clock, Laptop
from hongxian_testing.laptop import open_laptop
from steps import Steps

BOARD, SHELF = "/view/knife_grinding.board", "/view/reward_station.shelf"
SIZES = {"desk": {"width": 1024, "height": 620}, "phone": {"width": 390, "height": 760}}


WAY = {"desk": "mouse", "phone": "phone"}
WALK_UP = "a walk-up: number with its slip, call, done"
_PRINTS = "window.print = () => window.dispatchEvent(new Event('afterprint'))"
"""Printed and gone: the browser's own window for it is not looked at here."""


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    with open_laptop(tmp_path, knife_grinding, reward_station, roster) as store:
        Day.create(title="示例 大篷车", date=local_today(), ends=time(10))
        yield store


@contextmanager
def window(laptop: Replica, chromium: Browser, path: str, **options: object) -> Iterator[Page]:
    options = {"locale": "zh-CN", "viewport": SIZES["desk"], **options}
    with ExitStack() as stack:
        desk = desk_of(laptop)
        address = stack.enter_context(open_at(desk))
        context = stack.enter_context(window_at(chromium, address, **options))
        context.add_init_script(_PRINTS)
        tab = context.new_page()
        tab.goto(f"{address}{way_in(desk)}")
        tab.goto(f"{address}{path}")
        tab.evaluate("window.notLeft = true")  # gone once another page is loaded
        yield tab


def stays(tab: Page) -> bool:
    return bool(tab.evaluate("window.notLeft === true"))


def button(tab: Page, words: str) -> Locator:
    return tab.get_by_role("button", name=words).first


@pytest.mark.parametrize("size", SIZES)
def test_a_number_its_call_and_its_end_are_one_press_each_and_the_page_is_not_left(
    laptop: Replica, chromium: Browser, size: str
) -> None:
    with window(laptop, chromium, BOARD, viewport=SIZES[size]) as tab:
        steps = Steps(tab)
        with tab.expect_request("**/print/knife_grinding.slip_80mm/*"):
            steps.click(button(tab, "发 5-1 号"))
        expect(tab.get_by_role("button", name="叫 5-1 号")).to_be_visible()
        expect(tab.get_by_text("“5-”是这台")).to_be_visible()
        steps.click(button(tab, "叫 5-1 号"))
        expect(tab.locator(".called b")).to_have_text("5-1")
        steps.click(button(tab, "5-1 磨好了"))
        expect(tab.get_by_text("等人来取")).to_be_visible()
        assert Slip.get().state == "done"
        steps.stand_in_the_manual(WALK_UP, WAY[size])
        assert stays(tab)
        assert tab.url.endswith(BOARD)
        assert fits(tab)


@pytest.mark.parametrize("size", SIZES)
def test_what_was_told_lies_over_the_page_so_that_no_press_moves_and_a_double_tap_is_one_press(
    laptop: Replica, chromium: Browser, size: str
) -> None:
    for number in ("7", "8"):
        slip = {"number": number, "stall": 5, "taken_at": "2026-01-01 09:00:00"}
        Slip.create(day=Day.get().id, service="scissors", **slip)
    with window(laptop, chromium, BOARD, viewport=SIZES[size]) as tab:
        call, give = tab.locator("#queue-call"), tab.locator("#queue-give")
        before = call.bounding_box(), give.bounding_box()
        button(tab, "发 5-1 号").click()
        expect(tab.locator("[data-told]")).to_be_visible()
        assert (call.bounding_box(), give.bounding_box()) == before
        call.click()
        expect(tab.locator(".called b")).to_have_text("7")
        assert call.bounding_box() == before[0]
        x, y = (before[0][each] + 20 for each in "xy")
        tab.mouse.move(x, y)
        tab.mouse.down(click_count=2)
        tab.mouse.up(click_count=2)
        give.click()
        expect(button(tab, "发 5-3 号")).to_be_visible()
        expect(tab.locator(".called b")).to_have_text("7")


def test_a_sheet_is_printed_and_left_by_a_press_each_which_are_not_on_the_paper(
    laptop: Replica, chromium: Browser
) -> None:
    with window(laptop, chromium, BOARD) as tab:
        tab.get_by_role("link", name="名单", exact=True).click()
        tab.evaluate("addEventListener('afterprint', () => { window.printed = true; })")
        button(tab, "打印").click()
        assert tab.evaluate("window.printed")
        tab.emulate_media(media="print")
        expect(tab.get_by_text("返回")).to_be_hidden()
        tab.emulate_media(media="screen")
        tab.get_by_role("link", name="返回").click()
        expect(tab.locator("#queue-give")).to_be_visible()
        assert tab.url.endswith(BOARD)


def test_by_keys_alone_n_gives_a_number_and_the_space_bar_calls_once_however_long_it_is_held(
    laptop: Replica, chromium: Browser
) -> None:
    with window(laptop, chromium, BOARD) as tab:
        for number in (1, 2):
            tab.keyboard.press("n")
            expect(tab.get_by_role("button", name=f"发 5-{number + 1} 号")).to_be_visible()
        tab.evaluate("document.activeElement.blur()")
        tab.keyboard.down("Space")
        tab.keyboard.down("Space")  # as a key that is held repeats
        tab.keyboard.up("Space")
        expect(tab.locator(".called b")).to_have_text("5-1")
        assert [each.state for each in Slip.select().order_by(Slip.id)] == ["called", "taken"]
        tab.get_by_role("button", name="叫 5-2 号").focus()
        tab.keyboard.press("Enter")
        expect(tab.locator(".called b")).to_have_text("5-2")
        done = tab.get_by_role("button", name="5-1 磨好了")
        done.focus()
        tab.keyboard.press("Enter")
        expect(tab.get_by_text("等人来取")).to_be_visible()
        assert tab.evaluate("document.activeElement !== document.body"), "the focus is not lost"
        assert stays(tab)


def test_a_number_its_call_and_its_end_are_three_keys_with_those_that_lead_to_the_last(
    laptop: Replica, chromium: Browser
) -> None:
    with window(laptop, chromium, BOARD) as tab:
        steps = Steps(tab)
        steps.press("n")
        expect(button(tab, "叫 5-1 号")).to_be_visible()
        steps.press("Space")
        expect(tab.locator(".called b")).to_have_text("5-1")
        button(tab, "5-1 磨好了").focus()
        steps.press("Enter")
        expect(tab.get_by_text("等人来取")).to_be_visible()
        assert Slip.get().state == "done"
        steps.stand_in_the_manual(WALK_UP, "keys")


def test_a_place_is_pressed_and_then_a_free_one_and_focus_and_page_stay(
    laptop: Replica, chromium: Browser
) -> None:
    day = Day.get().id
    place = {"day": day, "slot": time(9), "bench": 1, "state": "slotted"}
    Booking.create(name="示例·甲001", knives=2, **place)
    with window(laptop, chromium, BOARD) as tab:
        tab.get_by_role("link", name="示例·甲001").click()
        tab.get_by_role("button", name="放到这里：09:30 2 号工位").click()
        expect(tab.get_by_role("link", name="空：09:00 1 号工位")).to_be_visible()
        held = Booking.get()
        assert (held.slot, held.bench) == (time(9, 30), 2)
        assert stays(tab)
        assert tab.evaluate("document.activeElement.id") == "place-2-1"


def test_one_press_takes_a_piece_from_the_shelf_on_a_desk_and_on_a_phone(
    laptop: Replica, chromium: Browser
) -> None:
    shop = Merchant.create(name="示例·松果书店", scope=COMMUNITY).id
    pledge = Pledge.create(merchant=shop, item="瓶装水", amount=9, scope=COMMUNITY).id
    own = Laptop(laptop, Clock())
    own.do("reward_station.receive", pledge, received=9)
    own.do("reward_station.shelve", pledge, amount=9, expires=None)
    for taken, (name, size) in enumerate(SIZES.items(), 1):
        with window(laptop, chromium, SHELF, viewport=size) as tab:
            steps = Steps(tab)
            steps.click(button(tab, "取 1"))
            expect(tab.get_by_text(f"还有 {9 - taken} 件")).to_be_visible()
            assert Movement.select().where(Movement.kind == "taken").count() == taken
            steps.stand_in_the_manual("one piece from the shelf", WAY[name])
            assert stays(tab)
            assert fits(tab)


def test_what_a_press_asks_for_besides_is_asked_in_its_place_and_done(
    laptop: Replica, chromium: Browser
) -> None:
    Slip.create(
        day=Day.get().id, service="scissors", number="7", stall=5, taken_at="2026-01-01 09:00:00"
    )
    with window(laptop, chromium, BOARD) as tab:
        button(tab, "叫 7 号").click()
        tab.get_by_role("link", name="转上门").click()
        tab.get_by_label("居民姓名").fill("示例·甲001")
        tab.get_by_label("住址").fill("示例苑–3幢–2单元–501室")
        button(tab, "转上门").click()
        expect(tab.get_by_text("没有叫到谁")).to_be_visible()
        assert Slip.get().state == "at_home"


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_a_number_that_is_called_moves_on_the_wall_unless_motion_is_not_wanted(
    laptop: Replica, chromium: Browser, motion: str
) -> None:
    own = Laptop(laptop, Clock())
    own.do("knife_grinding.draw", Day.get().id, service="knives")
    own.do("knife_grinding.call_next", Day.get().id)
    wall = "/display/knife_grinding.calling"
    with window(laptop, chromium, wall, reduced_motion=motion) as tab:
        number = tab.locator(".is-calling .called b")
        expect(number).to_have_text("5-1")
        moves = number.evaluate("each => getComputedStyle(each).animationName")
        assert moves == ("none" if motion == "reduce" else "called")
