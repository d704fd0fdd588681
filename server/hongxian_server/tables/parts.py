"""The parts of a journal's block: what is hashed so that each can be forgotten and the chain still holds.

A part is what one change wrote to one record, or what it replaced. The block's hash covers a salted
hash of each, so that a forgotten part's own hash, which is then kept, tells nothing of it: a hash of
a telephone number alone is guessed in a minute.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from struct import iter_unpack

import orjson

from hongxian.words.values import JsonObject, Value

SALT = LEAF = 16
"""Bytes of a part's salt, and of its hash."""
SECRET = 32
"""Bytes of which a block's salts are made, while all of it is there."""
KEYS = frozenset({"id", "stamp", "seq", "scope"})
"""What of a new record is no value of it, and stays."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the parts of a body stand among all of it: first those of new records, two of each edit after."""

    new: list[int]
    """The first part of each group of new records."""
    edits: int
    """The first of the edits': what it wrote, and then what it replaced."""
    count: int

    @property
    def of_edits(self) -> range:
        """The place of what each edit wrote; what it replaced is behind it."""
        return range(self.edits, self.count, 2)


def places_of(body: JsonObject) -> Places:
    """The parts of `{"new": [...], "edits": [...]}`, see `journal.py`."""
    new, count = [], 0
    for group in body["new"]:
        new.append(count)
        count += len(group["columns"][0])
    return Places(new, count, count + 2 * len(body["edits"]))


def salts_from(secret: bytes, count: int) -> bytes:
    """So many salts, none of which tells another (SHAKE128, FIPS 202)."""
    return hashlib.shake_128(secret).digest(SALT * count)


def hash_of_body(body: JsonObject, salts: bytes, kept: Mapping[int, bytes]) -> str:
    """The hash of a block's body in hex; `kept` are those of the parts that are forgotten, by place."""
    leaves = _leaves(body, salts)
    if kept:
        blank = [
            place for place, part in enumerate(_parts(body)) if place in kept and _is_blank(part)
        ]
        for place in blank:
            leaves[place] = kept[place]
    return blake2b(_frame(body) + b"".join(leaves), digest_size=32).hexdigest()


def _leaves(body: JsonObject, salts: bytes) -> list[bytes]:
    """Each part's salted hash; to copy a state costs half of what to make one does."""
    copy, dumps, leaves = blake2b(digest_size=LEAF).copy, orjson.dumps, []
    for (salt,), part in zip(iter_unpack(f"{SALT}s", salts), _parts(body), strict=True):
        state = copy()
        state.update(salt + dumps(part))
        leaves.append(state.digest())
    return leaves


def _parts(body: JsonObject) -> Iterator[Value]:
    for group in body["new"]:
        values = _values(group).values()  # none, of a collection without fields of its own
        yield from zip(*values, strict=True) if values else [()] * len(group["columns"][0])
    for edit in body["edits"]:
        yield edit["values"]
        yield [edit["before"], edit.get("left")]


def _is_blank(part: Value) -> bool:
    """Whether a part holds nothing: what is put in the place of a forgotten one is found."""
    if isinstance(part, dict):
        part = part.values()
    return part is None or (not isinstance(part, (str, int)) and all(map(_is_blank, part)))


def _values(group: JsonObject) -> dict[str, list[Value]]:
    named = zip(group["names"], group["columns"], strict=True)
    return {name: column for name, column in named if name not in KEYS}


def _frame(body: JsonObject) -> bytes:
    """All of a body but its parts."""
    new = [
        [group["collection"], group["names"]]
        + [c for n, c in zip(group["names"], group["columns"], strict=True) if n in KEYS]
        for group in body["new"]
    ]
    edits = [
        [
            *(edit[name] for name in ("collection", "id", "stamp", "seq", "previous")),
            *edit["values"],
        ]
        for edit in body["edits"]
    ]
    return orjson.dumps([new, edits])


def forgotten(
    body: JsonObject, salts: bytes, kept: Mapping[int, bytes], gone: Iterable[int]
) -> tuple[bytes, dict[int, bytes]]:
    """Take these parts out of a body, in place; the salts and the hashes that are kept then."""
    wanted = set(gone) - kept.keys()
    now = _leaves(body, salts)
    leaves = {**kept, **{place: now[place] for place in wanted}}
    left = bytearray(salts)
    for place in wanted:
        left[place * SALT : (place + 1) * SALT] = bytes(SALT)
    places = places_of(body)
    for group, first in zip(body["new"], places.new, strict=True):
        for column in _values(group).values():
            for place in range(len(column)):
                if first + place in wanted:
                    column[place] = None
    for wrote, edit in zip(places.of_edits, body["edits"], strict=True):
        if wrote in wanted:
            edit["values"] = dict.fromkeys(edit["values"])
        if wrote + 1 in wanted:
            edit["before"] = edit["before"] and dict.fromkeys(edit["before"])
            edit.pop("left", None)
    body["gone"] = sorted(leaves)
    return bytes(left), leaves
