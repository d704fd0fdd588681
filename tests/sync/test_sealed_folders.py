"""A data folder that is encrypted: what lies there tells nothing, and what lay there in clear is encrypted whole."""

import io
import json
import shutil
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlcipher3 import dbapi2 as sqlite

import ended_encrypting
from album import ALBUM, Visit, pdf, photo
from desks import desk_of, entered
from ended_encrypting import KEY, encrypt
from hongxian.errors import FileRefused, InUse, StorageFailed
from hongxian.files import attach
from hongxian.records import COMMUNITY
from hongxian.security import secret
from hongxian.security.key_file import KeyFile, Locked, PassphraseRefused, Way, WrongSecret
from hongxian.security.unlocking import NoPassphrase, begin_encrypting
from hongxian.storage.data_key import Safe
from hongxian.storage.database import Sqlite, write_all
from hongxian.storage.files import Files, Link
from hongxian_client.replica.kept_files import keep_file, of_rows
from hongxian_client.replica.replica import DATABASE, Replica
from hongxian_client.replica.undoing import last_deed, undo
from hongxian_client.search.look import Look
from hongxian_client.sheets.exporting import export_file
from hongxian_client.sync.enrol import join
from hongxian_client.text.query import select_rows
from hongxian_plugins import roster
from hongxian_plugins.roster import Person
from hongxian_server.membership import devices
from hongxian_testing.laptop import with_only
from lying_about import lying_about
from meeting import Meeting, meeting

PASSPHRASE = "示例 口令 四个 词 在此"
ROWS = 300


@pytest.fixture
def in_clear(tmp_path: Path) -> Path:
    """A folder with two databases and small files, as a laptop that was not encrypted leaves it."""
    folder = tmp_path / "in clear"
    folder.mkdir()
    database = Sqlite(folder / DATABASE)
    with database.connection_context():
        database.execute_sql("CREATE TABLE t (id INTEGER PRIMARY KEY, said TEXT)")
        database.execute_sql("CREATE VIRTUAL TABLE found USING fts5 (said)")
        for table in ("t (said)", "found (said)"):
            rows = [(f"canary {row}",) for row in range(ROWS)]
            write_all(database, f"INSERT INTO {table} VALUES (?)", rows)
    Files(folder).put(b"canary" * 10_000, 1)
    (folder / "laptop.key").write_bytes(b"canary" + bytes(26))
    (folder / "kept").mkdir()
    (folder / "kept" / "1.json").write_text("canary")
    (folder / "uploads").mkdir()
    (folder / "uploads" / "1.xlsx").write_text("canary")
    return folder


def all_is_there(folder: Path) -> bool:
    """Whether the key opens everything, and all of it is as it was."""
    database = Sqlite(folder / DATABASE, KEY)
    with database.connection_context():
        counts = [
            database.execute_sql(f"SELECT count(*) FROM {each}").fetchone()[0]
            for each in ("t", "found WHERE found MATCH 'canary'")
        ]
        sound = database.execute_sql("PRAGMA integrity_check").fetchone()[0]
        mode = database.execute_sql("PRAGMA journal_mode").fetchone()[0]
    files = Files(folder, KEY)
    with files._open() as opened:
        (sha256,) = opened.execute_sql("SELECT sha256 FROM file").fetchone()
        (vacuum,) = opened.execute_sql("PRAGMA auto_vacuum").fetchone()
    assert files.read(sha256, 0, 60_000) == b"canary" * 10_000
    safe = Safe(KEY)
    assert safe.opened((folder / "laptop.key").read_bytes()) == b"canary" + bytes(26)
    assert safe.opened((folder / "kept" / "1.json").read_bytes()) == b"canary"
    return (counts, sound, mode, vacuum) == ([ROWS, ROWS], "ok", "wal", 2)


def test_what_lay_in_clear_is_encrypted_in_its_place_and_whole(in_clear: Path) -> None:
    assert len(lying_about(in_clear, b"canary")) == 5
    encrypt(in_clear)
    assert lying_about(in_clear, b"canary") == []
    assert all_is_there(in_clear)
    encrypt(in_clear)
    assert all_is_there(in_clear)


def test_whoever_ends_it_at_whatever_step_loses_nothing_and_leaves_nothing_in_clear(
    in_clear: Path, tmp_path: Path
) -> None:
    into = tmp_path / "ended"
    command = [sys.executable, ended_encrypting.__file__, in_clear, into, "laptop", "encrypt"]
    subprocess.run(command, check=True)
    ended = sorted(into.iterdir())
    assert len(ended) > 30
    assert sum(bool(lying_about(each, b"canary")) for each in ended) > 10, "it ended at no step"
    for folder in ended:
        encrypt(folder)
        assert lying_about(folder, b"canary") == []
        assert all_is_there(folder)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_what_was_poured_over_in_part_is_poured_again(in_clear: Path, share: float) -> None:
    encrypt(in_clear)
    whole = (in_clear / DATABASE).read_bytes()
    (in_clear / f"{DATABASE}.encrypted").write_bytes(whole)
    (in_clear / DATABASE).write_bytes(whole[: int(len(whole) * share)] + b"canary" * 1000)
    encrypt(in_clear)
    assert all_is_there(in_clear)
    assert lying_about(in_clear, b"canary") == []


def test_nothing_is_encrypted_under_the_hands_of_whoever_has_it_open(
    in_clear: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hongxian.storage.encrypting._PATIENCE_SECONDS", 0.1)
    with closing(sqlite.connect(in_clear / DATABASE)) as other:
        other.execute("SELECT count(*) FROM t").fetchall()
        with pytest.raises(InUse):
            encrypt(in_clear)
        other.execute("INSERT INTO t (said) VALUES ('late canary')")
        other.commit()
    encrypt(in_clear)
    database = Sqlite(in_clear / DATABASE, KEY)
    with database.connection_context():
        assert database.execute_sql("SELECT count(*) FROM t").fetchone() == (ROWS + 1,)


def test_only_its_own_secrets_open_a_folder(tmp_path: Path) -> None:
    key = begin_encrypting(tmp_path, PASSPHRASE)
    held = KeyFile.read(tmp_path)
    assert held.open(Way.PASSPHRASE, PASSPHRASE).secret == key.secret
    for way, told in ((Way.PASSPHRASE, PASSPHRASE + " "), (Way.KEYRING, PASSPHRASE)):
        with pytest.raises(WrongSecret):
            held.open(way, told)
    with pytest.raises(WrongSecret):
        held.open(Way.PASSPHRASE, "x" * 100_000)
    text = (tmp_path / "key.json").read_bytes()
    assert key.secret.hex().encode() not in text
    assert PASSPHRASE.encode() not in text


@pytest.mark.parametrize("weak", ["", "short", "10000000001", "一二三"])
def test_a_passphrase_that_is_guessed_soon_is_none(tmp_path: Path, weak: str) -> None:
    with pytest.raises(PassphraseRefused):
        begin_encrypting(tmp_path, weak)
    assert list(tmp_path.iterdir()) == []


def test_without_keyring_and_passphrase_nothing_is_begun(tmp_path: Path) -> None:
    with pytest.raises(NoPassphrase):
        begin_encrypting(tmp_path, None)
    assert KeyFile.read(tmp_path) is None


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", '{"format":1}', '{"format":1,"is_done":true,"ways":{"hub":{}}}']
)
def test_a_key_file_that_is_damaged_is_said_to_be(tmp_path: Path, damage: str) -> None:
    (tmp_path / "key.json").write_text(damage)
    with pytest.raises(FileRefused):
        KeyFile.read(tmp_path)


def test_a_passphrase_goes_on_at_the_cost_at_which_it_was_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = begin_encrypting(tmp_path, PASSPHRASE)
    monkeypatch.setattr(secret, "paper_cost", secret.Cost(2, 64, 2))
    assert KeyFile.read(tmp_path).open(Way.PASSPHRASE, PASSPHRASE).secret == key.secret
    KeyFile.read(tmp_path).add(Way.PASSPHRASE, PASSPHRASE, key)
    assert b'"iterations": 2' in (tmp_path / "key.json").read_bytes()


def test_a_key_file_of_before_goes_on_at_the_cost_of_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secret, "paper_cost", secret.AS_RECOMMENDED)
    key = begin_encrypting(tmp_path, PASSPHRASE)
    told = json.loads((tmp_path / "key.json").read_bytes())
    del told["ways"]["passphrase"]["cost"], told["is_leaving"]
    (tmp_path / "key.json").write_text(json.dumps(told))
    monkeypatch.setattr(secret, "paper_cost", secret.Cost(2, 64, 2))
    assert KeyFile.read(tmp_path).open(Way.PASSPHRASE, PASSPHRASE).secret == key.secret


@pytest.mark.parametrize(
    "cost",
    [
        {"iterations": 1, "memory": 2**22, "lanes": 1},
        {"iterations": 10**6, "memory": 64, "lanes": 1},
        {"iterations": 1, "memory": 2**18, "lanes": 2**20},
        {"iterations": 0, "memory": 64, "lanes": 1},
        {"iterations": 1, "memory": 7, "lanes": 1},
        {"iterations": 1.5, "memory": 64, "lanes": 1},
        {"iterations": True, "memory": 64, "lanes": 1},
        {"iterations": 1, "memory": 64, "lanes": 1, "more": 1},
        "cheap",
        [1, 64, 1],
    ],
)
def test_a_key_file_that_asks_for_too_much_is_refused_before_anything_is_tried(
    tmp_path: Path, cost: object
) -> None:
    begin_encrypting(tmp_path, PASSPHRASE)
    told = json.loads((tmp_path / "key.json").read_bytes())
    told["ways"]["passphrase"]["cost"] = cost
    (tmp_path / "key.json").write_text(json.dumps(told))
    with pytest.raises(FileRefused):
        KeyFile.read(tmp_path)


def test_an_encrypted_laptop_opens_by_its_key_alone(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    key = begin_encrypting(folder, PASSPHRASE)
    Replica.open(folder, key=key, plugins=with_only([ALBUM]))
    with pytest.raises(Locked):
        Replica.open(folder, plugins=with_only([ALBUM]))
    copied = tmp_path / "copied disk"
    shutil.copytree(folder, copied)
    with closing(sqlite.connect(copied / DATABASE)) as thief, pytest.raises(sqlite.DatabaseError):
        thief.execute("SELECT count(*) FROM sqlite_master").fetchone()


def test_a_laptop_that_was_in_clear_goes_on_encrypted(tmp_path: Path) -> None:
    with meeting(tmp_path, ALBUM) as met:
        laptop, content = met.laptop(), pdf(50_000)
        with laptop:
            file = attach(Visit.scan, content, "IMG_1.pdf")
            made = Visit.create(name="示例·甲001", scope=COMMUNITY, scan=file)
            laptop.database.empty_log()
        assert lying_about(laptop.folder, "示例·甲001".encode())
        key = begin_encrypting(laptop.folder, PASSPHRASE)
        met.laptops[0] = again = Replica.open(
            laptop.folder, key=key, plugins=with_only(met.modules)
        )
        assert lying_about(laptop.folder, "示例·甲001".encode()) == []
        assert again.files.content(Link("album.visit", made.id, file.sha256)) == content
        met.agree()
        with met.hub:
            assert [each.name for each in Visit.select()] == ["示例·甲001"]
    without = tmp_path / "without"
    without.mkdir()
    shutil.copy(laptop.folder / DATABASE, without)
    with pytest.raises(StorageFailed, match=r"key\.json"):
        Replica.open(without, plugins=with_only([ALBUM]))


def sealed_laptop(met: Meeting, folder: Path) -> Replica:
    """A laptop of the meeting that was encrypted from the beginning."""
    folder.mkdir()
    key = begin_encrypting(folder, PASSPHRASE)
    laptop = Replica.open(folder, key=key, plugins=with_only(met.modules))
    with met.hub:
        code, _ = devices.make_code(met.hub, ())
    with laptop:
        join(laptop, met.address, code)
    met.laptops.append(laptop)
    return laptop


@given(said=st.text("甲乙丙丁戊己庚辛", min_size=6, max_size=12), seed=st.integers(0, 99))
def test_no_file_of_the_folder_has_anything_of_what_was_entered(
    tmp_path_factory: pytest.TempPathFactory, said: str, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("sealed")
    with meeting(folder, ALBUM) as met:
        laptop, content = sealed_laptop(met, folder / "laptop"), pdf(90_000, seed)
        collection = laptop.collection("album.visit")
        with laptop:
            made = Visit.create(name=said, scope=COMMUNITY, scan=attach(Visit.scan, content, said))
            Visit.update(name=said[::-1]).where(Visit.id == made.id).execute()
            select_rows(laptop, collection, [], search=Look(laptop, said[:2]))
            keep_file(laptop, "discarded", of_rows(collection.name, collection.rows("TRUE", ())))
            export_file(laptop, collection.name, folder / "out.csv")
            undo(laptop, last_deed())
        met.sync()
        with laptop:
            Visit.create(name=said, scope=COMMUNITY)
            assert said in {each.name for each in Visit.select()}  # which waits in the log
        assert said[::-1].encode() in (folder / "out.csv").read_bytes(), (
            "what is taken out is in clear"
        )
        for told in (said, said[::-1], met.address, "示例社区", "album.visit"):
            assert lying_about(laptop.folder, told.encode()) == []
        for at in range(9, len(content) - 32, 4096):
            assert lying_about(laptop.folder, content[at : at + 32]) == []


def test_a_photo_with_its_caption_and_a_sheet_that_is_uploaded_lie_on_no_disk_in_clear(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk, memory = tmp_path / "temporary", tmp_path / "memory"
    for each in (disk, memory):
        each.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(memory))
    monkeypatch.setattr(tempfile, "tempdir", str(disk))
    said = "示例·金丝雀"
    sheet = "".join(["name\n", *(f"{said}{row}\n" for row in range(500))])
    with meeting(tmp_path, ALBUM, roster) as met:
        laptop = sealed_laptop(met, tmp_path / "laptop")
        with laptop:
            file = attach(Visit.photo, photo(800, 600), f"{said}.jpeg")
            made = Visit.create(name=said, scope=COMMUNITY, photo=file)
            content = laptop.files.content(Link("album.visit", made.id, file.sha256))
        met.sync()
        browser = entered(desk_of(laptop))
        data = {"sheet": (io.BytesIO(sheet.encode("utf-8-sig")), f"{said}.csv")}
        tried = browser.post("/c/roster.person/sheets/try", data=data).headers["Location"]
        assert said in browser.get(tried).text
        assert lying_about(memory, said.encode()), "it lies in memory meanwhile"
        told = [
            said.encode(),
            *(content[at : at + 32] for at in range(64, len(content) - 32, 2048)),
        ]
        assert lying_about(laptop.folder, *told) == []
        assert lying_about(disk, *told) == []
        browser.post(f"{tried}/import")
        with laptop:
            assert Person.select().count() == 500
        assert lying_about(laptop.folder, *told) == []
        assert lying_about(disk, *told) == []
