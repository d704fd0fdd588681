"""Going through a collection by seq, slice by slice, as what the hub does from time to time."""

from __future__ import annotations

from hongxian.collections.collection import Collection
from hongxian.model.row import Row


def next_rows(collection: Collection, done: int, until: int, at_once: int) -> tuple[list[Row], int]:
    """The rows behind the seq `done` up to `until`, some `at_once` rows, and the seq up to which these are all.

    The records of one transaction bear one seq and come together: 5,000 more at the most.
    """
    mark = collection.database.param
    there = f"seq > {mark} AND seq <= {mark} ORDER BY seq"
    last = collection.database.execute_sql(
        f'SELECT seq FROM "{collection.table}" WHERE {there} LIMIT 1 OFFSET {at_once - 1}',
        (done, until),
    ).fetchone()
    upto = until if last is None else last[0]
    return collection.rows(there, (done, upto)), upto
