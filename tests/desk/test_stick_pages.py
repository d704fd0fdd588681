"""Sync by stick without a command line: the desk writes, the console answers, the desk reads; and a hostile stick."""

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Locator, expect

from browsing import fits, window_at
from consoles import keepers, send
from desks import CHINESE, desk_of, entered, open_at, page, unmarked, way_in
from hongxian.wire.bundle import BUNDLE_BYTES, MAGIC
from hongxian.wire.sticks import mounted_in
from hongxian_client.desk.desk import Desk
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent.outbox import EntryState, count, set_state, with_state
from hongxian_client.sync.bundle import bundle_out
from hongxian_plugins import roster
from hongxian_plugins.roster import Person
from hongxian_server.console.bundles import STICKS
from hongxian_server.sync.bundle import answer_bundle
from meeting import Meeting, meeting
from small_disks import small_disk
from steps import Steps

TEAM = "红马甲管家团"
HERE = "/laptop/stick"
OUT, BACK = "hongxian-2-to-hub.hxb", "hongxian-2-from-hub.hxb"


@pytest.fixture
def met(tmp_path: Path) -> Iterator[Meeting]:
    with meeting(tmp_path, roster) as met:
        met.team(TEAM)
        met.laptop(TEAM)
        met.sync()
        with met.laptops[0]:
            Person.create(name="示例·甲001")
        yield met


@pytest.fixture
def laptop(met: Meeting) -> Replica:
    return met.laptops[0]


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    stick = tmp_path / "示例盘"
    stick.mkdir()
    return stick


@pytest.fixture
def desk(laptop: Replica, stick: Path) -> Desk:
    desk = desk_of(laptop)
    desk.sticks = lambda: [stick]
    return desk


@pytest.fixture
def browser(desk: Desk) -> FlaskClient:
    return entered(desk)


@pytest.fixture
def console(met: Meeting, stick: Path) -> FlaskClient:
    keeper = keepers(met.hub)
    keeper.application.extensions[STICKS] = lambda: [stick]
    return keeper


def unsent(laptop: Replica) -> int:
    with laptop:
        return count(EntryState.UNSENT)


def test_a_stick_carries_a_round_without_a_command_line(
    met: Meeting, laptop: Replica, browser: FlaskClient, console: FlaskClient, stick: Path
) -> None:
    assert "示例盘" in page(browser, HERE)
    browser.post(f"{HERE}/write", data={"stick": str(stick)})
    assert "Changes written: 1" in page(browser, HERE)
    assert (stick / OUT).is_file()
    assert f"{stick}/{OUT}" in page(console, "/console/bundles")
    answer = send(console, "/console/bundles/stick", "/console/bundles", file=str(stick / OUT))
    assert answer.status_code == 302
    assert "Changes taken in: 1." in unmarked(page(console, "/console/bundles"))
    with met.hub:
        assert Person.select().count() == 1
    browser.post(f"{HERE}/read", data={"file": str(stick / BACK)})
    assert "Changes that the hub took: 1;" in page(browser, HERE)
    assert unsent(laptop) == 0
    for name in (OUT, BACK):
        browser.post(f"{HERE}/wipe", data={"file": str(stick / name)})
    assert not list(stick.iterdir())


def test_the_browser_carries_the_same_where_no_stick_is_found(
    laptop: Replica, browser: FlaskClient, console: FlaskClient, desk: Desk
) -> None:
    desk.sticks = list
    assert "没有找到 U 盘" in page(browser, HERE, headers=CHINESE)
    browser.post(f"{HERE}/write", data={"stick": ""})
    assert f"{HERE}/file" in page(browser, HERE)
    written = browser.get(f"{HERE}/file", buffered=True)
    assert "attachment" in written.headers["Content-Disposition"]
    reply = send(console, "/console/bundles", bundle=(io.BytesIO(written.data), OUT))
    browser.post(f"{HERE}/read", data={"reply": (io.BytesIO(reply.data), "reply.hxb")})
    assert unsent(laptop) == 0
    assert browser.get(f"{HERE}/file").status_code == 404, "what came is not given out"
    entered(desk_of(laptop))
    assert not (laptop.folder / "carried").exists(), "the next start takes it away"


def test_what_the_hub_refused_is_told_with_the_way_to_its_reasons(
    laptop: Replica, browser: FlaskClient, console: FlaskClient, stick: Path
) -> None:
    with laptop:
        set_state([entry.stamp for entry in with_state(EntryState.UNSENT)], EntryState.REFUSED)
    browser.post(f"{HERE}/write", data={"stick": str(stick)})
    send(console, "/console/bundles/stick", "/console/bundles", file=str(stick / OUT))
    browser.post(f"{HERE}/read", data={"file": str(stick / BACK)})
    told = page(browser, HERE)
    assert "Refused by the hub: 1" in told
    assert "/attention" in told


def test_nothing_but_its_own_files_on_sticks_is_written_read_or_deleted(
    met: Meeting, browser: FlaskClient, console: FlaskClient, stick: Path, tmp_path: Path
) -> None:
    other = met.laptop(TEAM)
    theirs, elsewhere = stick / "theirs.hxb", tmp_path / "elsewhere.hxb"
    bundle_out(other, theirs)
    bundle_out(met.laptops[0], elsewhere)
    for path in (theirs, elsewhere, Path("/etc/passwd"), stick / ".." / elsewhere.name):
        for deed in ("read", "wipe"):
            answer = browser.post(f"{HERE}/{deed}", data={"file": str(path)})
            assert answer.status_code == 404
    assert theirs.exists()
    assert elsewhere.exists()
    assert browser.post(f"{HERE}/write", data={"stick": str(tmp_path)}).status_code == 404
    answer = send(console, "/console/bundles/stick", "/console/bundles", file=str(elsewhere))
    assert answer.status_code == 400
    assert not (tmp_path / "elsewhere-from-hub.hxb").exists()


@pytest.mark.skipif(os.name == "nt", reason="it has neither pipes nor such names among files")
def test_a_hostile_stick_holds_up_nobody_and_is_refused_in_words(
    laptop: Replica, browser: FlaskClient, console: FlaskClient, stick: Path
) -> None:
    with laptop:
        ours = MAGIC + bytes.fromhex(laptop.asker.laptop + laptop.asker.salt)
    os.mkfifo(stick / "pipe.hxb")
    (stick / "link.hxb").symlink_to("/dev/zero")
    (stick / "folder.hxb").mkdir()
    (stick / "none.hxb").write_bytes(b"")
    Path(os.fsdecode(os.fsencode(stick) + b"/\xff\xfe.hxb")).write_bytes(ours)
    (stick / "<script>.hxb").write_bytes(ours + bytes(64) + b"\xff" * 99)
    huge = stick / "huge.hxb"
    huge.write_bytes(ours + bytes(64))
    os.truncate(huge, BUNDLE_BYTES + 1)
    told, theirs = page(browser, HERE), page(console, "/console/bundles")
    for name in ("pipe", "link", "folder", "none"):
        assert f"{name}.hxb" not in told + theirs
    assert "<script>.hxb" not in told + theirs
    for name, why in (("<script>.hxb", "damaged, or not from"), ("huge.hxb", "larger than")):
        browser.post(f"{HERE}/read", data={"file": str(stick / name)})
        told = unmarked(page(browser, HERE))
        assert why in told
        answer = send(console, "/console/bundles/stick", "/console/bundles", file=str(stick / name))
        assert answer.status_code == 400
        assert why in answer.text


def test_a_stick_is_found_where_it_is_mounted_and_one_that_is_full_is_told(
    laptop: Replica, browser: FlaskClient, desk: Desk, tmp_path: Path
) -> None:
    media = tmp_path / "media"
    (media / "a folder of the disk").mkdir(parents=True)
    (media / "elsewhere").symlink_to("/")
    desk.sticks = lambda: [*mounted_in(media, tmp_path / "nowhere")]
    with small_disk(media / "示例盘", 1) as disk:
        assert desk.sticks() == [disk.folder]
        disk.fill()
        browser.post(f"{HERE}/write", data={"stick": str(disk.folder)})
        assert "full" in unmarked(page(browser, HERE)).partition('role="alert"')[2]
        assert [each.name for each in disk.folder.iterdir()] == ["filled"], "nothing half is left"
        disk.empty()
        browser.post(f"{HERE}/write", data={"stick": str(disk.folder)})
        assert (disk.folder / OUT).is_file()
        disk.only_read()
        browser.post(f"{HERE}/write", data={"stick": str(disk.folder)})
        assert "read-only" in unmarked(page(browser, HERE)).partition('role="alert"')[2]
    assert unsent(laptop) == 1


def test_a_stick_that_is_pulled_out_is_told_in_words(
    laptop: Replica, browser: FlaskClient, desk: Desk, tmp_path: Path
) -> None:
    gone = tmp_path / "gone"
    desk.sticks = lambda: [gone]
    browser.post(f"{HERE}/write", data={"stick": str(gone)})
    told = page(browser, HERE)
    assert "it was not written or read" in unmarked(told)
    assert unsent(laptop) == 1


@pytest.mark.parametrize("way", ["mouse", "keys", "phone"])
def test_a_stick_is_written_and_the_reply_read_in_few_steps(
    met: Meeting, laptop: Replica, desk: Desk, stick: Path, chromium: Browser, way: str
) -> None:
    size = {"width": 390, "height": 760} if way == "phone" else {"width": 1024, "height": 620}
    with (
        open_at(desk) as address,
        window_at(chromium, address, locale="zh-CN", viewport=size) as window,
    ):
        tab = window.new_page()
        tab.goto(address + way_in(desk))
        steps = Steps(tab)

        def press(what: Locator) -> None:
            if way != "keys":
                steps.click(what)
            else:
                tab.wait_for_load_state()
                steps.reach(what)
                steps.press("Enter")

        if way == "phone":
            press(tab.get_by_role("link", name="菜单"))
        press(tab.locator("#menu").get_by_role("link", name="这台电脑"))
        press(tab.get_by_role("main").get_by_role("link", name="用 U 盘同步"))
        press(tab.get_by_role("button", name="写到这里"))
        expect(tab.get_by_text("写好了，共 1 项")).to_be_visible()
        answer_bundle(met.hub, stick / OUT, stick / BACK)
        tab.goto(f"{address}{HERE}")
        press(tab.get_by_role("button", name="读入", exact=True))
        expect(tab.get_by_text("读好了")).to_be_visible()
        assert fits(tab)
    assert unsent(laptop) == 0
    steps.stand_in_the_manual("a stick written, the hub's reply read", way)
