"""The log: a keeper can turn it up, and nothing that anybody wrote is in it."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from command_line import DEADLINE, Place, new_hub
from hongxian.logs import blame, end_log, logger, phase, start_log

LINE = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (ERROR|WARNING|INFO|DEBUG) (hongxian\.[a-z_.]+) (.+)"
)
MARK = "秘密"
"""In all that people write in the story, and in nothing else."""
LEAKY = """
from peewee import CharField
from hongxian import Record, hookimpl

class Thing(Record):
    name = CharField()
    class Meta:
        collection = "leaky.thing"

@hookimpl
def hongxian_collections():
    return [Thing]

@hookimpl
def hongxian_record_will_be_stored(collection, after):
    if collection == "leaky.thing" and "破" in after["name"]:
        raise ValueError(after["name"])

@hookimpl
def hongxian_record_was_stored(store, collection, id):
    if collection == "leaky.thing":
        raise KeyError(Thing.get_by_id(id).name)
"""


def events(log: str) -> list[tuple[str, str, str]]:
    """(level, logger, event) of each line, which must all be of one form."""
    found = [LINE.fullmatch(line) for line in log.splitlines()]
    assert all(found), log
    return [(each[1], each[2].removeprefix("hongxian."), each[3]) for each in found if each]


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    yield
    end_log()


@contextmanager
def serving(hub: Place, log: Path, *options: str) -> Iterator[str]:
    """A hub that serves in a process of its own and logs to a file."""
    with (
        log.open("w", encoding="utf-8") as file,
        hub.process("hub", "serve", "--port", "0", "--json", *options, stderr=file) as process,
    ):
        yield json.loads(process.stdout.readline())["url"]
        process.terminate()
        process.communicate(timeout=DEADLINE)


# -- lines ---------------------------------------------------------------------------------------


def test_a_line_has_its_time_in_utc_its_level_its_logger_and_an_event(
    capsys: pytest.CaptureFixture[str],
) -> None:
    start_log("DEBUG")
    with phase(logger("hongxian_client.sync.feed"), "apply") as counts:
        counts["rows"] = 5
    [(level, name, event)] = events(capsys.readouterr().err)
    assert (level, name) == ("DEBUG", "sync.feed")
    assert re.fullmatch(r"apply rows=5 ms=\d+", event)


def test_a_phase_that_fails_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    start_log("DEBUG")
    with pytest.raises(KeyError), phase(logger("hongxian.x"), "apply"):
        raise KeyError(MARK)
    [(_, _, event)] = events(capsys.readouterr().err)
    assert re.fullmatch(r"apply failed=KeyError ms=\d+", event)


def test_an_error_is_told_by_kind_and_place_without_its_message(
    capsys: pytest.CaptureFixture[str],
) -> None:
    start_log("INFO")
    try:
        try:
            raise KeyError(MARK)
        except KeyError as error:
            raise ValueError(f"{MARK}\nand more") from error
    except ValueError:
        logger("hongxian.x").exception("failed")
    [(level, _, event)] = events(capsys.readouterr().err)
    place = r"test_logs\.py:\d+:test_an_error\w+"
    assert level == "ERROR"
    assert re.fullmatch(f"failed error=ValueError at {place} from KeyError at {place}", event)


def test_of_a_long_way_through_the_program_the_innermost_frames_are_told() -> None:
    def deep(more: int) -> None:
        if not more:
            raise KeyError
        deep(more - 1)

    with pytest.raises(KeyError) as caught:
        deep(30)
    assert blame(caught.value).count("test_logs.py") == 4


# -- levels --------------------------------------------------------------------------------------


def test_a_hub_logs_what_happens_to_it_and_phases_when_it_is_turned_up(tmp_path: Path) -> None:
    hub = new_hub(tmp_path / "hub", "甲队")
    levels = {}
    for options in ((), ("--log", "debug"), ("--log", "ERROR")):
        code = hub.json("hub", "enrol", "甲队")["code"]
        laptop = Place(tmp_path / f"laptop-{len(levels)}")
        log = tmp_path / "hub.log"
        with serving(hub, log, *options) as url:
            laptop.json("join", url, code)
            laptop.json("sync")
        levels[options] = {level for level, _, _ in events(log.read_text("utf-8"))}
    assert levels == {
        (): {"INFO"},
        ("--log", "debug"): {"INFO", "DEBUG"},
        ("--log", "ERROR"): set(),
    }


def test_a_command_says_nothing_unless_it_is_asked_by_an_option_or_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = new_hub(tmp_path / "hub", "甲队")
    assert hub("hub", "enrol", "甲队").err == ""
    told = hub("hub", "enrol", "甲队", "--log", "INFO", "--json")
    assert [event for _, _, event in events(told.err)] == ["code made teams=1 minutes=1440"]
    assert "code" in told.json
    monkeypatch.setenv("HONGXIAN_LOG", "info")
    assert len(events(hub("hub", "enrol", "甲队").err)) == 1
    assert hub("hub", "enrol", "甲队", "--log", "ERROR").err == ""
    assert hub("--log", "ERROR", "hub", "enrol", "甲队").err == ""
    assert hub("hub", "enrol", "甲队", "--log", "loud").code == 2
    monkeypatch.setenv("HONGXIAN_LOG", "loud")
    assert hub("hub", "status").code == 2
