"""The command line in tests: real folders, and a hub that serves its laptops."""

import atexit
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Self

from hongxian.terminal.commands import run
from hongxian_client.cli.main import hongxian
from hongxian_server.http.serve import make_server
from hongxian_server.hub import Hub
from hongxian_server.ops.network.certificates import Certificates
from listening import listening, served

PROGRAM = [sys.executable, "-m", "hongxian_client.cli.main"]
DEADLINE = 60  # seconds


CHINESE = re.compile("[一-鿿]")
ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")
COMMANDS = re.compile(r"hongxian( [a-z-]+)*")
"""Commands are the same in both languages."""


def speaks(text: str, language: str) -> bool:
    """Whether a text has words of a language."""
    words = CHINESE if language == "zh" else ENGLISH
    return bool(words.search(COMMANDS.sub("", text)))


@dataclass(frozen=True)
class Said:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Place:
    """A laptop's or hub's data folder, and commands on it."""

    folder: Path
    language: str = "zh"
    """That its person reads."""
    typed: str = ""
    """What they type when they are asked."""

    def reading(self, language: str) -> Self:
        """The same place, of a person who reads another language."""
        return replace(self, language=language)

    def typing(self, line: str) -> Self:
        """The same place, of a person who answers so."""
        return replace(self, typed=line)

    def __call__(self, *words: str | Path) -> Said:
        """Run a command in this process, as the console script would."""
        out, err = io.StringIO(), io.StringIO()
        with (
            redirect_stdout(out),
            redirect_stderr(err),
            _read_by(self.language),
            _typed(self.typed),
        ):
            code = run(hongxian, [*map(str, words), "--data", str(self.folder)])
        return Said(code, out.getvalue(), err.getvalue())

    def json(self, *words: str | Path, code: int = 0) -> Any:
        """Run it with `--json`; the document."""
        said = self(*words, "--json")
        assert said.code == code, said
        return said.json

    def plugins(self, *words: str) -> Any:
        """What a list of plugins tells; its exit code says whether one is in trouble."""
        said = self(*words, "--json")
        assert said.code == any(each["errors"] for each in said.json), said
        return said.json

    @contextmanager
    def process(self, *words: str | bytes, **options: Any) -> Iterator[subprocess.Popen]:
        """Run it in a process of its own, which does not outlive a test that fails."""
        command = [*PROGRAM, *words, "--data", str(self.folder)]
        environment = {**os.environ, "LANGUAGE": self.language}
        options = {"stderr": subprocess.PIPE, "env": environment, **options}
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, encoding="utf-8", **options
        ) as process:
            try:
                yield process
            except BaseException:
                process.kill()
                raise

    def finished(self, *words: str | bytes) -> Said:
        """Run it in a process of its own to its end."""
        with self.process(*words) as process:
            out, err = process.communicate(timeout=DEADLINE)
        return Said(process.returncode, out, err)


@contextmanager
def _read_by(language: str) -> Iterator[None]:
    before, os.environ["LANGUAGE"] = os.environ["LANGUAGE"], language
    try:
        yield
    finally:
        os.environ["LANGUAGE"] = before


@contextmanager
def _typed(line: str) -> Iterator[None]:
    before, sys.stdin = sys.stdin, io.StringIO(f"{line}\n")
    try:
        yield
    finally:
        sys.stdin = before


def sheet_of(hub: Place) -> str:
    """The letters of a new recovery sheet."""
    return str(hub.json("hub", "sheet")["recovery"])


@contextmanager
def serving(hub: Place) -> Iterator[str]:
    """The hub's address while it serves in this process and holds its folder, as `hub serve` does."""
    opened = Hub.open(hub.folder)
    with opened.held(), served(opened) as address:
        yield address


@contextmanager
def encrypted(hub: Place) -> Iterator[str]:
    """The same under TLS, with the certificates of its folder, which are made where there are none."""
    opened = Hub.open(hub.folder)
    certificates = Certificates(hub.folder, ["127.0.0.1"], opened.now())
    tls, authority = certificates.context(), certificates.authority
    server = make_server(opened, "127.0.0.1", 0, threads=2, tls=tls, authority=authority)
    with opened.held(), listening(server) as address:
        yield address.replace("http:", "https:")


@contextmanager
def hub_process(hub: Place, *options: str) -> Iterator[str]:
    """The hub's address while `hub serve` runs in a process of its own; it must end cleanly."""
    with hub_by_itself(hub, *options) as (url, _):
        yield url


@contextmanager
def hub_by_itself(hub: Place, *options: str) -> Iterator[tuple[str, int]]:
    """The same, with the number of the process."""
    with hub.process("hub", "serve", "--port", "0", "--json", *options) as process:
        try:
            yield json.loads(process.stdout.readline())["url"], process.pid
        finally:
            process.terminate()
            process.communicate(timeout=DEADLINE)
    assert process.returncode == 0


def new_hub(folder: Path, *teams: str, community: str = "示例社区") -> Place:
    """A hub with these teams.

    The commands make one of each name and teams in a process; whoever wants the next has a copy of it,
    with its keys: two hubs that meet have two names.
    """
    shutil.copytree(_made_hub(folder.name, teams, community), folder, dirs_exist_ok=True)
    return Place(folder)


@cache
def _made_hub(name: str, teams: tuple[str, ...], community: str) -> Path:
    made = tempfile.TemporaryDirectory(prefix="hubs-")
    atexit.register(made.cleanup)
    hub = Place(Path(made.name) / name)
    hub.json("hub", "init", "--community", community)
    for team in teams:
        hub.json("hub", "team", "add", team)
    return hub.folder


def joined(hub: Place, url: str, folder: Path, *teams: str) -> Place:
    """A new laptop of these teams."""
    laptop = Place(folder)
    laptop.json("join", url, hub.json("hub", "enrol", *teams)["code"], "--name", folder.name)
    return laptop
