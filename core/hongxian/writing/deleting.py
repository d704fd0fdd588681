"""Deleting a record and what is part of it, unless something else refers to any of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from hongxian.collections.references import Referrer, referrers_of, still_used
from hongxian.collections.store_protocol import PresentStore
from hongxian.model.row import Key, Row, ids_by_collection
from hongxian.writing.capture import Transaction


def settle_deletions(store: PresentStore, transaction: Transaction) -> list[Key]:
    """Delete what goes with what a transaction deletes, and give all of it; raises `StillUsed`.

    To be called at its end, so that the order of its statements does not count; circles end, for
    what is deleted refers to nothing any more.
    """
    gone: list[Key] = []
    while transaction.deleted:
        fresh, transaction.deleted = transaction.deleted, []
        gone += fresh
        parts: dict[str, dict[str, None]] = defaultdict(dict)
        for _, row, referrer in _referring(store, fresh):
            if referrer.goes_with(row):
                parts[referrer.link.collection.name][referrer.id] = None
        for name, ids in parts.items():
            store.delete(store.collection(name).model, list(ids))
    forbidding: dict[Key, tuple[Row, list[Referrer]]] = {}
    for key, row, referrer in _referring(store, gone):
        if referrer.forbids(row):
            forbidding.setdefault(key, (row, []))[1].append(referrer)
    for (name, _), (row, referrers) in forbidding.items():
        raise still_used(store.collection(name), row, referrers)
    return gone


def _referring(store: PresentStore, keys: Sequence[Key]) -> Iterator[tuple[Key, Row, Referrer]]:
    for name, ids in ids_by_collection(keys).items():
        links = store.links.get(name, ())
        rows = store.collection(name).rows_by_id(ids) if links else {}
        for referrer in list(referrers_of(links, ids)) if links else ():
            yield (name, referrer.to), rows[referrer.to], referrer
