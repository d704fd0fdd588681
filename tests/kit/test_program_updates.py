"""The hub hands out versions of Hongxian itself: laptops fetch them in the background, and tell what became of them."""

import os
import re
import shutil
import sys
import threading
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import orjson
import pytest

from desks import desk_of, entered, page, unmarked
from hongxian.errors import HubOutOfReach
from hongxian.releases.publisher import called
from hongxian.releases.signed_program import ProgramRefused
from hongxian.text import Text
from hongxian.wire.page import read_stream
from hongxian.wire.releases import Failed, ProgramOrder, ReleasePartRequest
from hongxian_client.program.home import HOME_VARIABLE, PROCESSOR_HERE, Home
from hongxian_client.program.program_file import install
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.line.carrier import Carrier
from hongxian_client.sync.program import Left, bring_program, see_to_program
from hongxian_client.sync.report import Report
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import Post, post_to_hub
from hongxian_server.ops.releases.programs import add_program, found_programs, remove_program
from hongxian_server.ops.releases.stages import (
    PublisherUnknown,
    ReleaseUnknown,
    SameVersion,
    hold_back,
    send_out,
)
from hongxian_server.sync.program import program_file, program_of, program_order_for
from hongxian_server.tables.access import incarnations
from hongxian_server.tables.releases import ProgramRelease
from listening import served
from programs import PUBLISHER, STRANGER, put_beside, working
from programs import program_of as made
from travelling import Travel

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the programs of these tests are for Linux")
LETTERS = called(PUBLISHER.public)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one version that was put in place, and a hub with its laptops."""
    folder = tmp_path_factory.mktemp("kept")
    home = Home(folder / "home")
    install(made(folder, "1.0", working("1.0")), home)
    home.write("current", "1.0")
    Travel(folder).joined("a", "b")
    return folder


@pytest.fixture
def home(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """This process is version 1.0 of it, as its launcher starts one."""
    shutil.copytree(kept / "home", tmp_path / "home", symlinks=True)
    home = Home(tmp_path / "home")
    runs_as(home, "1.0", monkeypatch)
    return home


@pytest.fixture
def travel(kept: Path, tmp_path: Path) -> Travel:
    for name in ("hub", "a", "b"):
        shutil.copytree(kept / name, tmp_path / name)
    return Travel.again(tmp_path)


def runs_as(home: Home, version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(home.folder))
    monkeypatch.setattr(sys, "prefix", str(home.of(version)))


def sent_out(travel: Travel, path: Path, version: str, to: list[int] | None = None) -> None:
    hub = travel.hub
    with hub:
        add_program(hub, path, LETTERS)
        send_out(hub, found_programs(version), to)


def synced(
    travel: Travel, name: str, through: Callable[[Post], Post] = lambda post: post
) -> Report:
    """A sync, and then whatever is put in place behind it."""
    with served(travel.hub) as url, Replica.open(travel.folder / name) as laptop:
        report = sync(laptop, through(post_to_hub(laptop, url)))
    for thread in threading.enumerate():
        if thread.name == "hongxian-program":
            thread.join()
    return report


def told_of(travel: Travel, number: int) -> object:
    with travel.hub:
        return program_of(next(each for each in incarnations() if each.number == number))


def test_a_version_that_is_sent_out_is_put_in_place_for_the_next_start_and_told(
    home: Home, travel: Travel, tmp_path: Path
):
    sent_out(travel, made(tmp_path, "1.1", working("1.1")), "1.1")
    synced(travel, "a")
    assert (home.current, home.next) == ("1.0", "1.1")
    assert not list((home.program / "arriving").iterdir())
    synced(travel, "a")
    told = told_of(travel, 2)
    assert (told.version, told.next, told.system, told.failed) == ("1.0", "1.1", "linux", [])
    assert synced(travel, "a").known is not None, "nothing is left to ask"


def test_a_held_one_comes_to_nobody_and_one_for_some_to_them_alone(
    home: Home, travel: Travel, tmp_path: Path
):
    hub = travel.hub
    with hub:
        add_program(hub, made(tmp_path, "1.1"), LETTERS)
    synced(travel, "a")
    assert home.next == ""
    with hub:
        send_out(hub, found_programs("1.1"), [3])
    synced(travel, "a")
    assert home.next == ""
    with hub:
        send_out(hub, found_programs("1.1"), [2])
        hold_back(hub, found_programs("1.1"))
    synced(travel, "a")
    assert home.next == ""
    with hub:
        send_out(hub, found_programs("1.1"), [2])
    synced(travel, "a")
    assert home.next == "1.1"


@pytest.mark.thorough
def test_a_laptop_that_was_away_for_three_versions_takes_the_last_one_alone(
    home: Home, travel: Travel, tmp_path: Path
):
    for version in ("1.1", "1.9", "1.10"):
        sent_out(travel, made(tmp_path, version), version)
    synced(travel, "a")
    assert home.next == "1.10"
    assert set(home.whole_versions()) == {"1.0", "1.10"}


def test_a_laptop_newer_than_what_the_hub_holds_stays(
    home: Home, travel: Travel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    sent_out(travel, made(tmp_path, "1.1"), "1.1")
    put_beside(home, "1.0", "3.0", working("3.0"))
    runs_as(home, "3.0", monkeypatch)
    assert synced(travel, "a").known is not None
    assert home.next == ""


def test_a_hub_that_orders_an_older_version_is_not_followed(home: Home):
    """As a stolen one would, for mistakes that are known."""

    def nobody(path: str, body: bytes) -> BinaryIO:
        raise AssertionError("it is not even fetched")

    order = ProgramOrder(version="0.9", sha256="0" * 64, size=9, publisher=PUBLISHER.public)
    assert see_to_program(order, Carrier(nobody, 9_000)) is Left.NOTHING
    assert home.next == ""


def test_a_laptop_that_no_launcher_started_is_ordered_nothing(travel: Travel, tmp_path: Path):
    sent_out(travel, made(tmp_path, "1.1"), "1.1")
    assert synced(travel, "a").known is not None
    assert told_of(travel, 2) is None


def test_a_version_for_another_system_or_another_protocol_comes_to_no_laptop(
    home: Home, travel: Travel, tmp_path: Path
):
    sent_out(travel, made(tmp_path, "1.1", protocol=3), "1.1")
    sent_out(travel, made(tmp_path, "1.2"), "1.2")
    with travel.hub:
        ProgramRelease.update(system="windows").where(ProgramRelease.version == "1.2").execute()
    synced(travel, "a")
    assert home.next == ""


def test_a_laptop_is_ordered_what_its_own_processor_runs(
    home: Home, travel: Travel, tmp_path: Path
):
    here, other = (f"linux-{each}" for each in (PROCESSOR_HERE, "riscv64"))
    for version, system in (("1.1", "linux"), ("1.2", here), ("1.3", other)):
        sent_out(travel, made(tmp_path, version, working(version), system=system), version)
    synced(travel, "a")
    assert (home.next, told_of(travel, 2).processor) == ("1.2", PROCESSOR_HERE)
    with travel.hub:
        [laptop] = [each for each in incarnations() if each.number == 2]
        assert program_order_for(laptop).version == "1.2"
        told = {"version": "1.0", "system": "linux"}  # as a laptop of 0.3.0 tells it
        laptop.program = orjson.dumps(told).decode()
        assert program_order_for(laptop).version == "1.1"


def test_a_file_on_a_stick_is_checked_as_one_from_the_hub_and_waits_for_the_next_start(
    home: Home, tmp_path: Path
):
    stick = tmp_path / "stick"
    stick.mkdir()
    assert bring_program(made(stick, "1.1"), home) == "1.1"
    assert (home.current, home.next) == ("1.0", "1.1")
    home.write("next", "")
    for refused, why in (
        (made(stick, "1.0"), "no later"),
        (made(stick, "1.2", formats=(99, 99)), "does not open"),
        (made(stick, "1.3", key=None), "no publisher"),
        (made(stick, "1.4", key=STRANGER), "does not know its publisher"),
        (made(stick, "1.5", system="linux-riscv64"), "it is for linux-riscv64"),
        (damaged(made(stick, "1.6")), "not whole"),
    ):
        with pytest.raises(ProgramRefused, match=why):
            bring_program(refused, home)
        assert home.next == ""
    assert home.strangers() == [STRANGER.public]


def test_a_file_on_a_stick_is_taken_in_by_a_press_of_the_desk_or_refused_in_words(
    home: Home, travel: Travel, tmp_path: Path
):
    stick = tmp_path / "stick"
    stick.mkdir()
    good, strange = made(stick, "1.1"), made(stick, "1.4", key=STRANGER)
    (tmp_path / "elsewhere").mkdir()
    elsewhere = made(tmp_path / "elsewhere", "1.2")
    desk = desk_of(Replica.open(travel.folder / "a"))
    desk.sticks = lambda: [stick]
    browser, address = entered(desk), "/laptop/stick"

    def taken(path: Path) -> str:
        answer = browser.post(f"{address}/program", data={"file": str(path)})
        if answer.status_code == 302:
            while desk.carrying.is_running:
                time.sleep(0.02)
        return unmarked(page(browser, address)) if answer.status_code == 302 else ""

    assert {good.name, strange.name} <= set(re.findall(r"[\w.-]+\.hxprog", page(browser, address)))
    assert "does not know its publisher" in taken(strange)
    assert taken(elsewhere) == home.next == ""
    assert "A new version of Red Thread is here: 1.1" in taken(good)
    assert home.next == "1.1"


def damaged(path: Path) -> Path:
    """The same file, with one byte of a wheel in it changed."""
    held = bytearray(path.read_bytes())
    held[held.index(b"hongxian_client/cli/__main__.py") + 40] ^= 1
    path.write_bytes(held)
    return path


class Breaking:
    """A line that gives out after so many parts of a file."""

    def __init__(self, post: Post, parts: int) -> None:
        self.post, self.left, self.starts = post, parts, []

    def __call__(self, path: str, body: bytes) -> BinaryIO:
        if path == "/v1/release":
            self.starts.append(ReleasePartRequest.load(next(read_stream(BytesIO(body)))).start)
            self.left -= 1
            if self.left < 0:
                raise HubOutOfReach(url="示例", detail="gone")
        return self.post(path, body)


@pytest.mark.thorough
def test_what_was_fetched_stays_when_the_line_breaks_and_the_rest_follows(
    home: Home, travel: Travel, tmp_path: Path
):
    sent_out(travel, made(tmp_path, "1.1", working("1.1")), "1.1")
    with (
        Replica.open(travel.folder / "a") as laptop,
        laptop.upkeep(),
        LaptopState.changing() as state,
    ):
        state.portion = 2**18
    lines = []

    def through(post: Post) -> Post:
        lines.append(Breaking(post, 2))
        return lines[-1]

    for _ in range(20):
        report = synced(travel, "a", through)
        assert report.known is None or home.next
        if home.next:
            break
    assert home.next == "1.1"
    starts = [start for line in lines for start in line.starts]
    assert len(lines) > 1
    assert starts == sorted(starts), "nothing is fetched twice"


def test_a_version_by_a_stranger_waits_until_somebody_believes_it(
    home: Home, travel: Travel, tmp_path: Path
):
    hub = travel.hub
    path = made(tmp_path, "1.1", key=STRANGER)
    with hub:
        with pytest.raises(PublisherUnknown, match="is not known here"):
            add_program(hub, path, LETTERS)
        add_program(hub, path, called(STRANGER.public))
        send_out(hub, found_programs("1.1"))
    synced(travel, "a")
    assert home.next == ""
    assert home.strangers() == [STRANGER.public]
    synced(travel, "a")
    [failed] = told_of(travel, 2).failed
    assert "does not know its publisher" in failed.why.en
    home.trust(STRANGER.public)
    home.write_failed({})
    synced(travel, "a")
    assert home.next == "1.1"


def test_a_file_that_the_hub_changed_or_another_one_is_not_put_in_place(
    home: Home, travel: Travel, tmp_path: Path
):
    sent_out(travel, made(tmp_path, "1.1"), "1.1")
    hub = travel.hub
    with hub:
        place = program_file(hub, ProgramRelease.get().sha256)
    content = bytearray(place.read_bytes())
    content[len(content) // 2] ^= 1
    place.write_bytes(content)
    synced(travel, "a")
    assert home.next == ""
    assert set(home.failed()) == {"1.1"}
    assert home.whole_versions() == ["1.0"]


def test_a_version_that_does_not_open_these_data_is_not_put_in_place(
    home: Home, travel: Travel, tmp_path: Path
):
    sent_out(travel, made(tmp_path, "1.1", formats=(90, 99)), "1.1")
    synced(travel, "a")
    assert home.next == ""
    assert "format" in home.failed()["1.1"]


@pytest.mark.thorough
def test_why_a_laptop_went_back_is_told_and_it_is_not_ordered_the_same_again(
    home: Home, travel: Travel, tmp_path: Path
):
    sent_out(travel, made(tmp_path, "1.1"), "1.1")
    home.note_failed("1.1", "no such table: 示例")
    synced(travel, "a")
    assert told_of(travel, 2).failed == [
        Failed(version="1.1", why=Text("no such table: 示例", "no such table: 示例"))
    ]
    assert home.next == ""
    sent_out(travel, made(tmp_path, "1.2"), "1.2")
    synced(travel, "a")
    assert home.next == "1.2"


def test_a_hub_takes_in_what_is_signed_and_knows_one_content_for_each_version(
    travel: Travel, tmp_path: Path
):
    hub = travel.hub
    with hub:
        with pytest.raises(ProgramRefused, match="no publisher has signed it"):
            add_program(hub, made(tmp_path, "1.1", key=None), LETTERS)
        path = made(tmp_path, "1.1")
        first = add_program(hub, path, LETTERS)
        program_file(hub, first.sha256).unlink()
        assert add_program(hub, path).sha256 == first.sha256
        assert program_file(hub, first.sha256).exists(), "a file that was lost is put back"
        with pytest.raises(SameVersion):
            add_program(hub, made(tmp_path, "1.1", "print('other')"))
        assert program_file(hub, first.sha256).exists()
        remove_program(hub, found_programs("1.1"))
        assert not program_file(hub, first.sha256).exists()
        with pytest.raises(ReleaseUnknown, match=r"no release hongxian-1\.1"):
            send_out(hub, found_programs("1.1"))
