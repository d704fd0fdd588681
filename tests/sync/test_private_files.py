"""What people wrote is read by their account alone, and has left a laptop's files once it was purged."""

import os
import stat
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlite

from command_line import joined, new_hub, serving, sheet_of
from hongxian.errors import DeviceRevoked
from hongxian.storage.privacy import make_private_folder
from hongxian_client.replica.replica import DATABASE, Replica
from hongxian_client.search.index import Searched, read_on
from hongxian_client.search.look import Look
from hongxian_server.backups.backup import backup
from hongxian_server.backups.recovery_sheet import new_sheet
from hongxian_server.backups.restore import restore
from hongxian_server.backups.sources import Backup
from hongxian_server.membership import devices
from meeting import Meeting, meeting
from samples import Visit, plugin
from sweeps import sweep

TEXT = "zztop-长寿路"  # as it is searched too: folded
no_modes = pytest.mark.skipif(os.name == "nt", reason="Windows closes a person's folders by itself")


@pytest.fixture
def met(tmp_path: Path) -> Iterator[Meeting]:
    with meeting(tmp_path, plugin("sample", Visit)) as met:
        yield met


@pytest.fixture(params=sweep({"0o22": 0o022, "0o0": 0}))
def open_to_all(request: pytest.FixtureRequest) -> Iterator[None]:
    """The umask of most machines, which lets every account read what is made; and one that keeps nothing back."""
    before = os.umask(request.param)
    yield
    os.umask(before)


def write(laptop: Replica, count: int = 300, **more: str) -> None:
    rows = [{"name": "示例", "note": f"{TEXT}{number}", **more} for number in range(count)]
    with laptop:
        laptop.create(Visit, rows)


def search(laptop: Replica) -> None:
    """A search, whose texts are then kept in a table of their own."""
    collection = laptop.collection("sample.visit")
    while read_on(laptop, collection):
        pass
    assert collection.rows(*Look(laptop, TEXT).condition(collection))


def number_of(laptop: Replica) -> int:
    with laptop:
        return laptop.writer().number


def revoke(met: Meeting, laptop: Replica) -> None:
    number = number_of(laptop)
    with met.hub:
        devices.revoke(met.hub, number)
    with suppress(DeviceRevoked):
        met.sync(laptop)


def files_that_hold(folder: Path, text: str) -> list[str]:
    files = [each for each in folder.rglob("*") if each.is_file()]
    return [each.name for each in files if text.encode() in each.read_bytes()]


def readable_by_others(folder: Path) -> list[str]:
    paths = [folder, *folder.rglob("*")]
    return [each.name for each in paths if each.stat().st_mode & 0o077]


@no_modes
def test_no_other_account_reads_a_file_whatever_the_umask_and_whoever_made_the_folder(
    open_to_all: None, tmp_path: Path
) -> None:
    for name in ("hub", "laptop-0", "laptop-0/kept"):
        (tmp_path / name).mkdir(mode=0o755)
    with meeting(tmp_path, plugin("sample", Visit)) as met:
        laptop = met.laptop(met.team("红队"))
        write(laptop)
        met.sync()
        write(laptop)  # and this is not sent
        with met.hub:
            sheet = new_sheet(met.hub)
        backup(met.hub, tmp_path / "backup.age")
        revoke(met, laptop)
        assert list((laptop.folder / "kept").iterdir())
        assert readable_by_others(laptop.folder) == []
        assert readable_by_others(tmp_path / "backup.age") == []
    restore(met.hub.folder, Backup(tmp_path / "backup.age"), lambda: sheet)
    assert readable_by_others(met.hub.folder) == []


@no_modes
def test_what_is_taken_out_is_its_owners_alone_too(open_to_all: None, tmp_path: Path) -> None:
    hub, out, disk = new_hub(tmp_path / "hub", "红队"), tmp_path / "out", tmp_path / "disk"
    for folder in (out, disk):
        folder.mkdir(mode=0o755)
    with serving(hub) as url:
        laptop = joined(hub, url, tmp_path / "laptop", "红队")
    laptop.json("add", "roster.person", "name=示例·甲")
    for words in (
        ("export", "roster.person", out / "people.csv"),
        ("export", "roster.person", out / "people.xlsx"),
        ("bundle", "out", out / "stick.hxb"),
    ):
        laptop.json(*words)
    hub.json("hub", "bundle", out / "stick.hxb", out / "reply.hxb")
    hub.json("hub", "backup", "--schedule", "--place", disk)
    hub.json("hub", "backup")
    letters = sheet_of(hub)
    hub.json("hub", "backup", out / "backup.age")
    hub.typing(letters).json("hub", "restore", out / "backup.age")
    (out / "wrong.csv").write_text("姓名\n" + "长" * 1_000)
    laptop("import", "roster.person", out / "wrong.csv")
    (out / "wrong.csv").unlink()
    for folder in (out, disk):
        assert len(list(folder.iterdir())) >= 1
        folder.chmod(0o700)  # they are the person's own
    for folder in (out, disk, hub.folder, laptop.folder):
        assert readable_by_others(folder) == []


@no_modes
def test_a_folder_that_accounts_share_stays_theirs(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    make_private_folder(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o1777


def test_nothing_is_left_in_the_files_of_a_revoked_laptop_while_its_desk_is_open(
    met: Meeting,
) -> None:
    laptop = met.laptop(met.team("红队"))
    with laptop:
        write(laptop)
        met.sync()
        search(laptop)
        assert files_that_hold(laptop.folder, TEXT)
        revoke(met, laptop)
        assert files_that_hold(laptop.folder, TEXT) == []
        free_pages = laptop.database.execute_sql("PRAGMA freelist_count").fetchone()
        assert free_pages == (0,)  # written anew, and not only overwritten


def leave_red(met: Meeting, laptop: Replica) -> None:
    number = number_of(laptop)
    with met.hub:
        devices.withdraw(met.hub, number, "红队")


def test_nothing_of_a_team_is_left_in_the_files_of_a_laptop_that_left_it(met: Meeting) -> None:
    red, blue = met.team("红队"), met.team("蓝队")
    laptop = met.laptop(red, blue)
    with laptop:
        for length in range(1, 400, 3):
            rows = [
                {"scope": red, "name": "示例", "note": TEXT * (length % 37)},
                {"scope": blue, "name": "示例", "note": "留下" * length},
            ]
            ids = laptop.create(Visit, rows)
            if length % 2:
                laptop.edit(Visit, {ids[0]: {"note": TEXT * (length % 53 + 1)}})
    met.sync()
    leave_red(met, laptop)
    met.sync()
    assert files_that_hold(laptop.folder, TEXT) == []
    assert files_that_hold(laptop.folder, "留下")


def test_a_purge_that_a_reader_holds_up_is_finished_by_the_next_sync(
    met: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    red, blue = met.team("红队"), met.team("蓝队")
    monkeypatch.setattr("hongxian.storage.database.BUSY_SECONDS", 0)
    laptop = met.laptop(red, blue)
    write(laptop, scope=red)
    met.sync()
    leave_red(met, laptop)
    with laptop:
        with closing(sqlite.connect(laptop.folder / DATABASE)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
            met.sync()
            assert files_that_hold(laptop.folder, TEXT)
        met.sync()
        assert files_that_hold(laptop.folder, TEXT) == []


def test_what_is_searched_of_a_record_goes_with_it_and_not_with_the_next_search(
    met: Meeting,
) -> None:
    laptop = met.laptop(met.team("红队"))
    write(laptop, 2)
    with laptop:
        search(laptop)
        gone, stays = (visit.id for visit in Visit.select().order_by(Visit.id))
        laptop.delete(Visit, [gone])
        assert [each.record for each in Searched.select()] == [stays]


def test_what_is_deleted_from_a_database_is_overwritten_in_it(met: Meeting) -> None:
    with met.hub:
        database = met.hub.database
        database.execute_sql("CREATE TABLE t (text)")
        database.execute_sql("INSERT INTO t VALUES (?)", (TEXT,))
        database.execute_sql("DELETE FROM t")
        database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert files_that_hold(met.hub.folder, TEXT) == []
