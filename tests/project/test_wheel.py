"""The wheel: it holds what the checkout holds, and nothing that an earlier build left."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from setuptools import find_packages

from hongxian.releases.sound_zip import is_path
from test_layout import FOLDERS, TOP, setup_cfg_list

Build = Callable[[], set[str]]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what a wheel is made of."""
    copy = tmp_path / "checkout"
    for folder in FOLDERS.values():
        to = copy / folder.relative_to(TOP)
        shutil.copytree(folder, to, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(TOP / name, copy)
    return copy


@pytest.fixture
def build(checkout: Path, tmp_path: Path) -> Build:
    """Build the wheel as an installer does, and tell the files that it would install."""

    def run() -> set[str]:
        shutil.rmtree(tmp_path / "wheel", ignore_errors=True)
        pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
        said = subprocess.run(
            [*pip, "--wheel-dir", tmp_path / "wheel", checkout], capture_output=True, text=True
        )
        assert said.returncode == 0, said.stderr
        [wheel] = (tmp_path / "wheel").iterdir()
        with ZipFile(wheel) as archive:
            return {name for name in archive.namelist() if ".dist-info/" not in name}

    return run


def files_to_install(checkout: Path) -> Iterator[str]:
    for package, folder in FOLDERS.items():
        root = checkout / folder.relative_to(TOP)
        for file in (root / package).rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                yield file.relative_to(root).as_posix()


@pytest.mark.thorough
def test_a_wheel_holds_every_file_of_the_packages_and_no_other(
    checkout: Path, build: Build
) -> None:
    assert build() == set(files_to_install(checkout))


def test_every_file_of_the_wheel_may_be_called_so_on_windows_too() -> None:
    names = [f"site/{name}" for name in files_to_install(TOP)]
    assert not [name for name in names if not is_path(name, "A-Za-z0-9_+")]


@pytest.mark.thorough
def test_what_was_deleted_is_in_no_later_wheel(checkout: Path, build: Build) -> None:
    module = checkout / "core" / "hongxian" / "deleted_between_two_builds.py"
    name = f"hongxian/{module.name}"
    module.write_text('"""Here today."""\n')
    assert name in build()
    module.unlink()
    assert name not in build()


def test_setup_cfg_lists_the_packages_that_find_would_find_in_each_folder() -> None:
    found = [package for folder in FOLDERS.values() for package in find_packages(str(folder))]
    assert sorted(setup_cfg_list("options", "packages")) == sorted(found)
