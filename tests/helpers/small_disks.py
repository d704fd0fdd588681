"""A disk of a few megabytes, mounted where nobody else sees it: it can be filled, and made read-only."""

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

_NEW_MOUNTS = 0x0002_0000
_FILLED_BYTES = 4_096


@dataclass(frozen=True)
class SmallDisk:
    """Where it is."""

    folder: Path

    def fill(self) -> None:
        """Leave no room, not for a byte."""
        with (self.folder / "filled").open("ab", buffering=0) as file, suppress(OSError):
            while file.write(bytes(_FILLED_BYTES)):
                pass

    def empty(self) -> None:
        """Have room again."""
        (self.folder / "filled").unlink()

    def only_read(self) -> None:
        """Take nothing more."""
        _mount("-o", "remount,ro", str(self.folder))


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk]:
    """One that is gone in the end, and if this process is killed; skips where it cannot be had."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("only root may mount a disk, and only Linux has this one")
    if ctypes.CDLL(None, use_errno=True).unshare(_NEW_MOUNTS) or not _mount("--make-rprivate", "/"):
        pytest.skip("this machine lets nobody have mounts of their own")
    folder.mkdir()
    assert _mount("-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder))
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _mount(*words: str) -> bool:
    return subprocess.run(["mount", *words], capture_output=True).returncode == 0
