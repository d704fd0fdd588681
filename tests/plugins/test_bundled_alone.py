"""Each bundled plugin works with none of the others: removing one breaks no other."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

from hongxian import local_today
from hongxian.kit.yearly import chapters
from hongxian.plugins.offering import offers
from hongxian.plugins.offers import Action, Document, View
from hongxian_testing.laptop import open_laptop
from laptops import problems_of
from offering import LEADER
from places import TOP

FOLDER = TOP / "plugins" / "hongxian_plugins"
BUNDLED = sorted(each.parent.name for each in FOLDER.glob("*/__init__.py"))


@pytest.mark.parametrize("name", BUNDLED)
def test_it_imports_no_other(name: str) -> None:
    imported = {
        node.module
        for file in (FOLDER / name).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_bytes()))
        if isinstance(node, ast.ImportFrom) and node.module
    }
    others = {each for each in imported if each.startswith("hongxian_plugins.")}
    assert {each.split(".")[1] for each in others} <= {name}


@pytest.mark.parametrize("name", BUNDLED)
def test_alone_it_fills_a_laptop_and_offers_what_it_offers(name: str, tmp_path: Path) -> None:
    module = import_module(f"hongxian_plugins.{name}")
    laptop = open_laptop(tmp_path, module, teams={"t-1": "老娘舅"})
    with laptop:
        laptop.plugins.tell("hongxian_demo_was_asked", store=laptop, seed=1)
        kinds = (Action, View, Document)
        offered = [each for kind in kinds for each in offers(laptop, kind, LEADER)]
        assert all(each.startswith(f"{name}.") for each in offered)
        made = [each for each in laptop.collections if each.startswith(f"{name}.")]
        assert any(laptop.collection(each).model.select().exists() for each in made)
        year = local_today().year
        told = [one for each in chapters(laptop, year) for one in each.figures]
        assert told, "each plugin has its part in the year in numbers"
        rows = [row for one in told if one.counts for row in one.counts().rows]
        assert "示例·" not in str(rows), "the year goes out of the house"
    assert problems_of(laptop) == []
