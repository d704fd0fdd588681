"""Revival: a deleted record that lives again takes its values from the journal, while that has them."""

from __future__ import annotations

from dataclasses import replace

from hongxian.collections.collection import Collection
from hongxian.model.row import DELETED, Change, Row
from hongxian.model.stamp import DAY_MILLISECONDS, milliseconds_of
from hongxian.text import Text
from hongxian_server.hub_state import HubState
from hongxian_server.store import HubStore
from hongxian_server.tables import journal

GONE = Text(
    "记录早已删除，内容已不再保留，不能恢复。",
    "The record was deleted and what it held is no longer kept, so it cannot come back.",
)


def brings_back(row: Row, change: Change) -> bool:
    """Whether a change makes a deleted record live: it says so, or had not seen the deletion."""
    return row.deleted and not change.whole and not change.values.get(DELETED)


def kept_since(hub: HubStore) -> int:
    """The time, in milliseconds since 1970, from which on the values of what was deleted are kept."""
    return hub.now() - HubState.read().keep_days * DAY_MILLISECONDS


def revival(hub: HubStore, collection: Collection, row: Row) -> Row | None:
    """A tombstone with the values that it had when it was deleted; None where they are gone."""
    if milliseconds_of(row.stamp_of(DELETED)) < kept_since(hub):
        return None
    entries = journal.history(collection.name, row.id, row.seq)
    deletion = next(
        (entry for entry in entries if entry.left is not None or entry.before_gone), None
    )
    if deletion is None or deletion.left is None:
        return None
    values = {**deletion.left, **collection.outliving(row.values), DELETED: True}
    return replace(row, values=values, stamps=dict(row.stamps))
