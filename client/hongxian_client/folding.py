"""What a person sees of a record: the agreed row with this laptop's entries merged on top."""

from __future__ import annotations

from collections.abc import Sequence

from hongxian.collection import Collection
from hongxian.row import Row, merge_change, new_row
from hongxian_client.outbox import Entry


def fold(collection: Collection, agreed: Row | None, entries: Sequence[Entry]) -> Row | None:
    """What is seen: the agreed row with the entries merged on top; None when there is neither."""
    seen = agreed.copy() if agreed else None
    for entry in entries:
        change = entry.as_change()
        if seen is not None:
            merge_change(seen, change, collection.rule_of)
        elif change.whole:
            seen = new_row(change)
    return seen
