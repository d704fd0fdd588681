"""How a hub is, at a glance: what takes longer to tell is what the last look found."""

from __future__ import annotations

from hongxian.collections.builtin import Conflict, Task
from hongxian.model.stamp import wall_clock
from hongxian.plugins.failing.errors import read_plugin_errors
from hongxian.wire.digest import live_records
from hongxian.words.values import JsonObject
from hongxian_server.backups.backup import last_backup
from hongxian_server.backups.schedule import Schedule, places
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.membership.devices import teams
from hongxian_server.ops.disk import disks
from hongxian_server.ops.journal_check import JournalCheck
from hongxian_server.ops.network.certificates import kept_authority
from hongxian_server.ops.plugins_apart import plugins_apart_of
from hongxian_server.tables import journal
from hongxian_server.tables.access import live_ones


def overview(hub: Hub) -> JsonObject:
    """Its life, its size and its laptops; of the journal, what the last check found."""
    state, checked = HubState.read(), JournalCheck.read()
    live, found = list(live_ones()), disks(hub)
    return {
        "kind": "hub",
        "data": str(hub.folder),
        "community": state.community,
        "epoch": state.epoch,
        "seq": state.seq,
        "devices": len(live),
        "last_seen": max((each.last_seen for each in live if each.last_seen), default=None),
        "unsent": sum(each.unsent for each in live),
        "refused": sum(each.refused for each in live),
        "teams": teams(),
        "records": live_records(),
        "conflicts": Conflict.select().where(Conflict.resolved == False).count(),  # noqa: E712
        "tasks": Task.select().where(Task.done == False).count(),  # noqa: E712
        "recovering": state.recovering,
        "backed_up": last_backup(hub),
        "backups": [vars(each) for each in places(hub)],
        "authority": _fingerprints(hub),
        "database": "postgresql" if hub.database.postgres else "sqlite",
        "held_by": hub.database.holder(),
        "bytes": hub.database.size_bytes(),
        "free_bytes": found[0].free,
        "disks": [vars(each) for each in found],
        "drilled": Schedule.of(hub).drilled,
        "journal": {
            "blocks": journal.blocks(),
            "bytes": checked.journal_bytes,
            "checked": checked.journal_checked,
            "first_broken": checked.journal_broken,
        },
        "values": {
            "passed": state.scrub_passed,
            "mended": state.mended,
            "waiting": state.damaged,
        },
        "plugins_in_trouble": sorted(
            {plugin.name for plugin in hub.plugins.all if plugin.errors}
            | read_plugin_errors(hub.folder, wall_clock(), hub.plugins.code_of).keys()
        ),
        "plugins_apart": plugins_apart_of(live),
    }


def _fingerprints(hub: Hub) -> JsonObject | None:
    """Of the authority that browsers may be made to trust; None before the hub has served under one."""
    held = kept_authority(hub.folder)
    return {"sha256": held.sha256, "sha1": held.sha1} if held else None
