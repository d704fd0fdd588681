"""Files in which the laptop keeps what could not stay in its database, for a person to read."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import orjson

from hongxian.row import Row, json_safe
from hongxian.values import JsonObject
from hongxian_client.replica.outbox import Entry
from hongxian_client.replica.replica import Replica

FOLDER = "kept"


def keep_file(replica: Replica, why: str, what: list[JsonObject]) -> Path:
    """Write a list of records or changes as readable JSON; on disk before the caller goes on."""
    folder = replica.folder / FOLDER
    folder.mkdir(exist_ok=True)
    moment = datetime.fromtimestamp(replica.now() / 1000)
    stem = f"{moment:%Y%m%d-%H%M%S}-{why}"
    number = 1
    while (path := folder / f"{stem}-{number}.json").exists():
        number += 1
    with path.open("xb") as file:
        file.write(orjson.dumps(json_safe(what), option=orjson.OPT_INDENT_2))
        file.flush()
        os.fsync(file.fileno())
    return path


def of_rows(collection: str, rows: Iterable[Row]) -> list[JsonObject]:
    """Records as a kept file shows them."""
    return [{"collection": collection, "id": row.id, "values": row.values} for row in rows]


def of_entries(entries: Iterable[Entry]) -> list[JsonObject]:
    """Changes as a kept file shows them."""
    return [
        {
            "collection": entry.collection,
            "id": entry.record,
            "new": entry.whole,
            "values": orjson.loads(entry.change),
            "state": entry.state,
        }
        for entry in entries
    ]
