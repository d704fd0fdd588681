"""What becomes of a hub's key: on another machine by the recovery sheet, or another hub in its place."""

import shutil
from pathlib import Path

import pytest
from conftest import NewDatabase

from command_line import Place, Said, joined, new_hub, serving, sheet_of
from hongxian.errors import AlreadyThere, InUse, KeyLost
from hongxian.security.code import EnrolmentCode, only_letters
from hongxian.security.keys import SigningKey
from hongxian.security.sheet import RecoverySheet, SheetRefused
from hongxian.terminal.layout import width
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_server.backups.restore import succeed
from hongxian_server.backups.sources import Backup
from hongxian_server.folder import CONFIG
from hongxian_server.http.serve import make_server
from hongxian_server.hub import Hub
from hongxian_server.hub_state import KeptIdentity
from hongxian_server.identity import IDENTITY, RETIRED
from hongxian_server.membership.devices import pending_codes
from signing import new_key

TEAM = "红马甲管家团"


@pytest.fixture
def hub(tmp_path: Path) -> Place:
    return new_hub(tmp_path / "hub", TEAM)


def backup(hub: Place, name: str = "backup.db") -> Path:
    path = hub.folder.with_name(name)
    hub.json("hub", "backup", path)
    return path


def restored(place: Place, path: Path | str, typed: str) -> Said:
    """`hub restore` of somebody who types this."""
    return place.typing(typed)("hub", "restore", path, "--json")


def key_of(place: Place) -> bytes:
    return (place.folder / IDENTITY).read_bytes()


def with_work(hub: Place, folder: Path) -> Place:
    """A laptop that has synced one record and not sent another."""
    with serving(hub) as url:
        laptop = joined(hub, url, folder, TEAM)
        laptop.json("add", "roster.person", "name=示例·已送")
        laptop.json("sync")
    laptop.json("add", "roster.person", "name=示例·未送")
    return laptop


def grant_of(laptop: Place) -> str:
    with Replica.open(laptop.folder):
        return LaptopState.read().grant


def names(place: Place) -> set[str]:
    return {each["name"] for each in place.json("list", "roster.person")}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_sheet_that_init_prints_fits_a_page_of_80_columns(
    tmp_path: Path, language: str
) -> None:
    hub = Place(tmp_path / "hub").reading(language)
    said = hub("hub", "init", "--community", "示例社区" * 12)
    _, sheet, _ = said.out.split("-" * 76)
    lines = sheet.splitlines()
    assert len(lines) < 55
    assert all(width(line) <= 80 for line in lines)
    words = {"zh": ("恢复字母", "主机指纹"), "en": ("letters", "fingerprint")}[language]
    assert all(word in sheet for word in words)
    hub.json("hub", "team", "add", TEAM)
    code = EnrolmentCode.typed(hub.json("hub", "enrol", TEAM)["code"])
    assert code.fingerprint in only_letters(sheet)


def test_a_hubs_database_holds_its_key_only_sealed(hub: Place) -> None:
    key = key_of(hub)
    for path in hub.folder.glob("hub.db*"):
        assert key not in path.read_bytes()
        assert key.hex().encode() not in path.read_bytes()
    with Hub.open(hub.folder):
        kept = KeptIdentity.read()
    with pytest.raises(SheetRefused):
        RecoverySheet.new().open(kept.sealed_identity, kept.identity)


def test_on_a_new_machine_the_sheet_brings_the_hub_back_and_laptops_go_on(
    hub: Place, tmp_path: Path
) -> None:
    laptop, letters = with_work(hub, tmp_path / "laptop"), sheet_of(hub)
    path, another = backup(hub), Place(tmp_path / "another")
    wrong = restored(another, path, str(RecoverySheet.new()))
    assert wrong.json["error"] == "SheetRefused"
    assert another("hub", "status").code == 1, "nothing was made"
    assert restored(another, path, letters.lower().replace("-", " ")).code == 0
    assert key_of(another) == key_of(hub)
    with serving(another) as url:
        assert laptop.json("sync", "--hub", url)["sent"] == 1
    assert names(laptop) == {"示例·已送", "示例·未送"}


def test_a_new_sheet_opens_what_is_backed_up_from_now_on_and_the_former_what_was(
    hub: Place, tmp_path: Path
) -> None:
    first, earlier = sheet_of(hub), backup(hub, "earlier.db")
    second, later = sheet_of(hub), backup(hub, "later.db")
    for number, (path, letters, code) in enumerate(
        [(earlier, second, 1), (later, first, 1), (earlier, first, 0), (later, second, 0)]
    ):
        assert restored(Place(tmp_path / f"{number}"), path, letters).code == code
    assert restored(hub, earlier, first).code == 0
    again = backup(hub, "again.db")
    assert restored(Place(tmp_path / "again"), again, second).code == 0


def test_a_hub_whose_key_file_is_gone_has_it_back_by_the_sheet(hub: Place) -> None:
    letters, key, path = sheet_of(hub), key_of(hub), backup(hub)
    (hub.folder / IDENTITY).unlink()
    assert restored(hub, path, letters).code == 0
    assert key_of(hub) == key


def test_another_hubs_backup_is_not_put_in_its_place(hub: Place, tmp_path: Path) -> None:
    other = backup(new_hub(tmp_path / "other"), "other.db")
    before = hub.json("hub", "digest")
    told = hub.json("hub", "restore", other, code=1)
    assert told["error"] == "FileRefused"
    assert "empty folder" in told["message"]["en"]
    assert hub.json("hub", "digest") == before


@pytest.mark.thorough
def test_another_hub_takes_the_place_of_one_whose_key_was_lost(hub: Place, tmp_path: Path) -> None:
    """All data is there, and each laptop joins again with a new code, with what it had not sent."""
    laptop = with_work(hub, tmp_path / "laptop")
    stale = hub.json("hub", "enrol", TEAM)["code"]
    letters, path, successor = sheet_of(hub), backup(hub), Place(tmp_path / "successor")
    with serving(hub) as url:
        laptop.json("add", "roster.person", "name=示例·没备份")
        laptop.json("sync", "--hub", url)
    laptop.json("add", "roster.person", "name=示例·又未送")
    (hub.folder / IDENTITY).unlink()
    all_names = {"示例·已送", "示例·未送", "示例·没备份", "示例·又未送"}
    told = successor.typing(letters).json("hub", "init", "--succeed", path)
    with Hub.open(successor.folder) as opened:
        assert not pending_codes(opened)
    assert told["community"] == "示例社区"
    assert RecoverySheet.typed(told["recovery"])
    with serving(successor) as url:
        assert laptop.json("sync", "--hub", url, code=3)["error"] == "NotTheHub"
        assert laptop.json("join", url, stale, code=3)["error"] == "OtherHub"
        grant = grant_of(laptop)
        joining = successor.json("hub", "enrol", TEAM)["code"]
        laptop.json("join", url, joining)
        laptop.json("sync")
        assert grant_of(laptop) != grant, "the former hub's seal is none of the new one's"
        assert laptop.json("status")["unsent"] == 0
        assert names(laptop) == all_names
        newcomer = joined(successor, url, tmp_path / "newcomer", TEAM)
        newcomer.json("sync")
        laptop.json("sync")
        assert names(newcomer) == all_names
    assert not successor.json("hub", "status")["recovering"], "it waits for no former number"
    assert successor.json("hub", "digest") == laptop.json("digest")


def test_a_successor_keeps_the_keys_of_those_before_it_also_in_its_backups(
    hub: Place, tmp_path: Path
) -> None:
    former, first, path = SigningKey(key_of(hub)).public, sheet_of(hub), backup(hub)
    successor, third = Place(tmp_path / "successor"), Place(tmp_path / "third")
    letters = successor.typing(first).json("hub", "init", "--succeed", path)["recovery"]
    key = SigningKey(key_of(successor)).public
    assert (successor.folder / RETIRED).read_text().split() == [former]
    later = backup(successor, "later.db")
    moved = Place(tmp_path / "moved")
    assert restored(moved, later, letters).code == 0
    assert (moved.folder / RETIRED).read_text().split() == [former]
    third.typing(letters).json("hub", "init", "--succeed", later)
    assert (third.folder / RETIRED).read_text().split() == [former, key]
    assert restored(successor, path, first).code == 0  # of the hub whose place it took
    with Hub.open(successor.folder) as opened:
        assert opened.identity.public == key == KeptIdentity.read().identity
        assert KeptIdentity.read().retired_identities == [former]


def test_over_postgresql_the_database_that_was_put_back_is_named(
    new_postgres: NewDatabase, tmp_path: Path
) -> None:
    hub, another, third = (Place(tmp_path / name) for name in ("hub", "another", "third"))
    with new_postgres() as url:
        made = hub.json("hub", "init", "--community", "示例社区", "--database", url)
        assert restored(hub, tmp_path, made["recovery"]).json["error"] == "FileRefused"
        assert restored(another, url, str(RecoverySheet.new())).json["error"] == "SheetRefused"
        told = restored(another, url, made["recovery"])
        assert told.code == 0
        assert key_of(another) == key_of(hub)
        assert another.json("hub", "status")["recovering"]
        assert third.json("hub", "init", "--succeed", url)["database"] == "postgresql"
        assert third.json("hub", "status")["community"] == "示例社区"
        with Hub.open(third.folder) as opened:
            assert opened.identity.retired == [SigningKey(key_of(hub)).public]
        secret = url.replace("postgres@", "postgres:secret@") + "-none"
        wrong = Place(tmp_path / "x")("hub", "restore", secret)
        assert wrong.code == 1
        assert "secret" not in wrong.err


def test_over_postgresql_no_hub_takes_the_place_of_one_that_serves_still(
    new_postgres: NewDatabase, tmp_path: Path
) -> None:
    """Nor does the one serve on whose place was taken: its key is not what the database knows."""
    former, other, copy = (Place(tmp_path / name) for name in ("former", "other", "copy"))
    with new_postgres() as url:
        letters = former.json("hub", "init", "--community", "示例社区", "--database", url)[
            "recovery"
        ]
        with serving(former):
            for refused in (
                other("hub", "init", "--succeed", url, "--json"),
                restored(copy, url, letters),
            ):
                assert (refused.code, refused.json["error"]) == (1, "InUse")
            assert not (other.folder / CONFIG).exists()
            shutil.copytree(former.folder, copy.folder, dirs_exist_ok=True)
            with pytest.raises(InUse), Hub.open(copy.folder).held():
                pass
        other.json("hub", "init", "--succeed", url)
        with pytest.raises(KeyLost):
            make_server(Hub.open(former.folder), "127.0.0.1", 0)


def test_a_hub_takes_no_place_where_one_is_and_none_of_one_that_goes_on(
    hub: Place, tmp_path: Path
) -> None:
    letters, path = sheet_of(hub), backup(hub)
    with pytest.raises(AlreadyThere):
        succeed(hub.folder, Backup(path), pytest.fail)
    beside = tmp_path / "beside"
    beside.mkdir()
    (beside / IDENTITY).write_bytes(key_of(hub))
    told = Place(beside).typing(letters).json("hub", "init", "--succeed", path, code=1)
    assert "hub restore" in told["message"]["en"]
    assert Place(tmp_path / "x")("hub", "init").code == 2
    assert Place(tmp_path / "x")("hub", "init", "--community", "示例", "--succeed", path).code == 2


def test_letters_are_the_same_however_they_are_typed() -> None:
    sheet, key = RecoverySheet.new(), new_key()
    for typed in (str(sheet), str(sheet).lower(), str(sheet).replace("-", " "), sheet.letters):
        assert RecoverySheet.typed(typed).open(sheet.seal(key), key.public).seed == key.seed
    for typed in ("", str(sheet)[:-1], f"{sheet}2"):
        with pytest.raises(SheetRefused):
            RecoverySheet.typed(typed)
    with pytest.raises(SheetRefused):
        sheet.open(sheet.seal(key), new_key().public)
