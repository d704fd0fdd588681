"""docs/plugins.md as somebody walks it: each command as it is typed, and what is seen."""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from command_line import Place, hub_process
from places import DOCS

PAGE = (DOCS / "plugins.md").read_text("utf-8")
EXAMPLES = DOCS / "examples"
STOPS = {
    "Ten minutes": EXAMPLES / "umbrella.py",
    "An hour": EXAMPLES / "an_hour" / "umbrella.py",
    "A day": EXAMPLES / "a_day" / "umbrella",
}
ADDRESS, PHRASE = "https://127.0.0.1:8470", "示例口令 one two three"


def shown(stop: str, language: str = "") -> list[str]:
    """The blocks of a language on the way to a stop; what is typed and seen has none."""
    [told] = re.findall(rf"^## {stop}.*?(?=^## )", PAGE, re.DOTALL | re.MULTILINE)
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", told, re.DOTALL | re.MULTILINE)
    return [text for of, text in blocks if of == language]


def steps(stop: str) -> Iterator[tuple[str, list[str]]]:
    """Each line that is typed on the way to a stop, and the lines that are seen then."""
    typed, seen = "", list[str]()
    for line in [*"".join(shown(stop)).split("\n"), "$ "]:
        if line.startswith(("$ ", "^C")):
            if typed:
                yield typed, seen
            typed, seen = line.removeprefix("$ "), []
        elif line.strip():
            seen.append(line)


class Walker:
    """Somebody at a terminal, who has a hub serving in another one, at any port, and again at the same."""

    def __init__(self, folder: Path, hubs: ExitStack) -> None:
        self.folder, self.hubs = folder, hubs
        self.known: dict[str, str] = {}
        """What the page calls by a word in capitals, once it was seen."""

    def type(self, line: str) -> str:
        for word, value in self.known.items():
            line = line.replace(word, value)
        program, *words = shlex.split(line)
        if program == "^C":
            self.hubs.close()
        elif words[:2] == ["hub", "serve"]:
            again = (
                ["--port", self.known[ADDRESS].rpartition(":")[2]] if ADDRESS in self.known else []
            )
            hub = Place(Path("hub"), "en")
            self.known[ADDRESS] = self.hubs.enter_context(hub_process(hub, *again))
            return f"The hub is at: {ADDRESS}"
        elif program == "hongxian":
            data = "nowhere"
            if "--data" in words:
                place = words.index("--data")
                _, data = words[place : place + 2]
                del words[place : place + 2]
            said = Place(Path(data), "en", PHRASE)(*words)
            self._learn(said.out)
            self._learn(said.err)
            return said.out + said.err
        elif program == "pytest":
            asked = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words]
            return subprocess.run(asked, cwd=self.folder, capture_output=True, text=True).stdout
        elif program != "pip":
            subprocess.run(line, shell=True, cwd=self.folder, check=True)
        return ""

    def _learn(self, said: str) -> None:
        for word, where in (("CODE", r"^code +(\S+)"), ("LETTERS", r"letters: (\S+)")):
            if found := re.search(where, said, re.MULTILINE):
                self.known[word] = found[1]


def bare(text: str) -> str:
    """Words alone: a table is set by its widest cell, and rules are drawn around it."""
    return " ".join(re.sub(r"[│─]", " ", text).split())


@pytest.mark.thorough
def test_the_path_is_walked_as_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with ExitStack() as hubs:
        walker = Walker(tmp_path, hubs)
        for stop, source in STOPS.items():
            copied = shutil.copytree if source.is_dir() else shutil.copy
            copied(source, tmp_path / source.name)
            for typed, seen in steps(stop):
                said = bare(walker.type(typed))
                for line in seen:
                    wanted = ".*".join(map(re.escape, map(bare, line.split("…"))))
                    assert re.search(wanted, said), f"$ {typed}\n{said}"


def lines(text: str) -> str:
    """Without blank lines and the blanks before a line: a page shows a part as if it stood alone."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


@pytest.mark.parametrize("stop", STOPS)
def test_what_the_page_shows_of_an_example_stands_in_it(stop: str) -> None:
    source = STOPS[stop]
    files = source.glob("*.py") if source.is_dir() else [source]
    text = "\n".join(lines(file.read_text("utf-8")) for file in files)
    parts = shown(stop, "python")
    assert parts
    assert [each for each in parts if lines(each) not in text] == []
