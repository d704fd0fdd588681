"""Asks for rights that others hold, as the laptop that asks and the hub reckon them alike.

An ask names how many its holder wants to have been passed in all. That number only grows, so an ask is met
once, whatever was spent meanwhile, and nobody need say so; withdrawn, it is deleted.
"""

from __future__ import annotations

from hongxian.collections.builtin import Ask
from hongxian.collections.collection import Collection
from hongxian.merges.quota import State, received
from hongxian.model.row import Row
from hongxian.model.stamp import DAY_MILLISECONDS, milliseconds_of

ASKS = str(Ask._meta.collection)
DAYS = 7
"""For so long an ask stands that nobody met."""
MOST = 100
"""Asks about one record that are heard."""


def is_over(ask: Row, now: int) -> bool:
    """Whether an ask is withdrawn, or older than it may be."""
    return ask.deleted or now - milliseconds_of(ask.newest) > DAYS * DAY_MILLISECONDS


def lacking(ask: Row, state: State, now: int) -> int:
    """How many rights an ask wants still."""
    if is_over(ask, now):
        return 0
    return max(int(ask.values["until"]) - received(state, int(ask.values["holder"])), 0)


def asks_about(asks: Collection, collection: str, record: str, field: str) -> list[Row]:
    """What is asked of one quota, the oldest ask first."""
    same = " AND ".join(
        f"{name} = {asks.database.param}" for name in ("record", "collection", "field")
    )
    condition = f"{same} AND NOT deleted ORDER BY id LIMIT {MOST}"
    found = asks.rows(condition, (record, collection, field))
    return sorted(found, key=lambda each: (each.newest, each.id))
