"""What a plugin is made of: one file, a folder, or a pure wheel that needs nothing which Hongxian has not got."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from configparser import ConfigParser
from dataclasses import dataclass
from email.parser import HeaderParser
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import Requirement

from hongxian.errors import FileRefused
from hongxian.plugins.loading import ENTRY_POINTS, PACKAGE
from hongxian.releases.manifest import FILES_BYTES
from hongxian.releases.sound_zip import is_path
from hongxian.text import Text

_LEFT_OUT = ("__pycache__", "tests")
"""Folders of a plugin's that no laptop needs."""

_NO_PLUGIN = Text(
    "这不是插件：要一个 .py 文件、一个有 __init__.py 的文件夹，或一个 .whl",
    "is no plugin: a .py file, a folder with an __init__.py or a .whl is",
)
_NOT_PURE = Text("不是纯 Python 的 wheel", "is no wheel of Python alone")
_NEEDS = Text(
    "需要 {needs}，而各电脑只有红线自带的", "needs {needs}, and laptops have what Hongxian brings"
)
_NO_ENTRY = Text(
    "入口点 hongxian.plugins 要恰好有一个，指向一个顶层模块",
    "has one entry point in hongxian.plugins, which names a module at the top",
)
_TOO_LARGE = Text("超过 {most} MB", "is larger than {most} MB")


@dataclass(frozen=True)
class Sources:
    """A plugin's files by their paths in a release."""

    name: str
    files: dict[str, bytes]


def sources_of(path: Path) -> Sources:
    """A plugin as it lies on the disk; raises `FileRefused`."""
    if path.suffix == ".whl":
        return _of_wheel(path)
    if path.is_file() and path.suffix == ".py":
        return Sources(path.stem, {path.name: path.read_bytes()})
    if (path / PACKAGE).is_file():
        return Sources(path.name, dict(_of_folder(path)))
    raise FileRefused(file=str(path), detail=_NO_PLUGIN)


def _of_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    size = 0
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder)
        name = f"{folder.name}/{inside.as_posix()}"
        is_test = inside.name.startswith("test_") or inside.name == "conftest.py"
        is_left_out = is_test or {*inside.parts} & {*_LEFT_OUT} or not is_path(name)
        if file.is_file() and not file.is_symlink() and not is_left_out:
            size += file.stat().st_size
            if size > FILES_BYTES:
                detail = _TOO_LARGE.format(most=FILES_BYTES >> 20)
                raise FileRefused(file=str(folder), detail=detail)
            yield name, file.read_bytes()


def _of_wheel(path: Path) -> Sources:
    with zipfile.ZipFile(path) as archive:
        if sum(each.file_size for each in archive.infolist()) > FILES_BYTES:
            detail = _TOO_LARGE.format(most=FILES_BYTES >> 20)
            raise FileRefused(file=str(path), detail=detail)
        held = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    told = {
        name.rpartition("/")[2]: content.decode("utf-8")
        for name, content in held.items()
        if ".dist-info/" in name and name.count("/") == 1
    }
    if HeaderParser().parsestr(told.get("WHEEL", "")).get("Root-Is-Purelib") != "true":
        raise FileRefused(file=str(path), detail=_NOT_PURE)
    needs = HeaderParser().parsestr(told.get("METADATA", "")).get_all("Requires-Dist", [])
    if missing := [each for each in needs if not _is_here(Requirement(each))]:
        raise FileRefused(file=str(path), detail=_NEEDS.format(needs=missing))
    points = ConfigParser()
    points.read_string(told.get("entry_points.txt", ""))
    named = dict(points[ENTRY_POINTS]) if points.has_section(ENTRY_POINTS) else {}
    if len(named) != 1:
        raise FileRefused(file=str(path), detail=_NO_ENTRY)
    [(name, module)] = named.items()
    files = {
        f"{name}{file.removeprefix(module)}": content
        for file, content in held.items()
        if file == f"{module}.py" or file.startswith(f"{module}/")
    }
    if not files:
        raise FileRefused(file=str(path), detail=_NO_ENTRY)
    return Sources(name, files)


def _is_here(needed: Requirement) -> bool:
    if needed.marker is not None and not needed.marker.evaluate({"extra": ""}):
        return True
    try:
        return needed.specifier.contains(version(needed.name), prereleases=True)
    except PackageNotFoundError:
        return False
