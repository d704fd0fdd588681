"""Circles: scopes of the laptops of one case or one duty, within one team.

A laptop begins a circle offline. So the scope's name says all that is to be known of it where nobody can
be asked: whose team's it is, and which laptop may have begun it.
"""

from __future__ import annotations

import re
import secrets
from hashlib import blake2b

from hongxian.text import Text

CIRCLE = "circle"
"""As `scope` of a collection: each of its records lies in a circle."""
CIRCLE_TITLE = Text("知情圈", "circle")
"""What people call the scope of one, which has no name of its own."""
MOST_CIRCLES = 2_000
"""Of which one laptop is, at most: it tells of each in every round."""
_DRAWN_BYTES = 6
CIRCLE_BEGINS = len("c--") + 4 * _DRAWN_BYTES
"""Characters of a circle's scope before its team's."""
_CIRCLE = re.compile(r"c-[0-9a-f]{24}-(.{1,13})", re.DOTALL)


def new_circle(team: str, laptop: str) -> str:
    """The scope of another circle of a team (its scope), begun by a laptop (its id)."""
    return f"{begun_by(laptop)}{secrets.token_hex(_DRAWN_BYTES)}-{team}"


def begun_by(laptop: str) -> str:
    """How the scopes of all circles begin that a laptop begins."""
    return f"c-{blake2b(laptop.encode(), digest_size=_DRAWN_BYTES).hexdigest()}"


def team_of_circle(scope: str) -> str:
    """The scope of the team that a circle is of; "" for what is no circle's scope."""
    found = _CIRCLE.fullmatch(scope)
    return found[1] if found else ""
