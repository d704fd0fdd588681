"""Tidying: what is old leaves the hub, once an hour and when the keeper says so."""

from __future__ import annotations

from dataclasses import dataclass

from hongxian.collections.builtin import Conflict
from hongxian.model.row import DELETED
from hongxian.model.stamp import milliseconds_of
from hongxian.text import Text
from hongxian.words.logs import logger
from hongxian_server.history.erasing import erase_again
from hongxian_server.history.forgetting import forget_old, forget_records
from hongxian_server.history.keeping import erase_what_is_over
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.intake.revival import kept_since
from hongxian_server.membership.pace import forget_tries
from hongxian_server.ops.files import let_unnamed_go
from hongxian_server.ops.held import let_idle_go
from hongxian_server.ops.phone_pages import let_ended_go
from hongxian_server.tables.keeper_log import Act, note
from hongxian_server.tables.phone_sends import forget_sends

log = logger(__name__)
CONFLICT = Conflict._meta.collection
KEPT_DAYS = range(1, 3651)
"""For how many days a keeper may let be kept what was deleted or written over."""


@dataclass(frozen=True)
class Tidied:
    """What went."""

    parts: int
    """Of the journal."""
    conflicts: int


def keep_for(hub: Hub, days: int) -> None:
    """From now on keep what was deleted or written over for so many days."""
    with hub.upkeep(), HubState.changing() as state:
        state.keep_days = days
        note(hub, Act.SETTING, Text("内容保留天数", "days kept"), days)


def tidy(hub: Hub) -> Tidied:
    """Let go of what is over: records, old values in the journal, conflicts, and files that nothing names."""
    erase_again(hub)
    erase_what_is_over(hub)
    conflicts = settled_conflicts(hub)
    parts = forget_conflicts(hub, conflicts)
    parts += forget_old(hub)
    let_idle_go(hub)
    let_ended_go(hub)
    forget_sends(hub)
    forget_tries(hub)
    let_unnamed_go(hub)
    if parts:
        hub.database.empty_log()
    log.info("tidied parts=%d conflicts=%d", parts, len(conflicts))
    return Tidied(parts, len(conflicts))


def settled_conflicts(hub: Hub) -> list[str]:
    """The ids of conflicts that were settled, or whose record was deleted, so long ago that it is forgotten."""
    limit = kept_since(hub)
    held = hub.collections[CONFLICT].rows("NOT deleted")
    about: dict[str, set[str]] = {}
    for row in held:
        about.setdefault(row.values["collection"], set()).add(row.values["record"])
    rows = {
        (name, row.id): row
        for name, ids in about.items()
        if name in hub.collections
        for row in hub.collections[name].rows_by_id(sorted(ids)).values()
    }
    over = []
    for row in held:
        name, id = row.values["collection"], row.values["record"]
        of = rows.get((name, id))
        is_settled = row.values["resolved"] and milliseconds_of(row.stamp_of("resolved")) < limit
        if of is None:
            is_over = name in hub.collections
        else:
            is_over = of.deleted and milliseconds_of(of.stamp_of(DELETED)) < limit
        if is_settled or is_over:
            over.append(row.id)
    return over


def forget_conflicts(hub: Hub, ids: list[str]) -> int:
    """Delete conflicts, and let go of the values that they hold; returns how many parts of the journal."""
    if not ids:
        return 0
    with hub.transaction():
        hub.delete(Conflict, ids)
        return forget_records({(CONFLICT, id) for id in ids})
