"""What a person sees of a record: the agreed row with this laptop's entries merged on top."""

from __future__ import annotations

from collections.abc import Sequence

from hongxian.collection import Collection
from hongxian.row import Change, Row, merge_change, new_row
from hongxian_client.replica.outbox import REFUSED, Entry


def rebase(collection: Collection, base: Row | None, entries: Sequence[Entry]) -> Row | None:
    """What is seen: the agreed row with the entries merged on top; None when there is neither."""
    seen = base.copy() if base else None
    for entry in entries:
        change = entry.as_change()
        if entry.state == REFUSED:
            _leave_quotas_out(collection, change)
        if seen is not None:
            merge_change(seen, change, collection.rule_of)
        elif change.whole:
            seen = new_row(change)
    return seen


def _leave_quotas_out(collection: Collection, change: Change) -> None:
    """What the hub refused to let this laptop spend or grant has not been spent or granted."""
    for name in collection.quotas & change.values.keys():
        if change.whole:
            change.values[name] = {}
        else:
            del change.values[name]
