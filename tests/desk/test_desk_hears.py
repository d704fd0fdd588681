"""A desk that is open hears of what other processes write, without looking all the time."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hongxian.storage.ear import FILE, hearing, tell
from hongxian_client.desk.running import OpenDesk, open_desk
from hongxian_testing.laptop import open_laptop
from on_channel import soon
from samples import SAMPLE, Thing

TELLS = "import sys; from pathlib import Path; from hongxian.storage.ear import tell; tell(Path(sys.argv[1]))"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[OpenDesk]:
    with open_desk(open_laptop(tmp_path, SAMPLE), 0) as desk:
        yield desk


def test_an_open_page_is_told_of_what_another_process_writes(
    opened: OpenDesk, tmp_path: Path
) -> None:
    told: list[bool] = []
    other = type(opened.desk.replica).open(tmp_path, plugins=opened.desk.replica.plugins)
    pages = opened.desk.pages
    with pages.opened(lambda: told.append(True), pages.rung):
        with other:
            Thing.create(name="示例·甲", scope="community")
        soon(lambda: bool(told))


def test_whoever_tells_may_be_another_process_and_the_word_is_for_this_account_alone(
    tmp_path: Path,
) -> None:
    heard: list[bool] = []
    with hearing(tmp_path, lambda: heard.append(True)):
        assert (tmp_path / FILE).stat().st_mode & 0o077 == 0
        subprocess.run([sys.executable, "-c", TELLS, str(tmp_path)], check=True)
        soon(lambda: bool(heard))
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize("text", ["", "x", "-1", "70000", "99999999999999999999", "\0"])
def test_nobody_hears_and_nothing_breaks_where_no_port_stands(tmp_path: Path, text: str) -> None:
    tell(tmp_path)
    (tmp_path / FILE).write_text(text)
    tell(tmp_path)


def test_a_folder_that_takes_no_file_is_looked_at_by_the_clock(tmp_path: Path) -> None:
    with hearing(tmp_path / "nowhere", lambda: None):
        tell(tmp_path / "nowhere")
