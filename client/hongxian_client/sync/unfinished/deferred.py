"""Transactions that wait: for a plugin, a hub that is being refilled, its keeper's word, a team, or a person."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from hongxian.text import Text
from hongxian.writing.bounds import is_too_large
from hongxian_client.replica.kept_work import bring_back_what_was_made, kept_entries
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent import outbox
from hongxian_client.replica.unsent.outbox import OPEN, PUT_OFF, Entry, EntryState

MAY_BE_TOO_LARGE = 2**19
"""Bytes of a transaction's changes from which on it is weighed: it has at least as many bytes as values."""
_TOO_LARGE = Text(
    "内容太多，一次送不到社区主机。请 hongxian attention 撤下，再分几次写入。",
    "Too much to be sent to the hub at once. Take it back (hongxian attention) and write it in several transactions.",
)


@dataclass(frozen=True)
class Decides:
    """On what it depends what waits."""

    both: list[str]
    """The collections on both sides."""
    recovering: bool
    """Whether the hub is being refilled."""
    held: bool
    """Whether its keeper is to say."""
    kept: int
    """How many changes wait for a team."""
    scopes: frozenset[str]
    """Those that this laptop may hold."""


def sort_out_deferred(replica: Replica, decides: Decides) -> bool:
    """Let wait what a plugin is missing for, wake what has its plugins again; say if any woke.

    What follows on a record waits with what went before it: a removal must not reach the hub
    ahead of the addition that it removes. What the hub put off until it is refilled, or until its
    keeper has said, waits until then.
    """
    if not _concerns_any(decides.both):
        return False
    with replica.upkeep():
        if decides.kept:
            bring_back_what_was_made(replica, decides.scopes)
        return _sort_out(decides)


def _sort_out(decides: Decides) -> bool:
    kept = {entry.stamp for entry in kept_entries()} if decides.kept else ()
    open_work = Entry.state.in_(OPEN)
    transactions: dict[int, list[Entry]] = {}
    for entry in Entry.select().where(open_work).order_by(Entry.position):
        transactions.setdefault(entry.stamp, []).append(entry)
    waiting: dict[tuple[str, str], EntryState] = {}
    woke = False
    for stamp, entries in transactions.items():
        records = {(entry.collection, entry.record) for entry in entries}
        state = next((waiting[each] for each in records if each in waiting), EntryState.UNSENT)
        if decides.held and any(entry.state == EntryState.HELD for entry in entries):
            state = EntryState.HELD
        elif (
            stamp in kept
            or any(name not in decides.both for name, _ in records)
            or (decides.recovering and any(entry.reason for entry in entries))
        ):
            state = EntryState.DEFERRED
        waits = state in PUT_OFF
        if waits:
            waiting |= dict.fromkeys(records, state)
        if any(entry.state != state for entry in entries):
            reason = entries[0].reason if waits else None
            Entry.update(state=state, reason=reason).where(
                open_work & (Entry.stamp == stamp)
            ).execute()
            woke |= not waits
    return woke


def set_aside_too_large(replica: Replica) -> None:
    """Let a person see to what an earlier release stored and no hub takes: all else would wait behind it."""
    large = "SELECT stamp FROM hongxian_outbox WHERE state = ? GROUP BY stamp HAVING sum(octet_length(change)) > ?"
    found = replica.database.execute_sql(large, (EntryState.UNSENT, MAY_BE_TOO_LARGE)).fetchall()
    for (stamp,) in found:
        own = Entry.select(Entry.change).where(
            Entry.stamp == stamp, Entry.state == EntryState.UNSENT
        )
        if is_too_large([change.encode() for (change,) in own.tuples()]):
            with replica.upkeep():
                reason = orjson.dumps({"": [_TOO_LARGE]}).decode()
                outbox.set_state([stamp], EntryState.REFUSED, reason=reason)


def what_decides(replica: Replica, state: LaptopState) -> Decides:
    """On what it depends what waits, as it is now."""
    here = replica.collections.keys()
    told = here if state.collections is None else here & set(state.collections)
    scopes = frozenset(state.scopes)
    return Decides(sorted(told), state.recovering, state.held, state.kept_changes, scopes)


def _concerns_any(both: list[str]) -> bool:
    """Whether anything must be looked at: what waits, or what has lost its plugin since."""
    sql = (
        "SELECT EXISTS (SELECT 1 FROM hongxian_outbox WHERE state IN (?, ?, ?) "
        f"OR state = ? AND collection NOT IN ({', '.join('?' * len(both))}))"
    )
    waits = (*PUT_OFF, EntryState.KEPT)
    found = Entry._meta.database.execute_sql(sql, (*waits, EntryState.UNSENT, *both)).fetchone()
    return bool(found[0])
