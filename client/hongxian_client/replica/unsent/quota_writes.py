"""Uses of quotas on their way into the outbox, at one cost however many wait there already.

A shelf that is tapped all day offline has hundreds of unsent spends on one record. What is seen of
it stands in the table, and the hub asks nothing about the stamps of what they replace; so unlike an
edit, a spend is added without merging those before it once more.
"""

from __future__ import annotations

from collections.abc import Sequence

from hongxian.collections.collection import Collection
from hongxian.merges.merge import Quota, State
from hongxian.merges.quota import rights, step_of
from hongxian.model.row import Row
from hongxian.model.stamp import Stamp
from hongxian_client.replica.unsent import outbox
from hongxian_client.replica.unsent.rebase import View, base_rows


def views_for_uses(
    collection: Collection, ids: Sequence[str], stamp: Stamp | None
) -> dict[str, View]:
    """The records as uses need them: of what is pending only what bears the stamp.

    A base that is kept already stays as it is when it is begun anew.
    """
    rows = collection.rows_by_id(ids)
    bases = _bases(collection, rows)
    found = {}
    for id, row in rows.items():
        same = (
            outbox.entries_under(collection.database, stamp, collection.name, id) if stamp else ()
        )
        found[id] = View(bases.get(id), same, row.copy())
    return found


def _bases(collection: Collection, rows: dict[str, Row]) -> dict[str, Row]:
    """What the hub has of these rows of the table: a row without unsent work is its own base."""
    in_work = outbox.records_in_work(collection.database, collection.name, list(rows))
    untouched = {id: row for id, row in rows.items() if id not in in_work}
    return untouched | base_rows(collection.name, list(rows.keys() - untouched.keys()))


def rights_held(collection: Collection, id: str, name: str, owner: int) -> int:
    """A laptop's rights, less what it has spent or passed on since the hub last knew.

    What it gave back counts against its own unsent spends; more of it can be spent only when the
    hub has taken it in, for another laptop may have given the same back.
    """
    rows = collection.rows_by_id([id])
    held = _bases(collection, rows).get(id)
    local: State = rows[id].values.get(name) or {}
    base: State = (held.values.get(name) or {}) if held else {}
    own = str(owner)
    step = step_of({own: {**local.get(own, {}), Quota.BEFORE: base.get(own, {})}})
    granted = step.granted if collection.quota(name).at_once else 0
    gone = max(step.spent - step.given_back, 0) + sum((step.passed or {}).values())
    return rights(base, owner) + granted - gone
