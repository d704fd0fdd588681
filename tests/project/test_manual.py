"""What the manual tells people to type exists."""

import importlib
import re
from pathlib import Path
from pkgutil import iter_modules, resolve_name
from typing import Any

import pytest

import hongxian_plugins
from command_line import Place
from command_manual import commands
from hongxian.text import LANGUAGES
from hongxian_testing.laptop import open_laptop
from hongxian_web.manual.pages import HERE
from places import TOP

PAGES = [
    *(TOP / name for name in ("README.md", "README.zh.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted((TOP / "docs").rglob("*.md")),
    *sorted(HERE.rglob("*.md")),
]
KNOWN = {" ".join(names): command for names, command in commands()}
GROUPS = {name.rpartition(" ")[0] for name in KNOWN if " " in name}


def told(text: str) -> list[str]:
    """The command lines that a page shows, each from `hongxian` to its end."""
    code = re.findall(r"```\n(.*?)```", text, re.DOTALL) + re.findall(r"`([^`\n]+)`", text)
    lines = [line for part in code for line in part.splitlines()]
    return [
        match[1].strip()
        for line in lines
        if (match := re.search(r"(?:^|/|\s)hongxian ((?:hub |[a-z]).*)", line.split("  #")[0]))
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_commands_and_options_on_a_page_exist(page: Path) -> None:
    for line in told(page.read_text("utf-8")):
        words = [word for word in line.split() if not word.startswith("…")]
        name = words[0]
        while name in GROUPS and len(name.split()) < len(words):
            name = f"{name} {words[len(name.split())]}"
        assert name in KNOWN or name in GROUPS, (page.name, line)
        options = {each for each in words if re.fullmatch(r"--[a-z-]+", each)}
        taken = {option for each in getattr(KNOWN.get(name), "params", ()) for option in each.opts}
        assert options <= taken | {"--data", "--json", "--help"}, (page.name, line)


def test_the_pictures_that_pages_show_are_there_and_small() -> None:
    shown = {
        (page.parent / picture).resolve()
        for page in PAGES
        for picture in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", page.read_text("utf-8"))
    }
    drawn = (TOP / "docs" / "benchmarks", *(HERE / each / "pictures" for each in LANGUAGES))
    assert shown == {picture for folder in drawn for picture in folder.iterdir()}
    assert all(each.stat().st_size < 150_000 for each in shown)


MADE_BY_READERS = {"umbrella.py", "0001_what.py"}
WRITTEN_BY_BENCH = "benchmarks"  # it names the files of the code that was measured
SOURCES = [
    file.relative_to(TOP).as_posix()
    for folder in ("core", "web", "server", "client", "plugins", "tests", "bench", "docs")
    for file in (TOP / folder).rglob("*.py")
]


@pytest.mark.parametrize(
    "page", [each for each in PAGES if each.stem != WRITTEN_BY_BENCH], ids=lambda path: path.stem
)
def test_files_and_modules_that_a_page_names_exist(page: Path) -> None:
    for quoted in re.findall(r"`([^`\n]+)`", page.read_text("utf-8")):
        for file in re.findall(r"[\w/.-]+\.py\b", quoted):
            there = any(f"/{source}".endswith(f"/{file}") for source in SOURCES)
            assert there or Path(file).name in MADE_BY_READERS, file
        for module in re.findall(r"\bhongxian_\w+\.[\w.]*\w", quoted):
            assert resolve_name(module), module


def keys_told(command: str) -> set[str]:
    """The outermost keys of the document that a command answers with, as commands.md tells them."""
    page = (TOP / "docs/commands.md").read_text("utf-8")
    row = re.search(rf"^\| `{command}` \| `\[?\{{(.+?)\}}\]?`", page, re.M)
    assert row
    document, inner = row[1], 1
    while inner:
        document, inner = re.subn(r"\{[^{}]*\}", "", document)
    return set(re.findall(r'"(\w+)"', document))


def test_the_manual_tells_each_key_that_a_command_answers_with(tmp_path: Path) -> None:
    laptop, hub = Place(tmp_path / "laptop"), Place(tmp_path / "hub")
    hub("hub", "init", "--community", "示例社区")
    hub("hub", "team", "add", "示例队")
    answers: dict[str, Any] = {
        "status": laptop.json("status"),
        "hub status": hub.json("hub", "status"),
        "hub enrol": hub.json("hub", "enrol", "示例队"),
        "plugin list": laptop.json("plugin", "list")[0],
    }
    for command, answer in answers.items():
        assert set(answer) == keys_told(command), command


@pytest.mark.parametrize("name", [each.name for each in iter_modules(hongxian_plugins.__path__)])
def test_the_page_of_a_bundled_plugin_names_what_it_brings(tmp_path: Path, name: str) -> None:
    page = (TOP / "docs" / "plugins" / f"{name}.md").read_text("utf-8")
    laptop = open_laptop(tmp_path, importlib.import_module(f"hongxian_plugins.{name}"))
    place = Place(tmp_path)
    offers = [each["name"] for kind in ("do", "view", "print") for each in place.json(kind)]
    own = [each for each in [*laptop.collections, *offers] if each.startswith(f"{name}.")]
    assert own
    for each in own:
        short = each.removeprefix(f"{name}.")
        on_an_arrow = rf"--> \w+: .*\b{short}\b"
        assert re.search(rf"\b{each}\b|`{short}`|{on_an_arrow}", page), each
