"""Rules: what a plugin says of its records, judged alike on the laptop and at the hub.

A rule is a pure function of the rows: it gets a record as it would be after the whole transaction and as
it was before, and reads others by `seen` alone. So the same rows get the same answer on either side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from itertools import pairwise
from typing import Any  # Any: a fact may be of any type

from hongxian.errors import Refused
from hongxian.kit.seen import Seen
from hongxian.model.record import SYSTEM_FIELDS, Record
from hongxian.model.row import DELETED, SCOPE
from hongxian.plugins.loading import Plugins
from hongxian.plugins.marks import Marked, mark, mark_wrong, named_by, parenthesised
from hongxian.plugins.plugin import Plugin
from hongxian.text import Text, worded

_KIND = "rule"
_ARGUMENTS = Text(
    "规则不会收到 {unknown}；记录之后可写 before、seen",
    "{unknown} is never given to a rule; after its record it may take before and seen",
)
_NO_FIELD = Text(
    "when 里的 {odd} 不是 {model} 的字段；有：{known}",
    "when names {odd}, no field of {model}; there are {known}",
)
_OUT_OF_ORDER = Text(
    "“{second}”{later} 早于“{first}”{earlier}。",
    "“{second}” {later} comes before “{first}” {earlier}.",
)


@dataclass(frozen=True, init=False)
class Mark:
    """A rule's answer to what is kept all the same: a task says so until it is right.

    `Mark("“{room}”坐满了。", "{room} is full.", room=room.name)`; a `Text` may stand for the two.
    """

    text: Text

    def __init__(self, said: Text | str, en: str = "", /, **facts: Any) -> None:
        object.__setattr__(self, "text", Text.of(worded(said, en, facts)))


Why = Callable[..., Mark | None]
"""`why(record)`, and `before`, `seen` where it names them: raises `Refused`, answers a `Mark`, or None."""
_MAY_NAME = ("before", "seen")
"""What a rule gets besides its record, by these names."""


@dataclass(frozen=True)
class Rule:
    """One rule of a collection."""

    why: Why
    of: type[Record]
    when: frozenset[str]
    """The fields by whose change it is asked; none: by that of any, but for the deletion."""
    hub_only: bool
    """Whether it reads the rows of other scopes, which a laptop has not got."""
    names: tuple[str, ...]
    """Of what a rule may get besides its record, what this one names."""

    @property
    def collection(self) -> str:
        """Of whose records it is asked."""
        return str(self.of._meta.collection)

    @property
    def name(self) -> str:
        """By which its tasks know it, on every laptop."""
        return f"{self.collection}.{getattr(self.why, '__name__', 'rule')}"

    def ask(self, record: Record, before: Record | None, seen: Seen) -> Mark | None:
        """What it says of a record; raises `Refused`."""
        may_get = {"before": before, "seen": seen}
        return self.why(record, **{name: may_get[name] for name in self.names})

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
    """Mark `def why(loan)` as a rule of a model's records; it may name `before` and `seen` too.

    `when` names the fields by whose change it is asked; a new record is asked about always, a deletion
    where "deleted" is named. `hub_only` lets it read all scopes, and the hub alone asks it.
    """

    def decorate(why: Marked) -> Marked:
        names, unknown = named_by(why, 1, _MAY_NAME)
        if unknown:
            mark_wrong(why, _ARGUMENTS.format(unknown=unknown))
        known = {*of._meta.fields} - {*SYSTEM_FIELDS} | {SCOPE, DELETED}
        if odd := sorted({*when} - known):
            mark_wrong(why, _no_field(of, odd, known))
        asked = Rule(why, of, frozenset(when), hub_only, names)  # type: ignore[arg-type]
        return mark(_KIND, asked)(why)

    return decorate


def refuse_out_of_order(record: Record, *names: str) -> None:
    """Raise `Refused` where one of these days or moments comes before one that is named before it.

    What is not filled in is passed over; the two may be the same.
    """
    fields = record._meta.fields
    given = [(fields[name].verbose_name, at) for name in names if (at := getattr(record, name))]
    for (first, earlier), (second, later) in pairwise(given):
        if later < earlier:
            facts = {"first": first, "second": second}
            told = _OUT_OF_ORDER.format(earlier=_written(earlier), later=_written(later), **facts)
            raise Refused(told)


def _written(at: date) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if isinstance(at, datetime) else f"{at:%Y-%m-%d}"


def _no_field(of: type[Record], odd: Sequence[str], known: Iterable[str]) -> Text:
    """What is wrong with a `when` that names no fields, and which they may have been."""
    near = [each for name in odd for each in get_close_matches(name, known, n=1)]
    return _NO_FIELD.format(odd=odd, model=of.__name__, known=near or sorted(known))


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
