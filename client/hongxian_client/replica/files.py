"""Files on the laptop: which of them its records name; what none names any more leaves it."""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from hongxian.collections.builtin import Conflict
from hongxian.collections.collection import Collection
from hongxian.files import files_in_conflict, files_of, has_files
from hongxian.kinds.file import File
from hongxian.model.row import Key, Row, ids_by_collection
from hongxian.model.stamp import DAY_MILLISECONDS
from hongxian.storage.files import Link, Wanted
from hongxian.words.logs import logger
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent.outbox import entries_of

log = logger(__name__)
FROM_HUB = "hub"
"""Whose a part is that comes down."""


def file_of(
    replica: Replica, collection: Collection, row: Row, field: str
) -> tuple[Link, File] | None:
    """The file that a record names in a field, if it names one."""
    columns = {field: collection.columns[field]} if field in collection.columns else {}
    for sha256, file in files_of(columns, row.values).items():
        return Link(collection.name, row.id, sha256), file
    return None


def agreed_files(replica: Replica, links: Iterable[Link]) -> set[Link]:
    """Those of which the hub has a record or a conflict that names them: before that it takes no bytes."""
    return _named(replica, links, also_unsent=False)


def lacking_files(replica: Replica, most: int) -> list[Wanted]:
    """The files that records here name and that are not here, those of the newest records first."""
    here = {link for link, _ in replica.files.links()}
    found: dict[Link, Wanted] = {}
    for collection in replica.collections.values():
        if has_files(collection.columns):
            for row in collection.rows("NOT deleted ORDER BY id DESC LIMIT ?", (most,)):
                for file in files_of(collection.columns, row.values).values():
                    link = Link(collection.name, row.id, file.sha256)
                    if link not in here:
                        found[link] = Wanted(link, file.size)
    return list(found.values())[:most]


def are_to_be_carried(replica: Replica, epoch: str) -> bool:
    """Whether there may be files to fetch, or to send to this life of the hub."""
    files = replica.files
    return files.exist and bool(files.wishes(FROM_HUB, 1) or files.not_at_hub(epoch, 1))


def let_unnamed_go(replica: Replica) -> None:
    """Let go of the files that no record here names, nor any change that waits.

    Nobody writes meanwhile: whoever does has given the record its bytes before its transaction ends.
    """
    if not replica.files.exist:
        return
    with replica.upkeep():
        links = {link for link, _ in replica.files.links()}
        wished = {each.link for each in replica.files.wishes(FROM_HUB, -1)}
        named = _named(replica, links | wished, also_unsent=True)
        gone = links - named
        replica.files.let_go(gone)
        for link in wished - named:
            replica.files.fulfil(link, FROM_HUB)
    replica.files.sweep(replica.now() - DAY_MILLISECONDS)
    if gone:
        log.info("files gone=%d", len(gone))


def _named(replica: Replica, links: Iterable[Link], *, also_unsent: bool) -> set[Link]:
    by_key: dict[Key, set[str]] = {}
    for link in links:
        by_key.setdefault((link.collection, link.record), set()).add(link.sha256)
    found: set[Link] = set()
    for name, ids in ids_by_collection(by_key).items():
        collection = replica.collections.get(name)
        for id in ids:
            if collection is None and also_unsent:  # its plugin is away, and may come back
                found |= {Link(name, id, each) for each in by_key[name, id]}
        if collection is not None:
            told = _told(replica, collection, ids, also_unsent=also_unsent)
            found |= {
                Link(name, id, each)
                for id in ids
                for each in by_key[name, id] & told.get(id, set())
            }
    return found


def _told(
    replica: Replica, collection: Collection, ids: list[str], *, also_unsent: bool
) -> dict[str, set[str]]:
    """The hashes that these records name, by id."""
    told: dict[str, set[str]] = {id: set() for id in ids}
    for id, view in replica.view(collection, ids).items():
        rows = [view.base, view.local] if also_unsent else [view.base]
        for row in filter(None, rows):
            told[id] |= files_of(collection.columns, row.values).keys()
    if also_unsent:
        for id, entries in entries_of(collection.name, ids, also_kept=True).items():
            for entry in entries:
                told[id] |= files_of(collection.columns, orjson.loads(entry.change)).keys()
    for each in Conflict.select().where(Conflict.collection == collection.name):
        if each.record in told:
            told[each.record] |= files_in_conflict(collection, each).keys()
    return told
