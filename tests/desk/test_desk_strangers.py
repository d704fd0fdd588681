"""Who stands beside the desk: other accounts that read the list of processes, other pages in the same browser."""

import json
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from flask import Flask, request
from playwright.sync_api import Browser, BrowserContext, Page, expect

from browsing import window_at
from command_line import DEADLINE, Place
from desks import desk_of, led_in_by, open_at
from hongxian_client.desk.desk import Desk
from hongxian_client.desk.opening import make_opening
from hongxian_client.replica.people import Person, add_person
from hongxian_client.replica.replica import Replica
from hongxian_testing.laptop import open_laptop
from hongxian_web.serving import Server
from listening import listening
from samples import SAMPLE, Visit

PIN = "2580"


@pytest.fixture
def laptop(tmp_path: Path) -> Replica:
    return open_laptop(tmp_path / "laptop", SAMPLE)


@pytest.fixture
def desk(laptop: Replica) -> Desk:
    return desk_of(laptop)


# -- the list of processes -----------------------------------------------------------------------

STAND_IN = f"#!{sys.executable}\nimport time\ntime.sleep({DEADLINE})\n"
"""A browser that opens nothing and takes its time."""


def arguments_of_all() -> str:
    """What every account of this machine can read of each process."""
    lines = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            lines.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:  # it has ended
            continue
    return "\n".join(lines)


@pytest.mark.skipif(sys.platform != "linux", reason="reads the list of processes in /proc")
def test_nothing_in_the_list_of_processes_opens_the_desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in = tmp_path / "browser"
    stand_in.write_text(STAND_IN)
    stand_in.chmod(0o755)
    monkeypatch.setenv("BROWSER", f"{stand_in} %s &")
    laptop = Place(tmp_path / "laptop")
    with laptop.process("desk", "--port", "0", "--json") as process:
        told = json.loads(process.stdout.readline())
        give_up = time.monotonic() + DEADLINE
        while str(stand_in) not in (listed := arguments_of_all()):
            assert time.monotonic() < give_up
        [line] = (each for each in listed.split("\n") if f"{stand_in} file:" in each)
        host = told["url"].split("/")[2]
        assert told["page"] in line
        assert host not in listed
        assert told["code"] not in listed
        assert "Join a community" in led_in_by(told["page"])
        process.terminate()
    os.kill(int(pid_of(line)), 9)


def pid_of(line: str) -> str:
    """The process that has these arguments."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cmdline").read_bytes().replace(b"\0", b" ").decode() == line:
                return process.name
        except OSError:
            continue
    raise AssertionError(line)


# -- in a browser ----------------------------------------------------------------------------------


@contextmanager
def window(chromium: Browser, laptop: Replica, address: str) -> Iterator[BrowserContext]:
    """A browser that the page in the data folder led in."""
    with window_at(chromium, (address, "file:")) as context:
        lead_in(context, laptop, address)
        yield context


def lead_in(context: BrowserContext, laptop: Replica, address: str) -> Page:
    """Open the page in the data folder, and press nothing."""
    tab = context.new_page()
    tab.goto(make_opening(laptop.folder, f"{address}/", "打开").page.as_uri())
    tab.wait_for_url(re.compile(rf"{address}/(who\?.*)?$"))
    return tab


def unlock(tab: Page, person: Person) -> None:
    tab.locator("label", has_text=person.name).click()
    tab.locator("#pin").fill(PIN)
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("button", name=f"Lock · {person.name}")).to_be_visible()


def test_the_page_leads_in_without_a_press_and_a_second_one_asks_for_no_pin_again(
    chromium: Browser, desk: Desk, laptop: Replica
) -> None:
    with laptop:
        jia, yi = (add_person(laptop, name, PIN) for name in ("示例·甲", "示例·乙"))
    with (
        open_at(desk) as address,
        window(chromium, laptop, address) as context,
        window(chromium, laptop, address) as another,
    ):
        [tab], [elsewhere] = context.pages, another.pages
        expect(tab.get_by_role("heading", name="Who is there?")).to_be_visible()
        unlock(tab, jia)
        assert tab.url == f"{address}/"
        expect(elsewhere.get_by_role("heading", name="Who is there?")).to_be_visible()
        unlock(elsewhere, yi)
        second = lead_in(context, laptop, address)
        expect(second.get_by_role("button", name="Lock · 示例·甲")).to_be_visible()
        tab.reload()
        expect(tab.get_by_role("button", name="Lock · 示例·甲")).to_be_visible()
        tab.get_by_role("button", name="Lock · 示例·甲").click()
        elsewhere.reload()
        expect(elsewhere.get_by_role("button", name="Lock · 示例·乙")).to_be_visible()
        [cookie] = context.cookies()
        assert (cookie["domain"], cookie["path"]) == (desk.host, "/")
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")


def test_a_draft_survives_a_desk_that_is_shut_and_an_old_tab_says_what_to_do(
    chromium: Browser, laptop: Replica
) -> None:
    form = "/c/sample.visit/new"
    with ExitStack() as until_the_end:
        with open_at(desk_of(laptop)) as address:
            context = until_the_end.enter_context(window(chromium, laptop, address))
            [tab] = context.pages
            tab.goto(address + form)
            tab.get_by_label("Note", exact=True).fill("写到一半")
        until_the_end.enter_context(open_at(desk_of(laptop), int(address.rpartition(":")[2])))
        tab.reload()
        expect(tab.get_by_text("Run hongxian on this laptop")).to_be_visible()
        tab.get_by_label("Opening code").fill(make_opening(laptop.folder, "", "").code)
        tab.keyboard.press("Enter")
        tab.wait_for_url(f"{address}/")
        tab.goto(address + form)
        tab.get_by_role("button", name="Put it back").click()
        expect(tab.get_by_label("Note", exact=True)).to_have_value("写到一半")


TRIES = """async (desk) => {
    const read = await fetch(desk + "/c/sample.visit", { credentials: "include" })
        .then((answer) => answer.text(), () => "refused");
    await fetch(desk + "/c/sample.visit/new", { method: "POST", mode: "no-cors", credentials: "include",
        body: new URLSearchParams({ name: "fetched", "was.name": "", scope: "team-1" }) }).catch(() => 0);
    const frame = document.body.appendChild(document.createElement("iframe"));
    await new Promise((done) => { frame.onload = done; frame.src = desk + "/c/sample.visit"; });
    let framed = "";
    try { framed = frame.contentDocument ? frame.contentDocument.body.innerText : ""; } catch { framed = ""; }
    const opened = window.open(desk + "/c/sample.visit");
    let peeked = "";
    try { peeked = opened.document.body.innerText; } catch { peeked = ""; }
    return { read, framed, peeked, cookies: document.cookie, kept: JSON.stringify(localStorage) };
}"""
SENDS = """(desk) => {
    document.body.innerHTML = `<form method="post" action="${desk}/c/sample.visit/new">
        <input name="name" value="posted"><input name="was.name"><input name="scope" value="team-1"></form>`;
    document.forms[0].submit();
}"""


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "hongxian-0000000000000000.localhost"])
def test_a_page_of_another_port_or_name_reads_writes_and_frames_nothing(
    chromium: Browser, desk: Desk, laptop: Replica, host: str
) -> None:
    with laptop:
        Visit.create(name="示例·丁", scope="team-1")
    heard: list[str] = []
    app = Flask(__name__)

    @app.get("/")
    def evil() -> str:
        heard.append(request.headers.get("Cookie", ""))
        return "<!DOCTYPE html><title>x</title><body>x"

    with (
        open_at(desk) as address,
        listening(Server(app, "127.0.0.1", 0, threads=2)) as other,
        chromium.new_context(locale="en") as context,
    ):
        tab = lead_in(context, laptop, address)
        tab.goto(f"{address}/c/sample.visit/new")
        tab.get_by_label("Note", exact=True).fill("写到一半")
        tab.goto(other.replace("127.0.0.1", host))
        found = tab.evaluate(TRIES, address)
        assert found == {"read": "refused", "framed": "", "peeked": "", "cookies": "", "kept": "{}"}
        with tab.expect_navigation():
            tab.evaluate(SENDS, address)
        assert "示例·丁" not in tab.content()
        assert set(heard) == {""}
        with laptop:
            assert [each.name for each in Visit.select()] == ["示例·丁"]
        tab.goto(f"{address}/c/sample.visit")  # the leader is in still
        expect(tab.get_by_role("link", name="示例·丁")).to_be_visible()
