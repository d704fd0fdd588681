"""Records from all sides: what is agreed, with what is unsent rebased on top of it, as in git.

The table holds what is seen, for people and plugins to read; it is put there anew whenever the base
of a record or what is pending over it has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hongxian.collection import Collection
from hongxian.row import Change, RecordView, Row, merge_change, new_row
from hongxian_client.replica.base import base_rows, forget_base
from hongxian_client.replica.outbox import Entry, entries_of

View = RecordView[Entry]


def rebase(collection: Collection, base: Row | None, entries: Sequence[Entry]) -> Row | None:
    """What is seen: the base with the entries merged on top; None when there is neither."""
    local = base.copy() if base else None
    for entry in entries:
        change = entry.as_change()
        if entry.refused:
            _leave_quotas_out(collection, change)
        if local is not None:
            merge_change(local, change, collection.rule_of)
        elif change.whole:
            local = new_row(change)
    return local


def _leave_quotas_out(collection: Collection, change: Change) -> None:
    """What the hub refused to let this laptop spend or grant has not been spent or granted."""
    for name in collection.quotas & change.values.keys():
        if change.whole:
            change.values[name] = {}
        else:
            del change.values[name]


def views_of(collection: Collection, ids: Sequence[str]) -> dict[str, View]:
    """These records from all sides; those that are not here are left out."""
    rows = collection.rows_by_id(ids)
    entries = entries_of(collection.name, list(rows))
    bases = base_rows(collection.name, list(entries))
    found = {}
    for id, row in rows.items():
        if id in entries:
            local = rebase(collection, bases.get(id), entries[id]) or row
            found[id] = View(bases.get(id), entries[id], local)
        else:
            found[id] = View(row, (), row.copy())
    return found


def put_views(collection: Collection, views: Iterable[View]) -> None:
    """Put what is seen in the table, under the stamps of what is agreed.

    What nobody has agreed to yet stands there under its own: when the hub takes a new record
    in, its row need not be written again.
    """
    collection.put_rows(
        [
            Row(view.local.id, view.base.stamp, view.local.values, view.base.stamps, view.base.seq)
            if view.base
            else view.local
            for view in views
        ]
    )


def rebase_records(collection: Collection, ids: Sequence[str]) -> None:
    """Show records anew after their base or their entries changed.

    A record without entries shows its base, of which the copy is let go; one that has neither
    base nor entries goes.
    """
    entries = entries_of(collection.name, ids)
    bases = base_rows(collection.name, ids)
    views, gone = [], []
    for id in ids:
        local = rebase(collection, bases.get(id), entries.get(id, ()))
        if local is None:
            gone.append(id)
        else:
            views.append(View(bases.get(id), entries.get(id, ()), local))
    put_views(collection, views)
    if gone:
        collection.delete_rows(gone)
    forget_base(collection.name, [id for id in ids if id not in entries])
