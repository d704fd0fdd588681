"""What the bench knows of a system: how to install it, start its hub, and start a laptop of it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.process import Failed, Process

INSTALL_SECONDS = 300
PEERS = Path(__file__).parent / "peers"


@dataclass
class Peer:
    """A system that syncs; the subclasses say by which program."""

    key: str
    title: str
    about: str
    """For the page: the package and what it is, in one line."""
    packages: tuple[str, ...] = ()
    most: dict[str, int] = field(default_factory=dict)
    """The most rows that it is given, by size of the run: some need minutes for what others do in one second."""
    most_repeats: int = 100
    """The most repetitions of what takes others milliseconds."""
    merges: bool = True
    """Whether the merge of many records is asked of it."""
    with_postgres: bool = False

    def install(self, cache: Path) -> None:
        """Make its environment ready; raises `Failed` with one plain line."""

    def command(self) -> list[object]:
        """The program, to which `hub …` or `laptop …` is added."""
        raise NotImplementedError

    @contextmanager
    def hub(self, folder: Path, *options: object) -> Iterator[tuple[dict[str, Any], Process]]:
        """Its hub, listening; what it told of itself, and the process."""
        log = folder.with_suffix(".log")
        with Process([*self.command(), "hub", folder, *options], log) as process:
            told = process.hear()
            process.wait_until_it_listens(told["url"])
            yield told, process

    @contextmanager
    def laptop(self, folder: Path, told: dict[str, Any], place: int) -> Iterator[Process]:
        """A laptop that has joined the hub and holds what it held when it was last closed."""
        folder.mkdir(exist_ok=True)
        words = [*self.command(), "laptop", folder, place, json.dumps(told)]
        with Process(words, folder.with_suffix(".log")) as process:
            process.hear()
            yield process


class Ours(Peer):
    """Hongxian, in the environment that this runs in."""

    @contextmanager
    def hub(self, folder: Path, *options: object) -> Iterator[tuple[dict[str, Any], Process]]:
        """The options are the number of teams, one unless it is told, and a database."""
        with super().hub(folder, *(options or (1,))) as served:
            yield served

    def command(self) -> list[object]:
        return [sys.executable, "-m", "bench.ours"]


class FromPip(Peer):
    """A peer from the Python index, in a virtual environment of its own."""

    _python: Path

    def install(self, cache: Path) -> None:
        home = cache / self.key
        self._python = home / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        if _is_ready(home, self.packages):
            return
        shutil.rmtree(home, ignore_errors=True)
        venv.create(home, with_pip=True)
        _run([self._python, "-m", "pip", "install", "--quiet", *self.packages], home)
        _note_ready(home, self.packages)

    def command(self) -> list[object]:
        return [self._python, "-m", f"bench.peers.{self.key}"]


@dataclass
class FromNpm(Peer):
    """A peer from the npm registry, in a folder of its own; its program is told where."""

    program: str = ""
    words: tuple[str, ...] = ()
    """What the program is given before `hub` or `laptop`."""

    def install(self, cache: Path) -> None:
        if not shutil.which("node") or not shutil.which("npm"):
            raise Failed("Node.js is not on this machine")
        self._home = cache / self.program.partition(".")[0]
        if _is_ready(self._home, self.packages):
            return
        shutil.rmtree(self._home, ignore_errors=True)
        self._home.mkdir(parents=True)
        options = ["--no-audit", "--no-fund", "--loglevel=error", "--prefix", self._home]
        _run([shutil.which("npm"), "install", *options, *self.packages], self._home)
        _note_ready(self._home, self.packages)

    def command(self) -> list[object]:
        return ["node", PEERS / self.program, self._home / "node_modules", *self.words]


def _is_ready(home: Path, packages: tuple[str, ...]) -> bool:
    note = home / "ready.json"
    return note.exists() and json.loads(note.read_text()) == list(packages)


def _note_ready(home: Path, packages: tuple[str, ...]) -> None:
    (home / "ready.json").write_text(json.dumps(packages))


def _run(command: list[Any], home: Path) -> None:
    try:
        done = subprocess.run(
            [str(word) for word in command], capture_output=True, text=True, timeout=INSTALL_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Failed(f"could not be installed: {type(error).__name__}") from error
    if done.returncode:
        (home / "install.log").write_text(done.stdout + done.stderr)
        last = (done.stderr.strip().splitlines() or ["pip or npm said nothing"])[-1]
        raise Failed(f"could not be installed: {last[:200]}")
