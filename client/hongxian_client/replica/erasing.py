"""What the hub erased leaves this laptop too: row, base, unsent work, and what was kept in files."""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from hongxian.row import Key, ids_by_collection
from hongxian.wire.digest import Sums
from hongxian_client.replica.kept_files import FOLDER
from hongxian_client.replica.outbox import Entry
from hongxian_client.replica.rebase import Base
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.todo import Todo, TodoKind, put_down


def let_erased_go(replica: Replica, keys: Iterable[Key], sums: Sums) -> None:
    """Remove these records, inside the caller's transaction; the files are swept after the sync."""
    for name, ids in ids_by_collection(keys).items():
        collection = replica.collections.get(name)
        if collection is not None:
            for view in replica.view(collection, ids).values():
                if view.base is not None:
                    sums.take(name, view.base)
        table = replica.held_tables().get(name)
        if table is not None:
            condition, parameters = replica.database.among("id", ids)
            replica.database.execute_sql(f'DELETE FROM "{table}" WHERE {condition}', parameters)
        for model in (Base, Entry):
            model.delete().where((model.collection == name) & model.record.in_(ids)).execute()
        _take_out_of_files(replica, set(ids))
        put_down([Todo(kind=TodoKind.SWEEP)])


def _take_out_of_files(replica: Replica, ids: set[str]) -> None:
    for path in sorted((replica.folder / FOLDER).glob("*.json")):
        held = orjson.loads(path.read_bytes())
        left = [each for each in held if each.get("id") not in ids]
        if len(left) < len(held):
            path.write_bytes(orjson.dumps(left, option=orjson.OPT_INDENT_2))
