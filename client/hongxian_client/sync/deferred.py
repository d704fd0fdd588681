"""Transactions that wait for a plugin, or for a hub that is being refilled to decide."""

from __future__ import annotations

from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.outbox import Entry, EntryState
from hongxian_client.replica.replica import Replica

Decides = tuple[list[str], bool]
"""The collections on both sides, and whether the hub is being refilled."""


def sort_out_deferred(replica: Replica, decides: Decides) -> bool:
    """Let wait what a plugin is missing for, wake what has its plugins again; say if any woke.

    What follows on a record waits with what went before it: a removal must not reach the hub
    ahead of the addition that it removes. What the hub put off until it is refilled waits until
    then.
    """
    both, recovering = decides
    if not _concerns_any(both):
        return False
    with replica.upkeep():
        return _sort_out(both, recovering)


def _sort_out(both: list[str], recovering: bool) -> bool:
    open_work = Entry.state.in_([EntryState.UNSENT, EntryState.DEFERRED])
    transactions: dict[int, list[Entry]] = {}
    for entry in Entry.select().where(open_work).order_by(Entry.position):
        transactions.setdefault(entry.stamp, []).append(entry)
    waiting: set[tuple[str, str]] = set()
    woke = False
    for stamp, entries in transactions.items():
        records = {(entry.collection, entry.record) for entry in entries}
        put_off = recovering and any(entry.reason for entry in entries)
        missing = any(name not in both for name, _ in records)
        waits = put_off or missing or not waiting.isdisjoint(records)
        if waits:
            waiting |= records
        state = EntryState.DEFERRED if waits else EntryState.UNSENT
        if any(entry.state != state for entry in entries):
            reason = entries[0].reason if waits else None
            Entry.update(state=state, reason=reason).where(
                open_work & (Entry.stamp == stamp)
            ).execute()
            woke |= not waits
    return woke


def what_decides(replica: Replica, state: LaptopState) -> Decides:
    """On what it depends what waits, as it is now."""
    here = replica.collections.keys()
    told = here if state.collections is None else here & set(state.collections)
    return sorted(told), state.recovering


def _concerns_any(both: list[str]) -> bool:
    """Whether anything must be looked at: what waits, or what has lost its plugin since."""
    sql = (
        "SELECT EXISTS (SELECT 1 FROM hongxian_outbox WHERE state = ? "
        f"OR state = ? AND collection NOT IN ({', '.join('?' * len(both))}))"
    )
    found = Entry._meta.database.execute_sql(
        sql, (EntryState.DEFERRED, EntryState.UNSENT, *both)
    ).fetchone()
    return bool(found[0])
