"""What the manual tells people to type exists."""

import re
from pathlib import Path

import pytest

from command_manual import commands

ROOT = Path(__file__).parent.parent
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
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
        page.parent / picture
        for page in PAGES
        for picture in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", page.read_text("utf-8"))
    }
    drawn = (ROOT / "docs" / folder for folder in ("pictures", "benchmarks"))
    assert shown == {picture for folder in drawn for picture in folder.iterdir()}
    assert all(each.stat().st_size < 150_000 for each in shown)
