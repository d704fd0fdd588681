"""What is spent at the hub itself, for phones: noted as a laptop's use is, and what was lacking is called back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hongxian.collections.collection import Collection
from hongxian.merges.quota import step_of
from hongxian.model.row import Change
from hongxian.writing.capture import Transaction
from hongxian_server.quota.transfer import rebalance
from hongxian_server.quota.usage import HUBS, note_uses, put_want, was_spent
from hongxian_server.store import HubStore

Wanted = Mapping[tuple[str, str, str], int]
"""How many rights were wanted, by collection, field and record."""
Used = list[tuple[Collection, Change]]


def own_uses(hub: HubStore, transaction: Transaction) -> Used:
    """The changes of the hub's own by which there is more or less of a quota; not those that deal rights."""
    return list(_own_uses(hub, transaction))


def _own_uses(hub: HubStore, transaction: Transaction) -> Iterator[tuple[Collection, Change]]:
    owner = {str(transaction.owner)}
    for name, changes in transaction.changes.items():
        collection = hub.collections[name]
        for change in changes if collection.quotas else ():
            parts = [change.values.get(each) or {} for each in collection.quotas]
            if any(part.keys() == owner and step_of(part).is_use for part in parts):
                yield collection, change


def deal_for_own(hub: HubStore, used: Used, wanted: Wanted) -> None:
    """Take note of what was spent and of what was wanted in vain, and call back what the hub lacks.

    In a commit of its own, behind the writer's: what was refused left nothing there.
    """
    records: dict[str, set[str]] = {}
    with hub.separately():
        note_uses(HUBS, used, hub.now())
        for collection, change in used:
            records.setdefault(collection.name, set()).add(change.id)
            for name in collection.quotas & change.values.keys():
                was_spent(
                    collection.name, name, change.id, step_of(change.values[name] or {}).spent
                )
        for (name, field, id), amount in wanted.items():
            records.setdefault(name, set()).add(id)
            put_want(name, field, id, amount, hub.now())
        rebalance(hub, records)
