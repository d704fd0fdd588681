"""What was erased: nothing is written to it any more, whoever sends it and however late."""

from __future__ import annotations

from collections.abc import Collection as Some

from hongxian.builtin import Erasure
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
