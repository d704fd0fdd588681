"""News: a token of all that a round would tell a laptop that sends nothing, but the time.

While it stays the same a round would bring nothing, and none is needed. The laptop's `sync.news` asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

import orjson

from hongxian.model.record import COMMUNITY
from hongxian.version import __version__
from hongxian.wire.digest import states_of
from hongxian.wire.news import TOKEN_BYTES
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.membership import devices
from hongxian_server.membership.grants import said_of
from hongxian_server.quota.usage import is_owed
from hongxian_server.sync.releases import token_for
from hongxian_server.tables.access import Incarnation
from hongxian_server.tables.deletions import waits_for_keeper
from hongxian_server.tables.membership import circles_in, standing_of, teams_in

NO_TOKEN = ""
"""Of a hub that has more to say, and to hear, than a token can stand for."""


def scopes_seen(teams: Iterable[str], circles: Mapping[str, bool]) -> list[str]:
    """Those whose records a laptop may have, of its teams and of the circles that the hub knows it in."""
    return [*teams, *(circle for circle, is_of in circles.items() if is_of), COMMUNITY]


def facts_for(hub: Hub, by: Incarnation, state: HubState) -> dict[str, Any]:  # Any: of each part
    """The parts of an answer to a laptop that depend on no request, by their names in `RoundReply`."""
    standing = standing_of(by.laptop)
    return {
        "epoch": state.epoch,
        "community": state.community,
        "number": by.number,
        "scopes": devices.names_of(sorted(teams_in(standing))),
        "circles": circles_in(standing),
        "collections": sorted(hub.collections),
        "held": waits_for_keeper(by.laptop),
        "version": __version__,
        "plugins": token_for(hub, by),
    }


def news_now(hub: Hub, by: Incarnation) -> str:
    """A laptop's token as it is now; it is made anew once anything was written."""

    def made() -> str:
        with hub.database.snapshot():
            state = HubState.read()
            return news_for(by, state, facts_for(hub, by, state))

    token: str = hub.database.kept(("news", by.id), made)
    return token


def news_for(by: Incarnation, state: HubState, facts: Mapping[str, Any]) -> str:
    """A laptop's token as it is now, inside the caller's snapshot; `NO_TOKEN` where only a round can tell."""
    is_between = by.left_behind or by.fenced or by.epoch != state.epoch
    if is_between or state.recovering or state.damaged or is_owed(by.id):
        return NO_TOKEN
    seen = scopes_seen(facts["scopes"], facts["circles"])
    told = (facts, by.name, said_of(by.laptop), states_of(seen))
    return blake2b(orjson.dumps(told), digest_size=TOKEN_BYTES).hexdigest()
