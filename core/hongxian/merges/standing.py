"""Where a thing stands in its workflow, as it travels and is stored: `place>turn>name`, `03>0>done`.

Two that were written apart become the one of the largest (turn, place, stamp). That order is the
same in every release, for the place travels; and whoever goes back, opens again or undoes raises
the turn, so that they are not overruled by what they saw.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from hongxian.merges.merge import Merge, Order
from hongxian.words.values import Value

MOST_PLACES = 100
NAME = "[a-z][a-z0-9_]{0,39}"
LAST_TURN = 999_999
LONGEST = 50
"""Characters of a standing."""
FIGURES = "0123456789>"
"""What stands before the name, which begins with a letter: so SQL finds the name, too."""
_STANDING = re.compile(rf"(\d\d)>(\d{{1,6}})>({NAME})")


class Standing(NamedTuple):
    """How often it was begun anew, how far it has come, and what that is called."""

    turn: int
    place: int
    name: str

    @classmethod
    def read(cls, value: Value) -> Standing | None:
        """What a travelling value says; None for what is none, such as the name alone."""
        found = _STANDING.fullmatch(value) if isinstance(value, str) else None
        return cls(int(found[2]), int(found[1]), found[3]) if found else None

    def travelling(self) -> str:
        """As it travels; in the order of places as a text, too."""
        return f"{self.place:02}>{self.turn}>{self.name}"


def name_of(value: Value) -> Value:
    """The name in a standing; any other value as it is, for earlier releases wrote the name alone."""
    return value.lstrip(FIGURES) if Standing.read(value) else value


def turn_of(value: Value) -> int:
    """The turn of a standing; 0 of a name alone."""
    standing = Standing.read(value)
    return standing.turn if standing else 0


class ByTurn(Merge):
    """The standing of the largest (turn, place, stamp): of a later turn, or further in the same.

    In the last turn there is the later one holds: whoever drove it there stops nobody.

    `place_of` tells the place of a name that stands alone, of turn 0; `leads_to` whether one name comes
    later than the other on one way through the workflow: then nothing is lost that anybody must know of.
    """

    name = "by turn"
    goes_back = True

    def __init__(
        self,
        place_of: Callable[[Value], int] = lambda name: -1,
        leads_to: Callable[[Value, Value], bool] = lambda name, later: False,
    ) -> None:
        self._place_of = place_of
        self._leads_to = leads_to

    def order(self, value: Value, stamp: int) -> Order:
        standing = Standing.read(value) or Standing(0, self._place_of(value), "")
        return standing.turn, standing.place if standing.turn < LAST_TURN else 0, stamp

    def includes(self, kept: Value, lost: Value) -> bool:
        kept, lost = name_of(kept), name_of(lost)
        return bool(kept == lost or self._leads_to(lost, kept))
