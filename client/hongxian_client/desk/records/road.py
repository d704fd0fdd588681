"""Where a record stands in its workflow, as a line of its states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hongxian.collections.collection import Collection
from hongxian.merges.standing import name_of
from hongxian.model.row import Row
from hongxian.model.workflow import Workflow
from hongxian_web import words

Where = Literal["past", "here", "here aside", "ahead"]


@dataclass(frozen=True)
class Stop:
    """One state on the way: gone by, where the record is, or ahead of it; or where it is beside the way."""

    title: str
    where: Where


def roads_of(collection: Collection, row: Row) -> list[list[Stop]]:
    """The line of each of its workflows; none for a deleted record, and for what has arrived."""
    states = [] if row.deleted else collection.states
    stands = [(each.workflow, name_of(row.values.get(each.name))) for each in states]
    return [_road(flow, here) for flow, here in stands if here != flow.main_road[-1]]


def _road(workflow: Workflow, here: str) -> list[Stop]:
    """The main road; of whoever has left it nobody says how far they came."""
    road = workflow.main_road
    if here not in road:
        return [
            *(_stop(workflow, name, "ahead") for name in road),
            _stop(workflow, here, "here aside"),
        ]
    at = road.index(here)
    return [
        *(_stop(workflow, name, "past") for name in road[:at]),
        _stop(workflow, here, "here"),
        *(_stop(workflow, name, "ahead") for name in road[at + 1 :]),
    ]


def _stop(workflow: Workflow, name: str, where: Where) -> Stop:
    return Stop(words.shown(workflow.title_of(name)), where)
