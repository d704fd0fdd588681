"""The demonstration runs for real, in an empty folder, and leaves nothing. CI runs `demo --once`."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest

from command_line import PROGRAM, Place
from desks import led_in_by
from hongxian.terminal.layout import width

SECONDS = 60
SLOW_MACHINE = 3
"""A machine that runs other tests beside it is given so many times as long before it fails."""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "temporary").mkdir()
    return {
        **os.environ,
        "TMPDIR": str(tmp_path / "temporary"),
        "TEMP": str(tmp_path / "temporary"),
    }


@pytest.mark.thorough
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGTERM to catch on Windows")
def test_it_tells_its_stories_and_stays_up_until_it_is_told_to_end(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    (tmp_path / "empty").mkdir()
    short = Path(mkdtemp())  # so that its processes are forked; in the other test's they are not
    environment |= {"TMPDIR": str(short)}
    with subprocess.Popen(
        [*PROGRAM, "demo", "--no-browser"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd=tmp_path / "empty",
        env=environment,
    ) as demo:
        told = list(until(demo.stdout, "hub status"))
        try:
            each_printed_address_answers("".join(told))
            write_on_a_laptop(told, demo)
        finally:
            demo.send_signal(signal.SIGTERM)
        rest, error = demo.communicate(timeout=SECONDS * SLOW_MACHINE)
    story = "".join(told)
    assert (demo.returncode, error) == (0, ""), story + rest
    for part in (
        "主机在 https://",  # laptops sync encrypted
        "2990",  # ten of the workbook's three thousand are in it twice
        "保留：",
        "落选：",
        "3 + 4 = 7",
        "stick.hx",
        "被占用",
        "磁盘上没有当事人",
        "✓",
    ):
        assert part in story
    as_they_are = ("  cd ", "  file:", "  http://localhost:")  # to be copied, however long
    assert max(width(line.rstrip("\n")) for line in told if not line.startswith(as_they_are)) <= 80
    assert "演示结束" in rest
    assert list((tmp_path / "empty").iterdir()) == []
    assert list(short.iterdir()) == []
    short.rmdir()


@pytest.mark.thorough
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGTERM to catch on Windows")
def test_a_folder_that_was_asked_for_is_kept_and_opened_again(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    folder = tmp_path / "asked"
    played(folder, environment)
    console = hub_listed(folder)
    laptop = Place(folder / "laptop1")
    person = laptop.json("add", "roster.person", "name=示例·留下")["id"]
    told = played(folder, environment)
    assert "用时" not in told, "the story is told once"
    assert hub_listed(folder) == console
    assert laptop.json("show", "roster.person", person)["name"] == "示例·留下"
    assert not laptop.json("status")["unsent"], "the hub was where the laptop looks for it"


def played(folder: Path, environment: dict[str, str]) -> str:
    """Let it play there until its pages are up, then end it; what it told."""
    with subprocess.Popen(
        [*PROGRAM, "demo", "--no-browser", "--data", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environment,
    ) as demo:
        told = "".join(until(demo.stdout, "hub status"))
        try:
            each_printed_address_answers(told)
        finally:
            demo.send_signal(signal.SIGTERM)
        rest, error = demo.communicate(timeout=SECONDS * SLOW_MACHINE)
    assert (demo.returncode, error) == (0, ""), told + rest
    assert str(folder) in rest
    return told


def hub_listed(folder: Path) -> list[str]:
    return [each["name"] for each in Place(folder / "hub").json("hub", "devices")]


def test_a_folder_of_other_files_is_not_played_in(tmp_path: Path) -> None:
    (tmp_path / "示例.txt").write_text("示例")
    said = Place(tmp_path)("demo", "--once")
    assert said.code == 1
    assert str(tmp_path) in said.err.replace("\n", "")
    assert [each.name for each in tmp_path.iterdir()] == ["示例.txt"]


def until(output: Iterable[str], end: str) -> Iterator[str]:
    """The lines up to the one that ends so."""
    for line in output:
        yield line
        if line.strip().endswith(end):
            return


def each_printed_address_answers(story: str) -> None:
    """Each laptop's desk opens by its address, the hub's console by its address and password."""
    desks = re.findall(r"file://\S+\.html", story)
    assert len(desks) == len(set(desks)) == 5
    for page in desks:
        assert 'id="sync-line-button"' in led_in_by(page)
    [(password, console)] = re.findall(r"密码：(\S+)\s+(http://\S+)", story)
    keeper = visitor()
    asked = keeper.open(console).read().decode()
    token = re.search(r'name="csrf_token" value="([^"]+)"', asked)[1]
    data = urlencode({"csrf_token": token, "password": password}).encode()
    assert "示例社区" in keeper.open(f"{console}console/log-in", data).read().decode()


def visitor() -> OpenerDirector:
    """A browser with nothing in it."""
    return build_opener(HTTPCookieProcessor())


def write_on_a_laptop(told: list[str], demo: subprocess.Popen[str]) -> None:
    """What is written on one of the demonstration's laptops goes out by itself."""
    [folder] = (line.split()[1] for line in told if line.split()[:1] == ["cd"])
    laptop = Place(Path(folder) / "laptop1")
    laptop.json("add", "roster.person", "name=示例·新人")
    give_up = time.monotonic() + SECONDS * SLOW_MACHINE
    while laptop.json("status")["unsent"] and demo.poll() is None:
        assert time.monotonic() < give_up, "the laptops do not sync by themselves"
        time.sleep(0.1)
