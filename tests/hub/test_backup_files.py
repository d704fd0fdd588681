"""A backup as a file: sealed for the recovery sheet, signed by its hub, and nothing is opened of what is not whole."""

import io
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest
from conftest import Once

from command_line import Place, joined, new_hub, serving, sheet_of
from hongxian.security import age
from hongxian.security.keys import SigningKey
from hongxian.security.sealing import NotOpened, SealingKey
from hongxian.security.sheet import RecoverySheet
from hongxian_server.backups.backup_file import Part, write_backup
from hongxian_server.folder import DATABASE
from hongxian_server.hub import Hub
from signing import new_key
from sweeps import sweep

TEAM = "红马甲管家团"
TEXT = "示例·甲"
PLUGIN = "from hongxian import hookimpl\n"


def make_hub_with_a_record(folder: Path) -> None:
    """A hub with a record and a plugin, in a folder of its own."""
    hub = new_hub(folder / "hub", TEAM)
    (hub.folder / "plugins" / "own.py").write_text(PLUGIN)
    with serving(hub) as url:
        laptop = joined(hub, url, folder / "laptop", TEAM)
        laptop.json("add", "roster.person", f"name={TEXT}")
        laptop.json("sync")


@pytest.fixture
def hub(once: Once, tmp_path: Path) -> Place:
    """A copy of it for each test."""
    shutil.copytree(once(make_hub_with_a_record), tmp_path, dirs_exist_ok=True)
    return Place(tmp_path / "hub")


def made(hub: Place) -> tuple[Path, str]:
    """A backup, and the letters that open it."""
    path, letters = hub.folder.with_name("backup.age"), sheet_of(hub)
    hub.json("hub", "backup", path)
    return path, letters


def test_nothing_that_anybody_wrote_and_no_key_is_readable_in_a_backup(hub: Place) -> None:
    path, _ = made(hub)
    content = path.read_bytes()
    for secret in (
        TEXT.encode(),
        b"SQLite",
        PLUGIN.encode(),
        (hub.folder / "identity.key").read_bytes(),
    ):
        assert secret not in content
    assert not list(hub.folder.glob("backing-up*")), "nor does a copy in clear stay"


def test_on_an_empty_machine_the_letters_bring_back_records_and_plugins(
    hub: Place, tmp_path: Path
) -> None:
    path, letters = made(hub)
    another = Place(tmp_path / "another")
    another.typing(letters).json("hub", "restore", path)
    assert another.json("hub", "digest") == hub.json("hub", "digest")
    assert (another.folder / "plugins" / "own.py").read_text() == PLUGIN
    (hub.folder / "plugins" / "own.py").write_text("# newer\n")
    hub.typing(letters).json("hub", "restore", path)
    assert (hub.folder / "plugins" / "own.py").read_text() == "# newer\n", "what is there stays"


def test_the_program_age_opens_a_backup_by_the_key_that_the_letters_give(hub: Place) -> None:
    path, letters = made(hub)
    key = hub.typing(letters).json("hub", "sheet", "--age", path)["key"]
    opened = pyrage.decrypt(path.read_bytes(), [pyrage.x25519.Identity.from_str(key)])
    with tarfile.open(fileobj=io.BytesIO(opened)) as tar:
        assert tar.getnames() == [DATABASE, "plugins/own.py"]


def test_a_check_tells_who_made_a_backup_and_by_the_sheet_what_is_in_it(hub: Place) -> None:
    path, letters = made(hub)
    nowhere = Place(path.with_name("none"))
    told = nowhere.json("hub", "backup", path, "--check")
    with Hub.open(hub.folder) as opened:
        assert told["hub"] == opened.identity.public
    assert told["records"] is None
    drilled = nowhere.typing(letters).json("hub", "backup", path, "--check", "--sheet")
    assert drilled["records"] == hub.json("hub", "status")["records"]
    wrong = nowhere.typing(str(RecoverySheet.new()))
    assert (
        wrong.json("hub", "backup", path, "--check", "--sheet", code=1)["error"] == "SheetRefused"
    )
    assert not nowhere.folder.exists()


def cut(content: bytes) -> bytes:
    return content[:-1]


def longer(content: bytes) -> bytes:
    return content + b"\0"


def changed(place: int) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]

    return change


HARMS = {
    "cut off": cut,
    "longer": longer,
    "the key's lines": changed(50),
    "who made it": changed(150),
    "the signature": changed(350),
    "the first chunk": changed(1000),
    "the end": changed(-5),
    "no backup": lambda _content: b"no backup",
    "empty": lambda _content: b"",
}


@pytest.mark.parametrize("harm", sweep(HARMS, quick=2))
def test_what_is_not_whole_is_refused_in_words_before_anybody_is_asked(
    hub: Place, harm: Callable[[bytes], bytes]
) -> None:
    path, _ = made(hub)
    path.write_bytes(harm(path.read_bytes()))
    before = hub.json("hub", "digest")
    for words in (("backup", path, "--check"), ("restore", path)):
        told = hub.json("hub", *words, code=1)
        assert told["error"] == "FileRefused"
        assert "不是社区主机的完整备份" in told["message"]["zh"]
        assert str(path) in told["message"]["en"]
    assert hub.json("hub", "digest") == before


def test_a_backup_of_another_hub_and_one_that_a_stranger_made_bring_nothing_back(
    hub: Place, tmp_path: Path
) -> None:
    """A stranger signs with a key of his own, for whatever sheet: a folder that knows its hub
    refuses it at once, an empty one because the letters do not open it.
    """
    path, letters = made(hub)
    forged = tmp_path / "forged.age"
    key = new_key()
    sheet = RecoverySheet.typed(letters)
    stolen = hub.folder / DATABASE
    write_backup(forged, [Part(DATABASE, stolen)], 1_800_000_000_000, key, SealingKey(key).public)
    assert "another hub" in hub.json("hub", "restore", forged, code=1)["message"]["en"]
    empty = Place(tmp_path / "empty").typing(letters)
    assert empty.json("hub", "restore", forged, code=1)["error"] == "SheetRefused"
    known = sheet.key_of(key.public).public  # even where he knew that of the paper
    write_backup(forged, [Part(DATABASE, stolen)], 1_800_000_000_000, key, known)
    assert empty.json("hub", "restore", forged, code=1)["error"] == "SheetRefused"
    assert empty("hub", "status").code == 1
    empty.json("hub", "restore", path)


def test_a_file_is_never_written_beside_the_folder_that_a_backup_is_opened_in(
    hub: Place, tmp_path: Path
) -> None:
    path, letters = made(hub)
    key = SigningKey((hub.folder / "identity.key").read_bytes())
    recipient = RecoverySheet.typed(letters).key_of(key.public).public
    evil = tmp_path / "evil.py"
    evil.write_text("")
    for name in (
        "../evil",
        "plugins/../../evil",
        "/evil",
        "identity.key",
        "plugins\\..\\evil",
        "plugins",
    ):
        write_backup(path, [Part(name, evil)], 1_800_000_000_000, key, recipient)
        told = hub.typing(letters).json("hub", "restore", path, code=1)
        assert told["error"] == "FileRefused"


def test_a_hub_without_a_sheet_makes_no_backup_and_says_what_comes_first(tmp_path: Path) -> None:
    hub = Place(tmp_path / "hub")
    Hub.init(hub.folder, "示例社区")
    told = hub.json("hub", "backup", tmp_path / "backup.age", code=1)
    assert "hongxian hub sheet" in told["message"]["zh"]
    assert [each.name for each in tmp_path.iterdir()] == ["hub"]


def test_a_nearly_full_disk_takes_no_backup(
    hub: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hongxian_server.backups.backup.LEAST_FREE_BYTES", 2**62)
    sheet_of(hub)
    told = hub.json("hub", "backup", tmp_path / "backup.age", code=1)
    assert "nearly full" in told["message"]["en"]
    assert not (tmp_path / "backup.age").exists()


@pytest.mark.parametrize("size", [0, 1, age.CHUNK - 1, age.CHUNK, age.CHUNK + 1, 3 * age.CHUNK + 7])
def test_what_is_encrypted_here_other_programs_open_and_the_other_way_round(size: int) -> None:
    key, content = SealingKey(new_key()), bytes(range(256)) * (size // 256 + 1)
    content = content[:size]
    theirs = pyrage.x25519.Identity.from_str(age.identity(key))
    of_file, file = age.new_key(), io.BytesIO()
    header = age.FIRST_LINE + age.wrapped(of_file, key.public)
    file.write(header + age.mac_line(of_file, header))
    encrypting = age.Encrypting(file, of_file)
    encrypting.write(content)
    encrypting.close()
    assert pyrage.decrypt(file.getvalue(), [theirs]) == content
    payload = io.BytesIO(file.getvalue()[len(header) + len(age.mac_line(of_file, header)) :])
    assert age.Decrypting(payload, of_file).read(size + 1) == content


def test_of_a_stream_that_was_cut_at_a_chunk_no_end_is_made() -> None:
    of_file, file = age.new_key(), io.BytesIO()
    encrypting = age.Encrypting(file, of_file)
    encrypting.write(bytes(2 * age.CHUNK))
    encrypting.close()
    whole = file.getvalue()
    for cut_at in (16 + age.CHUNK + 16, 16, len(whole) - 1):
        with pytest.raises(NotOpened):
            age.Decrypting(io.BytesIO(whole[:cut_at]), of_file).read(3 * age.CHUNK)
