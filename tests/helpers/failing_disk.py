"""Commands on a disk that fails at a call that a test names; see `failing_disk.c`."""

import json
import mmap
import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

import forked_commands
from command_line import Place, Said

SOURCE = Path(__file__).with_suffix(".c")
_PLAN = struct.Struct("=qqq4096s")


class How(IntEnum):
    """What happens at the call."""

    COUNTED = 0
    KILLED = 1
    TORN = 2
    """Half of what is written gets there, and the process ends."""
    BROKEN_ONCE = 3
    BROKEN = 4
    """An error of input and output, of that call, or of each from it on."""
    FULL_ONCE = 5
    FULL = 6
    """No space left, for that call, or for each from it on."""

    @property
    def ends(self) -> bool:
        """Whether the process ends there, and can say nothing."""
        return self in (How.KILLED, How.TORN)


@dataclass
class Running:
    """A command under way."""

    process: int
    out: Path
    err: Path


class FailingDisk:
    """A disk that works until it is told to fail, and commands that run on it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        library, plan = folder / "failing_disk.so", folder / "plan"
        compiler = ["gcc", "-O1", "-shared", "-fPIC", "-o", str(library), str(SOURCE), "-ldl"]
        subprocess.run(compiler, check=True)
        plan.write_bytes(bytes(_PLAN.size))
        with plan.open("rb+") as file:
            self._plan = mmap.mmap(file.fileno(), 0)
        told = {"LD_PRELOAD": str(library), "FAILING_DISK": str(plan)}
        self._server = subprocess.Popen(
            [sys.executable, forked_commands.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, **told},
        )

    def end(self) -> None:
        """Let the commands' process go."""
        self._server.communicate()
        self._plan.close()

    @property
    def calls(self) -> int:
        """That changed something under the watched folder, since it was told how to fail."""
        return _PLAN.unpack(self._plan)[0]

    def fail(self, under: Path, at: int, how: How) -> None:
        """From now on count what changes a folder's contents, and fail at a call, from 1."""
        self._plan[:] = _PLAN.pack(0, at, how, bytes(under))

    def heal(self) -> None:
        """Work from now on."""
        self._plan[:] = bytes(_PLAN.size)

    def start(self, place: Place, *words: str | Path) -> Running:
        """Begin a command on it."""
        typed, out, err = (self._folder / name for name in ("typed", "out", "err"))
        typed.write_text(f"{place.typed}\n", "utf-8")
        out.unlink(missing_ok=True)
        err.unlink(missing_ok=True)
        given = [*map(str, words), "--data", str(place.folder)]
        return Running(
            self._ask(words=given, typed=str(typed), out=str(out), err=str(err)), out, err
        )

    def ended(self, running: Running) -> Said:
        """How it ended, and what it said; waits for it."""
        code = self._ask(wait=running.process)
        return Said(code, running.out.read_text("utf-8"), running.err.read_text("utf-8"))

    def run(self, place: Place, *words: str | Path) -> Said:
        """Run a command on it to its end."""
        return self.ended(self.start(place, *words))

    def _ask(self, **asked: object) -> int:
        self._server.stdin.write(json.dumps(asked) + "\n")
        self._server.stdin.flush()
        return int(self._server.stdout.readline())


@contextmanager
def failing_disk(folder: Path) -> Iterator[FailingDisk]:
    """One for as long as it is needed."""
    disk = FailingDisk(folder)
    try:
        yield disk
    finally:
        disk.end()
