"""Letting tombstones and scope exits go once every live laptop has seen them."""

from __future__ import annotations

from peewee import fn

from hongxian.logs import logger
from hongxian.stamp import DAY_MILLISECONDS, make_stamp
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.tables.access import Incarnation, live_ones
from hongxian_server.tables.scope_exits import ScopeExit

log = logger(__name__)
OLD_MILLISECONDS = 30 * DAY_MILLISECONDS
"""A tombstone is kept at least so long."""
AWAY_MILLISECONDS = 180 * DAY_MILLISECONDS
"""A laptop not seen for so long no longer holds tombstones back."""


def collect_tombstones(hub: Hub, old: int = OLD_MILLISECONDS) -> int:
    """Remove what is old and seen by all; returns how many tombstones went."""
    gone = 0
    with hub.transaction(), HubState.changing() as state:
        horizon = _seen_by_all(hub)
        if horizon <= state.gc_horizon:
            return 0
        oldest = make_stamp(max(hub.now() - old, 0), 0, 0)
        for collection in hub.collections.values():
            param = hub.database.param
            rows = collection.rows(f"deleted AND seq <= {param}", (horizon,))
            ids = [row.id for row in rows if row.newest < oldest]
            if ids:
                collection.delete_rows(ids)
                gone += len(ids)
        ScopeExit.delete().where(ScopeExit.seq <= horizon).execute()
        state.gc_horizon = horizon
    log.info("purged tombstones=%d horizon=%d", gone, horizon)
    return gone


def _seen_by_all(hub: Hub) -> int:
    """The seq that every live laptop has acknowledged."""
    heard = fn.COALESCE(Incarnation.last_seen, Incarnation.began)
    live = live_ones().where(heard > hub.now() - AWAY_MILLISECONDS)
    return min((each.acknowledged for each in live), default=0)
