"""Making a program file: what is in it for which machine, and the same bytes each time."""

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from hongxian.releases.program import Program
from hongxian.releases.program_making import (
    MACHINES,
    NotEmbeddable,
    make_for_linux,
    make_for_windows,
)
from hongxian.releases.wheels import TwoWheels, WheelMissing
from wheel_folders import put_embeddable, put_wheel, put_wheels

FORMATS = (2, 2)


def on_linux(wheels: Path, into: Path, machines: Sequence[str] = MACHINES) -> Program:
    into.mkdir(exist_ok=True)
    return make_for_linux(wheels, into, formats=FORMATS, protocol=2, machines=machines)


def on_windows(wheels: Path, into: Path) -> Program:
    sha256 = put_embeddable(wheels / "python-3.13.9-embed-amd64.zip")
    into.mkdir(exist_ok=True)
    embeddable = next(wheels.glob("*embed*"))
    return make_for_windows(
        wheels, into, formats=FORMATS, protocol=2, embeddable=embeddable, sha256=sha256
    )


def test_a_linux_file_has_what_each_python_needs_on_each_machine_and_pip(tmp_path: Path) -> None:
    program = on_linux(put_wheels(tmp_path / "wheels"), tmp_path / "out")
    assert program.path.name == "hongxian-9.9.0-linux.hxprog"
    assert (program.manifest.version, program.manifest.python) == ("9.9.0", "3.11")
    names = {path.removeprefix("wheels/") for path in program.manifest.files}
    assert {name.partition("-")[0] for name in names} == {"hongxian", "lib", "pip"}
    assert len([name for name in names if name.startswith("lib")]) == 8


def test_a_file_for_one_processor_has_its_wheels_alone_and_says_so(tmp_path: Path) -> None:
    program = on_linux(put_wheels(tmp_path / "wheels"), tmp_path / "out", ["aarch64"])
    assert program.path.name == "hongxian-9.9.0-linux-aarch64.hxprog"
    assert program.manifest.system == "linux-aarch64"
    assert not [path for path in program.manifest.files if "x86_64" in path]
    assert len([path for path in program.manifest.files if "aarch64" in path]) == 4


def test_a_windows_file_has_python_and_what_an_installer_would_lay_beside_it(
    tmp_path: Path,
) -> None:
    program = on_windows(put_wheels(tmp_path / "wheels"), tmp_path / "out")
    assert program.manifest.python == "3.13"
    program.unpack(tmp_path / "there")
    site = tmp_path / "there" / "site"
    assert (site / "lib/__init__.py").read_text() == "# cp313-cp313-win_amd64\n"
    assert (site / "beside.py").exists()  # of the wheel's purelib
    assert {each.name for each in site.iterdir()} == {
        *("hongxian", "hongxian-9.9.0.dist-info", "lib", "lib-1.0.dist-info"),
        *("only_win", "only_win-1.0.dist-info", "beside.py"),
    }
    paths = (tmp_path / "there/python/python313._pth").read_text().split()
    assert paths == ["python313.zip", ".", "..\\site"]


@pytest.mark.parametrize("make", [on_linux, on_windows])
def test_the_same_wheels_come_out_as_the_same_bytes(
    make: Callable[[Path, Path], Program], tmp_path: Path
) -> None:
    one = make(put_wheels(tmp_path / "wheels"), tmp_path / "one")
    shutil.copytree(tmp_path / "wheels", tmp_path / "elsewhere", copy_function=shutil.copyfile)
    before = os.umask(0o027)
    try:
        other = make(tmp_path / "elsewhere", tmp_path / "other")
    finally:
        os.umask(before)
    assert one.path.read_bytes() == other.path.read_bytes()


def test_a_folder_that_lacks_a_wheel_says_for_which_machine(tmp_path: Path) -> None:
    wheels = put_wheels(tmp_path / "wheels")
    (wheels / "lib-1.0-cp312-cp312-manylinux_2_17_aarch64.whl").unlink()
    with pytest.raises(WheelMissing, match=r"lib for Linux aarch64, Python 3\.12"):
        on_linux(wheels, tmp_path / "out")
    (wheels / "only_win-1.0-py3-none-any.whl").unlink()
    with pytest.raises(WheelMissing, match="only-win for Windows"):
        on_windows(wheels, tmp_path / "out")


def test_wheels_of_two_releases_of_one_library_are_not_chosen_between(tmp_path: Path) -> None:
    wheels = put_wheels(tmp_path / "wheels")
    put_wheel(wheels, "only_win", "2.0")
    with pytest.raises(TwoWheels, match=r"1\.0, 2\.0"):
        on_linux(wheels, tmp_path / "out")


@pytest.mark.parametrize("sha256", ["0" * 64, ""])
def test_another_python_than_the_one_that_was_named_or_is_known_is_refused(
    tmp_path: Path, sha256: str
) -> None:
    wheels = put_wheels(tmp_path / "wheels")
    put_embeddable(tmp_path / "python.zip")
    with pytest.raises(NotEmbeddable, match="SHA-256"):
        make_for_windows(
            wheels,
            tmp_path,
            formats=FORMATS,
            protocol=2,
            embeddable=tmp_path / "python.zip",
            sha256=sha256,
        )
