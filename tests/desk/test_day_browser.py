"""A leader's whole day in a real browser: a hub that comes and goes, and two laptops at it."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from time import monotonic

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from browsing import PATIENCE, window_at
from hongxian_client.demo.stage import free_port
from hongxian_client.desk.opening import make_opening
from hongxian_client.desk.running import open_desk
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.enrol import join
from hongxian_plugins import knife_grinding, roster, service
from hongxian_server.http.serve import make_server
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_testing.laptop import with_only
from listening import listening
from own_words import chinese_of

PLUGINS = (knife_grinding, roster, service)
Words = Callable[[str], str]


class Town:
    """A hub on a socket of its own, which comes and goes; its address stays."""

    def __init__(self, folder: Path) -> None:
        self.hub = Hub.init(folder, "示例社区", plugins=with_only(PLUGINS))
        self.port = free_port()
        self._serving = ExitStack()
        with self.hub:
            self.team = devices.add_team(self.hub, "红马甲管家团")

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def code(self) -> str:
        """A code that lets one laptop in."""
        with self.hub:
            return devices.make_code(self.hub, [self.team])[0]

    def begin(self) -> None:
        server = make_server(self.hub, "127.0.0.1", self.port, threads=4)
        self._serving.enter_context(listening(server))

    def end(self) -> None:
        self._serving.close()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path / "hub")
    town.begin()
    yield town
    town.end()


@contextmanager
def desk_open(folder: Path) -> Iterator[Path]:
    """A laptop's desk as `hongxian` opens it, with its sync loop; its page that leads a browser in."""
    replica = Replica.open(folder, plugins=with_only(PLUGINS))
    with open_desk(replica, 0) as desk:
        thread = threading.Thread(target=desk.serve)
        thread.start()
        try:
            yield make_opening(folder, desk.url, "").page
        finally:
            desk.stop()
            thread.join()


@contextmanager
def window(chromium: Browser, page: Path, locale: str) -> Iterator[BrowserContext]:
    """A browser that has come in at a desk; no script of a page may fail."""
    [base] = re.findall('url=([^"]+)/open', page.read_text())
    with window_at(chromium, (base, page.as_uri()), locale=locale, base_url=base) as context:
        tab = context.new_page()
        tab.goto(page.as_uri())
        tab.wait_for_url(re.compile(rf"{base}/(join)?$"))
        yield context


def save(tab: Page, address: str, /, **typed: str) -> None:
    """Fill in a form by its fields and save it by the keyboard."""
    tab.goto(address)
    for name, value in typed.items():
        tab.locator(f"#{name}").fill(value)
    tab.keyboard.press("Control+s")
    expect(tab.locator("[data-told=good]")).to_be_visible()


def pick(tab: Page, name: str, typed: str, offered: str) -> None:
    """Pick a record by the beginning of its name, or of its pinyin."""
    tab.locator(f"#{name}").press_sequentially(typed)
    tab.get_by_role("option", name=offered).click()
    expect(tab.locator(f"#{name}")).to_have_value(offered)


def sync_line_of(tab: Page) -> Locator:
    return tab.locator("#sync-line-button")


@pytest.mark.parametrize(
    ("locale", "say"),
    [
        pytest.param("zh-CN", chinese_of, id="zh"),
        pytest.param("en", str, id="en", marks=pytest.mark.thorough),
    ],
)
def test_a_leaders_whole_day(
    tmp_path: Path, town: Town, chromium: Browser, locale: str, say: Words
) -> None:
    with (
        desk_open(tmp_path / "laptop") as page,
        window(chromium, page, locale) as context,
    ):
        tab = context.pages[0]
        tab.locator("#url").fill(town.address)
        tab.locator("#code").fill(town.code())
        tab.locator("#name").fill("示例电脑")
        tab.get_by_role("button", name=say("Join"), exact=True).click()
        expect(tab.locator("[data-told=good]")).to_contain_text("示例社区")
        _enters_people_and_who_came(tab)
        _books_a_slot(tab, date.today() + timedelta(days=3))
        expect(sync_line_of(tab)).to_contain_text(say("all sent"))
        town.end()
        _goes_on_without_the_hub(tab, context, say)
        town.begin()
        sync_line_of(tab).click()
        expect(sync_line_of(tab)).to_contain_text(say("all sent"))
        expect(tab.locator("#sync-line .knots i")).to_have_count(0)
        expect(sync_line_of(tab)).not_to_have_class("tool away")
        _imports_what_is_right(tab, tmp_path, say)
    with town.hub:
        names = {each.name for each in roster.Person.select().where(~roster.Person.deleted)}
    assert {"示例·李四", "示例·断网时", "示例·没保存"} <= names


def _enters_people_and_who_came(tab: Page) -> None:
    save(tab, "/c/roster.person/new", name="示例·李四")
    tab.goto("/c/service.activity/new")
    tab.locator("#title").fill("示例值班")
    tab.locator("#day").fill("2026-11-25")
    tab.keyboard.press("Control+s")
    expect(tab.locator("[data-told=good]")).to_be_visible()
    tab.goto("/c/service.attendance/new")
    pick(tab, "activity", "slzb", "示例值班")
    pick(tab, "person", "slls", "示例·李四")
    tab.locator("#signed_in").fill("2026-11-25T18:30")
    tab.keyboard.press("Control+s")
    expect(tab.get_by_role("link", name="示例·李四")).to_be_visible()
    tab.goto("/c/roster.person?q=ls")
    expect(tab.get_by_role("link", name="示例·李四")).to_be_visible()
    tab.goto("/c/roster.person?q=zs")
    expect(tab.get_by_role("link", name="示例·李四")).to_be_hidden()
    tab.goto("/c/roster.person")


def _books_a_slot(tab: Page, day: date) -> None:
    save(tab, "/c/knife_grinding.day/new", title="示例 大篷车磨刀", date=str(day))
    tab.goto("/view/knife_grinding.board")
    tab.locator("a.slot.free").first.click()
    tab.locator("#name").fill("示例·居民001")
    tab.locator("#knives").fill("2")
    tab.locator("main form button.btn-red").click()
    tab.goto("/view/knife_grinding.board")
    expect(tab.locator("main td").filter(has_text="示例·居民001")).to_be_visible()


def _goes_on_without_the_hub(tab: Page, context: BrowserContext, say: Words) -> None:
    save(tab, "/c/roster.person/new", name="示例·断网时")
    sync_line_of(tab).click()
    expect(sync_line_of(tab)).to_have_class("tool away")
    expect(tab.locator("#sync-line .knots i")).to_have_count(1)
    line = "getComputedStyle(document.querySelector('.thread')).backgroundImage"
    assert "repeating" in tab.evaluate(line)
    typing = context.new_page()
    typing.goto("/c/roster.person/new")
    typing.locator("#name").fill("示例·没保存")
    typing.close()
    tab.goto("/c/roster.person/new")
    tab.get_by_role("button", name=say("Put it back")).click()
    expect(tab.locator("#name")).to_have_value("示例·没保存")
    tab.keyboard.press("Control+s")
    expect(tab.get_by_role("heading", name="示例·没保存")).to_be_visible()
    tab.locator("details.more > summary").click()
    tab.get_by_role("button", name=say("Delete"), exact=True).click()
    expect(tab.get_by_role("link", name="示例·没保存")).to_be_hidden()
    tab.get_by_role("button", name=say("Undo")).click()
    expect(tab.get_by_role("link", name="示例·没保存")).to_be_visible()


def _imports_what_is_right(tab: Page, folder: Path, say: Words) -> None:
    book = Workbook()
    for row in (("姓名", "加入日期"), ("示例·表一", "2026-01-02"), ("示例·表二", "昨天")):
        book.active.append(row)
    book.save(folder / "名单.xlsx")
    tab.goto("/c/roster.person/sheets")
    tab.locator("#sheet").set_input_files(folder / "名单.xlsx")
    tab.get_by_role("button", name=say("Look at it")).click()
    with tab.expect_download() as download:
        tab.get_by_role("link", name=say("Fetch the rows left out, with the reasons")).click()
    wrong = load_workbook(BytesIO(download.value.path().read_bytes())).active
    told = [str(cell.value) for row in wrong.iter_rows() for cell in row if cell.value]
    assert any("示例·表二" in each for each in told)
    assert not any("示例·表一" in each for each in told)
    tab.locator(".go-bar .btn-red").click()
    expect(tab.locator(".tell.good")).to_be_visible()
    tab.goto("/c/roster.person?q=表")
    expect(tab.locator("[data-rows]")).to_contain_text("示例·表一")
    expect(tab.locator("[data-rows]")).not_to_contain_text("示例·表二")


@pytest.mark.thorough
def test_a_conflict_of_two_laptops_is_settled_by_one_press_and_seen_on_the_other(
    tmp_path: Path, town: Town, chromium: Browser
) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        with Replica.open(folder, plugins=with_only(PLUGINS)) as replica:
            join(replica, town.address, town.code(), folder.name)
    with (
        desk_open(folders[0]) as here,
        desk_open(folders[1]) as there,
        window(chromium, here, "en") as one,
        window(chromium, there, "en") as two,
    ):
        mine, theirs = one.pages[0], two.pages[0]
        save(mine, "/c/roster.person/new", name="示例·甲001")
        person = mine.url.partition("/c/")[2]
        comes_to(theirs, f"/c/{person}", "示例·甲001")
        expect(sync_line_of(mine)).to_contain_text("all sent")
        town.end()
        for tab, name in ((mine, "示例·甲改"), (theirs, "示例·甲乙")):
            save(tab, f"/c/{person}/edit", name=name)
        town.begin()
        sync_line_of(theirs).click()
        comes_to(mine, "/attention/conflicts", "示例·甲乙")
        values = mine.locator(".value").all_inner_texts()
        assert sorted(values) == ["示例·甲乙", "示例·甲改"]
        mine.get_by_role("button", name="Use this one").nth(1).click()
        expect(mine.get_by_text("No conflicts.")).to_be_visible()
        comes_to(theirs, "/attention/conflicts", "Choose again")
        theirs.goto(f"/c/{person}")
        expect(theirs.get_by_role("heading", name=values[1])).to_be_visible()


def comes_to(tab: Page, address: str, text: str) -> None:
    """Press the sync line and look again, until a page says what another laptop did."""
    give_up = monotonic() + PATIENCE / 1000
    tab.goto(address)
    while text not in tab.locator("main").inner_text():
        assert monotonic() < give_up, f"{address} never says {text}"
        sync_line_of(tab).click()
        tab.wait_for_timeout(500)
        tab.goto(address)
