"""What was erased: nothing is written to it any more, whoever sends it and however late."""

from __future__ import annotations

from collections.abc import Collection as Some
from collections.abc import Iterable, Mapping

from hongxian.collections.builtin import Erasure, erased_part
from hongxian.collections.collection import Collection
from hongxian.model.row import Change, Row
from hongxian.text import Text
from hongxian_server.store import HubStore

ERASED = Text(
    "记录已按要求彻底删除，不能再写入。",
    "The record was erased for good; nothing can be written to it any more.",
)
TABLE = Erasure._meta.table_name


def erased_among(hub: HubStore, collection: str, ids: Some[str]) -> set[str]:
    """Those of the ids whose records were erased; there are few erasures, or none."""
    sql = f"SELECT record FROM {TABLE} WHERE collection = {hub.database.param}"
    return {id for (id,) in hub.database.execute_sql(sql, (collection,)).fetchall() if id in ids}


Gone = dict[str, dict[str, int]]
"""By record the fields of it that were erased, each with the stamp under which it was."""


def fields_erased(hub: HubStore, collection: Collection, ids: Some[str]) -> Gone:
    """Those fields of these records that were erased."""
    database, found = hub.database, Gone()
    condition, parameters = database.among("record", list(ids))
    sql = (
        f"SELECT record, collection, stamp FROM {TABLE} "
        f"WHERE collection LIKE {database.param} AND {condition}"
    )
    for id, what, stamp in database.execute_sql(sql, (f"{collection.name}.%", *parameters)):
        found.setdefault(id, {})[erased_part(what)[1]] = int(stamp)
    return found


def without_erased_fields(hub: HubStore, changes: Iterable[tuple[Collection, Change]]) -> None:
    """Take out of changes what was written to fields before these were erased, whoever sends it so late."""
    by_collection: dict[str, list[tuple[Collection, Change]]] = {}
    for collection, change in changes:
        by_collection.setdefault(collection.name, []).append((collection, change))
    for pairs in by_collection.values():
        gone = fields_erased(hub, pairs[0][0], {change.id for _, change in pairs})
        for _, change in pairs:
            for field, stamp in gone.get(change.id, {}).items():
                if change.stamp < stamp:
                    change.values.pop(field, None)


def without_erased_in(hub: HubStore, collection: Collection, rows: Mapping[str, Row]) -> None:
    """The same of rows by their ids."""
    for id, fields in fields_erased(hub, collection, rows.keys()).items():
        for field, stamp in fields.items():
            if rows[id].stamp_of(field) < stamp:
                rows[id].values.pop(field, None)
