"""Rows that the hub's disk has changed: nothing is built on them, and a copy that is the one puts them right.

Whose copy it is does not matter: that it fits the hash which the hub kept shows that it is what was
taken in.
"""

from __future__ import annotations

from collections.abc import Iterable

from hongxian.collections.collection import Collection
from hongxian.model.row import Row
from hongxian.model.row_hash import hash_of, unsound
from hongxian.words.logs import logger
from hongxian_server.hub_state import HubState
from hongxian_server.store import HubStore
from hongxian_server.tables.damaged import damaged_in, let_go, note_damaged

log = logger(__name__)


def note_if_damaged(hub: HubStore, collection: Collection, rows: Iterable[Row]) -> set[str]:
    """The ids of the rows that do not fit their hash; they are noted, inside the caller's transaction."""
    damaged = unsound(rows)
    if damaged:
        news = note_damaged(collection.name, damaged, hub.now())
        if news:
            log.warning("damaged collection=%s rows=%d", collection.name, news)
    return {row.id for row in damaged}


def put_right(collection: Collection, copies: Iterable[Row]) -> int:
    """Put in what the hub had of rows that are noted, where a copy is that; returns how many were."""
    by_id = {row.id: row for row in copies}
    noted = damaged_in(collection.name, by_id)
    held = collection.rows_by_id(noted)
    right = [row for id, row in by_id.items() if id in held and hash_of(row) == held[id].hash]
    for row in right:
        row.seq = held[row.id].seq
    collection.put_rows(right)
    if right:
        let_go(noted[row.id] for row in right)
        with HubState.changing() as state:
            state.mended += len(right)
        log.info("put right collection=%s rows=%d", collection.name, len(right))
    return len(right)
