"""Duties: what is due when and for whom, and what a plugin does by itself from time to time.

Nothing of a duty is stored. A reminder derives it from records each time somebody looks, so it goes
by itself once the records say that it is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import (  # Any: of a plugin's function only its call is known
    Any,
    Literal,
    Protocol,
    TypeVar,
)

from hongxian.collections.local_time import local_today
from hongxian.collections.store_protocol import PresentStore
from hongxian.errors import BadPlugin
from hongxian.model.record import Record
from hongxian.plugins.loading import Plugins
from hongxian.plugins.marks import mark, parenthesised
from hongxian.plugins.plugin import Plugin
from hongxian.storage.state import State
from hongxian.text import Text

REMINDER, EVERY = "reminder", "every"
"""As what functions are marked."""
MOST = 1_000
"""Duties that one reminder may tell of, or notices; the others are let go with an error of the plugin."""
AHEAD = 14
"""Days before its day from which a duty stands on Today, unless the reminder says otherwise."""
_HOUR = 3_600_000


class DutyStore(PresentStore, Protocol):
    """What duties ask of a store."""

    plugins: Plugins

    def upkeep(self) -> AbstractContextManager[None]:
        """A commit of the engine's own."""


F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


@dataclass(frozen=True)
class Due:
    """One duty: `title` is to be done by a `day`, or at a moment of it.

    `record` is what it is about. `to` is whose it is: a scope, then it stands on the laptops of that
    team alone, or a person's record, who is named beside it; nobody's in particular by default.
    """

    day: date | datetime
    title: Text | str
    record: Any = None  # Any: the author knows of which model it is
    to: Record | str = ""

    @property
    def on(self) -> date:
        """The day, whether or not a moment of it was told."""
        return self.day.date() if isinstance(self.day, datetime) else self.day


@dataclass(frozen=True)
class Reminder:
    """A function that tells what is due, `ahead` days before as well."""

    run: Callable[[Any], Iterable[Due]]
    ahead: int


@dataclass(frozen=True)
class Every:
    """A function that is called each so many hours on the hub, or on each laptop."""

    run: Callable[[Any], object]
    hours: int
    on: str

    @property
    def name(self) -> str:
        """By which it is remembered when it ran last."""
        return f"{self.run.__module__}.{self.run.__qualname__}"


@parenthesised
def reminder(*, ahead: int = AHEAD) -> Callable[[F], F]:
    """Mark `def deadlines(store)` as telling what is due, as `Due`s.

    Each stands on Today from `ahead` days before its day until the function tells of it no more, and
    in the calendar on its day.
    """

    def decorate(run: F) -> F:
        return mark(REMINDER, Reminder(run, ahead))(run)

    return decorate


@parenthesised
def every(*, hours: int, on: Literal["hub", "laptop"]) -> Callable[[F], F]:
    """Mark `def tidy(store)` as called every so many hours: once on the hub, or on each laptop.

    It opens its own transactions. After an error, or where the machine went off meanwhile, it is
    called again: what it does twice must come to the same, so what it makes has a `same_id`.
    """
    if on not in ("hub", "laptop") or hours < 1:
        raise BadPlugin(detail=f'@every(hours={hours}, on={on!r}): 1 or more, "hub" or "laptop"')

    def decorate(run: F) -> F:
        return mark(EVERY, Every(run, hours, on))(run)

    return decorate


# -- what is due -----------------------------------------------------------------------------------


Told = list[tuple[Reminder, Due]]


def all_duties(store: DutyStore) -> Told:
    """All that every plugin tells; whoever asks for several parts of it asks once."""
    return list(told_by(store, REMINDER, Due))


def due_by_now(store: DutyStore, scopes: Iterable[str], all_told: Told | None = None) -> list[Due]:
    """What stands on Today at a laptop of these scopes, the soonest first."""
    today = local_today(store)
    found = all_duties(store) if all_told is None else all_told
    return _in_order(
        (due for each, due in found if due.on <= today + timedelta(days=each.ahead)), scopes
    )


def due_between(all_told: Told, scopes: Iterable[str], first: date, last: date) -> list[Due]:
    """What is due from one day to another, both included, at a laptop of these scopes."""
    return _in_order((due for _, due in all_told if first <= due.on <= last), scopes)


def _in_order(found: Iterable[Due], scopes: Iterable[str]) -> list[Due]:
    mine = {"", *scopes}
    own = [due for due in found if not isinstance(due.to, str) or due.to in mine]
    return sorted(own, key=lambda due: (due.on, str(due.day), Text.of(due.title).zh))


def told_by(store: DutyStore, mark: str, kind: type[T]) -> Iterator[tuple[Any, T]]:
    """What each plugin's functions of a mark tell; one that breaks is noted, and the others go on."""
    for plugin, each in _marked(store.plugins, mark):
        try:
            with store.plugins.call(plugin, each.run.__name__):
                told = list(islice(each.run(store), MOST + 1))
            strange = [one for one in told if not isinstance(one, kind)]
            if strange:
                raise BadPlugin(detail=f"{type(strange[0]).__name__} is no {kind.__name__}")
            yield from ((each, one) for one in told[:MOST])
            if len(told) > MOST:
                raise BadPlugin(detail=f"{each.run.__name__} tells of more than {MOST}")
        except Exception as error:
            plugin.failed(each.run.__name__, error)


def _marked(plugins: Plugins, kind: str) -> Iterator[tuple[Plugin, Any]]:
    for plugin in plugins.all:
        for each in plugin.marked(kind) if plugin.loaded else ():
            yield plugin, each


# -- from time to time -----------------------------------------------------------------------------


@dataclass
class EveryState(State):
    """When what runs from time to time last did."""

    every_last: dict[str, int] = field(default_factory=dict)
    """By the function's name, in milliseconds since 1970."""


def run_what_is_due(store: DutyStore) -> None:
    """Call what is to run here again; an error is the plugin's, and it is called again next time.

    Not while the hub is being filled again: what would be concluded from what is missing is wrong.
    """
    if store.recovering:
        return
    last = EveryState.read().every_last
    for plugin, each in _marked(store.plugins, EVERY):
        now, ran = store.now(), last.get(each.name)
        is_fresh = ran is not None and 0 <= now - ran < each.hours * _HOUR
        if each.on != store.kind or is_fresh:
            continue
        try:
            with store.plugins.call(plugin, each.run.__name__):
                each.run(store)
        except (Exception, SystemExit) as error:
            plugin.failed(each.run.__name__, error)
        else:
            with store.upkeep(), EveryState.changing() as state:
                state.every_last = {**state.every_last, each.name: now}
