"""The slow look through a database for rows that do not fit their hash: its disk has changed them."""

from __future__ import annotations

from collections.abc import Iterator

from hongxian.collections.collection import Collection
from hongxian.engine.store import Store
from hongxian.model.row import Row
from hongxian.storage.state import StoreState

PART_MILLISECONDS = 3600 * 1000
"""After so long another part is looked at."""
PASS_MILLISECONDS = 20 * 3600 * 1000
"""Within so long of running all is."""
AT_ONCE = 500
"""Rows read at a time."""


def is_due(state: StoreState, now: int) -> bool:
    """Whether a part is to be looked at now, by whatever clock."""
    return state.scrubbed is None or abs(now - state.scrubbed) >= PART_MILLISECONDS


def next_part(store: Store, *, whole: bool = False) -> Iterator[tuple[Collection, list[Row]]]:
    """What is to be looked at now, so many rows as time has passed since the last look.

    It goes on behind that one, and ends with the last row of all; `whole` begins anew and does. What was told is
    looked at: the place is kept at the end, by a commit of its own.
    """
    state, now = StoreState.read(), store.now()
    began, after = ["", ""] if whole else state.scrub_place or ["", ""]
    left = None if whole else _rows_due(store, state, now)
    for name in sorted(name for name in store.collections if name >= began):
        collection = store.collections[name]
        after = after if name == began else ""
        while left is None or left > 0:
            most = AT_ONCE if left is None else min(left, AT_ONCE)
            behind = f"id > {store.database.param} ORDER BY id LIMIT {most}"
            rows = collection.rows(behind, (after,))
            yield collection, rows
            if left is not None:
                left -= len(rows)
            if len(rows) < most:
                break
            after = rows[-1].id
        if left is not None and left <= 0:
            _keep(store, now, [name, after])
            return
    _keep(store, now, [], passed=True)


def _rows_due(store: Store, state: StoreState, now: int) -> int:
    """How many rows are to be looked at for the time that has passed."""
    if state.scrubbed is None:
        return 0
    passed = min(abs(now - state.scrubbed), PASS_MILLISECONDS)
    return _count(store) * passed // PASS_MILLISECONDS + 1


def _count(store: Store) -> int:
    sql = 'SELECT count(*) FROM "{table}"'
    return sum(
        int(store.database.execute_sql(sql.format(table=each.table)).fetchone()[0])
        for each in store.collections.values()
    )


def _keep(store: Store, now: int, place: list[str], *, passed: bool = False) -> None:
    with store.upkeep(), StoreState.changing() as state:
        state.scrubbed, state.scrub_place = now, place
        if passed:
            state.scrub_passed = now
