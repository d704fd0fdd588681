"""The leader's command line: what it writes, reads, refuses, and how it says so."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from filelock import FileLock

from at_a_terminal import at_a_terminal
from command_line import CHINESE, DEADLINE, PROGRAM, Place, joined, new_hub, serving, speaks
from command_manual import PATH, commands, manual
from hongxian.terminal.layout import width
from hongxian.text import LANGUAGES, shown
from hongxian_client.cli.main import hongxian
from hongxian_client.cli.short_help import SHORT_HELP
from hongxian_client.replica.replica import SYNC_LOCK
from sweeps import sweep

TEAMS = ("红马甲管家团", "夕阳红")
STRICT = """
from hongxian import Refused, Text, rule
from hongxian_plugins.roster import Person

@rule(of=Person)
def is_another(person, before, seen):
    if person.name == "不行":
        raise Refused(Text("这个名字不行。", "Not this name."))
"""
LISTED = """
desk|join [URL] CODE|sync|status|digest|add COLLECTION FIELD=VALUE|edit COLLECTION ID FIELD=VALUE
delete COLLECTION ID|list COLLECTION|show COLLECTION ID|history COLLECTION ID|conflicts
do [NAME] [ID] [FIELD=VALUE...]|view [NAME] [ID] [FIELD=VALUE...]|print [NAME] [ID] [FIELD=VALUE...]
resolve CONFLICT|attention|import COLLECTION FILE|export COLLECTION FILE|bundle out FILE
bundle in FILE|hub init|hub serve|hub team add NAME|hub enrol TEAM|hub devices|hub revoke DEVICE
hub status|hub digest|hub plugins|hub bundle FILE REPLY|hub backup [FILE]|hub restore FILE|plugin list|demo
quota list|quota grant COLLECTION ID AMOUNT|quota spend COLLECTION ID AMOUNT
quota give-back COLLECTION ID AMOUNT|quota pass COLLECTION ID AMOUNT
"""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("community") / "hub"
    (folder / "plugins").mkdir(parents=True)
    (folder / "plugins" / "strict.py").write_text(STRICT, "utf-8")
    return new_hub(folder, *TEAMS)


@pytest.fixture(scope="module")
def url(hub: Place) -> Iterator[str]:
    with serving(hub) as url:
        yield url


def synced(hub: Place, url: str, folder: Path) -> Place:
    """A new laptop of the first team that knows what the hub knows."""
    laptop = joined(hub, url, folder, TEAMS[0])
    assert laptop("sync").code == 0
    return laptop


@pytest.fixture
def laptop(hub: Place, url: str, tmp_path: Path) -> Place:
    return synced(hub, url, tmp_path / "甲机")


@pytest.fixture
def laptops(hub: Place, url: str, tmp_path: Path, laptop: Place) -> tuple[Place, Place]:
    """Two laptops of one team that know each other's work so far."""
    return laptop, synced(hub, url, tmp_path / "乙机")


@pytest.fixture(scope="module")
def unchanged(hub: Place, url: str, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A laptop for all that changes nothing on it."""
    return synced(hub, url, tmp_path_factory.mktemp("laptop") / "丙机")


def add_person(laptop: Place, *words: str) -> str:
    return laptop.json("add", "roster.person", *(words or ("name=示例·甲001",)))["id"]


# -- help and the manual ---------------------------------------------------------------------


@pytest.mark.parametrize("command", re.split(r"[|\n]", LISTED.strip()))
def test_every_command_that_was_promised_is_there_and_in_the_manual(command: str) -> None:
    assert re.search(rf"^## `hongxian {re.escape(command)}", PATH.read_text("utf-8"), re.MULTILINE)


def test_the_manual_says_what_the_commands_say() -> None:
    assert PATH.read_text("utf-8") == manual()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("names", [names for names, _ in commands()] + [(), ("hub",), ("bundle",)])
def test_every_help_is_in_the_readers_language_and_fits_80_columns(
    names: tuple[str, ...], language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    said = Place(tmp_path, language)(*names, "--help")
    assert said.code == 0
    prose = "".join(line for line in said.out.splitlines(True) if "  hongxian " not in line)
    assert [each for each in LANGUAGES if speaks(prose, each)] == [language]
    assert max(map(width, said.out.splitlines())) <= 80
    options = re.findall(r"^  (--[\w-]+).*?(?=^  --|\Z)", said.out, re.DOTALL | re.MULTILINE)
    assert {"--data", "--json", "--help"} <= set(options)
    if language == "zh":
        usage = re.findall(r"^(?:用法：|  --).*?(?=  |$)", said.out, re.MULTILINE)
        assert not re.search("[A-Z]{2}", " ".join(usage)), usage


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["programs", "add", "没有.hxprog"], "没有这个文件或文件夹：没有.hxprog"),
        (["programs", "add", "."], "这是文件夹，不是文件：."),
        (["programs", "add"], "缺少 文件"),
    ],
)
def test_of_a_file_that_is_not_there_chinese_says_so(
    words: list[str], told: str, tmp_path: Path
) -> None:
    assert told in Place(tmp_path, "zh")("hub", *words).err


def test_every_option_explains_itself_in_both_languages() -> None:
    for names, command in commands():
        for option in command.params:
            if isinstance(option, click.Option) and "--help" not in option.opts:
                assert CHINESE.search(option.text.zh), (names, option)
                assert re.search("[A-Za-z]{4}", option.text.en), (names, option)
                assert not CHINESE.search(option.text.en), (names, option)


def test_the_help_of_all_says_of_each_command_what_its_own_begins_with() -> None:
    context = click.Context(hongxian)
    own = {name: hongxian.get_command(context, name) for name in hongxian.list_commands(context)}
    lines = {name: shown(each.text, "zh").partition("\n")[0] for name, each in own.items()}
    assert {name: each.zh for name, each in SHORT_HELP.items()} == {
        name: line.rstrip("。") for name, line in lines.items()
    }
    lines = {name: shown(each.text, "en").partition("\n")[0] for name, each in own.items()}
    assert {name: each.en for name, each in SHORT_HELP.items()} == {
        name: line.rstrip(".") for name, line in lines.items()
    }


def test_the_help_waits_for_no_library_of_databases_or_pages() -> None:
    script = (
        "import sys; from hongxian_client.cli.main import run, hongxian; run(hongxian, ['--help'])"
    )
    heavy = "{'peewee', 'marshmallow', 'flask', 'pluggy'}"
    words = [sys.executable, "-c", f"{script}; sys.exit(str({heavy} & sys.modules.keys()))"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=DEADLINE, check=False)
    assert done.stderr.strip() == "set()"


@pytest.mark.parametrize("words", [["--help"], ["status"], ["list", "roster.person"]])
def test_it_starts_without_the_libraries_that_it_does_not_need(
    words: list[str], unchanged: Place
) -> None:
    command = [sys.executable, "-X", "importtime", *PROGRAM[1:], *words]
    done = subprocess.run(
        [*command, "--data", str(unchanged.folder)],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    imported = {line.rpartition("|")[2].strip().split(".")[0] for line in done.stderr.splitlines()}
    assert "hongxian_client" in imported
    assert not imported & {"flask", "werkzeug", "openpyxl", "h11", "urllib3"}


def test_options_may_stand_anywhere(unchanged: Place) -> None:
    data = ["--data", str(unchanged.folder)]
    for words in (
        [*data, "--json", "plugin", "list"],
        ["plugin", *data, "list", "--json"],
        ["plugin", "--json", "list", *data],
    ):
        done = subprocess.run([*PROGRAM, *words], capture_output=True, check=True)
        told = {each["name"]: each["collections"] for each in json.loads(done.stdout)}
        assert "roster.person" in told["roster"]  # which only an opened laptop can tell


def test_the_environment_may_name_the_folder(unchanged: Place) -> None:
    environment = {**os.environ, "HONGXIAN_DATA": str(unchanged.folder)}
    done = subprocess.run(
        [*PROGRAM, "status", "--json"], capture_output=True, check=True, env=environment
    )
    assert json.loads(done.stdout)["joined"]


# -- records ---------------------------------------------------------------------------------


def test_what_one_laptop_writes_another_reads(laptops: tuple[Place, Place]) -> None:
    first, second = laptops
    id = add_person(
        first, "name=示例·乙002", "gender=女", "skills=磨刀,理发", "joined=2023年3月1日"
    )
    tally = first.json("add", "service.tally", "label=磨剪刀", "people=12")["id"]
    assert first.json("status")["unsent"] == 2
    assert first.json("sync")["sent"] == 2
    assert second.json("sync")["received"] >= 2
    shown = second.json("show", "roster.person", id)
    assert shown["name"] == "示例·乙002"
    assert shown["gender"] == "female"
    assert shown["skills"] == ["理发", "磨刀"]
    assert shown["joined"] == "2023-03-01"
    second.json("edit", "roster.person", id[-8:], "skills+=摄影", "skills-=理发")
    second.json("edit", "service.tally", tally, "people=+5")
    first.json("edit", "service.tally", tally, "people=+3")
    for laptop in (first, second, first):
        laptop.json("sync")
    assert first.json("show", "roster.person", id)["skills"] == ["摄影", "磨刀"]
    assert first.json("show", "service.tally", tally)["people"] == 20
    first.json("edit", "service.tally", tally, "people=4")
    first.json("edit", "roster.person", id, "joined=", "skills=")
    assert first.json("show", "service.tally", tally)["people"] == 4
    assert first.json("show", "roster.person", id)["joined"] is None
    first.json("delete", "roster.person", id)
    assert first("show", "roster.person", id).code == 0
    assert first.json("show", "roster.person", id)["deleted"] is True
    assert first("edit", "roster.person", id, "name=x").code == 1


def test_records_are_listed_by_what_they_hold(laptop: Place) -> None:
    for number in range(3):
        laptop.json("add", "service.activity", f"title=值班 {number}", "day=2025-03-01")
    laptop.json("add", "service.activity", "title=大篷车", "day=2025-03-02", "kind=caravan")
    laptop.json("add", "service.tally", "label=理发", "people=7", "activity=大篷车")
    assert [
        r["title"] for r in laptop.json("list", "service.activity", "--where", "kind=caravan")
    ] == ["大篷车"]
    both = ("--where", "day=2025-03-01", "--where", "title=值班 1")
    assert len(laptop.json("list", "service.activity", *both)) == 1
    titles = [r["title"] for r in laptop.json("list", "service.activity", "--sort", "-title")]
    assert titles == ["值班 2", "值班 1", "值班 0", "大篷车"], "zhi stands behind da"
    assert len(laptop.json("list", "service.activity", "--limit", "2")) == 2
    assert len(laptop.json("list", "service.activity", "--where", "place=")) == 4
    assert len(laptop.json("list", "service.tally", "--where", "people=7")) == 1
    own = ("--where", f"team={TEAMS[0]}", "--where", "label=理发")
    assert len(laptop.json("list", "service.tally", *own)) == 1
    assert "大篷车" in laptop("list", "service.tally").out  # named, not numbered


def test_a_record_is_found_by_its_name_where_one_alone_bears_it(laptop: Place) -> None:
    one, twin = (add_person(laptop, f"name=示例·{name}") for name in ("独名", "同名"))
    another = add_person(laptop, "name=示例·同名")
    assert laptop.json("show", "roster.person", "示例·独名")["id"] == one
    shown = laptop.reading("en")("show", "roster.person", one).out
    assert re.search(r"^sync +not sent yet$", shown, re.M), "a field may be called state"
    laptop.json("edit", "roster.person", "示例·独名", "skills=磨刀")
    assert laptop.json("show", "roster.person", one)["skills"] == ["磨刀"]
    refused = laptop("edit", "roster.person", "示例·同名", "skills=磨刀")
    assert refused.code == 2
    assert twin in refused.err
    assert another in refused.err
    laptop.json("delete", "roster.person", "示例·独名")
    assert laptop("show", "roster.person", "示例·独名").code == 1


def test_whose_record_it_is_can_be_said(hub: Place, url: str, tmp_path: Path) -> None:
    both = joined(hub, url, tmp_path / "both", *TEAMS)
    activity = ("service.activity", "title=巡查", "day=2025-01-01")
    refused = both.json("add", *activity, code=2)
    assert refused["error"] == "UnknownTeam"
    assert both("add", *activity, "--team", "没有这队").code == 2
    id = both.json("add", *activity, "--team", TEAMS[1])["id"]
    teams = both.json("status")["teams"]
    assert teams[both.json("show", "service.activity", id)["scope"]] == TEAMS[1]
    both.json("edit", "service.activity", id, f"team={TEAMS[0]}")
    assert teams[both.json("show", "service.activity", id)["scope"]] == TEAMS[0]
    shared = both.json("add", *activity, "--team", "全社区")["id"]
    assert both.json("show", "service.activity", shared)["scope"] == "community"


@pytest.mark.parametrize(
    ("words", "code", "error", "says"),
    [
        (["add", "roster.persons", "a=1"], 2, "UnknownCollection", "roster.person"),
        (["add", "roster.person", "nome=x"], 2, "UnknownField", "name, gender"),
        (["add", "roster.person", "stamp=1"], 2, "UnknownField", "stamp"),
        (["add", "roster.person", "just words"], 2, "WrongCommandLine", "FIELD=VALUE"),
        (["add", "roster.person", "name+=x"], 1, "Invalid", "+="),
        (["add", "roster.person", "name=a", "name=b"], 1, "Invalid", "一次"),
        (["add", "roster.person"], 1, "Invalid", "name"),
        (["add", "roster.person", "name="], 1, "Invalid", "name"),
        (["add", "roster.person", "name=" + "长" * 41], 1, "Invalid", "40"),
        (["add", "roster.person", "name=x", "joined=昨天"], 1, "Invalid", "2023-03-01"),
        (["add", "hongxian.consent", "kind=x", "given=也许"], 1, "Invalid", "是 或 否"),
        (["add", "roster.person", "name=x", "state=gone"], 1, "Invalid", "Dormant"),
        (["add", "service.tally", "label=x", "people=many"], 1, "Invalid", "整数"),
        (["add", "service.tally", "label=x", f"people={10**400}"], 1, "Invalid", "64"),
        (["add", "service.tally", "label=x", f"people=+{10**19}"], 1, "Invalid", "64"),
        (["add", "service.tally", "label=x", f"people={'9' * 10_000}"], 1, "Invalid", "64"),
        (["add", "roster.contact", "person=没有此人"], 1, "Invalid", "没有此人"),
        (
            ["add", "service.activity", "title=x", "day=2025-01-01", "shift_cap=1.5"],
            1,
            "Invalid",
            "整数",
        ),
        (["edit", "roster.person", "00000000", "name=x"], 1, "RecordUnknown", "00000000"),
        (["show", "roster.person", "%' OR 1=1"], 1, "RecordUnknown", "roster.person"),
        (["list", "roster.person", "--sort", "nome"], 2, "UnknownField", "nome"),
        (["list", "roster.person", "--limit", "-1"], 2, "WrongCommandLine", "--limit"),
        (["resolve", "0000-0000", "--keep", "kept"], 1, "RecordUnknown", "0000-0000"),
        (["attention", "--resend", "99"], 1, "NothingThere", "99"),
        (["attention", "--resend", "1", "--discard", "1"], 2, "WrongCommandLine", "--discard"),
        (["import", "roster.person", "nowhere.xlsx"], 1, "FileRefused", "nowhere.xlsx"),
        (["export", "roster.person", "out.pdf"], 1, "FileRefused", ".xlsx"),
        (["bundle", "in", "nowhere.hx"], 1, "FileRefused", "nowhere.hx"),
        (["frobnicate"], 2, "WrongCommandLine", "frobnicate"),
        (["status", "--frobnicate"], 2, "WrongCommandLine", "--frobnicate"),
        (["add"], 2, "WrongCommandLine", "COLLECTION"),
    ],
)
def test_what_cannot_be_done_is_said_in_the_readers_language_and_changes_nothing(
    unchanged: Place, words: list[str], code: int, error: str, says: str
) -> None:
    before = unchanged.json("status")
    said = unchanged(*words)
    assert said.code == code
    assert said.out == ""
    assert "Traceback" not in said.err
    assert speaks(said.err, "zh")
    english = unchanged.reading("en")(*words)
    assert (english.code, english.out) == (code, "")
    assert speaks(english.err, "en")
    assert says in said.err + english.err
    told = unchanged(*words, "--json")
    assert told.code == code
    assert told.json["error"] == error
    assert set(told.json["message"]) == {"zh", "en"}
    assert unchanged.json("status") == before


def test_several_wrong_fields_are_told_at_once(unchanged: Place) -> None:
    wrong = ("name=x", "joined=x", "born=x")
    reasons = unchanged.json("add", "roster.person", *wrong, code=1)["facts"]["reasons"]
    assert reasons.keys() == {"joined", "born"}


@pytest.mark.skipif(sys.platform == "win32", reason="arguments are text on Windows")
@pytest.mark.parametrize("words", [["name=\udcff"], ["\udcff=1"]])
def test_bytes_that_are_no_text_are_refused(unchanged: Place, words: list[str]) -> None:
    raw = [os.fsencode(word) for word in ("add", "roster.person", *words)]
    said = unchanged.finished(*raw)
    assert said.code in (1, 2)
    assert "Traceback" not in said.err
    assert unchanged.json("status")["unsent"] == 0


def test_control_characters_do_not_reach_the_terminal(laptop: Place) -> None:
    id = add_person(laptop, "name=\x1b[31m示例\n·红")
    for words in (["list", "roster.person"], ["show", "roster.person", id]):
        out = laptop(*words).out
        assert "\x1b" not in out
        assert "<1B>" in out


CODE = "-".join(["AAAAA"] * 5)

# -- the hub away, and before joining ----------------------------------------------------------


def test_a_hub_out_of_reach_is_exit_3_and_loses_nothing(laptop: Place, tmp_path: Path) -> None:
    lonely = Place(tmp_path / "lonely")
    told = lonely.json("join", "http://127.0.0.1:9", CODE, code=3)
    assert told["error"] == "NoHub"
    for message, to_do in (("zh", "核对网址"), ("en", "Check the address")):
        assert "http://127.0.0.1:9" in told["message"][message]
        assert to_do in told["message"][message]
    assert "sent later" not in told["message"]["en"], "it holds nothing yet"
    assert lonely("join", "ftp://127.0.0.1", "x").code == 2
    assert lonely("join", "http://[::1", "x").code == 2


def test_before_joining_only_status_answers(tmp_path: Path) -> None:
    lonely = Place(tmp_path / "lonely")
    told = lonely.json("status")
    assert (told["joined"], told["device"], told["hub"]) == (False, None, None)
    for words in (["sync"], ["list", "roster.person"], ["add", "roster.person", "name=x"]):
        assert lonely.json(*words, code=1)["error"] == "NotJoined"
    assert not lonely.folder.exists()


def test_a_code_works_once_and_only_the_right_one(hub: Place, url: str, tmp_path: Path) -> None:
    code = hub.json("hub", "enrol", TEAMS[0])["code"]
    assert Place(tmp_path / "a")("join", url, code.lower().replace("-", "")).code == 0
    assert Place(tmp_path / "b").json("join", url, code, code=1)["error"] == "CodeRefused"
    assert Place(tmp_path / "b").json("join", url, "WRONG-CODES", code=1)["error"] == "CodeRefused"
    long = Place(tmp_path / "b").json("join", url, "x" * 5000, code=1)
    assert long["error"] == "CodeRefused"
    again = Place(tmp_path / "a").json("join", url, code, code=1)
    assert again["error"] == "AlreadyThere"


def test_status_has_what_a_leader_and_a_program_ask_for(laptop: Place, url: str) -> None:
    told = laptop.json("status")
    assert told["hub"] == url
    assert list(told["teams"].values()) == [TEAMS[0]]
    assert told["last_sync"].startswith("20")
    assert {"device", "unsent", "needs_attention", "conflicts", "deferred"} <= told.keys()
    assert TEAMS[0] in laptop("status").out


def test_digests_are_equal_where_the_data_is(hub: Place, laptops: tuple[Place, Place]) -> None:
    add_person(laptops[0])
    for laptop in (*laptops, *laptops):
        laptop.json("sync")
    first, second = (laptop.json("digest") for laptop in laptops)
    assert first == second
    assert first["community"]["roster.person"]["count"] >= 1
    theirs = hub.json("hub", "digest")
    assert all(theirs[scope] == first[scope] for scope in first)


# -- conflicts -------------------------------------------------------------------------------


def in_conflict(laptops: tuple[Place, Place], ours: list[str], theirs: list[str]) -> dict[str, Any]:
    """Both write without sight of each other; the conflict, as the first laptop sees it."""
    first, second = laptops
    first("sync")
    second("sync")
    first.json(*ours)
    second.json(*theirs)
    for laptop in (first, second, first):
        laptop.json("sync")
    return open_conflict(first, theirs[2])


def open_conflict(laptop: Place, record: str) -> dict[str, Any]:
    """The one conflict over a record; other tests have theirs on the same hub."""
    [conflict] = [each for each in laptop.json("conflicts") if each["record"] == record]
    return conflict


@pytest.mark.parametrize("keep", sweep(["kept", "lost"]))
def test_a_person_chooses_between_two_values(laptops: tuple[Place, Place], keep: str) -> None:
    first, second = laptops
    id = add_person(first)
    edit = ["edit", "roster.person", id]
    conflict = in_conflict(laptops, [*edit, "name=示例·左"], [*edit, "name=示例·右"])
    assert (conflict["field"], conflict["record"]) == ("name", id)
    assert {conflict["kept"], conflict["lost"]} == {"示例·左", "示例·右"}
    assert {conflict["kept_by"]["who"], conflict["lost_by"]["who"]} == {"甲机", "乙机"}
    assert "示例·左" in first("conflicts").out
    assert first("resolve", conflict["id"][-8:], "--keep", keep).code == 0
    settled = [each for each in first.json("conflicts", "--all") if each["resolved"]]
    assert conflict["id"] in [each["id"] for each in settled]
    first.json("sync")
    second.json("sync")
    assert second.json("show", "roster.person", id)["name"] == conflict[keep]
    assert conflict["id"] not in [each["id"] for each in second.json("conflicts")]


def test_a_deletion_that_lost_can_be_put_back(laptops: tuple[Place, Place]) -> None:
    id = add_person(laptops[0])
    conflict = in_conflict(
        laptops, ["delete", "roster.person", id], ["edit", "roster.person", id, "name=示例·留"]
    )
    assert (conflict["field"], conflict["lost"]) == ("deleted", True)
    assert not laptops[0].json("show", "roster.person", id)["deleted"]
    laptops[0].json("resolve", conflict["id"], "--keep", "lost")
    assert laptops[0].json("show", "roster.person", id)["deleted"]


def test_a_choice_that_cannot_be_made_settles_nothing(laptops: tuple[Place, Place]) -> None:
    id = add_person(laptops[0])
    edit = ["edit", "roster.person", id]
    conflict = in_conflict(laptops, [*edit, "name=示例·左"], [*edit, "name=示例·右"])
    laptops[0].json("delete", "roster.person", id)
    refused = laptops[0].json("resolve", conflict["id"], "--keep", "lost", code=1)
    assert refused["error"] == "RecordUnknown"
    assert open_conflict(laptops[0], id) == conflict


# -- what the hub refused --------------------------------------------------------------------


def test_what_was_refused_is_corrected_in_place(laptops: tuple[Place, Place]) -> None:
    laptop, other = laptops
    id = add_person(laptop, "name=不行", "skills=磨刀")
    laptop.json("edit", "roster.person", id, "skills+=理发")
    assert laptop.json("sync")["refused"] == 2
    told = laptop.json("status")
    assert (told["unsent"], told["needs_attention"]) == (0, 2)
    rejected = laptop.json("attention")[0]
    assert rejected["state"] == "refused"
    assert rejected["reasons"][""] == [{"zh": "这个名字不行。", "en": "Not this name."}]
    assert rejected["changes"][0]["id"] == id
    assert "这个名字不行" in laptop("attention").out
    assert "!" in laptop("list", "roster.person", "--where", "name=不行").out
    laptop.json("edit", "roster.person", id, "name=示例·行")
    assert laptop.json("attention") == []
    assert laptop.json("sync")["refused"] == 0
    other.json("sync")
    shown = other.json("show", "roster.person", id)
    assert (shown["name"], shown["skills"]) == ("示例·行", ["理发", "磨刀"])


def test_what_was_refused_is_sent_again_or_taken_back(laptop: Place) -> None:
    id = add_person(laptop, "name=不行")
    laptop.json("sync")
    [rejected] = laptop.json("attention")
    laptop.json("attention", "--resend", str(rejected["number"]))
    assert laptop.json("status")["unsent"] == 1
    laptop.json("sync")
    [rejected] = laptop.json("attention")
    told = laptop.json("attention", "--discard", str(rejected["number"]))
    assert "不行" in Path(told["file"]).read_text("utf-8")
    assert laptop("show", "roster.person", id).code == 1
    assert laptop.json("status")["needs_attention"] == 0


# -- history ---------------------------------------------------------------------------------


def test_history_is_the_hubs_and_what_is_known_here_without_it(hub: Place, tmp_path: Path) -> None:
    own = new_hub(tmp_path / "hub", *TEAMS)
    with serving(own) as url:
        laptop = joined(own, url, tmp_path / "甲机", TEAMS[0])
        id = add_person(laptop, "name=示例·先", "skills=磨刀")
        laptop.json("sync")
        laptop.json("edit", "roster.person", id, "name=示例·后", "skills+=理发")
        laptop.json("sync")
        laptop.json("edit", "roster.person", id, "gender=男")
        told = laptop.json("history", "roster.person", id)
        assert told["complete"]
        unsent, edit, first = told["entries"]
        assert (unsent["how"], unsent["after"]) == ("unsent", {"gender": "male"})
        assert (edit["before"]["name"], edit["after"]["name"]) == ("示例·先", "示例·后")
        assert edit["after"]["skills"] == ["理发", "磨刀"]
        assert first["after"]["name"] == "示例·先"
        assert first["who"] == "甲机"
        assert "示例·先 → 示例·后" in laptop("history", "roster.person", id).out
    told = laptop.json("history", "roster.person", id)
    assert not told["complete"]
    assert [entry["how"] for entry in told["entries"]] == ["unsent", "present", "present"]
    assert told["entries"][1]["after"] == {"name": "示例·后", "skills": ["理发", "磨刀"]}
    assert "本机所知" in laptop("history", "roster.person", id).out
    assert laptop.json("sync", code=3)["error"] == "HubOutOfReach"


# -- files -----------------------------------------------------------------------------------


def test_sheets_go_in_and_out(laptop: Place, tmp_path: Path) -> None:
    sheet = tmp_path / "people.csv"
    sheet.write_text("姓名,加入日期\n示例·表1,2023-03-01\n,2023-03-02\n", "utf-8-sig")
    trial = laptop.json("import", "roster.person", sheet, "--dry-run")
    assert (trial["new"], trial["wrong"], trial["dry_run"]) == (1, 1, True)
    assert laptop.json("status")["unsent"] == 0
    report = laptop.json("import", "roster.person", sheet)
    assert Path(report["error_file"]).exists()
    said = laptop("import", "roster.person", sheet)
    assert said.code == 0
    assert said.err == ""  # no progress bar in a pipe
    out = tmp_path / "out.xlsx"
    exported = laptop.json("export", "roster.person", out)
    assert out.exists()
    assert exported["records"] == len(laptop.json("list", "roster.person"))


def test_a_round_goes_by_stick(hub: Place, laptop: Place, tmp_path: Path) -> None:
    add_person(laptop, "name=示例·棍")
    out, reply = tmp_path / "out.hx", tmp_path / "reply.hx"
    assert laptop.json("bundle", "out", out)["transactions"] == 1
    hub.json("hub", "bundle", out, reply)
    told = laptop.json("bundle", "in", reply)
    assert told["unsent"] == 0
    out.write_bytes(out.read_bytes()[:-1])
    assert hub.json("hub", "bundle", out, reply, code=1)["error"] == "FileRefused"


def test_one_laptop_is_synced_by_one_process_at_a_time(
    laptop: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hongxian_client.sync.session.LOCK_SECONDS", 0.1)
    with FileLock(laptop.folder / SYNC_LOCK):
        assert laptop.json("sync", code=1)["error"] == "InUse"
        add_person(laptop, "name=示例·照写")  # writing waits for no sync
    assert laptop.json("sync")["sent"] == 1


# -- syncing by itself -----------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="no terminals of that kind on Windows")
def test_who_joins_chooses_a_passphrase_by_typing_it_twice_and_is_asked_no_more(
    tmp_path: Path,
) -> None:
    own, hub = Place(tmp_path / "chosen"), new_hub(tmp_path / "hub", *TEAMS)
    with serving(hub) as url:
        words = [*PROGRAM, "join", url, hub.json("hub", "enrol", TEAMS[0])["code"]]
        code, shown_there = at_a_terminal(
            [*words, "--data", str(own.folder)],
            {"口令:": "几个互不相干的词，这就够长了", "再输一次:": "几个互不相干的词，这就够长了"},
            HONGXIAN_ENCRYPTION="on",
            LANGUAGE="zh",
            DBUS_SESSION_BUS_ADDRESS="disabled:",
        )
    assert code == 0, shown_there
    assert (shown_there.count("口令:"), shown_there.count("再输一次:")) == (1, 1), shown_there
    assert "已加入" in shown_there


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGTERM to catch on Windows")
def test_watching_sends_what_another_process_writes_and_ends_cleanly(
    laptops: tuple[Place, Place],
) -> None:
    laptop, other = laptops
    with laptop.process("sync", "--watch", "--json") as watching:
        id = add_person(laptop, "name=示例·看")
        give_up = time.monotonic() + DEADLINE
        while laptop.json("status")["unsent"] and time.monotonic() < give_up:
            time.sleep(0.2)
        watching.send_signal(signal.SIGTERM)
        _, err = watching.communicate(timeout=DEADLINE)
    assert (watching.returncode, err) == (0, "")
    other.json("sync")
    assert other.json("show", "roster.person", id)["name"] == "示例·看"
