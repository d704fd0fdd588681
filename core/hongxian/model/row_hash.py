"""The 64 bits by which a row is known again: kept beside it, summed up in digests.

They cover all that travels of a record but its seq, by name: a release that does not know a field,
and keeps its value under `extra`, comes to the same bits as one that does. A field that nobody has
written counts for neither. Whichever side's row does not fit its own bits any more was changed on
its disk.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import repeat
from operator import itemgetter

import orjson

from hongxian.model.row import (
    DELETED,
    MAKER,
    SCOPE,
    UNWRITTEN,
    WRITTEN_BY,
    Row,
    dump_stamps,
    rows_of_columns,
)
from hongxian.words.values import Value, Values

_ENGINES = {
    "id": None,
    "stamp": None,
    "stamps": None,
    SCOPE: None,
    DELETED: False,
    WRITTEN_BY: None,
    MAKER: "",
}
"""What of the engine's own is hashed of each row, with what stands for it where it is not told."""
_LEFT_OUT = frozenset({"seq", "extra", "hash"})
_UNWRITTEN_FIRST = f'{{"{UNWRITTEN}":'


def hash_of(row: Row) -> int:
    """The bits of one row as it is now, as a signed integer."""
    return hashes_of_rows([row])[0]


def hashes_of_rows(rows: Iterable[Row]) -> list[int]:
    """The bits of many rows as they are now; those that have the same fields are hashed together."""
    parts = list(map(_parts_of, rows))
    alike: dict[tuple[str, ...], list[int]] = {}
    for place, told in enumerate(parts):
        alike.setdefault(tuple(told), []).append(place)
    found: dict[int, int] = {}
    for fields, places in alike.items():
        names = sorted(fields)
        values = itemgetter(*names)
        hashes = _hashes(names, (values(parts[place]) for place in places))
        found.update(zip(places, hashes, strict=True))
    return [found[place] for place in range(len(parts))]


def _parts_of(row: Row) -> Values:
    """What of a row is hashed, by name."""
    values, stamps = row.values, row.stamps
    if UNWRITTEN in stamps.values():
        values = {name: value for name, value in values.items() if stamps.get(name) != UNWRITTEN}
        stamps = {name: stamp for name, stamp in stamps.items() if stamp != UNWRITTEN}
    if row.deleted:
        values = {name: value for name, value in values.items() if _outlives(name, value)}
    return {
        **_ENGINES,
        **values,
        "id": row.id,
        "stamp": row.stamp,
        "stamps": dump_stamps(stamps),
        DELETED: row.deleted,
        MAKER: row.maker,
    }


def is_sound(row: Row) -> bool:
    """Whether a row that was read is the one that was written."""
    return hash_of(row) == row.hash


def unsound(rows: Iterable[Row]) -> list[Row]:
    """Those of the rows that are not the ones that were written."""
    rows = list(rows)
    return [row for row, now in zip(rows, hashes_of_rows(rows), strict=True) if now != row.hash]


def rehash(rows: Sequence[Row]) -> None:
    """Give rows the bits of what they hold now."""
    for row, now in zip(rows, hashes_of_rows(rows), strict=True):
        row.hash = now


def hashes_of(names: Sequence[str], columns: Sequence[Sequence[Value]]) -> Sequence[int]:
    """The bits of many rows, given by travelling columns.

    To copy a state costs half of what to make one does; unpacking all at once spares the rest.
    """
    given: dict[str, Iterable[Value]] = dict(zip(names, columns, strict=True))
    if _are_odd(given):
        return hashes_of_rows(rows_of_columns(names, columns))
    told = {**{name: repeat(value) for name, value in _ENGINES.items()}, **given}
    hashed = sorted(told.keys() - _LEFT_OUT)
    return _hashes(hashed, zip(*(told[name] for name in hashed), strict=False))


def _outlives(name: str, value: Value) -> bool:
    """Whether a tombstone's part is hashed: what it has of values is empty, or soon will be."""
    return name in _ENGINES or (type(value) is dict and bool(value))


def _are_odd(given: dict[str, Iterable[Value]]) -> bool:
    """Whether some rows count by other fields than the rest."""
    stamps = given.get("stamps", ())
    return (
        any(given.get("extra", ()))
        or any(given.get(DELETED, ()))
        or any(text.startswith(_UNWRITTEN_FIRST) for text in stamps if text)
    )


def _hashes(names: Sequence[str], rows: Iterable[Sequence[Value]]) -> tuple[int, ...]:
    begun = blake2b(orjson.dumps(names), digest_size=8)
    digests = []
    for row in rows:
        state = begun.copy()
        state.update(orjson.dumps(row, option=orjson.OPT_SORT_KEYS))
        digests.append(state.digest())
    return struct.unpack(f">{len(digests)}q", b"".join(digests))
