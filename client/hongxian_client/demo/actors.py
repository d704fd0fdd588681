"""Processes that run command lines, one after another or one that goes on; the program is loaded once for all.

They are forked from a process that has loaded it and has no threads, where a system has such a thing: each
command of the demonstration that began anew, and each desk, took a second of CPU for that alone.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from importlib.metadata import distribution
from io import TextIOBase
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import gettempdir
from typing import Any  # Any: either kind of context

from hongxian.plugins.loading import keep_what_is_loaded
from hongxian_client.replica.replica import Replica

AT_ONCE = 3
SEED = 20230301
_PROGRAM = ("-P", "-m", "hongxian_client.cli.main")
_LOADED = ("hongxian_client.desk.app", "hongxian_client.demo.actors")
_END_SECONDS = 30
_LONGEST = 70
"""Characters of a folder for temporary files in which a socket can be called."""
_IS_FORKED = sys.platform == "linux" and len(os.fsencode(gettempdir())) <= _LONGEST
"""Elsewhere a copy of a process may not be used, or there is none."""
_CONTEXT: Any = get_context("forkserver" if _IS_FORKED else "spawn")
Ran = Callable[[list[str]], tuple[int, str, str]]
"""Runs a command line: its exit code, what it answered, what it complained of."""
GoesOn = Callable[[list[str]], None]
"""Runs a command line as the whole of a process."""


class Actors(ProcessPoolExecutor):
    """As many as act at the same time."""

    def __init__(self, ran: Ran, goes_on: GoesOn) -> None:
        if _IS_FORKED:
            points = distribution("hongxian").entry_points
            brought = (each.module for each in points if each.group.startswith("hongxian."))
            _CONTEXT.set_forkserver_preload([*_LOADED, *brought])
        super().__init__(AT_ONCE, _CONTEXT, initializer=_begin)
        self._ran, self._goes_on = ran, goes_on

    def run(self, words: list[str]) -> tuple[int, str, str]:
        """Run a command line in one of them."""
        return self.submit(self._ran, words).result()

    def start(self, words: list[str], *, is_quiet: bool) -> Going:
        """Begin a command line that goes on, in one more process."""
        return Going(self._goes_on, words, is_quiet)

    def fill(self, folder: Path) -> None:
        """Let each plugin write its part of a year of invented records on a laptop."""
        self.submit(_fill, folder).result()


class Going:
    """A command line that goes on until it is ended, in a process of its own."""

    def __init__(self, goes_on: GoesOn, words: list[str], is_quiet: bool) -> None:
        """`is_quiet`: what it complains of is not shown."""
        self._told, telling = _CONTEXT.Pipe(duplex=False)
        self._process: BaseProcess = _CONTEXT.Process(
            target=_go_on, args=(goes_on, words, telling, is_quiet)
        )
        self._process.start()
        telling.close()  # so that the end of the process ends the line

    def line(self) -> str:
        """The next line that it answers; "" where it ended without one."""
        try:
            return str(self._told.recv())
        except EOFError:
            return ""

    def exit_code(self) -> int | None:
        """With what it ended, once it has."""
        self._process.join()
        return self._process.exitcode

    def end(self) -> None:
        """Stop it, as who started it in a terminal would, and wait for it."""
        self._process.terminate()
        self._process.join(_END_SECONDS)
        self._process.kill()
        self._process.join()
        self._told.close()


class _Lines(TextIOBase):
    """Sends what is written, line by line."""

    def __init__(self, telling: Connection) -> None:
        self._telling, self._begun = telling, ""

    def write(self, text: str) -> int:
        *lines, self._begun = (self._begun + text).split("\n")
        for each in lines:
            self._telling.send(each)
        return len(text)


def _begin() -> None:
    """Be ready for one command line after another."""
    # Ctrl-C goes to all of a terminal's processes; whoever started this one ends it in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    keep_what_is_loaded()


def _go_on(goes_on: GoesOn, words: list[str], telling: Connection, is_quiet: bool) -> None:
    if is_quiet:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    sys.orig_argv = [sys.executable, *_PROGRAM, *words]  # as which it may begin anew
    with redirect_stdout(_Lines(telling)):
        goes_on(words)


def _fill(folder: Path) -> None:
    with Replica.open(folder) as replica:
        replica.plugins.tell("hongxian_demo_was_asked", store=replica, seed=SEED)
