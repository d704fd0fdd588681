"""Which of several processes of a hub does its hourly work: one, and another where that one is gone."""

from __future__ import annotations

from dataclasses import dataclass

from hongxian.storage.state import State
from hongxian_server.folder import own_name
from hongxian_server.hub import Hub

LEADS_MILLISECONDS = 2 * 60 * 60 * 1000
"""So long a leader may be silent: it says so again before each work of each hour."""


@dataclass
class Leading(State):
    """Who leads, and until when no other takes its place, in milliseconds since 1970; "" for nobody."""

    leader: str = ""
    leads_until: int = 0


def leads(hub: Hub) -> bool:
    """Whether this process does the hourly work of a hub, which it does from then on if nobody else does."""
    if not hub.is_shared:
        return True
    me, now = own_name(hub.folder), hub.now()
    with hub.upkeep(), Leading.changing() as state:
        is_anothers = state.leader not in ("", me)
        # A clock that was far ahead must not have it wait for long.
        if is_anothers and now < state.leads_until <= now + LEADS_MILLISECONDS:
            return False
        state.leader, state.leads_until = me, now + LEADS_MILLISECONDS
    return True


def lead_no_longer(hub: Hub) -> None:
    """Let another of its processes lead at once."""
    with hub.upkeep(), Leading.changing() as state:
        if state.leader == own_name(hub.folder):
            state.leader, state.leads_until = "", 0
