"""A laptop changes over to a version that comes up, goes back from one that does not, and loses nothing by either."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hongxian_client.program.changing import change_over, settle
from hongxian_client.program.home import Home
from hongxian_client.program.locking import RunningLock
from hongxian_client.program.program_file import install
from hongxian_client.program.setting_up import command, set_up
from programs import launch, program_of, put_beside, put_launcher, rows_of, working
from sweeps import sweep

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the programs of these tests are for Linux")
CRASHES = "raise SystemExit('no such table: 示例')"
HANGS = "import time; time.sleep(600)"
NEVER_THERE = "9.9"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one version that has run, and others in place; each test has a copy."""
    folder = tmp_path_factory.mktemp("kept")
    home = Home(folder / "home")
    install(program_of(folder, "1.0", working("1.0")), home)
    for version, check in (("2.0", ""), ("2.1", CRASHES), ("2.2", HANGS)):
        put_beside(home, "1.0", version, working(version, check))
    home.write("current", "1.0")
    put_launcher(home)
    assert launch(home, "start", "desk").stdout == "1.0 runs\n"
    return home.folder


@pytest.fixture
def home(kept: Path, tmp_path: Path) -> Home:
    shutil.copytree(kept, tmp_path / "home", symlinks=True)
    return Home(tmp_path / "home")


def left_over(home: Home) -> set[str]:
    """What lies in the program's folder and is there only while a change-over is under way."""
    usual = {"versions", "current", "before", "launcher.pyz", "running.lock", "check.log"}
    return (
        {each.name for each in home.program.iterdir()} - usual - {"failed.json", "publishers.json"}
    )


def test_a_version_that_comes_up_is_current_and_the_one_before_stays(home: Home):
    home.write("next", "2.0")
    done = launch(home, "start", "desk", "--no-browser")
    assert (done.stdout, done.stderr, done.returncode) == ("2.0 runs\n", "", 0)
    assert (home.current, home.before, home.next) == ("2.0", "1.0", "")
    assert rows_of(home, "written") == ["1.0 desk", "2.0 desk --no-browser"]
    assert rows_of(home, "brought_up_by") == ["2.0"]
    assert left_over(home) == set()
    assert {*home.whole_versions()} == {"1.0", "2.0"}, "others are let go"


@pytest.mark.parametrize("version", ["2.1", "2.2", NEVER_THERE])
def test_a_version_that_does_not_come_up_is_left_for_the_one_before_with_the_data_of_before(
    home: Home, version: str
):
    (home.data / "laptop.key").write_bytes(b"of this laptop")
    home.write("next", version)
    settle(home)
    change_over(home, seconds=2)
    assert (home.current, home.next) == ("1.0", "")
    assert rows_of(home, "brought_up_by") == []
    assert rows_of(home, "written") == ["1.0 desk"]
    assert (home.data / "laptop.key").read_bytes() == b"of this laptop"
    assert left_over(home) == set()
    assert launch(home, "start", "desk").stdout == "1.0 runs\n"
    match version:
        case "2.1":
            assert "no such table: 示例" in home.failed()["2.1"]
        case "2.2":
            assert "did not come up within 2 seconds" in home.failed()["2.2"]
        case _:
            assert home.failed() == {}


def test_a_version_that_did_not_come_up_is_not_tried_again_by_itself(home: Home):
    home.note_failed("2.1", "crashed")
    home.write("next", "2.1")
    change_over(home)
    assert home.next == ""
    assert not home.check_log.exists()


def test_what_somebody_has_open_is_not_changed_over_and_waits_for_the_next_start(home: Home):
    home.write("next", "2.0")
    with_desk = RunningLock(home.lock)
    assert with_desk.share()
    assert launch(home, "start", "desk").stdout == "1.0 runs\n"
    with_desk.close()
    assert launch(home, "start", "desk").stdout == "2.0 runs\n"


def test_a_disk_without_room_for_the_copy_keeps_the_version_before(
    home: Home, monkeypatch: pytest.MonkeyPatch
):
    home.write("next", "2.0")
    full = (
        "import shutil, collections\n"
        "shutil.disk_usage = lambda path: collections.namedtuple('u', 'total used free')(9, 9, 0)"
    )
    done = launch(home, "start", "desk", lead=full)
    assert done.stdout == "1.0 runs\n"
    assert "The new version 2.0 is not taken this time" in done.stderr
    assert home.next == "2.0"
    assert launch(home, "start", "desk").stdout == "2.0 runs\n"


def test_a_desk_that_ends_for_a_newer_version_is_started_with_it(home: Home):
    asks = (
        "import os, sys, json\n"
        "home = os.environ['HONGXIAN_PROGRAM']\n"
        "json.dump(['--port', '8471'], open(home + '/program/again.json', 'w'))\n"
        "open(home + '/program/next', 'w').write('2.0')\n"
        "sys.exit(75)"
    )
    put_beside(home, "1.0", "1.1", asks)
    home.write("current", "1.1")
    assert launch(home, "start", "desk").stdout == "2.0 runs\n"
    assert rows_of(home, "written") == ["1.0 desk", "2.0 desk --port 8471"]
    assert left_over(home) == set()


DIES = """
import os, sys
seen = 0
def dies(event, args):
    global seen
    if event in ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "subprocess.Popen"):
        if event == "open" and not (len(args) > 2 and isinstance(args[2], int) and args[2] & 3):
            return
        if any({home!r} in str(each) for each in args):
            seen += 1
            if seen == {at}:
                os._exit(137)
sys.addaudithook(dies)
"""
"""Ends the launcher before the so many-th thing that it would do to its home."""


def killed_at_each_step(home: Home, check: Callable[[int], None], first: int, step: int) -> int:
    """Start anew from the same state, killed one step later each time; gives how many steps there were."""
    state = home.folder.with_name("state")
    shutil.copytree(home.folder, state, symlinks=True)
    at = first
    while True:
        shutil.rmtree(home.folder)
        shutil.copytree(state, home.folder, symlinks=True)
        killed = launch(home, "start", "desk", lead=DIES.format(home=str(home.folder), at=at))
        if killed.returncode != 137:
            assert killed.returncode == 0, killed.stderr
            return at
        check(at)
        at += step


@pytest.mark.parametrize("version", sweep(["2.0", "2.1"]))
@pytest.mark.parametrize(
    "first", [pytest.param(n, marks=pytest.mark.thorough) for n in (1, 2)] + [3]
)
def test_the_power_may_go_before_any_step_and_the_next_start_has_all_that_was_there(
    home: Home, version: str, first: int
):
    (home.data / "laptop.key").write_bytes(b"of this laptop")
    home.write("next", version)
    expected = "2.0" if version == "2.0" else "1.0"

    def check(at: int) -> None:
        after = launch(home, "start", "desk")
        assert (after.stdout, after.stderr) == (f"{expected} runs\n", ""), f"killed at {at}"
        assert home.current == expected
        written = rows_of(home, "written")
        assert written[0] == "1.0 desk"
        assert written[-1] == f"{expected} desk"
        brought = rows_of(home, "brought_up_by")
        assert set(brought) == ({"2.0"} if expected == "2.0" else set()), f"killed at {at}"
        assert (home.data / "laptop.key").read_bytes() == b"of this laptop"
        assert left_over(home) == set(), f"killed at {at}"

    steps = killed_at_each_step(home, check, first, 3 if first < 3 else 9)
    assert steps > 12


@pytest.mark.thorough
def test_a_power_cut_while_a_version_is_put_in_place_leaves_no_half_of_it(tmp_path: Path):
    home, file = Home(tmp_path / "home"), program_of(tmp_path, "1.0", working("1.0"))
    put_launcher(home)
    for at in range(1, 30, 4):
        shutil.rmtree(home.versions, ignore_errors=True)
        (home.program / "current").unlink(missing_ok=True)
        killed = launch(home, "install", str(file), lead=DIES.format(home=str(home.folder), at=at))
        if killed.returncode != 137:
            break
        if home.whole_versions():
            assert launch(home, "run", "x").stdout in ("1.0 runs\n", "")
        assert launch(home, "install", str(file)).returncode == 0
        assert launch(home, "start", "x").stdout == "1.0 runs\n"


def test_a_version_that_ended_each_time_it_was_tried_is_left(home: Home):
    """As the power that goes, each time, while it comes up."""
    ends_all = "import os, signal; os.kill(os.getppid(), signal.SIGKILL)"
    put_beside(home, "1.0", "2.3", working("2.3", ends_all))
    home.write("next", "2.3")
    for _ in range(3):
        assert launch(home, "start", "desk").returncode == -9
    assert launch(home, "start", "desk").stdout == "1.0 runs\n"
    assert home.failed() == {"2.3": "ended 3 times before it had come up"}
    assert rows_of(home, "brought_up_by") == []


def test_without_a_version_that_runs_the_launcher_says_what_to_do_and_touches_no_data(
    home: Home, tmp_path: Path
):
    home.write("current", NEVER_THERE)
    before = (home.data / "laptop.db").read_bytes()
    done = launch(home, "start")
    assert done.returncode == 1
    assert "Your data are untouched" in done.stderr
    assert (home.data / "laptop.db").read_bytes() == before


@pytest.mark.thorough
def test_the_icon_of_a_kit_starts_the_launcher_and_a_later_kit_is_tried_as_an_update_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    home = Home.usual()
    for version in ("1.0", "2.0"):
        kit = tmp_path / f"kit {version}"
        (kit / "setup").mkdir(parents=True)
        program_of(kit, version, working(version))
        (kit / f"unsigned-{version}.hxprog").unlink()
        (kit / "hub.json").write_bytes(b"{}")
        (kit / "setup" / "hongxian.svg").write_bytes(b"<svg/>")
        set_up(kit, home)
        assert home.current == "1.0", "nothing is changed over but by the launcher"
        done = subprocess.run(command(home, "desk"), capture_output=True, text=True, check=True)
        assert done.stdout == f"{version} runs\n"
    assert (home.current, home.before) == ("2.0", "1.0")
    assert rows_of(home, "written") == ["1.0 desk", "2.0 desk"]


def test_the_launcher_is_a_file_that_python_runs(home: Home):
    env = {"PATH": os.defpath, "HONGXIAN_PROGRAM": str(home.folder)}
    line = [sys.executable, "-I", "-S", str(home.launcher), "run", "status"]
    done = subprocess.run(line, capture_output=True, text=True, env=env, check=True)
    assert done.stdout == "1.0 runs\n"
