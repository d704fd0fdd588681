"""The stage of the demonstration: a hub and laptops as processes, driven by their command line."""

from __future__ import annotations

import json
import random
import shlex
import socket
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Self, TypeVar

import click

from hongxian.errors import HubOutOfReach, Refused
from hongxian.terminal.language import said
from hongxian.terminal.layout import COLUMNS, width, wrap
from hongxian.text import Text, revived
from hongxian.words.values import Json
from hongxian_client.demo.actors import AT_ONCE, Actors, Going

T = TypeVar("T")


class DemoFailed(Refused):
    """A step of the demo did not do what it says."""

    message = Text(
        "演示在这一步失败：{command}\n{said}",
        "The demo failed at: {command}\n{said}",
    )


@dataclass(frozen=True)
class Player:
    """A laptop or the hub: its name, its data folder, and who runs its commands."""

    name: str
    folder: Path
    actors: Actors

    def run(self, *words: str, code: int = 0) -> Json:
        """Run one command on its data; returns what it answers. Raises `DemoFailed`."""
        command = [*words, "--json", "--data", str(self.folder)]
        ended, out, err = self.actors.run(command)
        if ended != code:
            raise DemoFailed(command=shlex.join(words), said=err or out)
        return revived(json.loads(out))

    def is_cut_off(self) -> bool:
        """Whether a sync finds the hub out of reach."""
        told = self.run("sync", code=HubOutOfReach.exit_code)
        return bool(told["error"] == HubOutOfReach.__name__)

    def start(self, *words: str, is_quiet: bool = False) -> Going:
        """Begin a command that goes on; `is_quiet`: what it complains of is not shown."""
        command = [*words, "--json", "--data", str(self.folder)]
        return self.actors.start(command, is_quiet=is_quiet)


def free_port() -> int:
    """A port that stays free while the hub is away.

    It lies below those that systems give to outgoing connections and to whoever asks for any.
    """
    for port in random.sample(range(20_000, 30_000), 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise DemoFailed(command="hub serve", said="no free port between 20000 and 30000")


@dataclass
class Serving:
    """The hub's process, which comes and goes; its address stays."""

    hub: Player
    port: int = field(default_factory=free_port)
    url: str = ""
    console: str = ""
    """Where a browser of this machine opens the console, without a certificate that it would warn of."""
    password: str = ""
    """The keeper's, which only the first start tells."""
    process: Going | None = field(default=None)

    def begin(self) -> None:
        """Start it and wait until it listens; raises `DemoFailed`."""
        ports = ("--port", str(self.port), "--plain", "0")
        words = ("hub", "serve", *ports, "--log", "WARNING")
        self.process = self.hub.start(*words)
        line = self.process.line()
        if not line:
            raise DemoFailed(command=shlex.join(words), said=f"exit {self.process.exit_code()}")
        told = json.loads(line)
        self.url, self.console = told["url"], told["console"]
        self.password = told.get("keeper_password", self.password)

    def end(self) -> None:
        """Stop it, as its keeper would."""
        if self.process is not None:
            self.process.end()
            self.process = None

    def __enter__(self) -> Self:
        self.begin()
        return self

    def __exit__(self, *error: object) -> None:
        self.end()


def all_run(players: Iterable[Player], *words: str) -> list[Json]:
    """The same command by each, some at once; the answers in the players' order."""
    return together([(player, words) for player in players])


def together(parts: Sequence[tuple[Player, Sequence[str]]]) -> list[Json]:
    """Each player's own command, some at once; the answers in the same order."""
    return at_once(partial(player.run, *words) for player, words in parts)


def at_once(parts: Iterable[Callable[[], T]]) -> list[T]:
    """What several players do, some of them at the same time; the results in their order."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(lambda part: part(), parts))


def scene(title: Text) -> None:
    """Head a step."""
    click.secho(f"\n■ {said(title)}", bold=True)


def say(*lines: Text | str) -> None:
    """Tell what happens in it."""
    for line in map(said, lines):
        fits = width(line) <= COLUMNS - 2
        for part in [line] if fits else wrap(line, COLUMNS - 4):
            click.echo(f"  {part}")


def typed(player: Player, *words: str) -> None:
    """Show a command as its leader would type it."""
    say(as_typed(player, *words))


def as_typed(player: Player, *words: str) -> str:
    """A command as its leader would type it."""
    return f"[{player.folder.name}] $ hongxian {' '.join(words)}"
