"""From outbox entries to pages: one page for each collection and set of fields."""

from __future__ import annotations

from collections.abc import Sequence

from hongxian.wire.page import PAGE_ROWS, Page
from hongxian_client.replica.outbox import Slice
from hongxian_client.replica.replica import Replica

SLICE_ROWS = 10_000
"""Records in one request, about."""
SLICE_BYTES = 16 * 2**20
"""Bytes of changes in one request, before compression, about."""


def pages_of(replica: Replica, part: Slice) -> list[Page]:
    """The pages that carry a slice of the outbox."""
    groups: dict[tuple[str, int, tuple[str, ...]], list[int]] = {}
    kinds = zip(part.collections, part.wholes, map(tuple, part.values), strict=True)
    for place, kind in enumerate(kinds):
        groups.setdefault(kind, []).append(place)
    return [
        _page(replica, part, places[start : start + PAGE_ROWS])
        for places in groups.values()
        for start in range(0, len(places), PAGE_ROWS)
    ]


def _page(replica: Replica, part: Slice, places: Sequence[int]) -> Page:
    """A page of entries that are of one kind."""
    name, whole = part.collections[places[0]], part.wholes[places[0]]
    fields = list(part.values[places[0]])
    rows = (part.values[place].values() for place in places)
    columns = [[column[at] for at in places] for column in (part.records, part.stamps)]
    columns += map(list, zip(*rows, strict=True))
    replaced = []
    if not whole:
        seen = [part.change(place).replaced for place in places]
        replaced = [[each.get(field, 0) for each in seen] for field in fields]
    collection = replica.collections.get(name)
    specs = {field: collection.rule_of(field).spec() for field in fields} if collection else {}
    merges = {field: spec for field, spec in specs.items() if spec != "latest"}
    kind = "new" if whole else "edit"
    return Page(name, kind, ["id", "stamp", *fields], columns, replaced=replaced, merges=merges)
