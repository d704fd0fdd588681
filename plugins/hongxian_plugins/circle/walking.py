"""Minutes on foot from a gate: as somebody walked them, or by the straight line and a rule of thumb."""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import ceil, hypot

from hongxian import Store
from hongxian.doubles import Doubles
from hongxian_plugins.circle.around import Gate, Walk
from hongxian_plugins.circle.records import VENUE, Venue
from hongxian_plugins.circle.settings import CircleRules

At = tuple[int, int]
_GATES = 8


def at_of(point: str | None) -> At | None:
    """A point as metres from the left and from the top."""
    found = re.findall("[0-9]+", point or "")
    return (int(found[0]), int(found[1])) if len(found) == 2 else None


class Walking:
    """Minutes on foot from one gate to any venue, or from none."""

    def __init__(self, store: Store, gate: Gate | None) -> None:
        self._from, self._rules = at_of(gate.point) if gate else None, CircleRules.now(store)
        typed = (
            Walk.select().where(Walk.gate == gate.id, Walk.minutes.is_null(False)) if gate else ()
        )
        doubles = Doubles(VENUE)
        self._typed = {doubles.first(each.venue): each.minutes for each in typed}

    def minutes(self, venue: Venue) -> int | None:
        """How long one walks; None where nobody knows."""
        typed: int | None = self._typed.get(venue.id)
        return self.estimated(venue) if typed is None else typed

    def nearest_first(self, venues: Iterable[Venue]) -> list[tuple[Venue, int | None]]:
        """Each with its minutes; last of all to where nobody knows the way."""
        told = [(each, self.minutes(each)) for each in venues]
        return sorted(told, key=lambda each: (each[1] is None, each[1] or 0))

    def estimated(self, venue: Venue) -> int | None:
        """By the straight line, with what is walked around it, at the pace of the settings."""
        to = at_of(venue.point)
        if self._from is None or to is None:
            return None
        metres = hypot(to[0] - self._from[0], to[1] - self._from[1])
        walked: float = metres * self._rules.detour_percent / 100
        return ceil(walked / int(self._rules.metres_a_minute))

    @property
    def ring(self) -> int:
        """How far one comes in the minutes of the circle, in a straight line, in metres."""
        rules = self._rules
        return rules.quarter * rules.metres_a_minute * 100 // rules.detour_percent  # type: ignore[no-any-return]


def gates() -> list[Gate]:
    """The gates that a page has room for."""
    return list(Gate.select().order_by(Gate.name, Gate.id).limit(_GATES))


def gate_here(id: str | None) -> Gate | None:
    """A gate by its id, or else the first that there is."""
    found: Gate | None = Gate.get_or_none(Gate.id == id) if id else None
    return found or next(iter(gates()), None)
