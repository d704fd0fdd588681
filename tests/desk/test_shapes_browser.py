"""A plugin's sheet in a real browser: keys as in a spreadsheet, paste, fill down, all at once; a board by keys."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import quiet_room
from browsing import fits, window_at
from desks import desk_of, open_at, way_in
from hongxian import Text, view
from hongxian.shapes import Board, Head, Held
from hongxian_client.replica.replica import Replica
from hongxian_testing.laptop import open_laptop
from hongxian_web import wall
from quiet_room import Seat
from samples import plugin

SMALL = {"width": 1024, "height": 620}
PASTED = """
const data = new DataTransfer();
data.setData("text", %r);
document.activeElement.dispatchEvent(
  new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
"""


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    with open_laptop(tmp_path, quiet_room) as laptop:
        for number, hour in enumerate(("09:00", "10:00", "11:00")):
            Seat.create(reader=f"示例·甲00{number}", hour=hour, desk=1)
        yield laptop


@pytest.fixture
def tab(laptop: Replica, chromium: Browser) -> Iterator[Page]:
    desk = desk_of(laptop)
    with (
        open_at(desk) as address,
        window_at(chromium, address, locale="zh-CN", viewport=SMALL) as context,
    ):
        tab = context.new_page()
        tab.goto(f"{address}{way_in(desk)}")
        yield tab


def open_sheet(tab: Page) -> None:
    tab.get_by_text("自习室", exact=True).first.click()
    tab.get_by_role("link", name="签到", exact=True).click()
    tab.wait_for_load_state()  # the keys are its script's, which a person is not faster than


def books() -> list[str | None]:
    return [each.book for each in Seat.select().order_by(Seat.reader)]


def test_a_sheet_is_filled_by_keys_as_in_a_spreadsheet(tab: Page) -> None:
    open_sheet(tab)
    tab.get_by_label("示例·甲000 在读").focus()
    tab.keyboard.type("《呐喊》")
    tab.keyboard.press("Enter")  # down
    tab.keyboard.press("Control+d")  # as above
    tab.keyboard.press("ArrowDown")
    tab.keyboard.type("《彷徨》")
    tab.keyboard.press("Home")
    tab.keyboard.press("ArrowLeft")  # to the tick
    tab.keyboard.press("Space")
    expect(tab.get_by_label("示例·甲002 到了")).not_to_have_text("到了")
    assert books() == ["《呐喊》", "《呐喊》", "《彷徨》"], "each is saved by itself"
    assert [bool(each.came) for each in Seat.select().order_by(Seat.reader)] == [False, False, True]


def test_a_column_is_pasted_and_all_of_one_are_ticked_by_one_press(tab: Page) -> None:
    open_sheet(tab)
    tab.get_by_label("示例·甲000 在读").focus()
    tab.evaluate(PASTED % "《家》\n《春》\n《秋》\n")
    expect(tab.get_by_text("已保存 3 行")).to_be_visible()
    assert books() == ["《家》", "《春》", "《秋》"]
    tab.get_by_role("button", name="全部到了 3").click()
    expect(tab.locator(".tk.on")).to_have_count(3)
    assert all(each.came for each in Seat.select())


def test_what_matters_of_a_sheet_is_seen_without_scrolling_and_not_wider_than_a_phone(
    tab: Page,
) -> None:
    open_sheet(tab)
    for each in (tab.get_by_role("button", name="全部到了"), tab.get_by_label("示例·甲002 到了")):
        assert each.bounding_box()["y"] < SMALL["height"]  # type: ignore[index]
    tab.set_viewport_size({"width": 390, "height": 800})
    assert fits(tab)


def test_an_action_is_done_to_the_record_of_each_row_that_is_typed_into(tab: Page) -> None:
    open_sheet(tab)
    tab.get_by_role("link", name="借出", exact=True).click()
    tab.wait_for_url("**/quiet_room.loans")
    tab.get_by_label("示例·甲001 本数").focus()
    tab.keyboard.type("2")
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("共借 2 本")).to_be_visible()
    tab.keyboard.type("0")
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("至少一本。")).to_be_visible()
    assert [each.lent for each in Seat.select().order_by(Seat.reader)] == [0, 2, 0]


READ_ACROSS = """slot => {
  const seen = [], walk = document.createTreeWalker(slot, NodeFilter.SHOW_TEXT)
  while (walk.nextNode()) for (let n = 0; n < walk.currentNode.length; n++) {
    const range = document.createRange()
    range.setStart(walk.currentNode, n); range.setEnd(walk.currentNode, n + 1)
    seen.push([range.getBoundingClientRect().left, range.toString()])
  }
  return seen.sort((one, other) => one[0] - other[0]).map(each => each[1]).join("")
}"""
"""What an eye reads from left to right."""


def test_facts_in_a_text_stand_on_a_board_in_the_order_in_which_they_are_said(
    tmp_path: Path, chromium: Browser
) -> None:
    said = Text("{name}，{day} 还", "{name}, due {day}").format(name="示例·甲001", day="12月8日")

    @view(title=Text("谁借了", "Who has it"))
    def out(store: object) -> Board:
        return Board([Head("1")], [Head("A")], [Held(0, 0, said, seat)], Seat)

    with open_laptop(tmp_path, quiet_room, plugin("out", out=out)) as laptop:
        seat = str(Seat.create(reader="示例·甲001", hour="09:00", desk=1).id)
        desk = desk_of(laptop)
        with open_at(desk) as address, window_at(chromium, address, locale="zh-CN") as context:
            tab = context.new_page()
            tab.goto(f"{address}{way_in(desk)}")
            tab.goto(f"{address}/view/out.out")
            assert tab.locator(".slot .cut").evaluate(READ_ACROSS) == said.zh


def test_a_board_moves_what_stands_on_it_by_two_presses(tab: Page) -> None:
    tab.get_by_text("自习室", exact=True).first.click()
    tab.get_by_role("link", name="座位图", exact=True).first.click()
    tab.get_by_role("link", name="示例·甲000").click()
    tab.get_by_role("button", name="放到这里：10:00 2 号桌").click()
    expect(tab.get_by_role("link", name="空：09:00 1 号桌")).to_be_visible()
    moved = Seat.get(Seat.reader == "示例·甲000")
    assert (moved.hour, moved.desk) == ("10:00", 2)


def test_a_wall_shows_what_came_in_and_stays_when_the_desk_does_not_answer_for_a_while(
    tab: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wall, "SECONDS", 1)
    tab.goto(tab.url.rstrip("/") + "/display/quiet_room.wall")
    expect(tab.get_by_role("row", name="09:00 1")).to_be_visible()
    with tab.expect_event("requestfailed"):
        tab.route("**/display/*", lambda asked: asked.abort())
    expect(tab.get_by_role("heading")).to_be_visible()
    tab.unroute("**/display/*")
    Seat.delete().where(Seat.hour == "09:00").execute()
    expect(tab.get_by_role("row", name="09:00 2")).to_be_visible()
