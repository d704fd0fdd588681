"""Files in which the laptop keeps what could not stay in its database, for a person to read.

What leaves a laptop whose access has ended is sealed: the hub's keeper opens it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import orjson

from hongxian.collections.local_time import local_moment
from hongxian.model.row import Row
from hongxian.security.keys import write_privately
from hongxian.security.sealing import sealed
from hongxian.storage.privacy import make_private_folder
from hongxian.words.values import JsonObject, json_safe
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent.outbox import Entry

FOLDER = "kept"


def keep_file(replica: Replica, why: str, what: list[JsonObject], seal_for: str = "") -> Path:
    """Write a list of records or changes as readable JSON; on disk before the caller goes on.

    With `seal_for`, a public key, only its holder can read it.
    """
    content = orjson.dumps(json_safe(what), option=orjson.OPT_INDENT_2)
    suffix = "json"
    if seal_for:
        content, suffix = sealed(content, seal_for), "sealed"
    else:
        content = replica.safe.closed(content)
    folder = replica.folder / FOLDER
    make_private_folder(folder)
    moment = local_moment(replica.now())
    stem = f"{moment:%Y%m%d-%H%M%S}-{why}"
    number = 1
    while (path := folder / f"{stem}-{number}.{suffix}").exists():
        number += 1
    write_privately(path, content)
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
