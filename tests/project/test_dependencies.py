"""Every library that is asked for is needed, and docs/dependencies.md says in a line what for."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from hongxian.releases.program import SYSTEMS
from hongxian.releases.program_making import PYTHONS
from places import TOP
from test_layout import FOLDERS, setup_cfg

PAGE = (TOP / "docs" / "dependencies.md").read_text("utf-8")
PARTS = {
    part.partition("\n")[0]: [
        [cell.strip() for cell in row.strip("|").split("|")]
        for row in re.findall(r"^\|.+\|$", part, re.MULTILINE)
        if not row.startswith(("| library", "|---"))
    ]
    for part in PAGE.split("\n## ")[1:]
}
ALWAYS, POSTGRESQL, TESTING, CHECKS = list(PARTS)[:4]


def asked_for(lines: str) -> list[str]:
    wanted = (line for line in lines.splitlines() if line and not line.startswith("#"))
    return [canonicalize_name(Requirement(line).name) for line in wanted]


def told_in(part: str, columns: int) -> list[str]:
    return [canonicalize_name(row[0]) for row in PARTS[part] if len(row) == columns]


COME_ALONG = told_in(ALWAYS, 2)


def imported() -> Iterator[tuple[str, Path]]:
    """The libraries that the product imports, and where."""
    of_module = packages_distributions()
    for file in (file for folder in FOLDERS.values() for file in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_bytes())):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for top in {name.partition(".")[0] for name in names}:
                if top not in sys.stdlib_module_names and top not in FOLDERS:
                    yield canonicalize_name(of_module[top][0]), file


def test_the_page_of_libraries_has_one_line_of_each_that_setup_cfg_asks_for_and_of_no_other() -> (
    None
):
    config = setup_cfg()
    extras = config["options.extras_require"]
    always = asked_for(config["options"]["install_requires"])
    assert sorted(told_in(ALWAYS, 4)) == sorted(always)
    assert told_in(POSTGRESQL, 2) == asked_for(extras["postgresql"])
    assert told_in(TESTING, 2) == asked_for(extras["testing"])
    others = {*asked_for(extras["test"]), *asked_for(extras["docs"])}
    of_extras = {*asked_for(extras["postgresql"]), *asked_for(extras["testing"])}
    assert of_extras < others  # the checks need them too
    assert sorted(told_in(CHECKS, 2)) == sorted(others - of_extras)


def test_what_the_product_imports_is_asked_for_and_what_is_asked_for_is_imported() -> None:
    found = {name for name, _ in imported()}
    asked = set(asked_for(setup_cfg()["options"]["install_requires"]))
    extras = setup_cfg()["options.extras_require"]
    may = {*asked_for(extras["postgresql"]), *asked_for(extras["testing"])}
    assert found - may == asked | set(COME_ALONG)


def test_setup_cfg_names_the_systems_and_pythons_that_program_files_are_made_for() -> None:
    classifiers = setup_cfg()["metadata"]["classifiers"].splitlines()
    told = [each.rpartition(" :: ")[2] for each in classifiers if "Python :: 3." in each]
    assert told == [f"{major}.{minor}" for major, minor in PYTHONS]
    systems = [each.rpartition(" :: ")[2] for each in classifiers if "Operating System" in each]
    assert sorted(each.lower() for each in systems) == sorted(SYSTEMS)
