"""How fast somebody may send or try out: each person, and each network of those whom nobody knows."""

from __future__ import annotations

from hongxian.errors import Refused
from hongxian.model.stamp import DAY_MILLISECONDS
from hongxian.text import Text
from hongxian_server.hub import Hub
from hongxian_server.tables.phone_tries import PhoneTry

PACE = ((20, 60_000), (200, DAY_MILLISECONDS))
"""Of one phone so many within so many milliseconds."""
NETWORKS_PACE = ((60, 60_000), (1000, DAY_MILLISECONDS))
"""Of all whom nobody knows in one network: a whole house, and many a telephone company's customers."""
OFTEN_PACE = ((40, 60_000), (5_000, DAY_MILLISECONDS))
"""Of one phone on which somebody counts all day; presses of a few seconds come together."""
NETWORK, OFTEN = "at ", "often "
"""Before a network that is counted, and before a phone that sends what is pressed all day."""


class TooFast(Refused):
    """Somebody sends or tries out more than anybody would by hand."""

    message = Text(
        "发得太快，或者今天发得太多了。请过一会儿再试。",
        "That is too fast, or too much for a day. Wait a little, then try again.",
    )
    status = 429


def refuse_haste(hub: Hub, whose: str) -> None:
    """Count one, over all processes that serve the hub; raises `TooFast` for one too many."""
    now = hub.now()
    with hub.upkeep():
        for most, lately in _pace_of(whose):
            window = PhoneTry.at.between(now - lately, now + lately)  # a clock may be put back
            if PhoneTry.select().where((PhoneTry.whose == whose) & window).count() >= most:
                raise TooFast()
        PhoneTry.create(whose=whose, at=now)


def _pace_of(whose: str) -> tuple[tuple[int, int], ...]:
    if whose.startswith(OFTEN):
        return OFTEN_PACE
    return NETWORKS_PACE if whose.startswith(NETWORK) else PACE


def forget_tries(hub: Hub) -> None:
    """Let go of those that count no more; hourly."""
    with hub.upkeep():
        now = hub.now()
        lately = PhoneTry.at.between(now - DAY_MILLISECONDS, now + DAY_MILLISECONDS)
        PhoneTry.delete().where(~lately).execute()
