"""What a plugin may import: few names, each in one place, and the plugins keep to them."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

import hongxian
from hongxian.words.names import MOVED, ROOMS
from places import TOP

FIRST_DAYS = 40
"""Names in `hongxian` itself: what a plugin of the first days uses. Another one needs a room, or takes a place."""
AUTHORS = [
    *sorted((TOP / "plugins/hongxian_plugins").rglob("*.py")),
    *sorted((TOP / "docs/examples").rglob("*.py")),
    *sorted((TOP / "client/hongxian_client/authoring/template").glob("*.txt")),
]


def test_hongxian_itself_has_what_a_plugin_of_the_first_days_uses_and_no_more() -> None:
    assert len(hongxian.__all__) <= FIRST_DAYS


def test_every_public_name_has_one_place() -> None:
    places: dict[str, list[str]] = {}
    for room in ROOMS:
        for name in import_module(room).__all__:
            places.setdefault(name, []).append(room)
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_what_lies_beside_the_engines_rooms_is_a_room_of_public_names() -> None:
    """`__all__` is what makes a room public; a module in the open without one would be anybody's guess."""
    core = TOP / "core/hongxian"
    modules = {f"hongxian.{file.stem}" for file in core.glob("*.py")}
    modules -= {"hongxian.__init__", "hongxian.version"}
    folders = {
        f"hongxian.{file.parent.name}"
        for file in core.glob("*/__init__.py")
        if "__all__" in file.read_text("utf-8")
    }
    assert {"hongxian", *modules, *folders} == set(ROOMS)


@pytest.mark.parametrize("file", AUTHORS, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_plugins_use_public_names_alone(file: Path) -> None:
    others = []
    for node in ast.walk(ast.parse(re.sub(r"{{\w+}}", "thing", file.read_text("utf-8")))):
        if not isinstance(node, ast.ImportFrom) or not node.module or node.level:
            continue
        if node.module.partition(".")[0] == "hongxian":
            public = getattr(import_module(node.module), "__all__", ())
            others += [
                f"{node.module}.{each.name}"
                for each in node.names
                if node.module not in ROOMS or each.name not in public
            ]
    assert not others


def test_a_name_that_moved_is_still_found_where_it_was() -> None:
    for old, moved in MOVED.items():
        room, _, name = old.rpartition(".")
        with pytest.warns(DeprecationWarning, match=moved.room):
            assert getattr(import_module(room), name)
