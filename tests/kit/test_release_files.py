"""A release's file: nothing of it is used before its signature, its hashes and its bounds were looked at."""

import contextlib
import io
import os
import stat
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from hongxian.releases.manifest import OtherHost, ReleaseRefused
from hongxian.releases.publisher import (
    PublisherKeyRefused,
    called,
    is_called,
    make_publisher_key,
    open_publisher_key,
)
from hongxian.releases.release import RELEASE_BYTES, Release, make_release
from hongxian.releases.shelf import Shelf
from hongxian.releases.sound_zip import is_path
from plugin_releases import PUBLISHER, STRANGER, released, rezipped, seat


def refused(content: bytes) -> str:
    with pytest.raises(ReleaseRefused) as caught:
        Release.read(content, "seat-1.0.hxplugin")
    return str(caught.value)


def test_a_release_comes_out_as_it_was_made_and_the_same_plugin_as_the_same_bytes() -> None:
    release = released("1.0")
    assert Release.read(release.content, "x").files == {"seat.py": seat("1.0").encode()}
    assert released("1.0").sha256 == release.sha256


def test_what_was_changed_left_out_or_added_is_refused() -> None:
    release = released("1.0")
    assert "seat.py" in refused(rezipped(release, **{"files__seat.py": b"print('other')"}))
    assert "files/more.py" in refused(rezipped(release, **{"files__more.py": b""}))
    assert "does not hold" in refused(rezipped(release, signature=b"0" * 128))
    theirs = released("1.0", key=STRANGER).manifest.as_bytes()
    assert "does not hold" in refused(rezipped(release, **{"manifest.json": theirs}))
    assert "does not open" in refused(release.content[:-30])
    assert "does not open" in refused(b"PK" * 500)


@pytest.mark.parametrize("at", range(0, 900, 37))
def test_no_flipped_byte_passes_for_the_release(at: int) -> None:
    whole = bytearray(released("1.0").content)
    whole[at % len(whole)] ^= 1
    with contextlib.suppress(ReleaseRefused):
        assert Release.read(bytes(whole), "x").files == released("1.0").files


@pytest.mark.parametrize(
    "path",
    [
        "../seat.py",
        "/seat.py",
        "seat/../../x.py",
        "seat/con.py",
        "seat/a:b",
        "seat\\x.py",
        "seat/.x",
    ],
)
def test_no_path_leads_out_of_the_folder_or_to_a_device(path: str) -> None:
    assert not is_path(path)
    files = {"seat.py": b"", path: b""}
    with pytest.raises(ReleaseRefused, match="may not be called"):
        make_release(
            PUBLISHER, name="seat", version="1.0", works_with=">=0.2", files=files, declares={}
        )


def test_nothing_is_unpacked_beyond_what_the_manifest_says() -> None:
    release = released("1.0", "#" * 1_000)
    bomb = rezipped(release, **{"files__seat.py": b"#" * 30_000_000})
    assert len(bomb) < 40_000
    assert "more than 1000 bytes" in refused(bomb)
    assert "larger than 8 MB" in refused(b"0" * (RELEASE_BYTES + 1))
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(2_100):
            archive.writestr(f"files/{number}", b"")
    assert "2100" in refused(many.getvalue())


@pytest.mark.parametrize("way", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_nothing_is_unpacked_that_could_grow_beyond_its_bound_meanwhile(way: int) -> None:
    """`zipfile` bounds what it unpacks by deflate alone, and a manifest is read before it is believed."""
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", way) as archive:
        archive.writestr("manifest.json", b" " * 20_000_000)
        archive.writestr("signature", b"0" * 128)
    tracemalloc.start()
    try:
        assert "does not open" in refused(bomb.getvalue())
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()
    torn = bytearray(bomb.getvalue())
    torn[60:80] = bytes(20)
    assert "does not open" in refused(bytes(torn))


def test_a_release_for_another_hongxian_says_which_it_works_with() -> None:
    with pytest.raises(OtherHost, match=">=99"):
        released("1.0", works_with=">=99").manifest.refuse_other_host()


def test_what_is_unpacked_is_for_this_account_alone(tmp_path: Path) -> None:
    files = {"seat/__init__.py": b"", "seat/deep/er/x.txt": b"x"}
    shelf = Shelf(tmp_path)
    shelf.put(
        make_release(
            PUBLISHER, name="seat", version="1.0", works_with=">=0.2", files=files, declares={}
        )
    )
    assert (shelf.path_of("seat", "1.0").parent / "deep" / "er" / "x.txt").read_bytes() == b"x"
    if os.name != "nt":
        modes = {
            stat.S_IMODE(each.stat().st_mode) & 0o77 for each in (tmp_path / "releases").rglob("*")
        }
        assert modes == {0}


def test_a_publishers_key_opens_by_its_passphrase_alone(tmp_path: Path) -> None:
    path = tmp_path / "key"
    with pytest.raises(PublisherKeyRefused, match="at least"):
        make_publisher_key(path, "short")
    key = make_publisher_key(path, "示例口令 one two three")
    assert open_publisher_key(path, "示例口令 one two three").public == key.public
    assert key.seed.hex() not in path.read_text()
    with pytest.raises(PublisherKeyRefused, match="another"):
        open_publisher_key(path, "示例口令 one two threE")
    with pytest.raises(FileExistsError):
        make_publisher_key(path, "示例口令 one two three")
    path.write_text("{}")
    with pytest.raises(PublisherKeyRefused, match="no publisher's key"):
        open_publisher_key(path, "示例口令 one two three")
    letters = called(key.public)
    assert is_called(key.public, f" {letters.lower()} ")
    assert not is_called(key.public, letters[:-1])
    assert not is_called(PUBLISHER.public, letters)
