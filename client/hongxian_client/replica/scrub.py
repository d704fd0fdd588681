"""The laptop's slow look for rows that its disk has changed: the hub has them as they were."""

from __future__ import annotations

from collections.abc import Sequence

from hongxian.collections.collection import Collection
from hongxian.engine.scrub import next_part
from hongxian.model.row_hash import unsound
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.todo import Todo, TodoKind, put_down
from hongxian_client.replica.unsent import outbox
from hongxian_client.replica.unsent.rebase import base_rows, rebase_records


def scrub(replica: Replica) -> None:
    """Look at the part that is due; what was changed is noted, to be fetched again."""
    for collection, rows in next_part(replica):
        bases = base_rows(collection.name, [row.id for row in rows])
        odd = [row.id for row in unsound([*rows, *bases.values()])]
        if odd:
            with replica.upkeep():
                in_work = outbox.records_in_work(replica.database, collection.name, odd)
                damaged = damaged_of(collection, odd)
                rebase_records(collection, sorted(in_work - set(damaged)))
                put_down(
                    Todo(kind=TodoKind.FETCH, collection=collection.name, record=id)
                    for id in damaged
                )


def damaged_of(collection: Collection, ids: Sequence[str]) -> list[str]:
    """Those of the records that are not any more as the hub had them.

    Where unsent work lies over a base, what is seen can be made anew from both.
    """
    bases = base_rows(collection.name, ids)
    in_work = outbox.records_in_work(collection.database, collection.name, ids)
    rows = {id: row for id, row in collection.rows_by_id(ids).items() if id not in in_work}
    return [row.id for row in unsound({**rows, **bases}.values())]
