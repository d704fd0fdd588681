"""What is given by a contract here, of one person or of some days: asked for, and not read whole."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from functools import reduce
from operator import and_
from typing import Any, Protocol  # Any: each contract is a class of its own

import peewee

from hongxian.doubles import group
from hongxian.errors import BadPlugin
from hongxian.kinds.person import ROSTER
from hongxian.kit.exchanges.exchange import AT_ONCE, Exchanges
from hongxian.kit.exchanges.giving import Giver, of_day, of_person
from hongxian.model.record import Record
from hongxian.text import Text

_TELLS_NONE = Text(
    "{contract} 不说明{what}，不能按它查", "{contract} tells no {what} that one could ask by"
)
_PERSON, _DAY = Text("是谁的", "person"), Text("哪一天", "day")


class GivingStore(Protocol):
    """A store as `given` asks it."""

    @property
    def exchanges(self) -> Exchanges:
        """What its plugins give and take."""


def given(
    store: GivingStore,
    contract: type,
    *,
    person: str | None = None,
    since: date | None = None,
    until: date | None = None,
) -> Iterator[tuple[str, Any]]:
    """All that is given by a contract here, with the ids of its sources; None for what is nothing.

    Bounded to a `person`, and whoever is joined with them, or to the days from `since` to `until`,
    both included, it is what is something. Whether anybody takes it does not count.
    """
    bounds = _Bounds(contract, person and group(ROSTER, person), since, until)
    exchanges = store.exchanges
    for plugin, giver in exchanges.givers_by(contract):
        for ids in _slices(exchanges, giver, bounds):
            for source in exchanges.sources(plugin, giver, ids):
                if bounds.has(source.given):
                    yield source.id, source.given


def taken(store: GivingStore, contract: type, source: str) -> Iterator[tuple[type[Record], str]]:
    """What was made of a record that gives by this contract, as far as it is here: models and ids."""
    for _, taker in store.exchanges.takers(contract):
        if taker.into is not None:
            id = taker.id_for(source)
            if taker.into.select().where(taker.into.id == id).exists():
                yield taker.into, id


@dataclass(frozen=True)
class _Bounds:
    contract: type
    people: Collection[str] | None
    since: date | None
    until: date | None

    def __post_init__(self) -> None:
        known = {each.name for each in fields(self.contract)}
        for is_asked, name, what in (
            (self.people is not None, of_person(self.contract), _PERSON),
            (self._of_days, of_day(self.contract), _DAY),
        ):
            if is_asked and name not in known:
                told = _TELLS_NONE.format(contract=self.contract.__name__, what=what)
                raise BadPlugin(detail=told)

    @property
    def _of_days(self) -> bool:
        return self.since is not None or self.until is not None

    def has(self, given: Any) -> bool:
        """Whether what is given lies inside; without bounds also what is nothing."""
        if self.people is None and not self._of_days:
            return True
        if given is None:
            return False
        if self.people is not None and getattr(given, of_person(self.contract)) not in self.people:
            return False
        return not self._of_days or self._has_day(getattr(given, of_day(self.contract)))

    def _has_day(self, told: date | datetime | None) -> bool:
        day = told.date() if isinstance(told, datetime) else told
        if day is None or (self.since is not None and day < self.since):
            return False
        return self.until is None or day <= self.until

    def conditions(self, exchanges: Exchanges, giver: Giver) -> Iterator[peewee.Node]:
        """What of it the database can say of a giver's records."""
        model = giver.of
        if self.people is not None and giver.person:
            yield model._meta.fields[giver.person].in_(list(self.people))
        if not giver.day or not self._of_days:
            return
        name, _, inner = giver.day.partition(".")
        field = model._meta.fields[name]
        if not inner:
            yield from self._between(field)
            return
        other = exchanges.store.collections.get(field.to)
        if other is not None:
            days = reduce(and_, self._between(other.model._meta.fields[inner]))
            yield field.in_(other.model.select(other.model.id).where(days))

    def _between(self, field: peewee.Field) -> Iterator[peewee.Node]:
        """From the first moment of a day to the last of another, of a field of days or of moments."""
        if self.since is not None:
            yield field >= self.since
        if self.until is not None:
            yield field < self.until + timedelta(days=1)


def _slices(exchanges: Exchanges, giver: Giver, bounds: _Bounds) -> Iterator[list[str]]:
    """The ids of a giver's records that may lie inside, few at a time."""
    model, last = giver.of, ""
    query = model.select(model.id).order_by(model.id).limit(AT_ONCE)
    for each in bounds.conditions(exchanges, giver):
        query = query.where(each)
    while ids := [id for (id,) in query.where(model.id > last).tuples()]:
        yield ids
        last = ids[-1]
