"""One search: the records that hold every word of a query, or show by name another that does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from hongxian.collections.collection import Collection
from hongxian.engine.store import Store
from hongxian_client.search import index, pairs
from hongxian_client.search.index import Progress, blocks_of, lines_of, words_of
from hongxian_client.search.pairs import BLOCK

FEW = 700
"""Records that are met one by one by their ids; more are soon met on the way through all."""
_PART = FEW
"""Places that are looked at together."""
_AMONG = "SELECT value FROM json_each(?)"
_LINES = "FROM hongxian_search_line WHERE"


@dataclass(frozen=True)
class Met:
    """The records of one collection that hold a word: their ids, or where they are many what tells it of one."""

    ids: list[str]
    is_many: bool
    collection: Collection
    word: str
    upto: str | None
    """The last record whose line is believed; None where all are."""
    blocks: range

    def named_by(self, name: str, *, one_by_one: bool) -> tuple[str, list[str | int]]:
        """SQL and parameters for the records of which SQL's `name` is the id of one that holds it.

        Of many either by looking at each record on the way, or all at once.
        """
        ids = orjson.dumps(self.ids).decode()
        if not self.is_many:
            return f"{name} IN ({_AMONG})", [ids]
        holding, given = _holding(self.collection, self.word, self.upto)
        if one_by_one:
            of = f"EXISTS (SELECT 1 {_LINES} {holding} AND record = {name} AND collection = ?)"
            return f"({of} OR {name} IN ({_AMONG}))", [*given, self.collection.name, ids]
        placed = f"SELECT record {_LINES} {holding} AND place >= ? AND place < ?"
        ends = (self.blocks.start * BLOCK, self.blocks.stop * BLOCK)
        return f"+{name} IN ({placed} UNION ALL {_AMONG})", [*given, *ends, ids]


def _holding(collection: Collection, word: str, upto: str | None) -> tuple[str, list[str | int]]:
    """SQL and parameters for its lines that hold a word, which leave it to others by what they are found."""
    believed = "" if upto is None else "AND +record <= ? "
    given = [] if upto is None else [upto]
    return f"+collection = ? {believed}AND instr(text, ?) > 0", [collection.name, *given, word]


class Look:
    """A query over the collections of a store; what one is asked for is found once."""

    def __init__(self, store: Store, query: str) -> None:
        self._store, self.words = store, words_of(query)
        self.progress = Progress(store.database)
        self._met: dict[tuple[str, str], Met] = {}
        self._by_hand: dict[str, list[tuple[str, str]]] = {}
        self._blocks: dict[str, tuple[range, set[int]]] = {}

    def condition(
        self, collection: Collection, *, one_by_one: bool = False
    ) -> tuple[str, list[str | int]]:
        """SQL and parameters for the records that answer.

        `one_by_one` is for whoever wants the first few in the order of their ids.
        """
        conditions: list[str] = []
        parameters: list[str | int] = []
        for word in self.words:
            told = [
                met.named_by(name, one_by_one=one_by_one)
                for name, other in self._looked(collection)
                if (met := self.met(other, word)).ids or met.is_many
            ]
            if not told:
                return "0", []
            conditions.append(f"({' OR '.join(sql for sql, _ in told)})")
            parameters += [each for _, given in told for each in given]
        return " AND ".join(conditions) or "0", parameters

    def _looked(self, collection: Collection) -> Iterator[tuple[str, Collection]]:
        """By which SQL's names a record leads to which collections' texts: itself, and what it refers to."""
        yield f'"{collection.table}".id', collection
        for column in collection.shown.values():
            if column.reference in self._store.collections:
                name = f'"{collection.table}".{collection.quoted(column.name)}'
                yield name, self._store.collection(str(column.reference))

    def met(self, collection: Collection, word: str) -> Met:
        """The records of a collection whose own texts hold a word."""
        key = (collection.name, word)
        if key not in self._met:
            by_hand = [id for id, text in self._lines_by_hand(collection) if word in text]
            upto = self.progress.place(collection)
            ids = list(by_hand)
            for found in self._read_in(collection, word, upto):
                ids += found
                if len(ids) > FEW:
                    break
            is_many = len(ids) > FEW
            blocks, _ = self._blocks_of(collection)
            self._met[key] = Met(
                by_hand if is_many else ids, is_many, collection, word, upto, blocks
            )
        return self._met[key]

    def _lines_by_hand(self, collection: Collection) -> list[tuple[str, str]]:
        if collection.name not in self._by_hand:
            found = self.progress.unread(collection)
            condition, parameters = found or ("0", [])
            newest = f"{condition} ORDER BY id DESC LIMIT {index.BY_HAND}"
            self._by_hand[collection.name] = (
                lines_of(collection, newest, parameters) if found else []
            )
        return self._by_hand[collection.name]

    # -- what is read in -------------------------------------------------------------------------

    def _read_in(self, collection: Collection, word: str, upto: str | None) -> Iterator[list[str]]:
        """Ids of records, part by part: of what is looked through by its texts first, for that is the newest."""
        blocks, told = self._blocks_of(collection)
        holding, given = _holding(collection, word, upto)
        sql = f"SELECT record {_LINES} {holding} AND place"
        for part in _together(sorted({*blocks} - told)):
            ends = (part.start * BLOCK, part.stop * BLOCK, FEW + 1)
            found = f"{sql} >= ? AND place < ? ORDER BY place DESC LIMIT ?"
            yield self._ids(found, (*given, *ends))
        waiting: list[int] = []
        for some in pairs.places(collection.database, sorted(told), word):
            waiting += some
            if len(waiting) > _PART:
                yield self._ids(f"{sql} IN ({_AMONG})", (*given, orjson.dumps(waiting).decode()))
                waiting = []
        if waiting:
            yield self._ids(f"{sql} IN ({_AMONG})", (*given, orjson.dumps(waiting).decode()))

    def _blocks_of(self, collection: Collection) -> tuple[range, set[int]]:
        if collection.name not in self._blocks:
            blocks = blocks_of(collection)
            told = pairs.told(collection.database, blocks) if len(blocks) > 1 else set()
            self._blocks[collection.name] = blocks, told
        return self._blocks[collection.name]

    def _ids(self, sql: str, parameters: tuple[object, ...]) -> list[str]:
        return [id for (id,) in self._store.database.execute_sql(sql, parameters).fetchall()]


def _together(blocks: list[int]) -> list[range]:
    """Blocks that follow on each other as one, the newest first."""
    found: list[range] = []
    for block in reversed(blocks):
        if found and block == found[-1].start - 1:
            found[-1] = range(block, found[-1].stop)
        else:
            found.append(range(block, block + 1))
    return found
