"""What revoked laptops had not sent and sealed for this hub: the keeper lets it in, or drops it.

The files stay sealed on the hub's disk until then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from hongxian.collections.collection import Collection
from hongxian.errors import FileRefused, HongxianError
from hongxian.model.row import DELETED, SCOPE, WRITTEN_BY
from hongxian.security.keys import write_privately
from hongxian.storage.privacy import make_private_folder
from hongxian.text import Text
from hongxian.words.logs import logger
from hongxian.words.values import Json, Values
from hongxian_server.hub import Hub
from hongxian_server.tables.keeper_log import Act, note

log = logger(__name__)
FOLDER = "sealed"
_NAME_DIGITS = 16
_NO_CHANGES = Text("里面不是一台电脑未送的数据", "does not hold what a laptop had not sent")
_AWAY = Text("插件不在", "its plugin is away")
_THERE = Text("已经有了", "it is there already")
_GONE = Text("已经没有这条记录", "there is no such record any more")


@dataclass
class Unsent:
    """One change of a sealed file."""

    collection: str
    id: str
    new: bool
    values: Values = field(default_factory=dict)

    @property
    def deletes(self) -> bool:
        """Whether it deletes its record."""
        return bool(self.values.get(DELETED))


@dataclass
class Sealed:
    """One file that waits for the keeper; `at` is when it came, in milliseconds since 1970."""

    name: str
    at: int
    changes: list[Unsent]


def take_in(hub: Hub, content: bytes) -> str:
    """Keep a sealed file until the keeper decides; returns its name. Raises `NotOpened`, `FileRefused`."""
    _changes(hub, content)
    name = hashlib.sha256(content).hexdigest()[:_NAME_DIGITS]
    make_private_folder(hub.folder / FOLDER)
    write_privately(hub.folder / FOLDER / f"{name}.sealed", content)
    log.info("took in a sealed file bytes=%d", len(content))
    return name


def waiting(hub: Hub) -> list[Sealed]:
    """The files that wait, the oldest first."""
    files = sorted((hub.folder / FOLDER).glob("*.sealed"), key=lambda each: each.stat().st_mtime)
    return [
        Sealed(each.stem, int(each.stat().st_mtime * 1000), _changes(hub, each.read_bytes()))
        for each in files
    ]


def drop(hub: Hub, name: str) -> None:
    """Let a file go; nothing else keeps what is in it."""
    _path(hub, name).unlink()
    note(hub, Act.SEALED_DROPPED, name)
    log.info("dropped a sealed file")


def let_in(hub: Hub, sealed: Sealed, places: Container[int]) -> list[tuple[Unsent, Text]]:
    """Write these of a file's changes as the hub's own, and let the file go.

    Returns those that were not taken, with the reason. What others wrote since is written over, which
    the keeper saw. Of counts, sets and quotas nothing is taken: they are their laptop's own.
    """
    chosen = [change for place, change in enumerate(sealed.changes) if place in places]
    left = []
    for change in chosen:
        why = _let_one_in(hub, change)
        if why is not None:
            left.append((change, why))
    _path(hub, sealed.name).unlink()
    note(hub, Act.SEALED_LET_IN, sealed.name, len(chosen) - len(left))
    log.info("let in of a sealed file changes=%d left=%d", len(sealed.changes), len(left))
    return left


def plain_values(collection: Collection, values: Values) -> Values:
    """Of a change's values those that the hub may write in its laptop's stead."""
    return {
        name: value
        for name, value in values.items()
        if name not in (SCOPE, DELETED, WRITTEN_BY)
        and name in collection.columns
        and not collection.columns[name].merge.keeps_both
    }


def _let_one_in(hub: Hub, change: Unsent) -> Text | None:
    """Why a change was not taken; None if it was."""
    collection = hub.collections.get(change.collection)
    if collection is None:
        return _AWAY
    row = collection.rows_by_id([change.id]).get(change.id)
    if change.new and row is not None:
        return _THERE
    if not change.new and (row is None or row.deleted):
        return _GONE
    values = plain_values(collection, change.values)
    try:
        if change.new:
            rows = [{"id": change.id, SCOPE: change.values[SCOPE], **values}]
            hub.create(collection.model, rows)
        elif change.deletes:
            hub.delete(collection.model, [change.id])
        elif values:
            hub.edit(collection.model, {change.id: values})
    except HongxianError as error:
        return error.text
    return None


def _path(hub: Hub, name: str) -> Path:
    return hub.folder / FOLDER / f"{name}.sealed"


def _changes(hub: Hub, content: bytes) -> list[Unsent]:
    opened = hub.identity.sealing.opened(content)
    try:
        told: Sequence[Json] = orjson.loads(opened)
        return [
            Unsent(str(each["collection"]), str(each["id"]), bool(each["new"]), each["values"])
            for each in told
        ]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise FileRefused(file="", detail=_NO_CHANGES) from None
