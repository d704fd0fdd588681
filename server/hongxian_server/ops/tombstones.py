"""Letting tombstones and departures go once every live device has seen them."""

from __future__ import annotations

from peewee import fn

from hongxian.stamp import make_stamp
from hongxian.storage.setting import get_setting, put_settings
from hongxian_server.hub import Hub
from hongxian_server.tables.access import Access
from hongxian_server.tables.scope_exits import Departure

OLD_MILLISECONDS = 30 * 24 * 3600 * 1000
"""A tombstone is kept at least so long."""
AWAY_MILLISECONDS = 180 * 24 * 3600 * 1000
"""A device not seen for so long no longer holds tombstones back."""


def collect_tombstones(hub: Hub, old: int = OLD_MILLISECONDS) -> int:
    """Remove what is old and seen by all; returns how many tombstones went."""
    gone = 0
    with hub.writing, hub.transaction():
        mark = _seen_by_all(hub)
        if mark <= get_setting("mark", 0):
            return 0
        oldest = make_stamp(max(hub.now() - old, 0), 0, 0)
        for collection in hub.collections.values():
            param = hub.database.param
            rows = collection.rows(f"deleted AND seq <= {param}", (mark,))
            ids = [row.id for row in rows if row.newest < oldest]
            if ids:
                collection.delete_rows(ids)
                gone += len(ids)
        Departure.delete().where(Departure.seq <= mark).execute()
        put_settings(mark=mark)
    return gone


def _seen_by_all(hub: Hub) -> int:
    """The seq that every live device has passed."""
    live = Access.select(fn.MIN(Access.passed)).where(
        (Access.revoked == False)  # noqa: E712
        & (Access.retired == False)  # noqa: E712
        & (fn.COALESCE(Access.last_seen, Access.enrolled) > hub.now() - AWAY_MILLISECONDS)
    )
    return int(live.scalar() or 0)
