"""Processes that the bench starts, asks and ends: hubs, laptops, and parts run once."""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

TOP = Path(__file__).parents[1]
START_SECONDS = 60
END_SECONDS = 10
PATIENCE_SECONDS = 600
"""For one command, unless whoever asks has less."""


class Failed(Exception):
    """A process did not do what it was asked; the message is one plain line for the page."""


class Process:
    """One process that answers in lines of JSON; what else it says goes into a log."""

    def __init__(self, command: Sequence[object], log: Path, **environment: str) -> None:
        self.log = log
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [str(word) for word in command],
                cwd=TOP,
                env={**os.environ, **environment},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        self._held = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.end()

    def ask(self, do: str, patience: float = PATIENCE_SECONDS, **arguments: Any) -> dict[str, Any]:
        """Have a command carried out; raises `Failed` with what it said went wrong."""
        self.send(json.dumps({"do": do, **{key: _plain(each) for key, each in arguments.items()}}))
        told = self.hear(patience)
        if "error" in told:
            raise Failed(f"{do}: {told['error']}")
        return told

    def send(self, line: str) -> None:
        """One line to its input; raises `Failed` when it has ended."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise Failed(f"ended: {self._last_words()}") from None

    def hear(self, patience: float = START_SECONDS) -> dict[str, Any]:
        """The next line that it says; raises `Failed` when it ends, or takes too long."""
        assert self._process.stdout is not None
        give_up = time.monotonic() + patience
        while b"\n" not in self._held:
            left = give_up - time.monotonic()
            if left <= 0 or not select.select([self._process.stdout], [], [], left)[0]:
                raise Failed(f"no answer within {patience:.0f} s")
            part = os.read(self._process.stdout.fileno(), 2**16)
            if not part:
                raise Failed(f"ended: {self._last_words()}")
            self._held += part
        line, _, self._held = self._held.partition(b"\n")
        return dict(json.loads(line))

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def peak_mb(self) -> float | None:
        """The most memory it has held (MiB), where the system tells that of others."""
        with suppress(OSError, StopIteration):
            lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
            return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024
        return None

    def end(self) -> None:
        """Close its input, ask it to go, and insist after a while."""
        with suppress(BrokenPipeError):
            assert self._process.stdin is not None
            self._process.stdin.close()
        self._process.terminate()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _last_words(self) -> str:
        lines = self.log.read_text("utf-8", "replace").strip().splitlines() or ["said nothing"]
        return lines[-1][:300]

    def wait_until_it_listens(self, url: str) -> None:
        """Return once a connection is taken; raises `Failed`."""
        where = urlsplit(url)
        give_up = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection((where.hostname, where.port), timeout=1).close()
                return
            except OSError:
                if time.monotonic() > give_up or self._process.poll() is not None:
                    raise Failed(f"the hub does not listen: {self._last_words()}") from None
                time.sleep(0.05)


def run_once(
    command: Sequence[object], log: Path, patience: float = PATIENCE_SECONDS
) -> dict[str, Any]:
    """What a process that does one thing says of it; raises `Failed`."""
    with Process(command, log) as process:
        return process.hear(patience)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Path) else value
