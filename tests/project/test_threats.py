"""The page about threats names tests that there are: what it says is stopped is held by one."""

import ast
import re

from places import TOP


def named() -> list[tuple[str, str]]:
    """File and name of every test that the page names: `test_file: test_one, test_two`."""
    page = (TOP / "docs" / "threats.md").read_text(encoding="utf-8")
    found: list[tuple[str, str]] = []
    for file, names in re.findall(r"(test_\w+):\s+((?:test_\w+(?:,\s+)?)+)", page):
        found += [(file, name) for name in re.findall(r"test_\w+", names)]
    return found


def test_every_guard_names_a_test_that_there_is() -> None:
    pairs = named()
    assert len(pairs) > 20
    files = {each.stem: each for each in (TOP / "tests").rglob("test_*.py")}
    missing = []
    for file, name in pairs:
        tree = ast.parse(files[file].read_text(encoding="utf-8"))
        if name not in {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}:
            missing.append(f"{file}: {name}")
    assert not missing


def test_every_line_of_its_tables_names_one() -> None:
    page = (TOP / "docs" / "threats.md").read_text(encoding="utf-8")
    lines = [line for line in page.splitlines() if line.startswith("|")]
    rows = [line for line in lines if not re.match(r"\| (could|---)|\|---", line)]
    assert rows
    assert [line for line in rows if not re.search(r"test_\w+: test_\w+", line)] == []
