"""A disk that fills is told of before it is full: on the console, by the command line and in the log."""

import logging
import re
import shutil
from pathlib import Path

import orjson
import pytest

from command_line import Place
from consoles import keepers, page
from hongxian.model.stamp import DAY_MILLISECONDS, wall_clock
from hongxian.plugins.loading import Plugins
from hongxian_server.backups.schedule import add_place
from hongxian_server.hub import Hub
from hongxian_server.ops.disk import disks, note_disks
from small_disks import small_disk

MB = 2**20


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return Hub.init(tmp_path / "hub", "示例社区", plugins=Plugins(installed=False))


def filled(hub: Hub, days: int, left: float) -> None:
    """Noted so many days ago: what is left now is so many times what went since."""
    free = shutil.disk_usage(hub.folder).free
    at = wall_clock() - days * DAY_MILLISECONDS
    noted = {str(hub.folder): [(at, int(free + free / left))]}
    (hub.folder / "disks.json").write_bytes(orjson.dumps(noted))


def test_when_a_disk_is_full_is_told_by_the_pace_so_far(hub: Hub) -> None:
    filled(hub, days=10, left=2)
    [disk] = disks(hub)
    assert disk.days in range(17, 21), "ten days took half of what is left"
    assert not disk.is_short
    shown = page(keepers(hub), "/console/overview")
    assert f"full in about {disk.days} days" in re.sub("<[^>]+>", "", shown)
    told = Place(hub.folder, "en")("hub", "status").out
    assert "CAREFUL" in told
    assert "at this pace" in told
    assert "照现在的速度" in Place(hub.folder)("hub", "status").out


def test_a_disk_that_is_full_this_week_is_pressed_for(hub: Hub) -> None:
    filled(hub, days=10, left=0.3)
    [disk] = disks(hub)
    assert disk.days in range(1, 4)
    assert disk.is_short


@pytest.mark.parametrize(("days", "left"), [(10, 20.0), (2, 0.5), (10, -3.0)])
def test_nothing_is_said_of_one_that_fills_slowly_or_grew_or_was_looked_at_for_two_days(
    hub: Hub, days: int, left: float
) -> None:
    filled(hub, days, left)
    assert "left on its disk" not in page(keepers(hub), "/console/overview")
    assert "CAREFUL" not in Place(hub.folder, "en")("hub", "status").out


def test_what_is_left_is_noted_once_a_day_and_the_log_tells(
    hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    filled(hub, days=10, left=1)
    with hub, caplog.at_level(logging.WARNING):
        note_disks(hub)
        note_disks(hub)
    [line] = [each.getMessage() for each in caplog.records if "a disk fills" in each.getMessage()]
    assert str(hub.folder) not in line
    [noted] = orjson.loads((hub.folder / "disks.json").read_bytes()).values()
    assert len(noted) == 2


def test_a_note_that_cannot_be_read_is_none(hub: Hub) -> None:
    for odd in (b"", b"[]", b"{", b'{"a": 1}', b'{"a": [["x", 1]]}'):
        (hub.folder / "disks.json").write_bytes(odd)
        assert disks(hub)[0].days is None


def test_the_disk_of_a_further_place_is_looked_at_too(hub: Hub, tmp_path: Path) -> None:
    with small_disk(tmp_path / "second", 8) as second:
        add_place(hub, second.folder)
        own, further = disks(hub)
        assert further.is_short, "8 MB are little"
        assert further.folder == str(second.folder)
        assert own.folder == str(hub.folder)
        note_disks(hub)
    assert str(second.folder) in orjson.loads((hub.folder / "disks.json").read_bytes())
