"""The log: a keeper can turn it up, and nothing that anybody wrote is in it."""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import urllib3

from command_line import DEADLINE, Place, new_hub, sheet_of
from hongxian.words.logs import blame, end_log, logger, phase, start_log
from hongxian_client.replica.replica import KEY

LINE = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (ERROR|WARNING|INFO|DEBUG) (hongxian\.[a-z_.]+) (.+)"
)
MARK = "秘密"
"""In all that people write in the story, and in nothing else."""
LEAKY = """
from peewee import CharField
from hongxian import Record, hookimpl, rule

class Thing(Record):
    name = CharField()
    class Meta:
        collection = "leaky.thing"

@hookimpl
def hongxian_collections():
    return [Thing]

@rule(of=Thing)
def is_whole(thing, before, seen):
    if "破" in thing.name:
        raise ValueError(thing.name)

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


@pytest.mark.thorough
def test_a_hub_logs_what_happens_to_it_and_each_answer_when_it_is_turned_up(tmp_path: Path) -> None:
    hub, log = new_hub(tmp_path / "hub"), tmp_path / "hub.log"
    levels = {}
    for options in ((), ("--log", "debug")):
        with serving(hub, log, *options) as url:
            browser = urllib3.PoolManager(ca_certs=str(hub.folder / "authority.crt"))
            assert browser.request("GET", f"{url}/healthz").status == 200
        levels[options] = [level for level, _, _ in events(log.read_text("utf-8"))]
    assert levels == {(): ["INFO", "INFO"], ("--log", "debug"): ["INFO", "DEBUG", "INFO"]}


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


# -- what is not in it ---------------------------------------------------------------------------


STORY = {
    # the phases of a sync, at the laptop and at the hub
    ("DEBUG", "sync.request", "load rows pages bytes ms"),
    ("DEBUG", "transport.link", "request page sent status received ms"),
    ("DEBUG", "http.api", "request kind device pages rows ms"),
    ("DEBUG", "sync.session", "verdicts plain others ms"),
    ("DEBUG", "sync.session", "feed rows pages bytes ms"),
    ("DEBUG", "sync.session", "feed pages rows ms"),
    ("DEBUG", "sync.session", "digests differ ms"),
    ("DEBUG", "sync.session", "sync requests refused ms"),
    ("INFO", "sync.session", "synced sent received"),
    ("INFO", "sync.session", "sync failed"),
    # a life, a repair, a renumbering, a purge
    ("INFO", "sync.session", "round device status"),
    ("INFO", "sync.incarnation", "began a new life epoch since_seq"),
    ("INFO", "sync.incarnation", "entered a new life of the hub epoch"),
    ("INFO", "sync.incarnation", "was filled again"),
    ("INFO", "sync.unfinished.pending", "repaired scope collection how moved"),
    ("INFO", "sync.reconcile", "repaired device scope collection taken"),
    ("INFO", "sync.incarnation", "left an incarnation device taken"),
    ("INFO", "sync.incarnation", "went on as another incarnation taken"),
    ("INFO", "sync.scopes", "purged unsent_kept"),
    # what keepers do, and plugins
    ("INFO", "http.serve", "serving port"),
    ("INFO", "http.serve", "stopped"),
    ("INFO", "membership.devices", "let in device teams"),
    ("INFO", "membership.devices", "withdrawn device scope"),
    ("INFO", "membership.devices", "revoked device"),
    ("INFO", "backups.backup", "backed up bytes"),
    ("INFO", "backups.restore", "restored"),
    ("INFO", "sync.bundle", "answered a bundle device transactions"),
}


class Story:
    """A community that writes the mark wherever it can, and keeps what was logged meanwhile."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder, ""
        self.secrets = {MARK}
        self.hub = Place(folder / "hub")
        self.hub.json("hub", "init", "--community", f"{MARK}社区")
        for team in ("甲", "乙"):
            self.hub.json("hub", "team", "add", f"{MARK}{team}队")
        self.plugin(self.hub, LEAKY)

    def plugin(self, place: Place, text: str) -> None:
        (place.folder / "plugins").mkdir(parents=True, exist_ok=True)
        (place.folder / "plugins" / "leaky.py").write_text(text, "utf-8")

    @contextmanager
    def serving(self) -> Iterator[str]:
        log = self.folder / "hub.log"
        with serving(self.hub, log, "--log", "DEBUG") as url:
            yield url
        assert events(log.read_text("utf-8"))
        self.log += log.read_text("utf-8")

    def run(self, place: Place, *words: str | Path) -> None:
        """A command, whatever comes of it; people's sentences are no log."""
        said = place(*words, "--log", "DEBUG")
        lines = re.findall(r"20\d\d-\d\d-\d\dT.*", said.err)  # one may stand behind a question
        self.log += "".join(f"{line}\n" for line in lines)

    def joined(self, url: str, name: str, plugin: str) -> Place:
        laptop = Place(self.folder / name)
        self.plugin(laptop, plugin)
        code = self.hub.json("hub", "enrol", f"{MARK}甲队", f"{MARK}乙队")["code"]
        self.run(laptop, "join", url, code, "--name", f"{MARK}{name}机")
        self.secrets |= {code, code[-7:], (laptop.folder / KEY).read_bytes().hex()}
        return laptop

    def device(self, name: str) -> str:
        found = self.hub.json("hub", "devices")
        return next(str(each["number"]) for each in found if each["name"] == f"{MARK}{name}机")


@pytest.mark.thorough
def test_nothing_that_anybody_wrote_and_no_secret_is_in_the_log_of_a_whole_story(
    tmp_path: Path,
) -> None:
    story = Story(tmp_path)
    hub, run = story.hub, story.run
    team = ("--team", f"{MARK}乙队")
    mild, letters = LEAKY.replace("raise ", "str, "), sheet_of(hub)
    story.secrets.add(letters)
    with story.serving() as url:
        first, second = story.joined(url, "一", LEAKY), story.joined(url, "二", mild)
        for name in ("破", "好"):
            for laptop in (first, second):
                run(laptop, "add", "leaky.thing", f"name={MARK}{name}", *team)
        run(hub, "hub", "backup", tmp_path / "backup.age")
        run(first, "add", "roster.person", f"name={MARK}·人")
        for laptop in (first, second, first):
            run(laptop, "sync")
        [person] = second.json("list", "roster.person")
        for laptop, name in ((first, "此"), (second, "彼")):
            run(laptop, "edit", "roster.person", person["id"], f"name={MARK}·{name}")
            run(laptop, "sync")
        run(second, "history", "roster.person", person["id"], "--all")
        run(first, "add", "roster.person", f"name={MARK}·棒")
        run(first, "bundle", "out", tmp_path / "out.hxb")
        run(hub, "hub", "bundle", tmp_path / "out.hxb", tmp_path / "reply.hxb")
        run(first, "bundle", "in", tmp_path / "reply.hxb")
        shutil.copytree(second.folder, tmp_path / "copy")
        run(second, "add", "roster.person", f"name={MARK}·原")
        run(second, "sync")
        run(Place(tmp_path / "copy"), "add", "roster.person", f"name={MARK}·副")
        run(Place(tmp_path / "copy"), "sync")
    run(hub.typing(letters), "hub", "restore", tmp_path / "backup.age")
    with story.serving() as url:
        for laptop in (first, second, first):
            run(laptop, "sync", "--hub", url)
        run(first, "add", "service.tally", f"label={MARK}", "people=1", *team)
        run(first, "sync")
        run(hub, "hub", "withdraw", story.device("一"), f"{MARK}乙队")
        run(first, "sync")
        run(hub, "hub", "revoke", story.device("一"))
        run(first, "sync")
    for secret in story.secrets:
        assert secret not in story.log
    told = {(level, name, re.sub(r"=\S+", "", event)) for level, name, event in events(story.log)}
    assert told >= STORY
    assert "ERROR" not in {level for level, _, _ in told}
