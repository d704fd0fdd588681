"""Who asks for what a plugin offers, and whom an offer is for: one question on every road."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Audience = Literal["leader", "keeper", "self", "public", "display"]
"""Whom an offer is for: whoever sits at a laptop; the hub's keeper; the one person that it is
about; anybody; a screen on a wall, before which nobody sits.
"""
AUDIENCES: tuple[Audience, ...] = get_args(Audience)


@dataclass(frozen=True)
class Viewer:
    """Who asks: one of an audience, as far as it is known who."""

    audience: Audience
    name: str = ""
    """What a leader is called by; where the laptop has no people, what the laptop is called."""
    person: str | None = None
    """The id of their `roster.person`: always of one who asks about themselves."""
    scopes: frozenset[str] = frozenset()
    """The teams' scopes that a leader's laptop holds."""

    def may_have(self, audience: Audience) -> bool:
        """Whether what is for an audience is for them: their own, and what is for anybody."""
        return audience in (self.audience, "public")


KEEPER, DISPLAY, PUBLIC = Viewer("keeper"), Viewer("display"), Viewer("public")
