"""How a record stands with its claims: held until the hub decides, confirmed, or bumped."""

from __future__ import annotations

from collections.abc import Sequence

from hongxian.collection import Collection
from hongxian_client.replica.amending import is_refused
from hongxian_client.replica.replica import Look, Replica

PROVISIONAL, CONFIRMED, BUMPED = "provisional", "confirmed", "bumped"
SHOWN = {PROVISIONAL: "暂定 provisional", CONFIRMED: "确定 confirmed", BUMPED: "被占用 bumped"}


def claims_of(replica: Replica, collection: Collection, ids: Sequence[str]) -> dict[str, str]:
    """How these records stand, by id; one that holds no key is left out."""
    if not collection.claims:
        return {}
    looks = replica.look(collection, ids)
    states = {id: _state(collection, look) for id, look in looks.items()}
    return {id: state for id, state in states.items() if state is not None}


def _state(collection: Collection, look: Look) -> str | None:
    keys = [(claim, claim.key_of(look.seen.values)) for claim in collection.claims]
    wanted = [(claim, key) for claim, key in keys if key is not None]
    if not wanted:
        return None
    base = look.base
    if base and all(claim.key_of(base.values) == key for claim, key in wanted):
        return CONFIRMED
    if is_refused(look.entries):
        return BUMPED if any(entry.taken for entry in look.entries) else None
    return PROVISIONAL
