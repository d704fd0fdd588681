"""Erasing: all that the hub holds of a record goes, now and after every restore.

What is kept is that it was erased, signed: in a collection that every laptop has, so that each lets it
go too, and in a file beside the database, which no restore puts back.
"""

from __future__ import annotations

from collections.abc import Collection as Some
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import orjson

from hongxian.collections.builtin import (
    Alias,
    Conflict,
    Erasure,
    Phone,
    Task,
    erased_part,
    said_of_erasure,
)
from hongxian.errors import FileRefused, RecordUnknown
from hongxian.model.record import COMMUNITY
from hongxian.model.row import Key, ids_by_collection
from hongxian.security.keys import write_privately
from hongxian.storage.data_key import Safe
from hongxian.storage.state import State
from hongxian.text import Text
from hongxian.wire.digest import Sums
from hongxian.words.logs import logger
from hongxian.words.values import JsonObject
from hongxian_server.history.erasing_fields import empty_fields, forget_fields
from hongxian_server.history.forgetting import forget_records
from hongxian_server.hub import Hub
from hongxian_server.tables.access import Incarnation
from hongxian_server.tables.held_offers import HeldOffer
from hongxian_server.tables.journal import blocks_naming, entries_in
from hongxian_server.tables.keeper_log import Act, note

log = logger(__name__)
FILE = "erasures.json"
BY_KEEP = "keep"
"""Who answers for what goes because its time or the consent to it is over."""
_KEPT_TO_ITS_END = Text("保存期限", "its term")
_ABOUT = (Conflict, Task, Alias)
"""Collections whose records tell of others, and may repeat what these hold."""
_DAMAGED = Text(
    "坏了；它记着彻底删除过什么。请从备份放回，没有的话把它删掉：删过什么，各电脑同步时会再报来",
    "is damaged; it tells what was erased for good. Put it back from a copy, or remove it: laptops "
    "tell of it again as they sync",
)
_PARTS = ("id", "collection", "record", "at", "by", "signature")


@dataclass
class Erased(State):
    """How far what was erased is gone from this database."""

    erased_seq: int = 0
    """The seq of the newest erasure that was carried out."""


def referring(hub: Hub, collection: str, id: str) -> dict[str, list[str]]:
    """The ids of the live records that refer to this one, by collection.

    Raises `RecordUnknown` for one that the hub knows nothing of, `UnknownCollection`.
    """
    if id not in hub.collection(collection).rows_by_id([id]) and not _is_in_journal(
        (collection, id)
    ):
        raise RecordUnknown(id=id, collection=collection)
    found: dict[str, list[str]] = {}
    for name, other in hub.collections.items():
        for column in other.columns.values():
            if column.reference == collection:
                asked = f"NOT deleted AND {other.quoted(column.name)} = {hub.database.param}"
                ids = found.setdefault(name, [])
                ids += [row.id for row in other.rows(asked, (id,)) if row.id not in ids]
    return {name: ids for name, ids in found.items() if ids}


def with_referring(key: Key, found: Mapping[str, Some[str]], further: Iterable[str]) -> list[Key]:
    """A record, and of what refers to it that of these collections."""
    return [key, *((name, id) for name in further for id in found.get(name, ()))]


def _is_in_journal(key: Key) -> bool:
    return any(key in dict(entries_in(block)) for block in blocks_naming([key[1]]))


def erase(hub: Hub, keys: Some[Key], by: str) -> None:
    """Erase records for good, or single fields ("plugin.thing.field"); `by` is who answers for it.

    The phones of whoever is erased go with them.
    """
    at, sign = hub.now(), hub.identity.key.sign
    keys = [*keys, *_phones_of(keys)]
    with hub.transaction() as transaction:
        empty_fields(hub, transaction, keys)  # before it is told, so that a receipt is of both
        rows = [
            {
                "scope": COMMUNITY,
                "collection": name,
                "record": id,
                "at": at,
                "by": by,
                "signature": sign(said_of_erasure(name, id, at, by)),
            }
            for name, id in keys
        ]
        hub.create(Erasure, rows)
        _carry_out(hub)
        said = ((hub.title_of(erased_part(what)[0]), id[-12:]) for what, id in keys)
        note(hub, Act.ERASED, by, *chain.from_iterable(said))
    _write(hub)
    hub.database.empty_log()


def _phones_of(keys: Some[Key]) -> Iterator[Key]:
    """Those by which anybody of these came in, ended or not; each names them without referring to them."""
    for name, id in keys:
        theirs = (Phone.of == name) & (Phone.record == id)
        yield from ((Phone._meta.collection, each.id) for each in Phone.select().where(theirs))


def erase_again(hub: Hub) -> None:
    """Carry out what a database that was put back has not: what the file tells, and the laptops.

    A file that does not tell all, where the hub ended before it was written, does so from then on.

    Raises `FileRefused` for a file that is damaged.
    """
    told = _told_by(hub.folder / FILE, hub.safe)
    with hub.transaction() as transaction:
        known = {each.id for each in Erasure.select(Erasure.id)}
        lost = [each for each in told if each["id"] not in known]
        if lost:
            empty_fields(hub, transaction, [(each["collection"], each["record"]) for each in lost])
            hub.create(Erasure, [{"scope": COMMUNITY, **each} for each in lost])
        gone = _carry_out(hub)
    if gone or known - {each["id"] for each in told}:
        _write(hub)
        hub.database.empty_log()


def _told_by(path: Path, safe: Safe) -> list[JsonObject]:
    """The erasures that the file tells; raises `FileRefused` for one that is damaged."""
    try:
        told: list[JsonObject] = orjson.loads(safe.opened(path.read_bytes()))
    except FileNotFoundError:
        return []
    except ValueError:
        raise FileRefused(file=str(path), detail=_DAMAGED) from None
    return told


def _carry_out(hub: Hub) -> int:
    """Let go of what was erased and is still here; returns how many erasures were open."""
    with Erased.changing() as state:
        collection = hub.collections[Erasure._meta.collection]
        rows = collection.rows(f"seq > {hub.database.param} ORDER BY seq", (state.erased_seq,))
        keys = {(row.values["collection"], row.values["record"]) for row in rows}
        if keys and not {erased_part(what)[0] for what, _ in keys} - hub.collections.keys():
            of_fields = {key for key in keys if erased_part(key[0])[1]}
            _let_go(hub, keys - of_fields)
            forget_fields(hub, of_fields)
            state.erased_seq = rows[-1].seq
    return len(keys)


def _let_go(hub: Hub, keys: set[Key]) -> None:
    hub.files.let_records_go(keys)
    sums, about = Sums(), set[Key]()
    for model in _ABOUT:
        told = hub.collections[model._meta.collection]
        of = [row.id for row in told.rows("1 = 1") if not keys.isdisjoint(_names(row.values))]
        if of:
            hub.delete(model, of)
        about |= {(told.name, id) for id in of}
    for name, ids in ids_by_collection(keys).items():
        collection = hub.collections[name]
        for row in collection.rows_by_id(ids).values():
            sums.take(name, row)
        collection.delete_rows(ids)
        for id in ids:
            own = (HeldOffer.collection == name) & (HeldOffer.record == id)
            HeldOffer.delete().where(own).execute()
    sums.write()
    parts = forget_records(keys | about)
    log.info("erased records=%d parts=%d", len(keys), parts)


def _names(values: JsonObject) -> list[Key]:
    of = values["collection"] or ""
    return [(of, values[name] or "") for name in ("record", "one", "other") if name in values]


def _write(hub: Hub) -> None:
    """Keep all erasures beside the database."""
    rows = [{name: getattr(each, name) for name in _PARTS} for each in Erasure.select()]
    content = orjson.dumps(rows, option=orjson.OPT_INDENT_2)
    write_privately(hub.folder / FILE, hub.safe.closed(content))


@dataclass(frozen=True)
class Receipt:
    """An erasure, and the laptops that have not carried it out yet, by name."""

    collection: str
    record: str
    at: int
    by: str
    waits_for: list[str]


def receipts(hub: Hub) -> Iterable[Receipt]:
    """All that was erased, the newest first."""
    live = [each for each in Incarnation.select() if each.state == "live"]
    for row in Erasure.select().order_by(Erasure.at.desc()):
        waits = sorted(each.name for each in live if each.acknowledged < row.seq)
        yield Receipt(row.collection, row.record, row.at, row.by, waits)


def answerer(by: str) -> Text:
    """Who answers for an erasure, as people read it."""
    return _KEPT_TO_ITS_END if by == BY_KEEP else Text.of(by)
