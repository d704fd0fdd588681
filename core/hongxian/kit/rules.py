"""Rules: what a plugin says of its records, judged alike on the laptop and at the hub.

A rule is a pure function of the rows: it gets a record as it would be after the whole transaction and as
it was before, and reads others by `seen` alone. So the same rows get the same answer on either side.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any  # Any: a rule's record is of its own model

from hongxian.plugins.loading import Plugins
from hongxian.plugins.marks import Marked, mark, parenthesised
from hongxian.plugins.plugin import Plugin
from hongxian.record import Record
from hongxian.text import Text

_KIND = "rule"


@dataclass(frozen=True)
class Mark:
    """A rule's answer to what is kept all the same: a task says so until it is right."""

    text: Text


Why = Callable[[Any, Any, Any], Mark | None]
"""`why(record, before, seen)`: raises `Refused`, answers a `Mark`, or None where all is right."""


@dataclass(frozen=True)
class Rule:
    """One rule of a collection."""

    why: Why
    of: type[Record]
    when: frozenset[str]
    """The fields by whose change it is asked; none: by that of any, but for the deletion."""
    hub_only: bool
    """Whether it reads the rows of other scopes, which a laptop has not got."""

    @property
    def collection(self) -> str:
        """Of whose records it is asked."""
        return str(self.of._meta.collection)

    @property
    def name(self) -> str:
        """By which its tasks know it, on every laptop."""
        return f"{self.collection}.{getattr(self.why, '__name__', 'rule')}"

    def concerns(self, changed: frozenset[str] | None, *, gone: bool) -> bool:
        """Whether it is asked after a change of these fields (None: of all); `gone`: one that deletes."""
        if gone:
            return "deleted" in self.when
        if changed is None:
            return True
        return not self.when.isdisjoint(changed) if self.when else bool(changed)


@parenthesised
def rule(
    *, of: type[Record], when: tuple[str, ...] = (), hub_only: bool = False
) -> Callable[[Marked], Marked]:
    """Mark a function as a rule of a model's records.

    `when` names the fields by whose change it is asked; a new record is asked about always, a deletion
    where "deleted" is named. `hub_only` lets it read all scopes, and the hub alone asks it.
    """

    def decorate(why: Marked) -> Marked:
        return mark(_KIND, Rule(why, of, frozenset(when), hub_only))(why)  # type: ignore[arg-type]

    return decorate


class Rules:
    """The rules of a store's plugins, by collection; read when something is first written."""

    def __init__(self, plugins: Plugins) -> None:
        self._plugins = plugins
        self._loaded: tuple[int, ...] = ()
        self._by_collection: dict[str, list[tuple[Plugin, Rule]]] = {}

    def of(self, collection: str) -> list[tuple[Plugin, Rule]]:
        """The rules of a collection's records, in order of definition."""
        return self._known().get(collection, [])

    def named(self, collection: str, name: str) -> tuple[Plugin, Rule] | None:
        """One rule by its name; None where no plugin here brings it."""
        return next((each for each in self.of(collection) if each[1].name == name), None)

    def __bool__(self) -> bool:
        return bool(self._known())

    def _known(self) -> dict[str, list[tuple[Plugin, Rule]]]:
        loaded = [each for each in self._plugins.all if each.loaded]
        if self._loaded != tuple(map(id, loaded)):
            self._by_collection = {}
            for plugin in loaded:
                for each in plugin.marked(_KIND):
                    self._by_collection.setdefault(each.collection, []).append((plugin, each))
            self._loaded = tuple(map(id, loaded))
        return self._by_collection
