"""What a list may be narrowed by at one press: the values of its choices, with how many records have each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hongxian.collections.collection import Collection
from hongxian_client.desk.records.asked import Asked, Choices
from hongxian_client.replica.replica import Replica

MOST = 8
"""Chips beside those that are on; what has no chip is in the form behind "more"."""
MOST_COUNTED = 20_000
"""Records of a list up to which its chips are counted: more would take longer than the page."""


@dataclass(frozen=True)
class Chip:
    """One value of one filter; `url` puts it on, or takes it off where it `is_on`."""

    title: str
    url: str
    count: int | None
    is_on: bool


def chips_of(
    replica: Replica,
    collection: Collection,
    asked: Asked,
    choices: Choices,
    base: str,
    total: int | None,
) -> list[Chip]:
    """Those that are on first, then values that some records have, of states before others."""
    on = [
        Chip(
            dict(values).get(asked.where[name], asked.where[name]),
            asked.url(base, **{name: ""}),
            None,
            True,
        )
        for name, values in choices.items()
        if name in asked.where
    ]
    if total is None or total > MOST_COUNTED:
        return on
    states = [each.name for each in collection.states]
    off = sorted((n for n in choices if n not in asked.where), key=lambda n: n not in states)
    found = [
        chip for name in off for chip in _values(replica, collection, asked, name, choices, base)
    ]
    return on + found[:MOST]


def _values(
    replica: Replica, collection: Collection, asked: Asked, name: str, choices: Choices, base: str
) -> Iterator[Chip]:
    counts = asked.count(replica, collection, by=name) or {}
    told = {str(value): number for value, number in counts.items()}
    held = [each for each in choices[name] if told.get(each[0])]
    for typed, title in held if len(held) > 1 else []:
        yield Chip(title, asked.url(base, **{name: typed}), told[typed], False)
