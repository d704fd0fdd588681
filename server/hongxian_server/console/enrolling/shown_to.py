"""What a laptop comes to hold by being of a team: told before it is let in, not after."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from hongxian.collections.table_names import ENGINE
from hongxian.model.circle import team_of_circle
from hongxian.wire.digest import Digest
from hongxian_server.history.search import is_confidential
from hongxian_server.hub import Hub
from hongxian_web import words


@dataclass(frozen=True)
class Kind:
    """How many records of one collection a team has, and who sees them."""

    title: str
    count: int
    is_confidential: bool
    is_in_circles: bool
    """Whether a laptop of the team sees them only once it is let into their circle."""


def kinds_of(hub: Hub, scope: str) -> list[Kind]:
    """What the team has; what is confidential first, what lies in circles last, of as many the engine's own last."""
    counted: Counter[tuple[str, bool]] = Counter()
    held = Digest.select(Digest.scope, Digest.collection, Digest.count).where(Digest.count > 0)
    for whose, name, count in held.tuples():
        if scope in (whose, team_of_circle(whose)):
            counted[name, whose != scope] += count
    found = [
        Kind(words.shown(hub.title_of(name)), count, is_confidential(hub, name), in_circles)
        for (name, in_circles), count in sorted(
            counted.items(), key=lambda each: (each[0][0].startswith(f"{ENGINE}."), each)
        )
    ]
    return sorted(
        found, key=lambda each: (each.is_in_circles, not each.is_confidential, -each.count)
    )
