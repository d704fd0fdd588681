"""The shape of the code, as docs and design promise it."""

import ast
import re
from collections import Counter
from configparser import ConfigParser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from places import TOP

FOLDERS = {
    "hongxian": TOP / "core",
    "hongxian_web": TOP / "web",
    "hongxian_server": TOP / "server",
    "hongxian_client": TOP / "client",
    "hongxian_plugins": TOP / "plugins",
    "hongxian_testing": TOP / "testing",
}
LONGEST_FILE = 400  # lines
PHASES = {
    "bundle",
    "enrol",
    "feed",
    "files",
    "incarnation",
    "reconcile",
    "news",
    "program",
    "releases",
    "request",
    "session",
    "verdicts",
}
MOST_MODULES = 20
MADE_BY_PYTHON = "__pycache__"


def setup_cfg() -> ConfigParser:
    config = ConfigParser()
    config.read(TOP / "setup.cfg", encoding="utf-8")
    return config


def setup_cfg_list(section: str, option: str) -> list[str]:
    return setup_cfg()[section][option].split()


def test_the_phases_of_the_protocol_are_files_of_the_same_names_on_both_sides():
    laptop, hub = (
        {file.stem: file.read_text(encoding="utf-8") for file in folder.glob("*/sync/*.py")}
        for folder in (TOP / "client", TOP / "server")
    )
    assert laptop.keys() & hub.keys() == PHASES | {"__init__"}
    for phase in PHASES:
        for file in (laptop[phase], hub[phase]):
            told = ast.get_docstring(ast.parse(file)) or ""
            assert f"`sync.{phase}`" in told, f"{phase} does not tell of its twin: {told}"
    for side in (laptop, hub):
        told = ast.get_docstring(ast.parse(side["__init__"])) or ""
        assert {phase for phase in PHASES if f"`{phase}`" in told} == PHASES


def test_every_python_file_of_the_product_lies_in_a_package():
    homeless = [
        str(file.relative_to(TOP))
        for folder in FOLDERS.values()
        for file in folder.rglob("*.py")
        if not (file.parent / "__init__.py").exists()
    ]
    assert not homeless


def test_the_wheel_takes_every_data_file():
    globs = setup_cfg_list("options.package_data", "*")
    shipped = {".py", *(Path(glob).suffix for glob in globs)}
    left_out = [
        str(file.relative_to(TOP))
        for folder in FOLDERS.values()
        for file in folder.rglob("*.*")
        if file.suffix not in shipped
        and file.name not in globs
        and file.parent.name != MADE_BY_PYTHON
    ]
    assert not left_out


def test_no_two_files_of_the_tests_bear_one_name():
    """pytest imports each by its name alone, and refuses all of the second."""
    names = Counter(file.name for file in (TOP / "tests").rglob("*.py"))
    assert [name for name, times in names.items() if times > 1] == []


def test_no_python_file_of_the_product_is_longer_than_a_reader_can_hold():
    too_long = {
        str(file.relative_to(TOP)): lines
        for folder in FOLDERS.values()
        for file in folder.rglob("*.py")
        if (lines := len(file.read_text("utf-8").splitlines())) > LONGEST_FILE
    }
    assert not too_long


def test_no_folder_of_the_product_holds_more_modules_than_a_reader_takes_in_at_a_look():
    """Python's alone: a template or a translation is looked up by its name, and not read through."""
    modules = Counter(file.parent for folder in FOLDERS.values() for file in folder.rglob("*.py"))
    too_many = {
        str(folder.relative_to(TOP)): count
        for folder, count in modules.items()
        if count > MOST_MODULES
    }
    assert not too_many, "which of them belong together? a package with a name of its own"


def test_a_module_that_uses_any_says_why_nothing_narrower_would_do():
    silent = []
    for file in (file for folder in FOLDERS.values() for file in folder.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        uses = any(
            isinstance(node, ast.ImportFrom)
            and node.module == "typing"
            and "Any" in {each.name for each in node.names}
            for node in ast.walk(ast.parse(text))
        )
        if uses and not re.search(r"# Any: \w|`Any`[,:]", text):
            silent.append(str(file.relative_to(TOP)))
    assert not silent, "say why in a comment `# Any: ...`, or use a name of hongxian.words.values"


def test_constraints_hold_one_release_of_each_requirement_within_its_range():
    lines = (TOP / "constraints.txt").read_text("utf-8").splitlines()
    pinned = dict(line.split("==") for line in lines if not line.startswith("#"))
    releases = {canonicalize_name(name): release for name, release in pinned.items()}
    config = setup_cfg()
    extras = config["options.extras_require"].values()
    for line in "\n".join([config["options"]["install_requires"], *extras]).split("\n"):
        if line:
            required = Requirement(line)
            assert releases[canonicalize_name(required.name)] in required.specifier, line


def test_a_fields_kind_is_asked_and_never_told_apart_by_its_name():
    """Whoever compares a kind's name, or looks something up by it, knows what the kind should say."""
    states = {"tally", "members", "quota"}
    told_apart = [
        f"{file.relative_to(TOP)}:{node.lineno}"
        for folder in FOLDERS.values()
        for file in folder.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_bytes()))
        if isinstance(node, ast.Compare | ast.Subscript | ast.Match)
        for part in ast.walk(node)
        if (isinstance(part, ast.Attribute) and part.attr == "kind_name")
        or (isinstance(node, ast.Compare) and getattr(part, "value", None) in states)
    ]
    assert not told_apart
