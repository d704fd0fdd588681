"""News: a token of all that a round would tell a laptop that sends nothing, but the time.

While it stays the same a round would bring nothing, and none is needed. The laptop's `sync.news` asks.
"""

from __future__ import annotations

from hashlib import blake2b

import orjson

from hongxian.model.record import COMMUNITY
from hongxian.version import __version__
from hongxian.wire.digest import states_of
from hongxian.wire.news import TOKEN_BYTES
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.membership.grants import said_of
from hongxian_server.quota.usage import is_owed
from hongxian_server.sync.releases import token_for
from hongxian_server.tables.access import Incarnation
from hongxian_server.tables.deletions import waits_for_keeper
from hongxian_server.tables.membership import circles_in, standing_of, teams_in

NO_TOKEN = ""
"""Of a hub that has more to say, and to hear, than a token can stand for."""


def scopes_seen(laptop: str) -> list[str]:
    """Those whose records a laptop may have."""
    standing = standing_of(laptop)
    circles = (circle for circle, is_of in circles_in(standing).items() if is_of)
    return [*sorted(teams_in(standing)), *circles, COMMUNITY]


def news_for(hub: Hub, by: Incarnation, state: HubState) -> str:
    """A laptop's token as it is now, inside the caller's snapshot; `NO_TOKEN` where only a round can tell."""
    is_between = by.left_behind or by.fenced or by.epoch != state.epoch
    if is_between or state.recovering or state.damaged or is_owed(by.id):
        return NO_TOKEN
    told = (
        state.epoch,
        state.community,
        by.number,
        by.name,
        said_of(by.laptop),
        sorted(hub.collections),
        waits_for_keeper(by.laptop),
        token_for(hub, by),
        __version__,
        states_of(scopes_seen(by.laptop)),
    )
    return blake2b(orjson.dumps(told), digest_size=TOKEN_BYTES).hexdigest()
