"""One kit: an archive of a program file, what installs it, and where the hub is; for Windows its Python too.

What installs is of the very release that it installs: it is taken out of the program file.
"""

from __future__ import annotations

import io
import re
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hongxian.releases.brought import FILE, Brought
from hongxian.releases.program import file_name
from hongxian.storage.whole_file import whole_file

LINUX, WINDOWS = "linux", "windows"
TOP = "hongxian-kit"
"""The folder that unpacking makes."""
STARTER = "安装红线"
"""What is to be double-clicked in it."""
ENDING = {LINUX: ".tar.gz", WINDOWS: ".zip"}
"""Of an archive, as each system unpacks it by a double click."""
_HERE = Path(__file__).parent / "files"
_INSTALLER = re.compile(r"(?:hongxian/.+|hongxian_client/(?:__init__|program/\w+))\.py\Z")
"""Of the program: what installs, which runs on a Python alone."""
_WHEEL = re.compile(r"wheels/hongxian-[^/]+\.whl\Z")
_ICON = "hongxian_web/static/thread.svg"
_START = """\
import os
import sys

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "setup", "installer.zip"))

from hongxian_client.program.setting_up import main

sys.exit(main(here))
"""
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_SECONDS_AGO = 315_532_800
"""The same, since 1970."""
PLAIN, TO_BE_RUN = 0o644, 0o755


@dataclass(frozen=True)
class Made:
    """A program file that was looked at: where it lies, of which version it is, for which system."""

    path: Path
    version: str
    system: str

    @property
    def kind(self) -> str:
        """Its system, whatever the processor."""
        return self.system.partition("-")[0]

    @property
    def called(self) -> str:
        """What it is called in a kit."""
        return file_name(self.version, self.system)

    @property
    def kit_name(self) -> str:
        """What its kit is called."""
        return file_name(self.version, self.system, ENDING[self.kind])


@dataclass(frozen=True)
class Part:
    """One file of a kit."""

    name: str
    content: bytes | Path
    """Its bytes, or the file that has them."""
    mode: int = PLAIN


def write_kit(program: Made, brought: Brought, to: Path) -> None:
    """Write a kit of a program file, which must be sound; raises `OSError`."""
    with whole_file(to) as file:
        parts = parts_of(program, brought)
        if program.kind == WINDOWS:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                _pack_for_windows(archive, parts)
        else:  # wheels are packed already
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=1) as archive:
                _pack_for_linux(archive, parts)


def parts_of(program: Made, brought: Brought) -> Iterator[Part]:
    """All that a kit holds."""
    yield Part(FILE, brought.as_bytes())
    yield Part("setup.py", _START.encode())
    with zipfile.ZipFile(program.path) as held:
        if program.kind == WINDOWS:
            yield from _windows(held)
        else:
            yield from _linux(held)
    yield Part(program.called, program.path)


def _linux(held: zipfile.ZipFile) -> Iterator[Part]:
    yield Part("请先读我.txt", _read("read_me_linux.txt"))
    yield Part("install.sh", _read("install.sh"), TO_BE_RUN)
    yield Part(f"{STARTER}.desktop", _read("install.desktop"), TO_BE_RUN)
    [wheel] = filter(_WHEEL.match, held.namelist())
    with zipfile.ZipFile(io.BytesIO(held.read(wheel))) as packed:
        yield from _installer(packed, "")


def _windows(held: zipfile.ZipFile) -> Iterator[Part]:
    yield Part("请先读我.txt", _for_windows("read_me_windows.txt", mark="\ufeff"))
    yield Part(f"{STARTER}.cmd", _for_windows("install.cmd"))
    yield Part("setup/hongxian.ico", _read("hongxian.ico"))
    for name in held.namelist():
        if name.startswith("python/"):
            yield Part(name, held.read(name))
    yield from _installer(held, "site/")


def _installer(packed: zipfile.ZipFile, below: str) -> Iterator[Part]:
    """The installer, of which Python imports as it lies there, and the icon."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in packed.namelist():
            inner = name.removeprefix(below)
            if name.startswith(below) and _INSTALLER.match(inner):
                archive.writestr(zipfile.ZipInfo(inner, _LONG_AGO), packed.read(name))
    yield Part("setup/installer.zip", made.getvalue())
    yield Part("setup/hongxian.svg", packed.read(below + _ICON))


def _read(name: str) -> bytes:
    return (_HERE / name).read_bytes()


def _for_windows(name: str, mark: str = "") -> bytes:
    """A text with the line ends that its programs want; old editors know UTF-8 by a mark before it."""
    return (mark + (_HERE / name).read_text("utf-8")).replace("\n", "\r\n").encode()


def _pack_for_linux(archive: tarfile.TarFile, parts: Iterator[Part]) -> None:
    for part in parts:
        told = tarfile.TarInfo(f"{TOP}/{part.name}")
        told.mode, told.mtime = part.mode, _SECONDS_AGO
        if isinstance(part.content, Path):
            told.size = part.content.stat().st_size
            with part.content.open("rb") as file:
                archive.addfile(told, file)
        else:
            told.size = len(part.content)
            archive.addfile(told, io.BytesIO(part.content))


def _pack_for_windows(archive: zipfile.ZipFile, parts: Iterator[Part]) -> None:
    for part in parts:
        told = zipfile.ZipInfo(f"{TOP}/{part.name}", _LONG_AGO)
        if isinstance(part.content, Path):
            archive.write(part.content, told.filename, zipfile.ZIP_STORED)
        else:
            archive.writestr(told, part.content, zipfile.ZIP_DEFLATED)
