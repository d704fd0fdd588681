"""A plugin that does not come back stops itself, and nobody else for long."""

import json
import sys
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path

import pytest

from command_line import DEADLINE, Place, hub_by_itself, joined, new_hub, serving
from desks import led_in_by
from hongxian.plugins.failing.memory import MEGABYTES_SETTING
from hongxian.plugins.failing.watchdog import SECONDS_SETTING

RED = "示例·红队"
SLOW = '''
"""Slow: takes its time."""
import time
from peewee import CharField
from hongxian import Record, hookimpl

class Thing(Record):
    """One thing."""
    name = CharField(max_length=40)
    class Meta:
        collection = "slow.thing"

@hookimpl
def hongxian_collections():
    return [Thing]

@hookimpl
def hongxian_record_was_stored(store, collection):
    if collection == "slow.thing" and store.kind == "{where}":
        {statement}
'''
CARD = """
import time
from hongxian import hookimpl

@hookimpl
def hongxian_calendar_entries():
    time.sleep(1_000)
"""


@pytest.fixture(autouse=True)
def little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes that a test starts wait for a plugin for two seconds."""
    monkeypatch.setenv(SECONDS_SETTING, "2")


def put(place: Place, where: str, statement: str) -> Path:
    """Put the slow plugin into a data folder."""
    file = place.folder / "plugins" / "slow.py"
    file.write_text(SLOW.format(where=where, statement=statement), "utf-8")
    return file


def until(is_so: Callable[[], bool]) -> None:
    """Ask again and again; a hundred times at most."""
    assert any(is_so() for _ in range(100))


@pytest.mark.thorough
@pytest.mark.parametrize("statement", ["time.sleep(1_000)", "while True: pass"])
def test_a_hub_whose_plugin_does_not_come_back_goes_on_without_it_at_the_same_address(
    tmp_path: Path, statement: str
) -> None:
    hub = new_hub(tmp_path / "hub", RED)
    with hub_by_itself(hub) as (url, _):
        red, other = (joined(hub, url, tmp_path / name, RED) for name in ("red", "other"))
    for place in (hub, red):
        put(place, "hub", statement)
    with hub_by_itself(hub, "--port", url.rpartition(":")[2]):
        red.json("add", "slow.thing", "name=示例")
        red.json("add", "roster.person", "name=示例·先")
        other.json("add", "roster.person", "name=示例·后")
        red("sync")  # it breaks off when the hub begins anew
        until(lambda: other("sync").code == 0)
        until(lambda: red("sync").code == 0)
        other.json("sync")
        people = other.json("list", "roster.person")
        assert {each["name"] for each in people} == {"示例·先", "示例·后"}
    told = {each["name"]: each for each in hub.plugins("hub", "plugins")}
    assert not told["slow"]["loaded"]
    why = told["slow"]["errors"][0]["message"]["en"]
    assert "hongxian_record_was_stored had not come back after 2 seconds" in why


EATS = "held = [bytearray(2**26) for _ in range(2**12)]"


@pytest.mark.thorough
@pytest.mark.skipif(sys.platform != "linux", reason="no other system holds a process to it")
def test_a_plugin_that_eats_memory_breaks_alone_and_the_hub_serves_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = new_hub(tmp_path / "hub", RED)
    with serving(hub) as url:
        red = joined(hub, url, tmp_path / "red", RED)
    for place in (hub, red):
        put(place, "hub", EATS)
    monkeypatch.setenv(MEGABYTES_SETTING, "600")
    with hub_by_itself(hub, "--port", url.rpartition(":")[2]) as (_, pid):
        red.json("add", "slow.thing", "name=示例")
        assert red("sync").code == 0
        red.json("add", "roster.person", "name=示例·照常")
        assert red("sync").code == 0
        assert Path(f"/proc/{pid}").exists()
    told = {each["name"]: each for each in hub.plugins("hub", "plugins")}
    assert told["slow"]["loaded"]
    [error] = told["slow"]["errors"]
    assert "MemoryError" in error["message"]["en"]
    assert error["way"][-1].startswith("slow.py:")
    assert error["times"] == 1


def test_a_command_whose_plugin_does_not_come_back_ends_and_goes_on_without_it(
    tmp_path: Path,
) -> None:
    hub = new_hub(tmp_path / "hub", RED)
    with serving(hub) as url:
        red = joined(hub, url, tmp_path / "red", RED)
    file = put(red, "laptop", "time.sleep(1_000)")
    said = red.finished("add", "slow.thing", "name=示例")
    assert said.code == 1
    assert "slow" in said.err
    assert "停用" in said.err
    assert red("list", "slow.thing").code != 0
    red.json("add", "roster.person", "name=示例·照常")

    assert red.json("plugin", "take", "slow") == {"taken": True}
    assert red.json("plugin", "take", "slow") == {"taken": False}
    assert red("list", "slow.thing").code == 0
    assert red.finished("add", "slow.thing", "name=示例·二").code == 1

    file.write_text(file.read_text("utf-8").replace("time.sleep(1_000)", "pass"), "utf-8")
    assert red.finished("add", "slow.thing", "name=示例·三").code == 0  # its code is another
    assert {each["name"]: each for each in red.plugins("plugin", "list")}["slow"]["loaded"]


@pytest.mark.thorough
def test_a_desk_whose_plugin_does_not_come_back_goes_on_without_it_at_the_same_address(
    tmp_path: Path,
) -> None:
    hub = new_hub(tmp_path / "hub", RED)
    with serving(hub) as url:
        red = joined(hub, url, tmp_path / "red", RED)
    (red.folder / "plugins" / "card.py").write_text(CARD, "utf-8")
    with red.process("desk", "--port", "0", "--no-browser", "--json") as desk:
        opened = json.loads(desk.stdout.readline())
        with pytest.raises((OSError, HTTPException)):
            led_in_by(opened["page"])  # the first page shows the calendar
        again = json.loads(desk.stdout.readline())
        assert again["url"] == opened["url"]
        assert "Today" in led_in_by(again["page"])
        desk.terminate()
        desk.communicate(timeout=DEADLINE)
