"""The journal: every accepted transaction, append-only, each block hash-chained to the last.

A block holds what one request brought: records made, by columns, and edits with what they
replaced. Each edit names the seq that the record had before, and a record's row names its newest
seq, so the history of a record is a walk back through the journal that needs no index.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

import orjson
import zstandard
from peewee import SQL, BigAutoField, BigIntegerField, BlobField, CharField, Model, fn

from hongxian.model.record import RecordMetadata
from hongxian.model.row import Change, Key, Row
from hongxian.model.stamp import DAY_MILLISECONDS
from hongxian.wire.history import Origin
from hongxian.wire.page import pack
from hongxian.words.values import JsonObject, Value, Values
from hongxian_server.tables import parts

AT_ONCE = 500
"""Blocks read at a time."""
WEEK = 7 * DAY_MILLISECONDS
"""Milliseconds."""


class Block(Model):  # type: ignore[misc]
    """What one request brought."""

    number = BigAutoField()
    first_seq = BigIntegerField()
    last_seq = BigIntegerField(index=True)
    incarnation = BigIntegerField()
    """Who brought it."""
    kind = CharField(max_length=10)
    at = BigIntegerField()
    first_stamp = BigIntegerField()
    last_stamp = BigIntegerField()
    body = BlobField()
    secret = BlobField(null=True)
    """Of which the salts of its parts are made; None once a part is forgotten."""
    salts = BlobField(null=True)
    """Then: each part's own, zeros for one that is forgotten."""
    leaves = BlobField(null=True)
    """Then: the hashes of those that are forgotten, in the order of `gone`."""
    hash = CharField(max_length=64)

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_journal"
        indexes = ((("incarnation", "at"), False),)

    def open(self) -> JsonObject:
        """`{"new": [{"collection", "names", "columns"}], "edits": [edit, ...]}`.

        With `gone`, the places of the parts that are forgotten, where any is.
        """
        return dict(orjson.loads(self.text()))

    def text(self) -> bytes:
        """The same as JSON."""
        return zstandard.ZstdDecompressor().decompress(bytes(self.body))

    def own_hash(self, previous: str) -> str:
        """The hash that chains this block to the one before."""
        return self._hash(previous, parts.hash_of_body(*self._opened()))

    def forget(self, gone: Iterable[int]) -> int:
        """Let parts go, by their places: what they held, and the salts that would confirm a guess.

        Returns how many were there still.
        """
        body, salts, kept = self._opened()
        left, leaves = parts.forgotten(body, salts, kept, gone)
        Block.update(
            body=pack(orjson.dumps(body)),
            secret=None,
            salts=left,
            leaves=b"".join(leaves[place] for place in body["gone"]),
        ).where(Block.number == self.number).execute()
        return len(leaves) - len(kept)

    def _opened(self) -> tuple[JsonObject, bytes, dict[int, bytes]]:
        """The body, the salts of its parts, and the hashes of those that are forgotten."""
        body = self.open()
        if self.secret is not None:
            return body, parts.salts_from(bytes(self.secret), parts.places_of(body).count), {}
        kept = bytes(self.leaves)
        leaves = [kept[at : at + parts.LEAF] for at in range(0, len(kept), parts.LEAF)]
        return body, bytes(self.salts), dict(zip(body["gone"], leaves, strict=True))

    def _hash(self, previous: str, of_body: str) -> str:
        facts = (
            previous,
            self.first_seq,
            self.last_seq,
            self.incarnation,
            self.kind,
            self.at,
            of_body,
        )
        return hashlib.sha256("|".join(map(str, facts)).encode()).hexdigest()


@dataclass(frozen=True)
class Entry:
    """One line of a record's history: who, when, and each field's value before and after."""

    seq: int
    stamp: int
    incarnation: int
    kind: Origin
    before: Values
    after: Values
    previous: int
    is_new: bool
    """Whether it made the record."""
    left: Values | None
    """All values that left the record because this deleted it; None where it left any."""
    before_gone: bool
    after_gone: bool
    """Whether what it replaced, and what it wrote, is forgotten; the names of the fields are still there."""
    places: tuple[int, ...]
    """Its parts in the block: what it wrote and, of an edit, what it replaced."""


def edit_entry(
    collection: str, change: Change, seq: int, before: Row | None, left: Values | None = None
) -> JsonObject:
    """How the journal keeps one change to one record; with what leaves it where it deletes it."""
    return {
        **({} if left is None else {"left": left}),
        "collection": collection,
        "id": change.id,
        "stamp": change.stamp,
        "seq": seq,
        "values": change.values,
        "before": {name: before.values.get(name) for name in change.values} if before else None,
        "previous": before.seq if before else 0,
    }


def append(
    *,
    seqs: tuple[int, int],
    stamps: tuple[int, int],
    incarnation: int,
    kind: Origin,
    at: int,
    new: list[JsonObject],
    edits: list[JsonObject],
) -> None:
    """Add a block; inside the transaction that accepts what it holds."""
    _, last = head()
    body: JsonObject = {"new": new, "edits": edits}
    secret = os.urandom(parts.SECRET)
    block = Block(
        first_seq=seqs[0],
        last_seq=seqs[1],
        incarnation=incarnation,
        kind=kind,
        at=at,
        first_stamp=stamps[0],
        last_stamp=stamps[1],
        body=pack(orjson.dumps(body)),
        secret=secret,
    )
    salts = parts.salts_from(secret, parts.places_of(body).count)
    block.hash = block._hash(last, parts.hash_of_body(body, salts, {}))
    database, told = Block._meta.database, block.__data__
    marks = ", ".join([database.param] * len(told))  # by hand, each write adds one
    sql = f"INSERT INTO hongxian_journal ({', '.join(told)}) VALUES ({marks})"
    database.execute_sql(sql, list(told.values()))


def head() -> tuple[int, str]:
    """The newest block's last seq and its hash: all that was ever accepted; (0, "") for nothing."""
    sql = "SELECT last_seq, hash FROM hongxian_journal ORDER BY number DESC LIMIT 1"
    last = Block._meta.database.execute_sql(sql).fetchone()
    return (int(last[0]), last[1]) if last else (0, "")


def holds(block: str) -> bool:
    """Whether this database's past has a block, told as `SEQ-HASH`; it had none at seq 0."""
    seq, _, hash = block.partition("-")
    database = Block._meta.database
    sql = f"SELECT 1 FROM hongxian_journal WHERE last_seq = {database.param} AND hash = {database.param}"
    return (
        not (int(seq) or hash) or database.execute_sql(sql, (int(seq), hash)).fetchone() is not None
    )


def stamps_of(seqs: Iterable[int]) -> dict[int, int]:
    """The stamps of what was taken in with these seqs."""
    found: dict[int, int] = {}
    upto = 0
    for seq in sorted(seqs):
        if seq > upto:
            block = Block.select().where(Block.last_seq >= seq).order_by(Block.last_seq).first()
            upto = block.last_seq
            body = block.open()
            for group in body["new"]:
                found.update(zip(_column(group, "seq"), _column(group, "stamp"), strict=True))
            found.update((edit["seq"], edit["stamp"]) for edit in body["edits"])
    return found


def history(collection: str, id: str, newest_seq: int) -> Iterator[Entry]:
    """A record's history, newest first, walking back from its row's seq."""
    seq = newest_seq
    while seq:
        block = (
            Block.select()
            .where(Block.last_seq >= seq)
            .order_by(Block.last_seq, Block.number)
            .limit(1)
            .first()
        )
        if block is None or block.first_seq > seq:
            return
        earlier = 0
        for entry in sorted(
            _entries(block, collection, id), key=lambda each: each.stamp, reverse=True
        ):
            earlier = entry.previous if not earlier else min(earlier, entry.previous)
            yield entry
        seq = earlier if earlier < block.first_seq else 0


def blocks_naming(ids: Iterable[str]) -> Iterator[Block]:
    """The blocks that hold any of these ids, wherever it stands in them, the oldest first."""
    words = {id.encode() for id in ids}
    for block in Block.select().order_by(Block.number).iterator():
        text = block.text()
        if any(word in text for word in words):
            yield block


def entries_in(block: Block) -> list[tuple[Key, Entry]]:
    """All entries of a block, the newest first, each with its record's collection and id."""
    body = block.open()
    gone, places = set(body.get("gone", ())), parts.places_of(body)
    found = [
        ((group["collection"], id), _made(block, group, place, first + place, gone))
        for group, first in zip(body["new"], places.new, strict=True)
        for place, id in enumerate(_column(group, "id"))
    ]
    found += [
        ((edit["collection"], edit["id"]), _edited(block, edit, at, gone))
        for at, edit in zip(places.of_edits, body["edits"], strict=True)
    ]
    return sorted(found, key=lambda each: each[1].stamp, reverse=True)


def _entries(block: Block, collection: str, id: str) -> Iterator[Entry]:
    body = block.open()
    gone, places = set(body.get("gone", ())), parts.places_of(body)
    for group, first in zip(body["new"], places.new, strict=True):
        if group["collection"] == collection and id in _column(group, "id"):
            place = _column(group, "id").index(id)
            yield _made(block, group, place, first + place, gone)
    for at, edit in zip(places.of_edits, body["edits"], strict=True):
        if edit["collection"] == collection and edit["id"] == id:
            yield _edited(block, edit, at, gone)


def _made(block: Block, group: JsonObject, place: int, at: int, gone: Container[int]) -> Entry:
    row = dict(zip(group["names"], (column[place] for column in group["columns"]), strict=True))
    seq, stamp, _ = row.pop("seq"), row.pop("stamp"), row.pop("id")
    kind = Origin(block.kind)
    return Entry(
        seq, stamp, block.incarnation, kind, {}, row, 0, True, None, False, at in gone, (at,)
    )


def _edited(block: Block, edit: JsonObject, at: int, gone: Container[int]) -> Entry:
    return Entry(
        edit["seq"],
        edit["stamp"],
        block.incarnation,
        Origin(block.kind),
        edit["before"] or {},
        edit["values"],
        edit["previous"],
        edit["before"] is None,
        edit.get("left"),
        at + 1 in gone,
        at in gone,
        (at, at + 1),
    )


def blocks() -> int:
    """How many blocks there are, told by the last one's number: none is ever taken out."""
    return int(Block.select(fn.MAX(Block.number)).scalar() or 0)


def by_week(since: int) -> list[tuple[int, int, int]]:
    """Transactions accepted since a moment: (incarnation, weeks since then, how many)."""
    week = ((Block.at - since) / WEEK).alias("week")
    taken = fn.SUM(Block.last_seq - Block.first_seq + 1)
    query = Block.select(Block.incarnation, week, taken).where(Block.at >= since)
    grouped = query.group_by(
        Block.incarnation, SQL("week")
    )  # PostgreSQL takes no parameter twice as one
    return [(int(owner), int(week), int(count)) for owner, week, count in grouped.tuples()]


@dataclass(frozen=True)
class Looked:
    """How far a look through the chain has come."""

    number: int = 0
    """The last block that is sound."""
    hash: str = ""
    """Its hash, from which the next one's follows."""
    bytes: int = 0
    """Of the bodies up to there."""
    broken: int | None = None
    """The first block whose hash does not follow from the one before; None if all so far are sound."""
    ended: bool = False
    """Whether nothing is left to be looked at."""


def look(after: Looked, most: int | None) -> Looked:
    """Look at so many blocks behind a place, or at all; few are in memory at a time, and no writer waits."""
    while most is None or most > 0:
        number, previous, bytes = after.number, after.hash, after.bytes
        part = Block.select().where(Block.number > number).order_by(Block.number)
        found = list(part.limit(AT_ONCE if most is None else min(most, AT_ONCE)))
        for block in found:
            if block.hash != block.own_hash(previous):
                return Looked(number, previous, bytes, int(block.number), ended=True)
            number, previous, bytes = int(block.number), block.hash, bytes + len(block.body)
        after = Looked(number, previous, bytes, ended=not found)
        if after.ended:
            break
        most = most and most - len(found)
    return after


def first_broken_block() -> int | None:
    """The number of the first block whose hash does not follow from the one before; None if sound."""
    return look(Looked(), None).broken


def _column(group: JsonObject, name: str) -> list[Value]:
    column: list[Value] = group["columns"][group["names"].index(name)]
    return column
