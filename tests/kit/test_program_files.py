"""A program file is believed whole and signed, or not at all; what is put in place runs, or is not there."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from hongxian.releases import program as program_module
from hongxian.releases.program import (
    MANIFEST,
    MOST_FILES,
    SIGNATURE,
    Program,
    ProgramUnsound,
    read_manifest,
    write_program,
)
from hongxian.releases.publisher import called
from hongxian.releases.signed_program import ProgramRefused, sign_program, signed_program
from hongxian_client.program.home import Home
from hongxian_client.program.installing import mend, runs
from hongxian_client.program.program_file import install
from programs import PUBLISHER, STRANGER, program_of

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the programs of these tests are for Linux")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home of 示例")


def says(home: Home, version: str, *words: str) -> str:
    line = home.command_of(version, *words)
    return subprocess.run(line, capture_output=True, text=True, check=True).stdout.strip()


def packed_anew(
    path: Path, change: dict[str, bytes | None], more: Mapping[str, bytes] = MappingProxyType({})
) -> Path:
    """The same zip with other bytes for some names, without some, and with more."""
    other = path.with_name(f"changed-{path.name}")
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(other, "w") as after:
        for name in before.namelist():
            held = change.get(name, before.read(name)) if name in change else before.read(name)
            if held is not None:
                after.writestr(name, held)
        for name, held in more.items():
            after.writestr(name, held)
    return other


def test_a_version_is_put_in_place_beside_the_others_and_each_runs(home: Home, tmp_path: Path):
    for version in ("1.0", "1.1"):
        assert install(program_of(tmp_path, version), home) == version
    assert sorted(home.whole_versions()) == ["1.0", "1.1"]
    assert [says(home, each, "there") for each in ("1.0", "1.1")] == [
        "hello from 1.0 there",
        "hello from 1.1 there",
    ]
    assert home.current == home.next == ""
    assert home.publishers() == [PUBLISHER.public]
    assert home.folder.stat().st_mode & 0o777 == 0o700


def test_the_same_program_is_the_same_bytes(tmp_path: Path):
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    assert program_of(first, "1.0").read_bytes() == program_of(second, "1.0").read_bytes()


def test_a_changed_file_an_added_one_or_a_missing_one_is_refused(home: Home, tmp_path: Path):
    path = program_of(tmp_path, "1.0")
    wheel = next(each for each in read_manifest(zipfile.ZipFile(path).read(MANIFEST)).files)
    for changed in (
        packed_anew(path, {wheel: b"other"}),
        packed_anew(path, {wheel: None}),
        packed_anew(path, {}, {"wheels/more.whl": b"more"}),
        packed_anew(path, {}, {"../out": b"more"}),
        packed_anew(path, {SIGNATURE: f"{PUBLISHER.public} {'0' * 128}".encode()}),
        packed_anew(path, {SIGNATURE: b"\xff nothing"}),
        packed_anew(path, {SIGNATURE: None}),
    ):
        with pytest.raises(ProgramRefused):
            install(changed, home)
    assert not home.folder.exists()


def test_another_manifest_is_not_what_was_signed(tmp_path: Path):
    path = program_of(tmp_path, "1.0")
    told = json.loads(zipfile.ZipFile(path).read(MANIFEST))
    changed = packed_anew(path, {MANIFEST: json.dumps({**told, "version": "9.0"}).encode()})
    assert Program.of(changed).manifest.version == "9.0"
    with pytest.raises(ProgramRefused, match="signature"):
        signed_program(changed)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("version", "../../x"),
        ("version", "v1"),
        ("system", "plan9"),
        ("python", "3.x"),
        ("formats", 7),
        ("formats", []),
        ("files", {}),
        ("system", "linux-"),
        ("system", "linux-../x"),
        ("files", {"../x": [1, "0" * 64]}),
        ("files", {"/x": [1, "0" * 64]}),
        ("files", {"wheels/nul.whl": [1, "0" * 64]}),
        ("files", {"a": [1, "0" * 64], "A": [1, "0" * 64]}),
        ("files", {"Manifest.json": [1, "0" * 64]}),
        ("files", {"a": [-1, "0" * 64]}),
        ("files", {"a": [1, "0"]}),
        ("files", {"a": [2**40, "0" * 64]}),
        ("files", {"a": "x"}),
        ("files", {f"a{n}": [0, "0" * 64] for n in range(MOST_FILES + 1)}),
    ],
)
def test_a_manifest_that_no_laptop_would_take_is_refused(name: str, value: object):
    sound = {
        "version": "1.0",
        "system": "linux",
        "python": "3.11",
        "formats": [2, 2],
        "protocol": 2,
        "files": {"wheels/a.whl": [1, "0" * 64]},
    }
    read_manifest(json.dumps(sound).encode())
    with pytest.raises(ProgramUnsound):
        read_manifest(json.dumps({**sound, name: value}).encode())


def test_what_is_no_manifest_is_refused():
    for text in (b"", b"[]", b"{}", b"\xff", b"[" * 100_000):
        with pytest.raises(ProgramUnsound):
            read_manifest(text)


def test_what_is_no_zip_and_one_that_lists_too_much_are_refused_before_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "x.hxprog"
    for content in (b"", b"PK", os.urandom(5_000), b"PK\x05\x06" + b"\0" * 18):
        path.write_bytes(content)
        with pytest.raises(ProgramUnsound):
            Program.of(path)
    with zipfile.ZipFile(path, "w") as archive:
        for n in range(4):
            archive.writestr(f"a{n}", b"")
    monkeypatch.setattr(program_module, "MOST_FILES", 1)
    with pytest.raises(ProgramUnsound, match="more than 1 files"):
        Program.of(path)


@pytest.mark.thorough
def test_a_stranger_is_not_believed_once_a_publisher_is_known(home: Home, tmp_path: Path):
    install(program_of(tmp_path, "1.0"), home)
    by_stranger = program_of(tmp_path, "1.1", key=STRANGER)
    with pytest.raises(
        ProgramRefused, match=f"does not know its publisher, {called(STRANGER.public)}"
    ):
        install(by_stranger, home)
    home.trust(STRANGER.public)
    assert install(by_stranger, home) == "1.1"


def test_what_cannot_be_put_in_place_leaves_nothing_that_starts(home: Home, tmp_path: Path):
    without_pip = write_program(
        tmp_path / "x.hxprog",
        {"wheels/a.whl": b"a"},
        version="1.0",
        system="linux",
        python="3.11",
        formats=(2, 2),
        protocol=2,
    )
    signed = sign_program(without_pip, PUBLISHER, tmp_path / "y.hxprog").path
    with pytest.raises(ProgramRefused, match="no pip"):
        install(signed, home)
    assert home.whole_versions() == []
    assert home.publishers() == []


@pytest.mark.thorough
def test_a_version_whose_python_went_is_put_in_place_again_from_its_own_file(
    home: Home, tmp_path: Path
):
    install(program_of(tmp_path, "1.0"), home)
    (home.of("1.0") / "bin" / "python").unlink()
    (home.of("1.0") / "bin" / "python").symlink_to("/nowhere/python3.9")
    assert not runs(home, "1.0")
    assert mend(home, "1.0")
    assert says(home, "1.0") == "hello from 1.0"
    home.file_of("1.0").unlink()
    (home.of("1.0") / "bin" / "python").unlink()
    assert not mend(home, "1.0")


def test_reading_and_putting_in_place_need_the_standard_library_alone():
    """What stands in the launcher runs where nothing is installed."""
    lines = (
        "import sys, types\n"
        "for name in ('hongxian', 'hongxian.releases', 'hongxian.storage', 'hongxian_client',\n"
        "             'hongxian_client.program'):\n"
        "    made = types.ModuleType(name)\n"
        "    made.__path__ = [next(p for p in PATHS if __import__('os').path.isdir(p + '/' +\n"
        "                     name.replace('.', '/'))) + '/' + name.replace('.', '/')]\n"
        "    sys.modules[name] = made\n"
        "import hongxian_client.program.installing\n"
        "outside = {m.partition('.')[0] for m in sys.modules} - sys.stdlib_module_names\n"
        "assert outside <= {'hongxian', 'hongxian_client', '__main__'}, outside\n"
    )
    top = Path(__file__).resolve().parents[2]
    paths = [str(top / "core"), str(top / "client")]
    subprocess.run([sys.executable, "-I", "-S", "-c", f"PATHS = {paths!r}\n{lines}"], check=True)
