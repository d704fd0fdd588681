"""A hub that is encrypted at rest: it starts unattended, nothing lies in clear, and the recovery sheet opens it."""

import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from conftest import Once
from sqlcipher3 import dbapi2 as sqlite

import ended_encrypting
from album import ALBUM, Visit, pdf, photo
from command_line import Place, hub_process, joined, sheet_of
from hongxian.files import attach
from hongxian.records import COMMUNITY
from hongxian.security.key_file import KeyFile, Way
from hongxian.storage.data_key import DataKey, Safe
from hongxian.storage.encrypting import encrypt_folder
from hongxian.storage.files import Link
from hongxian_server.backups.sources import settings_of
from hongxian_server.folder import CONTENTS, DATABASE
from hongxian_server.hub import Hub
from hongxian_server.hub_state import KeptIdentity
from hongxian_server.identity import Identity
from hongxian_testing.laptop import with_only
from lying_about import lying_about
from meeting import meeting_at

TEAM = "红马甲管家团"
SAID = "示例·金丝雀"
PASSPHRASE, NEW = "示例 口令 四个 词 在此", "另外 四个 示例 词 在此"


@pytest.fixture(autouse=True)
def passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that a service's keeper names."""
    return written(tmp_path / "passphrase", PASSPHRASE, monkeypatch)


def written(file: Path, said: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    file.write_text(f"{said}\n")
    file.chmod(0o600)
    monkeypatch.setenv("HONGXIAN_PASSPHRASE_FILE", str(file))
    return file


def make_hub(folder: Path) -> None:
    """One in clear, with a record and a laptop."""
    hub = Place(folder / "hub")
    hub.json("hub", "init", "--community", "示例社区")
    hub.json("hub", "team", "add", TEAM)
    with hub_process(hub) as url:
        laptop = joined(hub, url, folder / "laptop", TEAM)
        laptop.json("add", "roster.person", f"name={SAID}")
        laptop.json("sync")


@pytest.fixture
def in_clear(once: Once, tmp_path: Path) -> Place:
    shutil.copytree(once(make_hub), tmp_path, dirs_exist_ok=True)
    return Place(tmp_path / "hub")


@pytest.fixture
def hub(in_clear: Place) -> Place:
    """The same, encrypted."""
    assert in_clear.json("hub", "encrypt") == {"encrypted": True, "ways": ["passphrase", "sheet"]}
    return in_clear


def in_clear_of(folder: Path) -> list[str]:
    return lying_about(folder, SAID.encode())


def test_a_hub_is_made_encrypted_and_works_unattended_beside_its_commands(tmp_path: Path) -> None:
    hub = Place(tmp_path / "hub")
    letters = hub.json("hub", "init", "--community", "示例社区", "--encrypted")["recovery"]
    hub.json("hub", "team", "add", TEAM)
    with hub_process(hub) as url:
        laptop = joined(hub, url, tmp_path / "laptop", TEAM)
        laptop.json("add", "roster.person", f"name={SAID}")
        laptop.json("sync")
        hub.json("hub", "backup", tmp_path / "a.age")
        assert hub.json("hub", "status")["keeper_log"] == {"first_broken": None}
        assert hub.json("hub", "scrub")["first_broken"] is None
        assert hub.json("hub", "digest") == laptop.json("digest")
        assert hub.json("hub", "encrypt", code=1)["error"] == "InUse"
        drilled = hub.typing(letters).json(
            "hub", "backup", "--check", "--sheet", tmp_path / "a.age"
        )
        assert drilled["records"] > 1
    assert lying_about(hub.folder, SAID.encode(), "示例社区".encode(), TEAM.encode()) == []
    assert (hub.folder / "identity.key").read_bytes().startswith(b"HXL1")


def test_what_a_laptop_brings_lies_nowhere_on_the_hubs_disk_in_clear(tmp_path: Path) -> None:
    key = DataKey.new()
    hub = Hub.init(tmp_path / "hub", "示例社区", key=key, plugins=with_only([ALBUM]))
    with meeting_at(tmp_path, hub, ALBUM) as met:
        laptop, content = met.laptop(), pdf(200_000)
        with laptop:
            scan = attach(Visit.scan, content, f"{SAID}.pdf")
            taken = attach(Visit.photo, photo(800, 600), f"{SAID}.jpeg")
            made = Visit.create(name=SAID, scope=COMMUNITY, scan=scan, photo=taken)
            content += laptop.files.content(Link("album.visit", made.id, taken.sha256)) or b""
        met.agree()
        with hub:
            assert [each.name for each in Visit.select()] == [SAID]
            assert hub.files.size_bytes() > 200_000
            assert in_clear_of(hub.folder) == []  # while it lies in the log still
    assert in_clear_of(hub.folder) == []
    assert (
        lying_about(
            hub.folder, *(content[at : at + 32] for at in range(9, len(content) - 32, 4096))
        )
        == []
    )


def test_a_hub_is_encrypted_and_put_in_clear_again_where_it_stands(hub: Place) -> None:
    sums = hub.json("hub", "digest")
    assert in_clear_of(hub.folder) == []
    with (
        closing(sqlite.connect(hub.folder / DATABASE)) as thief,
        pytest.raises(sqlite.DatabaseError),
    ):
        thief.execute("SELECT count(*) FROM sqlite_master").fetchone()
    assert hub.json("hub", "decrypt") == {"encrypted": False}
    assert hub.json("hub", "digest") == sums
    assert not (hub.folder / "key.json").exists()
    assert len((hub.folder / "identity.key").read_bytes()) == 32
    assert hub.json("hub", "decrypt") == {"encrypted": False}
    acts = [each["act"] for each in hub.json("hub", "log")]
    assert "hub no longer encrypted" in acts


@pytest.mark.parametrize("way", ["encrypt", "decrypt"])
def test_whoever_ends_either_at_whatever_step_loses_nothing(
    in_clear: Place, tmp_path: Path, way: str
) -> None:
    key, into = ended_encrypting.KEY, tmp_path / "ended"
    if way == "decrypt":
        encrypt_folder(in_clear.folder, key, CONTENTS)
    subprocess.run(
        [sys.executable, ended_encrypting.__file__, in_clear.folder, into, "hub", way], check=True
    )
    ended = sorted(into.iterdir())
    assert len(ended) > 15
    for folder in ended:
        getattr(ended_encrypting, way)(folder, CONTENTS)
        assert bool(in_clear_of(folder)) is (way == "decrypt")
        told = settings_of(folder / DATABASE, key if way == "encrypt" else None)
        safe = Safe(key if way == "encrypt" else None)
        assert Identity.of(folder, KeptIdentity.of(told).identity, safe)


def test_who_lost_the_passphrase_opens_it_by_the_newest_sheet_and_sets_another(
    hub: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    former, letters = sheet_of(hub), sheet_of(hub)
    written(tmp_path / "another", NEW, monkeypatch)
    assert hub.json("hub", "status", code=1)["error"] == "WrongSecret"
    assert hub.typing(former).json("hub", "encrypt", "--sheet", code=1)["error"] == "SheetRefused"
    hub.typing(letters).json("hub", "encrypt", "--sheet")
    assert hub.json("hub", "status")["records"]
    monkeypatch.delenv("HONGXIAN_PASSPHRASE_FILE")
    locked = hub.json("hub", "serve", code=1)
    assert (locked["error"], "hub encrypt --sheet" in locked["message"]["en"]) == ("Locked", True)


def test_a_backup_of_it_brings_an_encrypted_hub_back_on_another_machine(
    hub: Place, tmp_path: Path
) -> None:
    letters, sums = sheet_of(hub), hub.json("hub", "digest")
    hub.json("hub", "backup", tmp_path / "a.age")
    another = Place(tmp_path / "another")
    another.typing(letters).json("hub", "restore", tmp_path / "a.age")
    assert another.json("hub", "digest") == sums
    assert in_clear_of(another.folder) == []
    assert (another.folder / "identity.key").read_bytes().startswith(b"HXL1")
    assert Way.SHEET in KeyFile.read(another.folder).ways


@pytest.mark.parametrize("when", ["of now", "of before it was encrypted", "under another key"])
def test_whatever_backup_comes_back_lies_under_the_key_of_the_folder(
    in_clear: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    hub, path = in_clear, tmp_path / "a.age"
    letters = sheet_of(hub)
    if when != "of before it was encrypted":
        hub.json("hub", "encrypt")
    hub.json("hub", "backup", path)
    if when == "under another key":
        hub.json("hub", "decrypt")
    hub.json("hub", "encrypt")
    written(tmp_path / "another", NEW, monkeypatch)
    hub.typing(letters).json("hub", "encrypt", "--sheet")
    sums = hub.json("hub", "digest")
    hub.typing(letters).json("hub", "restore", path)
    assert hub.json("hub", "digest") == sums, "it opens by the passphrase of today"
    assert in_clear_of(hub.folder) == [], "nor does what it took the place of lie there in clear"
    [aside] = hub.folder.glob("before-restore-*")
    hub.json("hub", "restore", "--unsigned", aside / DATABASE)
    assert hub.json("hub", "digest") == sums


def test_another_hub_takes_its_place_encrypted_too(hub: Place, tmp_path: Path) -> None:
    letters = sheet_of(hub)
    hub.json("hub", "backup", tmp_path / "a.age")
    for name, option in (("as it was", ()), ("own key", ("--encrypted",))):
        another = Place(tmp_path / name)
        made = another.typing(letters).json("hub", "init", "--succeed", tmp_path / "a.age", *option)
        assert another.json("hub", "status")["records"]
        assert in_clear_of(another.folder) == []
        assert another.typing(made["recovery"]).json("hub", "encrypt", "--sheet")


def test_a_hub_over_postgres_is_refused_with_what_to_do(hub: Place, tmp_path: Path) -> None:
    url, letters = "postgresql://nobody@127.0.0.1:1/nowhere", sheet_of(hub)
    words = ("hub", "init", "--community", "示例", "--encrypted", "--database", url)
    refused = Place(tmp_path / "new").json(*words, code=1)
    assert (refused["error"], "LUKS" in refused["message"]["en"]) == ("NotOverPostgres", True)
    hub.json("hub", "backup", tmp_path / "a.age")
    words = ("hub", "restore", tmp_path / "a.age", "--database", url)
    assert hub.typing(letters).json(*words, code=1)["error"] == "NotOverPostgres"
    assert hub.json("hub", "status")["records"], "nothing has happened"


def test_a_hub_whose_making_was_cut_short_is_made_to_its_end_encrypted(tmp_path: Path) -> None:
    hub = Place(tmp_path / "hub")
    hub.json("hub", "init", "--community", "示例社区", "--encrypted")
    (hub.folder / "hub.json").unlink()
    hub.json("hub", "init", "--community", SAID)
    assert in_clear_of(hub.folder) == []


def test_the_file_that_systemd_hands_over_is_read_though_its_access_list_shows_as_a_groups(
    hub: Place, passphrase: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passphrase.chmod(0o440)
    assert hub.json("hub", "status", code=1)["error"] == "FileRefused"
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(passphrase.parent))
    assert hub.json("hub", "status")["records"]
    passphrase.chmod(0o444)
    assert hub.json("hub", "status", code=1)["error"] == "FileRefused"
