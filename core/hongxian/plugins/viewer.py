"""Who asks for what a plugin offers, and whom an offer is for: one question on every road."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

Audience = Literal["leader", "keeper", "self", "public", "display"]
"""Whom an offer is for: whoever sits at a laptop; the hub's keeper; the one person that it is
about; anybody; a screen on a wall, before which nobody sits.
"""
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
PERSON = "roster.person"
"""The collection of people, where nothing else is said."""


@dataclass(frozen=True)
class Viewer:
    """Who asks: one of an audience, as far as it is known who."""

    audience: Audience
    name: str = ""
    """What a leader is called by; where the laptop has no people, what the laptop is called."""
    person: str | None = None
    """The id of their `roster.person`: always of one who asks about themselves."""
    of: str = PERSON
    """Of what `person` is one: of a merchant who asks about itself, the collection of merchants."""
    scopes: frozenset[str] = frozenset()
    """The teams' scopes that a leader's laptop holds."""

    def may_have(self, audiences: Iterable[Audience], whose: str = PERSON) -> bool:
        """Whether what is for these is for them: their own, and what is for anybody.

        What somebody has of themselves is of one collection: a merchant has nothing of a volunteer's.
        """
        if "public" in audiences:
            return True
        return self.audience in audiences and (self.audience != "self" or self.of == whose)


KEEPER, DISPLAY, PUBLIC = Viewer("keeper"), Viewer("display"), Viewer("public")
