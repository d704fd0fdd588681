"""Where a record stands in its workflow, as a line of its states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hongxian.collection import Collection
from hongxian.row import Row
from hongxian.standing import name_of
from hongxian.workflow import Workflow
from hongxian_web import words


@dataclass(frozen=True)
class Stop:
    """One state on the way: gone by, where the record is, or ahead of it."""

    title: str
    where: Literal["past", "here", "ahead"]


def roads_of(collection: Collection, row: Row) -> list[list[Stop]]:
    """The line of each of its workflows; none for a deleted record."""
    states = [] if row.deleted else collection.states
    return [_road(each.workflow, name_of(row.values.get(each.name))) for each in states]


def _road(workflow: Workflow, here: str) -> list[Stop]:
    """The main road; whoever has left it stands beside its end, and nobody says how far they came."""
    road = workflow.main_road
    on_road = here in road
    names = road if on_road else (*road, here)
    at = road.index(here) if on_road else -1
    return [
        Stop(
            words.shown(workflow.title_of(name)),
            "here" if name == here else "past" if place < at else "ahead",
        )
        for place, name in enumerate(names)
    ]
