"""The names that a plugin may import: which rooms have them, and which have moved since a release."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from warnings import warn

ROOMS = (
    "hongxian",
    "hongxian.checks",
    "hongxian.circles",
    "hongxian.codes",
    "hongxian.contracts",
    "hongxian.days",
    "hongxian.doubles",
    "hongxian.entries",
    "hongxian.errors",
    "hongxian.files",
    "hongxian.kinds",
    "hongxian.merges",
    "hongxian.notices",
    "hongxian.quotas",
    "hongxian.records",
    "hongxian.shapes",
    "hongxian.text",
    "hongxian.turns",
    "hongxian.workdays",
    "hongxian.yearly",
)
"""The modules whose `__all__` is public; everything else is the engine's own."""


@dataclass(frozen=True)
class Moved:
    """Where a name is now, and the first release in which it is no longer where it was."""

    room: str
    name: str
    gone: str


MOVED: dict[str, Moved] = {}
"""Public names that are called otherwise or lie elsewhere, each as `hongxian.room.name`.

A release adds to it; a name leaves it after two minor releases and a year.
"""


def room_of(name: str) -> str | None:
    """The room that has a public name."""
    return next((each for each in ROOMS if name in import_module(each).__all__), None)


def former(room: str) -> Callable[[str], object]:
    """A room's `__getattr__`: what was in it once, with a `DeprecationWarning` that says where it is."""

    def found(name: str) -> object:
        moved = MOVED.get(f"{room}.{name}")
        if moved is None:
            raise AttributeError(f"module {room!r} has no attribute {name!r}", name=name)
        told = f"from {moved.room} import {moved.name}: {room}.{name} is gone from {moved.gone} on"
        warn(told, DeprecationWarning, stacklevel=2)
        return getattr(import_module(moved.room), moved.name)

    return found
