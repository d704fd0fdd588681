"""The kit for Windows, by a real Python of Windows under wine: installed, joined, a record, changed over, off again."""

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

import bare_machines
from command_line import hub_process, new_hub
from hongxian.releases.program_making import make_for_windows
from hongxian.releases.signed_program import sign_program
from hongxian.security.keys import SigningKey
from hongxian.version import __version__
from installed_wheels import make_own
from test_from_kit import write_a_record
from windows_parts import PYTHON, WHEELS, missing, sha256_of
from wine_machines import WineMachine

wait_for = partial(bare_machines.wait_for, times=20)
"""Under wine each start takes its time."""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """The program file of this checkout for Windows."""
    wheels = tmp_path / "wheels"
    shutil.copytree(WHEELS, wheels, ignore=shutil.ignore_patterns("hongxian-*"))
    make_own(wheels)
    made = make_for_windows(
        wheels, tmp_path, formats=(2, 2), protocol=2, embeddable=PYTHON, sha256=sha256_of(PYTHON)
    )
    return sign_program(made, SigningKey(b"k" * 32), made.path).path


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[WineMachine]:
    made = WineMachine(tmp_path / "machine")
    try:
        yield made
    finally:
        made.stop()


@pytest.mark.thorough
@pytest.mark.skipif(bool(missing()), reason=missing())
def test_from_a_kit_to_the_first_record_over_to_another_version_back_and_off_again(
    program: Path, machine: WineMachine, tmp_path: Path
) -> None:
    hub = new_hub(tmp_path / "hub", "红甲")
    with hub_process(hub) as url:
        words = ("--to", tmp_path, "--program", program, "--team", "红甲", "--address", url)
        [kit] = hub.json("hub", "kit", *words)["kits"]
        folder = machine.unpack(kit)
        said = machine.wine("cmd", "/d", "/c", "安装红线.cmd", cwd=folder)
        assert "not installed" not in said
        shutil.rmtree(folder)
        wait_for(lambda: machine.pages_shown)
        asked = machine.come_in()
        code = machine.hubs_word()["code"]
        assert f'value="{code}"' in asked
        assert "示例社区" in machine.post("/join", asked, url=url, code=code, name="示例电脑")
        write_a_record(machine)
        wait_for(lambda: "roster.person" in str(hub.json("hub", "digest")))

    # A second press shows the desk that runs; a version that waits is not tried beside it.
    menu, log_in, desktop = machine.icons()
    home = machine.hongxian / "program"
    put_beside(home, "9.9.0")
    before = (machine.hongxian / "data/desk.address").read_text()
    machine.press(desktop)
    wait_for(lambda: len(machine.pages_shown) == 2)
    assert (machine.hongxian / "data/desk.address").read_text() == before
    assert (home / "current").read_text() == __version__
    assert f"{__version__}" in machine.hongxian_says("--version")

    # It is switched off; the log-in takes the version that waits, and opens no window.
    machine.stop()
    machine.press(log_in)
    wait_for(lambda: (home / "current").read_text() == "9.9.0")
    wait_for(lambda: (machine.hongxian / "data/desk.address").read_text() != before)
    assert len(machine.pages_shown) == 2
    assert not (home / "copy").exists()

    # One that does not come up: the data and the version of before are back.
    machine.stop()
    put_beside(home, "9.9.1", "raise SystemExit('示例：does not come up')")
    machine.press(menu)
    wait_for(lambda: len(machine.pages_shown) == 3)
    assert (home / "current").read_text() == "9.9.0"
    assert "does not come up" in (home / "failed.json").read_text()
    assert "示例·甲001" in machine.come_in() + machine.get("/c/roster.person")

    # Off again: the records stay.
    page = machine.get("/laptop/remove")
    assert "已卸载" in machine.post("/laptop/remove", page, unsent="stay")
    wait_for(lambda: not home.exists())
    assert not any(each.exists() for each in (menu, desktop, log_in))
    assert (machine.hongxian / "data" / "laptop.db").exists()


def put_beside(program: Path, version: str, main: str = "") -> None:
    """A version as an update leaves it, to be tried at the next start: of the one that runs, or of these lines."""
    place = program / "versions" / version
    shutil.copytree(program / "versions" / __version__, place)
    if main:
        (place / "site/hongxian_client/cli/__main__.py").write_text(main, "utf-8")
        shutil.rmtree(place / "site/hongxian_client/cli/__pycache__", ignore_errors=True)
    (program / "next").write_text(version)
