"""Processes that run one command line after another: each loads the program once, not for each command."""

from __future__ import annotations

import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from hongxian.plugins.loading import keep_what_is_loaded
from hongxian_client.replica.replica import Replica

AT_ONCE = 3
SEED = 20230301
Ran = Callable[[list[str]], tuple[int, str, str]]
"""Runs a command line: its exit code, what it answered, what it complained of."""


class Actors(ProcessPoolExecutor):
    """As many as act at the same time."""

    def __init__(self, ran: Ran) -> None:
        context = get_context("spawn")  # a copy of a process with threads may never wake
        super().__init__(AT_ONCE, context, initializer=_begin)
        self._ran = ran

    def run(self, words: list[str]) -> tuple[int, str, str]:
        """Run a command line in one of them."""
        return self.submit(self._ran, words).result()

    def fill(self, folder: Path) -> None:
        """Let each plugin write its part of a year of invented records on a laptop."""
        self.submit(_fill, folder).result()


def _begin() -> None:
    """Be ready for one command line after another."""
    # Ctrl-C goes to all of a terminal's processes; whoever started this one ends it in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    keep_what_is_loaded()


def _fill(folder: Path) -> None:
    with Replica.open(folder) as replica:
        replica.plugins.tell("hongxian_demo_was_asked", store=replica, seed=SEED)
