"""Unsent work of a team that this laptop is no longer of: it stays in the outbox, without its records.

It is work over them again as soon as they are here again, under the same transactions, and is judged like
anything. A transaction goes out whole: what of it lies in other teams waits with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from hongxian.model.row import SCOPE, Key, ids_by_collection
from hongxian.words.logs import logger
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent.outbox import OPEN, Entry, EntryState, count

log = logger(__name__)


def keep_back(replica: Replica, gone: Sequence[Entry], just_refused: Collection[int]) -> None:
    """Keep entries whose records leave, inside the caller's transaction.

    What the hub `just_refused` (stamps), for want of the right that has ended, goes out again as if it had
    not been asked; what it had refused before waits for a person again.
    """
    if not gone:
        return
    for entry in gone:
        if entry.stamp in just_refused:
            entry.reason = entry.taken = None
        entry.state, entry.seq = EntryState.KEPT, None
        entry.save()
    stamps = {entry.stamp for entry in gone}
    waits = (Entry.state.in_(OPEN) & Entry.stamp.in_(stamps)) | (
        (Entry.state == EntryState.REFUSED) & Entry.stamp.in_(stamps.intersection(just_refused))
    )
    beside = list(Entry.select().where(waits))
    for entry in beside:
        entry.state, entry.reason, entry.taken = EntryState.DEFERRED, None, None
        entry.save()
    _note()
    replica.rebase_by_name(ids_by_collection((each.collection, each.record) for each in beside))
    log.info("kept changes=%d", len(gone))


def bring_back(keys: Iterable[Key]) -> None:
    """Let what is kept of these records lie over them again, inside the caller's transaction.

    The caller shows them anew. It goes out when its whole transaction is there.
    """
    for name, ids in ids_by_collection(keys).items():
        own = (Entry.collection == name) & Entry.record.in_(ids) & (Entry.state == EntryState.KEPT)
        refused = Entry.reason.is_null(False)
        Entry.update(state=EntryState.REFUSED).where(own & refused).execute()
        Entry.update(state=EntryState.DEFERRED).where(own).execute()
    _note()


def bring_back_what_was_made(replica: Replica, scopes: Collection[str]) -> None:
    """The same for records made here that the hub never had, of these scopes: no feed brings them."""
    made = [
        (entry.collection, entry.record)
        for entry in kept_entries()
        if entry.whole and entry.as_change().values.get(SCOPE) in scopes
    ]
    if made:
        bring_back(made)
        replica.rebase_by_name(ids_by_collection(made))


def kept_entries() -> list[Entry]:
    """All that is kept, oldest first."""
    return list(Entry.select().where(Entry.state == EntryState.KEPT).order_by(Entry.position))


def _note() -> None:
    with LaptopState.changing() as state:
        state.kept_changes = count(EntryState.KEPT)
