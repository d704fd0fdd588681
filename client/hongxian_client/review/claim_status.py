"""How a record stands with its claims: held until the hub decides, confirmed, or bumped."""

from __future__ import annotations

from collections.abc import Sequence

from hongxian.collections.collection import Collection
from hongxian.text import Text
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent.rebase import View

PROVISIONAL, CONFIRMED, BUMPED = "provisional", "confirmed", "bumped"
SHOWN = {
    PROVISIONAL: Text("暂定", "provisional"),
    CONFIRMED: Text("确定", "confirmed"),
    BUMPED: Text("被占用", "bumped"),
}


def claims_of(replica: Replica, collection: Collection, ids: Sequence[str]) -> dict[str, str]:
    """How these records stand, by id; one that holds no key is left out."""
    if not collection.claims:
        return {}
    views = replica.view(collection, ids)
    states = {id: _state(collection, view) for id, view in views.items()}
    return {id: state for id, state in states.items() if state is not None}


def _state(collection: Collection, view: View) -> str | None:
    keys = [(claim, claim.key_of(view.local.values)) for claim in collection.claims]
    wanted = [(claim, key) for claim, key in keys if key is not None]
    if not wanted:
        return None
    base = view.base
    if base and all(claim.key_of(base.values) == key for claim, key in wanted):
        return CONFIRMED
    if view.refused:
        return BUMPED if any(entry.taken for entry in view.pending) else None
    return PROVISIONAL
