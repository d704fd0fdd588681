"""How fast somebody may send, try out or guess: each person, and each network of those whom nobody knows.

All processes that serve a hub count together, so who asks one after the other has no more.
"""

from __future__ import annotations

from peewee import Expression

from hongxian.errors import Refused
from hongxian.model.stamp import DAY_MILLISECONDS
from hongxian.security.throttle import WINDOW_MILLISECONDS, WRONG_ATTEMPTS
from hongxian.text import Text
from hongxian_server.hub import Hub
from hongxian_server.tables.tries import Try

PACE = ((20, 60_000), (200, DAY_MILLISECONDS))
"""Of one phone so many within so many milliseconds."""
NETWORKS_PACE = ((60, 60_000), (1000, DAY_MILLISECONDS))
"""Of all whom nobody knows in one network: a whole house, and many a telephone company's customers."""
OFTEN_PACE = ((40, 60_000), (5_000, DAY_MILLISECONDS))
"""Of one phone on which somebody counts all day; presses of a few seconds come together."""
NETWORK, OFTEN = "at ", "often "
"""Before a network that is counted, and before a phone that sends what is pressed all day."""


class TooFast(Refused):
    """Somebody sends or tries more than anybody would by hand."""

    message = Text(
        "发得太快，或者今天发得太多了。请过一会儿再试。",
        "That is too fast, or too much for one day. Wait a little, then try again.",
    )
    status = 429


def refuse_haste(hub: Hub, whose: str) -> None:
    """Count one; raises `TooFast` for one too many."""
    with hub.upkeep():
        for most, milliseconds in _pace_of(whose):
            if _count(hub, whose, milliseconds) >= most:
                raise TooFast()
        Try.create(whose=whose, at=hub.now())


def _pace_of(whose: str) -> tuple[tuple[int, int], ...]:
    if whose.startswith(OFTEN):
        return OFTEN_PACE
    return NETWORKS_PACE if whose.startswith(NETWORK) else PACE


def _count(hub: Hub, whose: str, milliseconds: int) -> int:
    lately = _lately(hub, milliseconds)
    return int(Try.select().where((Try.whose == whose) & lately).count())


def _lately(hub: Hub, milliseconds: int) -> Expression:
    """By either side of now: a clock may be put back."""
    now = hub.now()
    return Try.at.between(now - milliseconds, now + milliseconds)


class SharedTries:
    """The wrong ones at one door of a hub, as a `Throttle` asks of them."""

    def __init__(self, hub: Hub, door: str) -> None:
        self._hub, self._door = hub, door

    def has_too_many(self, whose: str) -> bool:
        """Whether there were too many lately."""
        with self._hub:
            return _count(self._hub, self._of(whose), WINDOW_MILLISECONDS) >= WRONG_ATTEMPTS

    def note(self, whose: str) -> None:
        """Count one."""
        with self._hub, self._hub.upkeep():
            Try.create(whose=self._of(whose), at=self._hub.now())

    def _of(self, whose: str) -> str:
        return f"{self._door} {whose}"


def forget_tries(hub: Hub) -> None:
    """Let go of those that count no more; hourly."""
    with hub.upkeep():
        Try.delete().where(~_lately(hub, DAY_MILLISECONDS)).execute()
