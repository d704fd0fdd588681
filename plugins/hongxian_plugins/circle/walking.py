"""Minutes on foot from a gate: as somebody walked them, or by the straight line and a rule of thumb."""

from __future__ import annotations

import re
from math import ceil, hypot

from hongxian.doubles import Doubles
from hongxian_plugins.circle.around import Gate, Walk
from hongxian_plugins.circle.records import VENUE, Venue
from hongxian_plugins.circle.settings import CircleRules

At = tuple[int, int]


def at_of(point: str | None) -> At | None:
    """A point as metres from the left and from the top."""
    found = re.findall("[0-9]+", point or "")
    return (int(found[0]), int(found[1])) if len(found) == 2 else None


class Walking:
    """Minutes on foot from one gate to any venue, or from none."""

    def __init__(self, gate: Gate | None, rules: CircleRules) -> None:
        self._from, self._rules = at_of(gate.point) if gate else None, rules
        typed = (
            Walk.select().where(Walk.gate == gate.id, Walk.minutes.is_null(False)) if gate else ()
        )
        doubles = Doubles(VENUE)
        self._typed = {doubles.first(each.venue): each.minutes for each in typed}

    def minutes(self, venue: Venue) -> int | None:
        """How long one walks; None where nobody knows."""
        typed: int | None = self._typed.get(venue.id)
        return self.estimated(venue) if typed is None else typed

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


def gate_here(id: str | None) -> Gate | None:
    """A gate by its id, or else the first that there is."""
    found: Gate | None = Gate.get_or_none(Gate.id == id) if id else None
    first: Gate | None = Gate.select().order_by(Gate.name, Gate.id).first()
    return found or first
