"""The keeper's command line: codes, devices, teams, backups, and a hub that comes and goes."""

import json
import re
import shutil
import sqlite3
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest

from command_line import CHINESE, DEADLINE, Place, joined, new_hub, serving, sheet_of
from hongxian_client.replica.replica import Replica
from hongxian_server.folder import DATABASE
from places import TOP

TEAMS = ("红马甲管家团", "夕阳红")
BREAKS_WHEN_TOLD = """
from hongxian import hookimpl
from places import TOP

@hookimpl
def hongxian_record_was_stored(collection, id):
    raise RuntimeError("broken while told")
"""


@pytest.fixture
def hub(tmp_path: Path) -> Place:
    return new_hub(tmp_path / "hub", *TEAMS)


def test_a_hub_is_made_once(hub: Place, tmp_path: Path) -> None:
    assert hub.json("hub", "init", "--community", "又一个", code=1)["error"] == "AlreadyThere"
    assert hub.json("hub", "team", "add", TEAMS[0], code=1)["error"] == "AlreadyThere"
    told = hub.json("hub", "status")
    assert told["community"] == "示例社区"
    assert list(told["teams"].values()) == list(TEAMS)
    assert (told["devices"], told["records"], told["recovering"]) == (0, 2, False)
    assert told["journal"]["first_broken"] is None
    assert len(told["epoch"]) == 36
    assert "示例社区" in hub("hub", "status").out


@pytest.mark.parametrize("name", ["", "  ", "community", "全社区", "a\nb", "a\x1bb", "长" * 81])
def test_a_team_needs_a_name_that_a_person_can_read_and_type(hub: Place, name: str) -> None:
    assert hub("hub", "team", "add", name).code == 1
    assert list(hub.json("hub", "status")["teams"].values()) == list(TEAMS)


def test_a_hub_that_could_not_be_made_leaves_nothing_behind(tmp_path: Path) -> None:
    place = Place(tmp_path / "hub")
    url = "postgresql://nobody@127.0.0.1:9/nothing"
    assert place("hub", "init", "--community", "x", "--database", url).code == 1
    assert place("hub", "init", "--community", "x", "--database", "mysql://x").code == 2
    made = place("hub", "init", "--community", "x")
    assert made.code == 0
    assert "下一步：hongxian hub keeper" in made.out, "as the manual has it"


def test_laptops_and_hubs_keep_out_of_each_others_folders(hub: Place, tmp_path: Path) -> None:
    assert hub.json("status", code=1)["error"] == "FileRefused"
    assert "hongxian hub" in hub("status").err
    assert not (hub.folder / "laptop.db").exists()
    with serving(hub) as url:
        laptop = joined(hub, url, tmp_path / "甲机", TEAMS[0])
    for words in (["hub", "status"], ["hub", "init", "--community", "x"]):
        assert laptop.json(*words, code=1)["error"] == "FileRefused"


def test_a_folder_that_was_mistyped_is_named_with_what_to_check(tmp_path: Path) -> None:
    mistyped = Place(tmp_path / "mistyped")
    told = mistyped.json("hub", "status", code=1)
    assert told["error"] == "FileRefused"
    for language in ("zh", "en"):
        message = told["message"][language]
        assert "--data" in message
        assert bool(CHINESE.search(message)) == (language == "zh")
        assert str(mistyped.folder) in told["message"][language]
    assert f"{mistyped.folder} 里没有电脑的数据" in mistyped("status").out
    assert (
        f"No laptop's data is in {mistyped.folder}; if another folder is meant, check --data"
        in mistyped.reading("en")("status").out
    )
    assert not mistyped.folder.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no such modes on Windows")
def test_nobody_else_on_the_machine_reads_a_data_folder(hub: Place, tmp_path: Path) -> None:
    with serving(hub) as url:
        laptop = joined(hub, url, tmp_path / "甲机", TEAMS[0])
    for place in (hub, laptop):
        assert place.folder.stat().st_mode & 0o077 == 0


def test_codes_expire(hub: Place, tmp_path: Path) -> None:
    told = hub.json("hub", "enrol", TEAMS[0], "--minutes", "30")
    left = datetime.fromisoformat(told["expires"]).timestamp() - time.time()
    assert 29 * 60 < left <= 30 * 60
    with sqlite3.connect(hub.folder / "hub.db") as database:
        database.execute("UPDATE hongxian_code SET expires = 1")
    database.close()
    with serving(hub) as url:
        refused = Place(tmp_path / "a").json("join", url, told["code"], code=1)
    assert refused["error"] == "CodeRefused"
    assert hub.json("hub", "enrol", "没有这队", code=2)["error"] == "UnknownTeam"
    assert hub("hub", "enrol").code == 2


@pytest.mark.thorough
def test_the_hub_for_good_of_readme_serves_as_the_unit_says(tmp_path: Path) -> None:
    readme, operations = (TOP / name for name in ("README.md", "docs/operations.md"))
    section = readme.read_text("utf-8").partition("## A hub for good")[2].partition("\n## ")[0]
    lines = re.findall(r"/opt/hongxian/bin/hongxian (hub [^#\n]+)", section)
    init, keeper, serve = ([w for w in line.split() if w != "--data"] for line in lines)
    assert {init.pop(), keeper.pop(), serve.pop()} == {"/var/lib/hongxian"}
    unit = operations.read_text("utf-8")
    assert f"ExecStart=hongxian {' '.join(serve)}\n" in unit
    assert "Environment=HONGXIAN_DATA=/var/lib/hongxian\n" in unit
    place = Place(tmp_path / "hub")
    assert place.json(*init)["data"] == str(place.folder)
    assert place.json(*keeper)["keeper_password"]
    with place.process(*serve, "--port", "0", "--json") as process:
        told = json.loads(process.stdout.readline())
        process.terminate()
        process.communicate()
    assert told.keys() == {"url"}, "the password is told once, and to no log"


def test_devices_are_listed_let_in_taken_out_and_revoked(hub: Place, tmp_path: Path) -> None:
    with serving(hub) as url:
        laptop = joined(hub, url, tmp_path / "甲机", TEAMS[0])
        laptop.json("sync")
        [device] = hub.json("hub", "devices")
        assert (device["name"], device["state"], device["unsent"]) == ("甲机", "live", 0)
        assert list(device["teams"].values()) == [TEAMS[0]]
        number = str(device["number"])
        assert "甲机" in hub("hub", "devices").out
        hub.json("hub", "grant", number, TEAMS[1])
        laptop.json("sync")
        assert set(laptop.json("status")["teams"].values()) == set(TEAMS)
        id = laptop.json("add", "service.tally", "label=x", "people=1", "--team", TEAMS[1])["id"]
        laptop.json("sync")
        hub.json("hub", "withdraw", number, TEAMS[1])
        laptop.json("sync")
        assert laptop("show", "service.tally", id).code == 1
        laptop.json("add", "roster.person", "name=示例·未送")
        assert f"已停用 {number} 号" in hub("hub", "revoke", number).out
        gone = laptop("sync")
        assert gone.code == 1
        assert "停用" in gone.err
        [kept] = (laptop.folder / "kept").glob("*.sealed")
        assert str(kept) in gone.err
        opened = hub.json("hub", "open", kept, tmp_path / "opened.json")["opened"]
        assert "示例·未送" in Path(opened).read_text("utf-8")
        assert laptop.json("sync", code=1)["error"] == "NotJoined"
        assert not laptop.json("status")["joined"]
    assert hub.json("hub", "devices")[0]["state"] == "revoked"
    assert f"{number} 号早已停用" in hub("hub", "revoke", number).out
    told = hub.json("hub", "revoke", "99", code=1)
    assert told["error"] == "Refused"
    assert told["message"]["zh"] == f"没有 99 号电脑，现有：{number}"
    assert told["message"]["en"] == f"no device 99; there are: {number}"
    assert hub("hub", "revoke", "甲机").code == 2


def test_what_was_just_accepted_no_longer_counts_as_unsent(hub: Place, tmp_path: Path) -> None:
    with serving(hub) as url:
        laptop = joined(hub, url, tmp_path / "甲机", TEAMS[0])
        laptop.json("sync")
        laptop.json("add", "roster.person", "name=示例·刚送")
        laptop.json("sync")
        assert hub.json("hub", "devices")[0]["unsent"] == 0


def test_a_hub_serves_once_says_where_and_ends_cleanly(hub: Place) -> None:
    another = new_hub(hub.folder / "b", "x")
    with hub.process("hub", "serve", "--host", "127.0.0.1", "--port", "0") as process:
        line = process.stdout.readline()
        assert "https://127.0.0.1:" in line
        again = hub.json("hub", "serve", "--port", "0", code=1)
        assert again["error"] == "InUse"
        assert "systemctl stop hongxian" in again["message"]["zh"], "what is to be closed, and how"
        port = line.strip().rpartition(":")[2]
        refused = another.finished("hub", "serve", "--port", port, "--json")
        assert (refused.code, refused.json["error"]) == (1, "Refused")
        assert f"--port {int(port) + 1}" in refused.json["message"]["zh"]
        process.terminate()
        process.communicate(timeout=DEADLINE)
        assert process.returncode == 0


@pytest.mark.thorough
@pytest.mark.skipif(sys.platform == "win32", reason="no Ctrl-C to send on Windows")
def test_ctrl_c_ends_the_hub_too(hub: Place) -> None:
    import signal

    with hub.process("hub", "serve", "--port", "0") as process:
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=DEADLINE)
    assert process.returncode == 0
    assert "Traceback" not in err


@pytest.mark.thorough
def test_a_backup_comes_back_and_the_laptops_fill_in_the_rest(hub: Place, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    letters = sheet_of(hub)
    with serving(hub) as url:
        laptop = joined(hub, url, tmp_path / "甲机", TEAMS[0])
        laptop.json("add", "roster.person", "name=示例·早")
        gone = laptop.json("add", "roster.person", "name=示例·错")["id"]
        laptop.json("sync")
        laptop.json("delete", "roster.person", gone)
        laptop.json("sync")
        assert hub.json("hub", "backup", backup)["bytes"] == backup.stat().st_size
        assert hub.json("hub", "backup", backup, code=1)["error"] == "FileRefused"
        laptop.json("add", "roster.person", "name=示例·晚")
        laptop.json("sync")
        assert hub.json("hub", "restore", backup, code=1)["error"] == "InUse"
        before = hub.json("hub", "digest")
    told = hub.typing(letters).json("hub", "restore", backup)
    assert hub.json("hub", "digest") != before
    assert hub.json("hub", "status")["recovering"]
    assert hub.json("hub", "status")["epoch"] == told["epoch"]
    with serving(hub) as url:
        laptop.json("sync", "--hub", url)
        assert laptop.json("status")["hub"] == url
        assert laptop.json("show", "roster.person", gone)["deleted"]
    assert hub.json("hub", "digest") == laptop.json("digest")
    hub.json("hub", "recover")
    assert hub.json("hub", "recover", "--end") == {"recovering": False}
    assert not hub.json("hub", "status")["recovering"]
    assert hub.json("hub", "tidy") == {"parts": 0, "conflicts": 0, "days": 30}
    assert hub.json("hub", "tidy", "--keep", "60")["days"] == 60


def test_a_record_is_erased_once_its_list_was_seen(hub: Place, tmp_path: Path) -> None:
    with serving(hub) as url:
        laptop = joined(hub, url, tmp_path / "laptop", "夕阳红")
        person = laptop.json("add", "roster.person", "name=示例·甲")["id"]
        contact = laptop.json("add", "roster.contact", f"person={person}", "phone=10000000001")
        laptop.json("sync")
        asked = ("hub", "erase", "roster.person", person)
        told = hub.json(*asked)
        assert not told["done"]
        assert told["erased"] == [{"collection": "roster.person", "id": person}]
        assert told["stays"] == [{"collection": "roster.contact", "id": contact["id"]}]
        assert "示例·甲" in hub(*asked).out
        assert hub.json("hub", "erase", "--list") == []
        told = hub.json(*asked, "--with", "roster.contact", "--by", "示例·管理员", "--do")
        assert told["done"]
        assert len(told["erased"]) == 2
        assert told["stays"] == []
        for _ in range(2):
            laptop.json("sync")
        assert laptop.json("list", "roster.person") == []
        for line in hub.json("hub", "erase", "--list"):
            assert line["by"] == "示例·管理员"
            assert line["waits_for"] == []
    assert hub.json("hub", "erase", code=2)["error"] == "Usage"
    assert hub.json("hub", "erase", "roster.person", contact["id"], code=1)["error"]


def test_a_backup_that_cannot_be_made_or_brought_back_says_what_to_do(
    hub: Place, tmp_path: Path
) -> None:
    nowhere, backup, half, text = (tmp_path / n for n in ("none/backup", "backup", "half", "text"))
    hub.json("hub", "backup", backup)
    half.write_bytes(backup.read_bytes()[:50_000])
    text.write_bytes(b"no backup")
    other = tmp_path / "other" / "hub.db"
    other.mkdir(parents=True)
    laptop = tmp_path / "laptop"
    Replica.open(laptop)
    for words, chinese, english in (
        (
            ("backup", nowhere),
            f"没有文件夹 {nowhere.parent}",
            f"no folder {nowhere.parent}; make it",
        ),
        (("backup", backup), "换一个文件名", "name another file"),
        (("restore", nowhere), "检查路径", "no such file; check its path"),
        (("restore", other), "检查路径", "no such file; check its path"),
        (("restore", text), "不是社区主机的完整备份", "use another file"),
        (("restore", half), "不是社区主机的完整备份", "use another file"),
        (("restore", laptop / "laptop.db", "--unsigned"), "不是社区主机的完整备份", "kind: laptop"),
    ):
        told = hub.json("hub", *words, code=1)
        assert told["error"] == "FileRefused"
        assert str(words[1]) in told["message"]["en"]
        assert chinese in told["message"]["zh"]
        assert english in told["message"]["en"]
        assert not CHINESE.search(told["message"]["en"].replace(str(tmp_path), ""))
    assert not nowhere.parent.exists()
    assert hub.json("hub", "status")["epoch"], "the hub is as it was"


@pytest.mark.thorough
def test_a_hub_that_was_lost_is_filled_again_from_the_laptops(hub: Place, tmp_path: Path) -> None:
    with serving(hub) as url:
        laptops = [joined(hub, url, tmp_path / name, TEAMS[0]) for name in ("甲机", "乙机")]
        for laptop in laptops:
            laptop.json("add", "roster.person", f"name=示例·{laptop.folder.name}")
            laptop.json("add", "service.activity", "title=示例 值班", "day=2025-03-01")
            laptop.json("sync")
        laptops[0].json("sync")
    laptops[1].json("add", "roster.person", "name=示例·未送")
    before = laptops[0].json("digest")
    teams = laptops[0].json("status")["teams"]
    new = new_hub(tmp_path / "new", "新队")
    with serving(new) as url:
        told = laptops[0].json("sync", "--hub", url, code=3)
        assert told["error"] == "NotTheHub"
        code = new.json("hub", "enrol", "新队")["code"]
        assert laptops[0].json("join", url, code, code=1)["error"] == "OtherTeams"
        assert not new.json("hub", "devices")
        for scope, name in teams.items():
            new.json("hub", "team", "add", name, "--scope", scope)
        for laptop in laptops:
            code = new.json("hub", "enrol", *teams.values())["code"]
            laptop.json("join", url, code, "--name", laptop.folder.name)
            again = new.json("hub", "enrol", *teams.values())["code"]
            assert laptop.json("join", url, again, code=1)["error"] == "AlreadyThere"
            laptop.json("sync")
        for laptop in [*laptops, *laptops]:  # the lost hub's own directory goes once all were back
            laptop.json("sync")
        theirs = new.json("hub", "digest")
        assert all(laptop.json("digest") == theirs for laptop in laptops)
        assert theirs["community"]["roster.person"]["count"] == 3
        [scope] = teams
        assert theirs[scope] == before[scope]
        assert laptops[1].json("status")["unsent"] == 0
        assert not new.json("hub", "status")["recovering"]
    for wrong in (scope, "community", "t-x", "x"):
        assert new("hub", "team", "add", "又一队", "--scope", wrong).code == 1


@pytest.mark.thorough
def test_a_new_hub_gives_nobody_the_number_of_another_laptop(hub: Place, tmp_path: Path) -> None:
    """Else one would count on the other's share, and the larger of both would stay."""
    with serving(hub) as url:
        first, second = (joined(hub, url, tmp_path / name, TEAMS[0]) for name in ("甲机", "乙机"))
        words = ("label=磨剪刀", "people=10", "--team", "community")
        tally = first.json("add", "service.tally", *words)["id"]
        for laptop in (first, second, first):
            laptop.json("sync")
        first.json("edit", "service.tally", tally, "people=+5")
        first.json("sync")
    new = new_hub(tmp_path / "new")
    for scope, name in first.json("status")["teams"].items():
        new.json("hub", "team", "add", name, "--scope", scope)
    with serving(new) as url:
        for laptop in (second, first):
            laptop.json("join", url, new.json("hub", "enrol", TEAMS[0])["code"])
            second.json("edit", "service.tally", tally, "people=+3")
            laptop.json("sync")
        for laptop in (second, first):
            laptop.json("sync")
            assert laptop.json("show", "service.tally", tally)["people"] == 10 + 5 + 3 + 3


def test_a_hub_that_moved_is_found_again_and_a_wrong_address_forgotten(
    hub: Place, tmp_path: Path
) -> None:
    with serving(hub) as url:
        laptop = joined(hub, url, tmp_path / "甲机", TEAMS[0])
    laptop.json("add", "roster.person", "name=示例·搬")
    assert laptop.json("sync", code=3)["error"] == "HubOutOfReach"
    with serving(new_hub(tmp_path / "other", "别处")) as elsewhere:
        assert laptop.json("sync", "--hub", elsewhere, code=3)["error"] == "NotTheHub"
    assert laptop.json("sync", "--hub", "http://127.0.0.1:9", code=3)["error"] == "HubOutOfReach"
    assert laptop("sync", "--hub", "ftp://x").code == 2
    assert (laptop.json("status")["hub"], laptop.json("status")["unsent"]) == (url, 1)
    with serving(hub) as moved:
        assert laptop.json("sync", "--hub", f"{moved}/")["sent"] == 1
        assert laptop.json("status")["hub"] == moved
        assert laptop.json("sync")["requests"] == 1


def test_what_cannot_be_restored_leaves_the_hub_as_it_was(hub: Place, tmp_path: Path) -> None:
    letters, (later, odd) = sheet_of(hub), (tmp_path / name for name in ("later", "100%? #1"))
    hub.json("hub", "backup", odd)
    shutil.copy(hub.folder / DATABASE, later)
    with sqlite3.connect(later) as database:
        database.execute("UPDATE hongxian_setting SET value = '99' WHERE name = 'format'")
    database.close()
    damaged = tmp_path / "damaged"
    damaged.write_bytes(later.read_bytes()[:-5000])
    hub.json("hub", "team", "add", "后来的")
    before = hub.json("hub", "digest")
    for words, error in (
        ((later, "--unsigned"), "DatabaseTooNew"),
        ((damaged, "--unsigned"), "FileRefused"),
        ((later,), "FileRefused"),
        ((tmp_path / "none",), "FileRefused"),
        ((tmp_path,), "FileRefused"),
    ):
        assert hub.json("hub", "restore", *words, code=1)["error"] == error
    assert hub.json("hub", "digest") == before
    assert not list(hub.folder.glob("re*"))
    hub.typing(letters).json("hub", "restore", odd)
    assert hub.json("hub", "digest") != before
    [kept] = hub.folder.glob(f"before-restore-*/{DATABASE}")
    assert re.fullmatch(r"before-restore-20\d\d-\d\d-\d\d-\d{6}-\d{3}", kept.parent.name)
    hub.json("hub", "restore", kept, "--unsigned")
    assert hub.json("hub", "digest") == before


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on a file's size on Windows")
def test_a_backup_that_does_not_fit_leaves_nothing_behind(hub: Place, tmp_path: Path) -> None:
    import resource

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))

    for path, error in (
        (tmp_path / "backup", "StorageFailed"),
        (tmp_path / "no folder" / "backup", "FileRefused"),
    ):
        with hub.process("hub", "backup", str(path), "--json", preexec_fn=small_files) as process:
            told, _ = process.communicate(timeout=DEADLINE)
        assert (process.returncode, json.loads(told)["error"]) == (1, error)
    assert [path.name for path in tmp_path.iterdir()] == ["hub"]
    assert hub("hub", "backup", tmp_path / "backup").code == 0


@pytest.mark.parametrize(("format", "error"), [("99", "DatabaseTooNew"), ("1", "DatabaseTooOld")])
def test_a_database_that_this_release_does_not_open_is_left_alone(
    hub: Place, tmp_path: Path, format: str, error: str
) -> None:
    with serving(hub) as url:
        laptop = joined(hub, url, tmp_path / "甲机", TEAMS[0])
    for place, name, words in (
        (hub, "hub.db", ["hub", "status"]),
        (laptop, "laptop.db", ["status"]),
    ):
        change = "UPDATE hongxian_setting SET value = ? WHERE name = 'format'"
        with sqlite3.connect(place.folder / name) as database:
            database.execute(change, (format,))
        database.close()
        assert place.json(*words, code=1)["error"] == error
    assert hub("hub", "serve", "--port", "0").code == 1


def test_a_journal_that_somebody_changed_is_told(hub: Place, tmp_path: Path) -> None:
    with serving(hub) as url:
        laptop = joined(hub, url, tmp_path / "甲机", TEAMS[0])
        for name in ("示例·一", "示例·二"):
            laptop.json("add", "roster.person", f"name={name}")
            laptop.json("sync")
    assert "还没有全部查过" in hub("hub", "status").out
    assert hub.json("hub", "scrub")["first_broken"] is None
    told = hub.json("hub", "status")["journal"]
    assert told["first_broken"] is None
    assert told["checked"]
    assert "完好，查于" in hub("hub", "status").out
    with sqlite3.connect(hub.folder / "hub.db") as database:
        change = "UPDATE hongxian_journal SET at = at + 1 WHERE number = ?"
        database.execute(change, (told["blocks"] - 1,))
    database.close()
    assert hub.json("hub", "scrub")["first_broken"] == told["blocks"] - 1
    assert hub.json("hub", "status")["journal"]["first_broken"] == told["blocks"] - 1
    assert "BROKEN" in hub.reading("en")("hub", "scrub").out
    assert "起损坏" in hub("hub", "status").out
    assert "BROKEN" in hub.reading("en")("hub", "status").out


NO_COLLECTION = """
from hongxian import hookimpl

@hookimpl
def hongxian_collections():
    return ["no model"]
"""


def test_plugins_are_listed_with_what_they_did_wrong(hub: Place, tmp_path: Path) -> None:
    with serving(hub) as url:
        laptop = joined(hub, url, tmp_path / "甲机", TEAMS[0])
    listing = {hub: ("hub", "plugins"), laptop: ("plugin", "list")}
    for place in listing:
        (place.folder / "plugins" / "broken.py").write_text("raise RuntimeError('at import')")
        (place.folder / "plugins" / "telling.py").write_text(BREAKS_WHEN_TOLD)
        (place.folder / "plugins" / "left_out.py").write_text(NO_COLLECTION)
        (place.folder / "plugins" / "misspelt.py").write_text("def hongxian_migratoins(): ...")
    laptop.json("add", "roster.person", "name=示例·照常")
    hub.json("hub", "team", "add", "新队")
    for place, words in listing.items():
        told = {each["name"]: each for each in place.plugins(*words)}
        assert not told["broken"]["loaded"]
        assert "at import" in told["broken"]["errors"][0]["message"]["en"]
        assert told["telling"]["loaded"]
        assert "broken while told" in told["telling"]["errors"][0]["message"]["en"]
        assert not told["left_out"]["loaded"]
        assert "hongxian_collections: " in told["left_out"]["errors"][0]["message"]["en"]
        assert told["roster"]["errors"] == []
        assert "roster.person" in told["roster"]["collections"]
        assert "broken while told" in place(*words).out
        assert "从不会被调用；请写 hongxian_migrations" in place.reading("zh")(*words).out
        assert "it is never called; write hongxian_migrations" in place.reading("en")(*words).out
    assert hub.json("plugin", "list", code=1)["error"] == "FileRefused"
    in_trouble = ["broken", "left_out", "misspelt", "telling"]
    assert laptop.json("status")["plugins_in_trouble"] == in_trouble
    assert hub.json("hub", "status")["plugins_in_trouble"] == in_trouble
