"""What a kit leaves on a machine: icons, a window of its own, the page that joins filled in, and the way off again."""

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from command_line import DEADLINE
from desks import CHINESE, desk_of, entered, page, visitor
from hongxian.releases.brought import FILE, Brought
from hongxian_client.desk.desk import Desk
from hongxian_client.desk.window import open_window
from hongxian_client.program.home import HOME_VARIABLE, Home, home_here
from hongxian_client.program.icons import linux_icons, put_icons, take_icons_away, windows_icons
from hongxian_client.program.removal import begin_to_clear
from hongxian_client.replica.replica import Replica
from hongxian_testing.laptop import open_laptop, with_only
from proven_hubs import code_of, new_hub, served
from samples import SAMPLE, Visit

on_linux = pytest.mark.skipif(os.name == "nt", reason="files of Linux desktops")


@pytest.fixture
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's home, with a desktop in it."""
    home = tmp_path / "示例 甲"
    (home / "桌面").mkdir(parents=True)
    monkeypatch.setattr(Path, "home", lambda: home)
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture
def home(person: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """The home of the program that runs here, as its launcher tells it."""
    home = Home.usual()
    (home.versions / "1.0").mkdir(parents=True)
    monkeypatch.setenv(HOME_VARIABLE, str(home.folder))
    monkeypatch.setattr("sys.prefix", str(home.versions / "1.0"))
    assert home_here() == home
    return home


def words_of(entry: Path) -> list[str]:
    """What a desktop starts, as it reads the key Exec."""
    [line] = re.findall("^Exec=(.*)$", entry.read_text("utf-8"), re.MULTILINE)
    unescaped = line.replace("\\\\", "\\")
    quoted = re.findall(r'"((?:\\.|[^"\\])*)"', unescaped)
    return [re.sub(r"\\(.)", r"\1", each).replace("%%", "%") for each in quoted]


@on_linux
def test_an_icon_stands_in_the_menu_and_on_the_desktop_and_each_log_in_starts_it(
    person: Path,
) -> None:
    odd = '/home/示例 甲/100% "$HOME" `a` \\ b'
    put_icons([odd, "desk", "--window"], [odd, "desk", "--no-browser"], Path("/icon.svg"))
    menu, log_in, desktop = linux_icons(person, {})
    assert words_of(menu) == words_of(desktop) == [odd, "desk", "--window"]
    assert words_of(log_in) == [odd, "desk", "--no-browser"]
    assert (log_in.parent, desktop.parent) == (person / ".config/autostart", person / "桌面")
    assert "Name[zh_CN]=红线" in menu.read_text("utf-8")
    assert os.access(desktop, os.X_OK)
    take_icons_away()
    assert not [each for each in (menu, log_in, desktop) if each.exists()]


@on_linux
def test_the_desktop_is_the_one_that_the_person_has_named(person: Path) -> None:
    (person / ".config").mkdir()
    (person / "台").mkdir()
    named = person / ".config/user-dirs.dirs"
    named.write_text('XDG_DESKTOP_DIR="$HOME/台"\n', encoding="utf-8")
    assert linux_icons(person, {})[-1].parent == person / "台"
    named.write_text('XDG_DESKTOP_DIR="$HOME/"\n', encoding="utf-8")
    assert len(linux_icons(person, {})) == 2, "a person who has none gets none"


def test_on_windows_they_are_shortcuts_of_menu_log_in_and_desktop(tmp_path: Path) -> None:
    told = {"APPDATA": str(tmp_path / "Roaming"), "USERPROFILE": str(tmp_path)}
    assert [each.parent.name for each in windows_icons(told)] == ["Programs", "Startup", "Desktop"]
    (tmp_path / "OneDrive" / "桌面").mkdir(parents=True)
    carried = windows_icons({**told, "OneDrive": str(tmp_path / "OneDrive")})
    assert carried[-1].parent == tmp_path / "OneDrive" / "桌面"


@on_linux
@pytest.mark.parametrize("ends", [0, 1])
def test_the_desk_opens_in_the_app_mode_of_a_browser_that_comes_up_and_else_in_the_usual_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: int
) -> None:
    told = tmp_path / "told"
    (tmp_path / "chromium").write_text(f'#!/bin/sh\necho "$@" >>{told}\nexit {ends}\n')
    (tmp_path / "chromium").chmod(0o755)
    usual: list[str] = []
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr("webbrowser.open", usual.append)
    open_window("file:///a/page.html")
    wait_for(lambda: told.exists() and (usual or not ends))
    assert told.read_text() == "--app=file:///a/page.html\n"
    assert usual == ["file:///a/page.html"] * ends


def test_the_page_that_joins_is_filled_in_with_what_the_kit_brought(tmp_path: Path) -> None:
    hub = new_hub(tmp_path / "hub")
    laptop = Replica.open(tmp_path / "home" / "data", plugins=with_only((SAMPLE,)))
    browser, beside = entered(desk_of(laptop)), tmp_path / "home" / FILE
    with served(hub) as url:
        beside.write_bytes(Brought(url, community="示例社区").as_bytes())
        shown = page(browser, "/join", headers=CHINESE)
        assert f'value="{url}"' in shown
        assert "请填上社区管理员给您的注册码" in shown
        code = code_of(hub)
        beside.write_bytes(Brought(url, code=code).as_bytes())
        shown = page(browser, "/join", headers=CHINESE)
        assert f'value="{code}"' in shown
        assert "点“加入”就行" in shown
        assert browser.post("/join", data={"url": url, "code": code}).status_code == 302
    assert Brought.of(beside) == Brought(url), "a code that is used up is kept nowhere"


@pytest.mark.parametrize("odd", [b"", b"[]", b"{", b'{"address": 1}', b'{"code": "' + b"A" * 5_000])
def test_a_file_beside_the_data_that_is_no_kits_fills_nothing_in(
    tmp_path: Path, odd: bytes
) -> None:
    (tmp_path / FILE).write_bytes(odd)
    assert Brought.of(tmp_path / FILE) == Brought() == Brought.of(tmp_path / "none")


def test_an_old_bookmark_leads_to_a_page_that_speaks_of_the_icon(
    home: Home, tmp_path: Path
) -> None:
    stranger = visitor(desk_of(open_laptop(tmp_path / "data", SAMPLE)))
    shown = stranger.get("/c/sample.visit", headers=CHINESE)
    assert (shown.status_code, "请点屏幕上或菜单里的红色图标" in shown.text) == (403, True)


# -- off again -----------------------------------------------------------------------------------


@pytest.fixture
def desk(home: Home) -> Desk:
    return desk_of(open_laptop(home.data, SAMPLE))


@pytest.fixture
def browser(desk: Desk, home: Home) -> FlaskClient:
    put_icons(["hongxian"], ["hongxian"], Path("/icon.svg"))
    return entered(desk)


def test_only_what_a_kit_installed_can_be_removed(tmp_path: Path) -> None:
    browser = entered(desk_of(open_laptop(tmp_path, SAMPLE)))
    assert "Remove from this machine" not in page(browser, "/laptop")
    assert browser.get("/laptop/remove").status_code == 404


@on_linux
def test_the_program_goes_and_the_records_stay_where_nobody_told_them_to_go(
    browser: FlaskClient, desk: Desk, home: Home, person: Path
) -> None:
    assert "Remove from this machine" in page(browser, "/laptop")
    assert browser.post("/laptop/remove", data={"unsent": "stay"}).status_code == 200
    assert home.program.exists()
    ended(desk)
    wait_for(lambda: not home.program.exists())
    assert not any(each.exists() for each in linux_icons(person, {}))
    assert (home.data / "laptop.db").exists()


@on_linux
def test_unsent_work_is_not_deleted_unless_it_was_kept(
    browser: FlaskClient, desk: Desk, home: Home, person: Path
) -> None:
    with desk.replica:
        Visit.create(name="示例·甲001")
    assert "1 change" in page(browser, "/laptop/remove")
    refused = browser.post("/laptop/remove", data={"unsent": "stay", "data": "true"})
    assert refused.status_code == 409
    assert "would be lost" in refused.text
    away = browser.post("/laptop/remove", data={"unsent": "send", "data": "true"})
    assert away.status_code >= 400, "no hub is in reach"
    assert home.program.exists()
    assert all(each.exists() for each in linux_icons(person, {}))
    kept = browser.post("/laptop/remove", data={"unsent": "keep", "data": "true"})
    [file] = (person / "桌面").glob("hongxian-*-to-hub.*")
    assert file.name in kept.text
    ended(desk)
    wait_for(lambda: not home.folder.exists())


@on_linux
def test_files_go_when_what_runs_of_them_has_ended(tmp_path: Path) -> None:
    folder = tmp_path / "it's here"
    folder.mkdir()
    until = begin_to_clear(folder)
    assert folder.exists()
    until.close()  # as it is when the process that has it ends
    wait_for(lambda: not folder.exists())


def ended(desk: Desk) -> None:
    """As if its process had ended: the test's own does not."""
    assert desk.clearing is not None
    desk.clearing.close()


def wait_for(is_so: Callable[[], object]) -> None:
    """Wait for it, not for a time."""
    until = time.monotonic() + DEADLINE
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)
