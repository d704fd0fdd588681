"""From outbox entries to pages: one page for each collection and set of fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hongxian.page import PAGE_ROWS, Page
from hongxian.row import Change
from hongxian_client.outbox import Slice
from hongxian_client.replica import Replica

SLICE_ROWS = 10_000
"""Records in one request, about."""
SLICE_BYTES = 16 * 2**20
"""Bytes of changes in one request, before compression, about."""


def pages_of(replica: Replica, part: Slice) -> list[Page]:
    """The pages that carry a slice of the outbox."""
    groups: dict[tuple[str, bool, tuple[str, ...]], list[Change]] = {}
    for collection, change in part.changes:
        groups.setdefault((collection, change.whole, tuple(change.values)), []).append(change)
    return [
        _page(replica, name, whole, names, group[start : start + PAGE_ROWS])
        for (name, whole, names), group in groups.items()
        for start in range(0, len(group), PAGE_ROWS)
    ]


def _page(
    replica: Replica, name: str, whole: bool, names: tuple[str, ...], group: Sequence[Change]
) -> Page:
    columns: list[Any] = [[change.id for change in group], [change.stamp for change in group]]
    columns += [[change.values[field] for change in group] for field in names]
    replaced = (
        [] if whole else [[change.replaced.get(field, 0) for change in group] for field in names]
    )
    collection = replica.collections.get(name)
    specs = {field: collection.rule_of(field).spec() for field in names} if collection else {}
    merges = {field: spec for field, spec in specs.items() if spec != "latest"}
    kind = "new" if whole else "edit"
    return Page(name, kind, ["id", "stamp", *names], columns, replaced=replaced, merges=merges)
