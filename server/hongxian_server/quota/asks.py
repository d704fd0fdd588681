"""What laptops ask for of kept quotas: whose asks are heard, and when they end."""

from __future__ import annotations

from collections.abc import Iterable

from hongxian.collections.asks import ASKS, asks_about, is_over, lacking
from hongxian.collections.builtin import Ask
from hongxian.collections.collection import Collection
from hongxian.collections.rights import may_write
from hongxian.model.row import Row
from hongxian_server.store import HubStore
from hongxian_server.tables.access import Incarnation
from hongxian_server.tables.membership import writer_of


def wanted_of(
    hub: HubStore, collection: Collection, row: Row, field: str, holding: Iterable[Incarnation]
) -> dict[int, int]:
    """How many rights each lacks still that asks for some, by incarnation, the oldest ask first.

    Heard is who made the ask itself, goes on under that number and may write the record. Who has got
    what was asked for is here too, with 0, until the ask ends.
    """
    state, now = row.values.get(field) or {}, hub.now()
    by = {each.id: each for each in holding if not each.left_behind}
    wanted: dict[int, int] = {}
    for each in asks_about(hub.collections[ASKS], collection.name, row.id, field):
        holder = by.get(each.values["holder"])
        if holder is None or each.maker != holder.laptop or each.scope != row.scope:
            continue
        if not is_over(each, now) and may_write(collection, row, field, writer_of(holder)):
            amount = lacking(each, state, now)
            wanted[holder.id] = max(wanted.get(holder.id, 0), amount)
    return wanted


def asked_about(asks: Iterable[Row]) -> dict[str, set[str]]:
    """The records that these asks are about, by collection."""
    records: dict[str, set[str]] = {}
    for each in asks:
        records.setdefault(each.values["collection"], set()).add(each.values["record"])
    return records


def end_asks(hub: HubStore) -> list[Row]:
    """Delete the asks that are too old, inside the caller's commit; returns the others."""
    now, found = hub.now(), hub.collections[ASKS].rows("NOT deleted")
    hub.delete(Ask, [each.id for each in found if is_over(each, now)])
    return [each for each in found if not is_over(each, now)]
