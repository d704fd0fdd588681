"""Where two characters stand together: which records may hold a word, told without reading their texts.

What is searched lies in blocks of `BLOCK` lines, each of one collection, oldest first. Of a block that is full
there is kept for each pair of characters in which of its lines they stand. So a word is looked for in the few lines
that hold all of its pairs. When a line goes, its block is told no more, in the same commit: nothing of the text stays.
Such a block, and the last, is looked through by its texts.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import orjson
from peewee import BlobField, CharField, CompositeKey, IntegerField, Model

from hongxian.model.record import RecordMetadata
from hongxian.storage.database import AnyDatabase, write_all

BLOCK = 4_096
"""Lines of a block."""
_BITS = BLOCK // 8
"""Bytes of a pair that many lines hold: one bit for each; of fewer lines stand their places, two bytes each."""
END = "\n"
"""What ends a part of a line, and stands in no word."""


class Told(Model):  # type: ignore[misc]
    """A block whose pairs are told."""

    block = IntegerField(primary_key=True)

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_search_block"


class Pair(Model):  # type: ignore[misc]
    """In which lines of a block two characters stand together."""

    block = IntegerField()
    pair = CharField(max_length=2)
    lines = BlobField()

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_search_pair"
        primary_key = CompositeKey("block", "pair")


FORGET = (
    "CREATE TRIGGER IF NOT EXISTS hongxian_search_forget AFTER DELETE ON hongxian_search_line BEGIN "
    f"DELETE FROM hongxian_search_pair WHERE block = OLD.place / {BLOCK}; "
    f"DELETE FROM hongxian_search_block WHERE block = OLD.place / {BLOCK}; END"
)


def tell(database: AnyDatabase, block: int, lines: Iterable[tuple[int, str]]) -> None:
    """Keep the pairs of a block's lines, given by their places."""
    held: dict[str, array[int]] = defaultdict(lambda: array("H"))
    for place, text in lines:
        for pair in pairs_of(text):
            held[pair].append(place % BLOCK)
    sql = "INSERT INTO hongxian_search_pair (block, pair, lines) VALUES (?, ?, ?)"
    write_all(database, sql, ((block, pair, _packed(held[pair])) for pair in sorted(held)))
    database.execute_sql("INSERT INTO hongxian_search_block VALUES (?)", (block,))


def pairs_of(text: str) -> set[str]:
    """Every two characters that stand together, and the last of each part with its end."""
    ended = text + END
    return {ended[at : at + 2] for at, one in enumerate(text) if one != END}


def told(database: AnyDatabase, blocks: range) -> set[int]:
    """Those of these blocks whose pairs are told."""
    sql = "SELECT block FROM hongxian_search_block WHERE block BETWEEN ? AND ?"
    return {b for (b,) in database.execute_sql(sql, (blocks.start, blocks.stop - 1)).fetchall()}


def places(database: AnyDatabase, blocks: Sequence[int], word: str) -> Iterator[list[int]]:
    """Of each of these blocks the places that may hold a word, the newest first; all that do are among them."""
    by_block: dict[int, list[bytes]] = defaultdict(list)
    for block, lines in _read(database, blocks, word):
        by_block[block].append(lines)
    needed = len(_needed(word))
    for block in sorted(by_block, reverse=True):
        held = by_block[block]
        met = _in_any(held) if len(word) == 1 else _in_all(held) if len(held) == needed else []
        yield [block * BLOCK + each for each in sorted(met, reverse=True)]


def _needed(word: str) -> set[str]:
    """Pairs that cover a word."""
    last = len(word) - 2
    return {word[at : at + 2] for at in (*range(0, last, 2), last)}


def _read(database: AnyDatabase, blocks: Sequence[int], word: str) -> list[tuple[int, bytes]]:
    asked = "SELECT value FROM json_each(?)"
    sql = f"SELECT block, lines FROM hongxian_search_pair WHERE block IN ({asked}) AND"
    among = orjson.dumps(blocks).decode()
    if len(word) == 1:
        last = f"{word}\U0010ffff"
        found = database.execute_sql(f"{sql} pair > ? AND pair < ?", (among, word, last))
    else:
        pairs = orjson.dumps(list(_needed(word))).decode()
        found = database.execute_sql(f"{sql} pair IN ({asked})", (among, pairs))
    return list(found.fetchall())


def _packed(lines: array[int]) -> bytes:
    if len(lines) * lines.itemsize < _BITS:
        return lines.tobytes()
    bits = bytearray(_BITS)
    for each in lines:
        bits[each >> 3] |= 1 << (each & 7)
    return bytes(bits)


def _in_all(held: list[bytes]) -> Iterable[int]:
    """The lines that stand in all of these."""
    few = sorted((each for each in held if len(each) < _BITS), key=len)
    many = [each for each in held if len(each) == _BITS]
    if not few:
        bits = int.from_bytes(many[0], "little")
        for each in many[1:]:
            bits &= int.from_bytes(each, "little")
        return _lines_of(bits.to_bytes(_BITS, "little"))
    met = set(array("H", few[0])).intersection(*(array("H", each) for each in few[1:]))
    return [line for line in met if all(each[line >> 3] >> (line & 7) & 1 for each in many)]


def _in_any(held: list[bytes]) -> set[int]:
    """The lines that stand in any of these."""
    return {
        line
        for each in held
        for line in (array("H", each) if len(each) < _BITS else _lines_of(each))
    }


def _lines_of(bits: bytes) -> Iterator[int]:
    for at, byte in enumerate(bits):
        if byte:
            yield from (at * 8 + bit for bit in range(8) if byte >> bit & 1)
