"""How a hub is, at a glance."""

from __future__ import annotations

from typing import Any

from peewee import fn

from hongxian.digest import Digest
from hongxian.setting import get_settings
from hongxian.stamp import wall_clock
from hongxian.troubles import read_troubles
from hongxian_server import journal
from hongxian_server.access import Access
from hongxian_server.devices import teams
from hongxian_server.hub import Hub


def overview(hub: Hub) -> dict[str, Any]:
    """Its life, its size and whether its journal is sound; reads the whole journal."""
    settings = get_settings()
    live = Access.select().where((Access.revoked == False) & (Access.retired == False))  # noqa: E712
    return {
        "kind": "hub",
        "data": str(hub.folder),
        "community": settings["community"],
        "epoch": settings["epoch"],
        "seq": settings["seq"],
        "devices": live.count(),
        "teams": teams(),
        "records": int(Digest.select(fn.SUM(Digest.count)).scalar() or 0),
        "recovering": bool(settings.get("recovering", False)),
        "database": "postgresql" if hub.database.postgres else "sqlite",
        "bytes": hub.database.size_bytes(),
        "journal": {
            "blocks": journal.Block.select().count(),
            "first_broken": journal.first_broken_block(),
        },
        "plugins_in_trouble": sorted(
            {plugin.name for plugin in hub.plugins.all if plugin.errors}
            | read_troubles(hub.folder, wall_clock()).keys()
        ),
    }
