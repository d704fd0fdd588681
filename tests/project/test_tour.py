"""The tour follows one edit through files and functions that are there."""

import ast
import re
from pathlib import Path

import pytest

from places import TOP

STOP = re.compile(r"`((?:core|web|client|server|plugins)/[\w/]+\.py):([\w.]+)`")
STOPS = sorted(set(STOP.findall((TOP / "docs" / "tour.md").read_text("utf-8"))))


def names_in(file: Path) -> set[str]:
    """Its functions, classes and methods, `Class.method`, and what is assigned at its top."""
    found: set[str] = set()

    def gather(body: list[ast.stmt], before: str) -> None:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                found.add(before + node.name)
                if isinstance(node, ast.ClassDef):
                    gather(node.body, f"{node.name}.")
            elif isinstance(node, ast.Assign):
                found.update(before + to.id for to in node.targets if isinstance(to, ast.Name))

    gather(ast.parse(file.read_text("utf-8")).body, "")
    return found


@pytest.mark.parametrize(("path", "name"), STOPS, ids=[f"{path}:{name}" for path, name in STOPS])
def test_every_stop_of_the_tour_is_there(path: str, name: str) -> None:
    assert name in names_in(TOP / path), f"{path} has no {name}: mend docs/tour.md"


def test_the_tour_goes_from_the_desk_of_one_laptop_through_the_hub_to_another() -> None:
    packages = [
        path.split("/")[0]
        for path, _ in STOP.findall((TOP / "docs" / "tour.md").read_text("utf-8"))
    ]
    assert {"core", "client", "server"} <= set(packages)
    assert packages[0] == packages[-1] == "client"
    assert len(STOPS) >= 20
