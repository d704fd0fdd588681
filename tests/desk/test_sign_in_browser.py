"""Twenty people sign in, leave and are confirmed, in a real browser: by mouse, by keys, on a phone."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from browsing import fits, window_at
from desks import desk_of, open_at, way_in
from hongxian import local_today
from hongxian.records import COMMUNITY
from hongxian_client.replica.replica import Replica
from hongxian_plugins import roster, service
from hongxian_plugins.roster import Membership, Person
from hongxian_plugins.service import Activity, Attendance
from hongxian_testing.laptop import open_laptop
from steps import Steps

PEOPLE, MOST = 20, 25
WIDE, PHONE = {"width": 1024, "height": 620}, {"width": 390, "height": 760}
TASK = "20 people sign in, leave and are confirmed"
TICK, TIME = "button.tk", ".tk input"
PASTE = """text => {
  const data = new DataTransfer();
  data.setData("text", text);
  document.activeElement.dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
Opened = Callable[..., Page]


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    with open_laptop(tmp_path, roster, service) as laptop:
        for number in range(PEOPLE):
            person = Person.create(name=f"示例·甲{number:03}", scope=COMMUNITY).id
            Membership.create(person=person)
        Activity.create(
            title="大篷车",
            day=local_today(laptop),
            begins=time(8, 30),
            place="示例广场",
            state="under_way",
            scope="team-1",
        )
        yield laptop


@pytest.fixture
def opened(laptop: Replica, chromium: Browser) -> Iterator[Opened]:
    desk = desk_of(laptop)
    windows: list[AbstractContextManager[object]] = []
    with open_at(desk) as address:

        def open_tab(viewport: dict[str, int], **options: object) -> Page:
            window = window_at(chromium, address, locale="zh-CN", viewport=viewport, **options)
            tab: Page = window.__enter__().new_page()
            windows.append(window)
            tab.goto(f"{address}{way_in(desk)}")
            tab.wait_for_load_state()
            return tab

        yield open_tab
        for window in windows:
            window.__exit__(None, None, None)


def waiting(tab: Page) -> Locator:
    """The ticks that may be pressed, in their order."""
    return tab.locator(TICK)


def all_are_confirmed(tab: Page) -> None:
    expect(tab.get_by_text("已确认", exact=True)).to_have_count(PEOPLE)
    held = list(Attendance.select())
    assert len(held) == PEOPLE
    assert all(each.signed_out and each.confirmed_by for each in held)


@pytest.mark.parametrize(("way", "viewport"), [("mouse", WIDE), ("phone", PHONE)])
def test_twenty_people_by_a_press_each_and_two_for_all(
    opened: Opened, way: str, viewport: dict[str, int]
) -> None:
    tab = opened(viewport, has_touch=way == "phone", is_mobile=way == "phone")
    steps = Steps(tab)
    steps.click(tab.get_by_role("link", name="签到", exact=True))
    for number in range(PEOPLE):
        steps.click(tab.get_by_role("button", name=f"示例·甲{number:03} 到", exact=True))
    expect(tab.locator(TIME)).to_have_count(PEOPLE)
    steps.click(tab.get_by_role("button", name="全部签退"))
    expect(tab.get_by_text("待确认", exact=True)).to_have_count(PEOPLE)
    steps.click(tab.get_by_role("button", name="全部确认"))
    steps.click(tab.locator("[data-sure]"))
    all_are_confirmed(tab)
    assert fits(tab)
    assert steps.count <= MOST
    steps.stand_in_the_manual(TASK, way)


def test_twenty_people_by_the_keyboard_alone(opened: Opened) -> None:
    tab = opened(WIDE)
    steps = Steps(tab)
    steps.press("j")
    steps.press("Enter")
    tab.wait_for_url("**/view/service.sign_in/*")
    expect(waiting(tab).first).to_be_focused()
    for _ in range(PEOPLE):
        steps.press("Space")
    expect(tab.locator(TIME)).to_have_count(PEOPLE)
    steps.press("l")
    expect(tab.get_by_text("待确认", exact=True)).to_have_count(PEOPLE)
    steps.press("c")
    expect(tab.locator("[data-sure]")).to_be_focused()
    steps.press("Enter")
    all_are_confirmed(tab)
    assert steps.count <= MOST
    steps.stand_in_the_manual(TASK, "keys")


@pytest.mark.parametrize("way", ["keys", "phone"])
def test_twenty_people_are_typed_back_from_paper_by_their_codes(opened: Opened, way: str) -> None:
    """Ten codes and Enter, twice; then all of them with who left."""
    tab = opened(WIDE if way == "keys" else PHONE, is_mobile=way == "phone")
    tab.get_by_role("link", name="签到", exact=True).click()
    steps = Steps(tab)
    numbers = tab.locator("tr[data-row] td:first-child")
    expect(numbers).to_have_count(PEOPLE)
    tab.wait_for_load_state()  # its script listens
    codes = [each.strip() for each in numbers.all_text_contents()]
    assert len({*codes}) == PEOPLE
    box = tab.get_by_role("textbox", name="代号")
    steps.click(box) if way == "phone" else steps.reach(box)
    for first in (0, 10):
        steps.fill(" ".join(codes[first : first + 10]))
        steps.press("Enter")
        expect(tab.locator(TIME)).to_have_count(first + 10)
        expect(box).to_be_focused()
        expect(box).to_have_value("")
        expect(tab.get_by_text("已打勾：")).to_be_visible()
    assert Attendance.select().count() == PEOPLE
    assert fits(tab)
    steps.stand_in_the_manual("a sheet of paper with 20 people typed back by its codes", way)
    steps.count = 0
    out = tab.get_by_role("button", name="打“离”")
    steps.fill(" ".join(codes))
    if way == "keys":
        steps.reach(out)
        steps.press("Enter")
    else:
        steps.click(out)
    expect(tab.locator(TIME)).to_have_count(2 * PEOPLE)
    assert Attendance.select().where(Attendance.signed_out.is_null(False)).count() == PEOPLE
    steps.stand_in_the_manual("the same sheet once they have left", way)


def open_sheet(opened: Opened) -> Page:
    tab = opened(WIDE)
    tab.get_by_role("link", name="签到", exact=True).click()
    expect(waiting(tab).first).to_be_focused()
    return tab


def test_a_tick_is_saved_by_itself_and_the_heads_count_with_it(opened: Opened) -> None:
    tab = open_sheet(opened)
    tab.get_by_role("button", name="示例·甲003 到", exact=True).click()
    expect(tab.locator(TIME)).to_have_count(1)
    expect(tab.get_by_role("columnheader", name="到 1")).to_be_visible()
    expect(tab.get_by_role("button", name="全部签退 1")).to_be_enabled()
    assert Attendance.select().count() == 1
    expect(tab.get_by_label("示例·甲003 到", exact=True)).to_be_focused()


def test_a_time_is_typed_into_an_empty_cell_and_over_one_and_the_arrows_go_on(
    opened: Opened,
) -> None:
    tab = open_sheet(opened)
    tab.keyboard.type("0835")
    tab.keyboard.press("Enter")
    expect(tab.get_by_label("示例·甲000 到", exact=True)).to_have_value("08:35")
    expect(tab.get_by_label("示例·甲001 到", exact=True)).to_be_focused()
    tab.keyboard.press("ArrowUp")
    tab.keyboard.type("0840")
    tab.keyboard.press("ArrowRight")
    expect(tab.get_by_label("示例·甲000 离", exact=True)).to_be_focused()
    expect(tab.get_by_label("示例·甲000 到", exact=True)).to_have_value("08:40")
    assert f"{Attendance.get().signed_in:%H:%M}" == "08:40"


def test_a_column_of_times_is_pasted_and_saved(opened: Opened) -> None:
    tab = open_sheet(opened)
    tab.evaluate(PASTE, "08:31\n08:32\n08:33\n")
    expect(tab.locator(".tk.on")).to_have_count(3)
    times = [f"{each.signed_in:%H:%M}" for each in Attendance.select().order_by(Attendance.person)]
    assert times == ["08:31", "08:32", "08:33"]


def test_what_one_press_did_one_key_takes_back(opened: Opened) -> None:
    tab = open_sheet(opened)
    tab.keyboard.press("Space")
    tab.keyboard.press("Space")
    expect(tab.locator(TIME)).to_have_count(2)
    tab.keyboard.press("l")
    expect(tab.locator(TIME)).to_have_count(4)
    tab.keyboard.press("z")
    expect(tab.locator(TIME)).to_have_count(2)
    assert not any(each.signed_out for each in Attendance.select())


def test_undo_means_the_last_tick_and_a_tick_by_the_mouse_shows_its_time(opened: Opened) -> None:
    tab = open_sheet(opened)
    tab.keyboard.press("Space")
    expect(tab.locator(TIME)).to_have_count(1)
    tab.keyboard.press("l")
    expect(tab.locator(TIME)).to_have_count(2)
    tab.get_by_role("button", name="示例·甲007 到", exact=True).click()
    expect(tab.locator(TIME)).to_have_count(3)
    expect(tab.get_by_label("示例·甲007 到", exact=True)).to_have_value(re.compile(r"^\d\d:\d\d$"))
    expect(tab.locator(".toast-line")).to_have_count(0)
    tab.keyboard.press("Escape")
    tab.get_by_role("button", name=re.compile("^撤回")).click()
    expect(tab.locator(TIME)).to_have_count(2)
    expect(tab.get_by_role("button", name="示例·甲007 到", exact=True)).to_be_visible()
    assert Attendance.select().where(Attendance.signed_out.is_null(False)).count() == 1
    assert [each.void_reason for each in Attendance.select().where(Attendance.voided)] == ["撤回"]


def test_why_a_record_is_void_is_typed_at_once(opened: Opened) -> None:
    tab = open_sheet(opened)
    tab.keyboard.press("Space")
    expect(tab.locator(TIME)).to_have_count(1)
    [signed] = Attendance.select()
    tab.goto(f"{tab.url.partition('/view')[0]}/do/service.void_attendance/{signed.id}")
    expect(tab.get_by_label("作废原因")).to_be_focused()
    tab.keyboard.type("签错了人")
    tab.keyboard.press("Control+s")
    expect(tab.locator("h1 .tag")).to_have_text("作废")
    assert Attendance.get_by_id(signed.id).void_reason == "签错了人"


def test_what_is_typed_never_confirms_anybody_and_what_is_wrong_is_set_right_first(
    opened: Opened,
) -> None:
    tab = open_sheet(opened)
    tab.keyboard.press("Space")
    tab.keyboard.press("l")
    expect(tab.locator(TIME)).to_have_count(2)
    tab.locator("button.tk", has_text="待确认").first.focus()
    tab.keyboard.type("0030")
    tab.keyboard.press("Enter")
    tab.locator(TIME).first.click()
    tab.keyboard.type("25:99")  # a click, and it is typed over
    tab.keyboard.press("Enter")
    expect(tab.locator("[aria-invalid]").first).to_have_value("25:99")
    tab.keyboard.press("Escape")
    tab.get_by_role("button", name=re.compile("^全部确认")).click()
    expect(tab.locator("[aria-invalid]").first).to_be_focused()
    assert not any(each.confirmed_by for each in Attendance.select())
    tab.locator("[aria-invalid]").first.fill("00:01")
    tab.keyboard.press("Enter")
    expect(tab.locator("[aria-invalid]")).to_have_count(0)


def test_nothing_is_lost_of_what_is_done_faster_than_it_is_saved(opened: Opened) -> None:
    tab = open_sheet(opened)
    for _ in range(PEOPLE):
        tab.keyboard.press("Space")
    tab.keyboard.press("l")
    tab.keyboard.press("c")
    expect(tab.locator("[data-sure]")).to_be_focused()
    tab.keyboard.press("Enter")
    all_are_confirmed(tab)


def test_who_is_not_on_the_list_is_added_by_initials_and_enter(opened: Opened) -> None:
    Person.create(name="示例·丁020", scope=COMMUNITY)
    tab = open_sheet(opened)
    box = tab.get_by_role("textbox", name="加人")
    box.fill("sld020")
    expect(tab.locator("[data-found]").first).to_contain_text("示例·丁020")
    box.press("Enter")
    expect(tab.get_by_label("示例·丁020 到", exact=True)).to_be_visible()
    expect(box).to_be_focused()
    assert Attendance.select().count() == 1


def test_a_list_pasted_into_the_box_is_looked_up_before_anything_is_written(
    opened: Opened,
) -> None:
    tab = open_sheet(opened)
    tab.get_by_role("textbox", name="加人").focus()
    tab.evaluate(PASTE, "1. 示例·甲001\n2. 示例·甲002\n3. 示例·某某\n")
    expect(tab.get_by_text("名单上有 3 个名字")).to_be_visible()
    assert not Attendance.select().exists()
    tab.get_by_role("button", name="添加勾选的人").click()
    expect(tab.locator(TIME)).to_have_count(2)
    assert Attendance.select().count() == 2


def test_heads_are_counted_by_a_press_a_key_or_a_number(opened: Opened) -> None:
    tab = open_sheet(opened)
    tab.get_by_role("link", name="数人次", exact=True).click()
    tab.wait_for_load_state()
    haircuts, knives = (
        tab.get_by_role("textbox", name=f"{each} 人次") for each in ("理发", "磨刀")
    )
    more = tab.get_by_role("button", name="加一：理发 人次")
    for number in ("1", "2"):
        more.click()
        expect(haircuts).to_have_value(number)
    expect(more).to_be_focused()
    haircuts.focus()
    tab.keyboard.press("+")
    expect(haircuts).to_have_value("3")
    tab.keyboard.press("-")
    expect(haircuts).to_have_value("2")
    tab.keyboard.press("ArrowDown")
    expect(knives).to_be_focused()
    tab.keyboard.type("14")
    tab.keyboard.press("Enter")
    expect(knives).to_have_value("14")
    tab.keyboard.press("z")
    expect(knives).to_have_value("")
    expect(haircuts).to_have_value("2")
