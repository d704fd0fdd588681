"""Uses of quotas on their way into the outbox, at one cost however many wait there already.

A shelf that is tapped all day offline has hundreds of unsent spends on one record. Its seen state
stands in the table, and the hub asks nothing about the stamps of what they replace; so unlike an
edit, a spend is added without folding those before it once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hongxian.collection import Collection
from hongxian.merge import Quota
from hongxian.quota import rights, step_of
from hongxian.row import Change
from hongxian_client.replica import outbox
from hongxian_client.replica.base import keep_base

if TYPE_CHECKING:
    from hongxian_client.replica.replica import Replica


def are_uses(collection: Collection, names: Sequence[str]) -> bool:
    """Whether these fields of an edit are quotas and nothing else."""
    return bool(names) and collection.quotas.issuperset(names)


def take_uses(replica: Replica, collection: Collection, changes: Sequence[Change]) -> None:
    """Show changes of nothing but quotas, and put them into the outbox."""
    rows = collection.rows_by_id([change.id for change in changes])
    in_work = outbox.records_in_work(replica.database, collection.name, list(rows))
    keep_base(collection.name, [row.copy() for id, row in rows.items() if id not in in_work])
    further = []
    for change in changes:
        row = rows[change.id]
        for name, part in change.values.items():
            row.values[name] = Quota().join(row.values.get(name), 0, part, 0)[0]
        same = outbox.entries_under(replica.database, change.stamp, collection.name, change.id)
        if not outbox.join(same, change, collection.rule_of):
            further.append(change)
    collection.put_rows(list(rows.values()))
    outbox.append(replica.database, collection.name, further)


def spendable(replica: Replica, collection: Collection, id: str, name: str) -> int:
    """A laptop's rights, less what it has spent or passed on since the hub last knew.

    What it gave back counts against its own unsent spends; more of it is spendable only when the
    hub has taken it in, for another laptop may have given the same back.
    """
    row = collection.rows_by_id([id])[id]
    seen: dict[str, Any] = row.values.get(name) or {}
    held = replica.base(collection, [id]).get(id)
    base: dict[str, Any] = (held.values.get(name) or {}) if held else {}
    device = replica.writer().number
    own = str(device)
    step = step_of({own: {**seen.get(own, {}), Quota.BEFORE: base.get(own, {})}})
    granted = step.granted if collection.columns[name].at_once else 0
    gone = max(step.spent - step.given_back, 0) + sum((step.passed or {}).values())
    return rights(base, device) + granted - gone
