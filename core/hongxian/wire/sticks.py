"""Sticks and other disks that came to this machine: where they are, and which files on them are Hongxian's.

What lies on a stick is a stranger's: only plain files directly on it are looked at, a few hundred names
and the first bytes of each, and no link is followed.
"""

from __future__ import annotations

import ctypes
import getpass
import os
import string
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from hongxian.wire.bundle import MAGIC
from hongxian.wire.signed import Asker

ENDING = ".hxb"
MOST_STICKS = 12
MOST_NAMES = 500
"""Of one stick that are looked at, so that a full one keeps nobody waiting."""
_HEAD_BYTES = len(MAGIC) + 24
_REMOVABLE = 2
"""What `GetDriveTypeW` of Windows calls a stick."""


@dataclass(frozen=True)
class OnStick:
    """A file of a sync by stick, as its first bytes tell: nothing of it is believed yet."""

    path: Path
    asker: Asker
    bytes: int
    written: int
    """When, by the stick's own telling, in milliseconds since 1970."""


def sticks() -> list[Path]:
    """The folders of the sticks that are in this machine now."""
    mounted = _drives() if sys.platform == "win32" else mounted_in(*_roots())
    found = (each for each in mounted if str(each).isprintable())
    return [*islice(found, MOST_STICKS)]


def files_on(stick: Path) -> list[OnStick]:
    """The files of syncs on one, the newest first; none of one that was pulled out meanwhile."""
    found = [each for path in named_on(stick, ENDING) for each in _read(path)]
    return sorted(found, key=lambda each: -each.written)


def named_on(stick: Path, ending: str) -> list[Path]:
    """The plain files on one whose names end so, in no order."""
    found: list[Path] = []
    with suppress(OSError), os.scandir(stick) as entries:
        for entry in islice(entries, MOST_NAMES):
            named_so = entry.name.isprintable() and entry.name.endswith(ending)
            if named_so and entry.is_file(follow_symlinks=False):
                found.append(Path(entry.path))
    return found


def _read(path: Path) -> Iterator[OnStick]:
    with suppress(OSError):
        told = path.lstat()
        with open(path, "rb") as file:
            head = file.read(_HEAD_BYTES)
        if len(head) == _HEAD_BYTES and head.startswith(MAGIC):
            laptop, salt = head[len(MAGIC) : -8].hex(), head[-8:].hex()
            yield OnStick(path, Asker(laptop, salt), told.st_size, int(told.st_mtime * 1000))


def _roots() -> tuple[str, ...]:
    """The folders in which a desktop mounts what comes."""
    if sys.platform == "darwin":
        return ("/Volumes",)
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # an account without a name has no desktop
        return ()
    return f"/run/media/{user}", f"/media/{user}"


def mounted_in(*roots: str | Path) -> Iterator[Path]:
    """What is mounted right in these folders; a link to elsewhere, and a folder of the disk itself, is none."""
    for root in roots:
        with suppress(OSError):
            yield from sorted(each for each in Path(root).iterdir() if os.path.ismount(each))


def _drives() -> Iterator[Path]:
    """The letters under which Windows has what can be taken out."""
    windows = getattr(ctypes, "windll").kernel32  # noqa: B009  # elsewhere it has no such name
    for letter in string.ascii_uppercase:
        drive = f"{letter}:\\"
        if windows.GetDriveTypeW(drive) == _REMOVABLE and os.path.exists(drive):
            yield Path(drive)
