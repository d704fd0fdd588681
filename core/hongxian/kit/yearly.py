"""The year in numbers: what each plugin counts of a year, for a community to hand to its town."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Self, TypeVar  # Any: a plugin's function is known by its call alone

from hongxian.errors import BadPlugin
from hongxian.kit.duties import DutyStore
from hongxian.plugins.marks import mark, parenthesised
from hongxian.plugins.plugin import Plugin
from hongxian.shapes.table import Table
from hongxian.text import Text

YEARLY = "yearly"
"""As what functions are marked."""
MOST = 60
"""Figures that one function may tell."""
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Figure:
    """One number of a year. `counts` tells what it counts when somebody asks: rows, and nobody's name."""

    label: Text | str
    value: int
    unit: Text | str = ""
    counts: Callable[[], Table] | None = None

    @classmethod
    def tallied(
        cls,
        label: Text | str,
        unit: Text | str,
        tally: Mapping[Any, int],
        by: Text | str,
        called: Mapping[Any, Text | str] | None = None,
    ) -> Self:
        """The sum of a tally, which counts its parts: under `by` each key, as it is `called`, in their order there."""
        names = called or {key: str(key) for key in sorted(tally)}
        keys = [
            *(key for key in names if tally.get(key)),
            *(key for key in tally if key not in names),
        ]
        table = Table([by, unit], [[names.get(key, str(key)), tally[key]] for key in keys])
        return cls(label, sum(tally.values()), unit, lambda: table)


@dataclass(frozen=True)
class Yearly:
    """A function that counts a year, and what its figures are called together."""

    run: Callable[[Any, int], Iterable[Figure]]
    title: Text


@dataclass(frozen=True)
class Chapter:
    """The figures of one such function."""

    name: str
    """Of the plugin and the function, such as `service.year_of_service`."""
    title: Text
    figures: list[Figure]


@parenthesised
def yearly(*, title: Text) -> Callable[[F], F]:
    """Mark `def counted(store, year)` as telling the `Figure`s of a calendar year; it may only read."""

    def decorate(run: F) -> F:
        return mark(YEARLY, Yearly(run, title))(run)

    return decorate


def chapters(store: DutyStore, year: int, only: str = "") -> Iterator[Chapter]:
    """What every plugin counts of a year, or the one chapter `only`; one that breaks is noted, and the others go on."""
    for plugin in store.plugins.all:
        for each in plugin.marked(YEARLY) if plugin.loaded else ():
            name = f"{plugin.name}.{each.run.__name__}"
            if only in ("", name) and (told := _told(store, plugin, each, year)):
                yield Chapter(name, each.title, told)


def _told(store: DutyStore, plugin: Plugin, counted: Yearly, year: int) -> list[Figure]:
    try:
        with store.plugins.call(plugin, counted.run.__name__):
            told = list(islice(counted.run(store, year), MOST))
        strange = [one for one in told if not isinstance(one, Figure)]
        if strange:
            raise BadPlugin(detail=f"{type(strange[0]).__name__} is no Figure")
    except Exception as error:
        plugin.failed(counted.run.__name__, error)
        return []
    return told
