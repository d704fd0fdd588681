"""Searching the journal: who wrote what and when, newest first, a page at a time.

Blocks are narrowed down by their columns; of the rest the unpacked text is looked through before
it is parsed, and peewee makes no objects of them: that is what makes a search for one record quick.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import orjson
import zstandard

from hongxian.words.values import JsonObject, Values
from hongxian_server.hub import Hub
from hongxian_server.tables.journal import Block
from hongxian_server.tables.parts import KEYS, places_of

_FIRST, _MOST = 20, 1000
"""Blocks read at once, ever more: a page needs few, and PostgreSQL would hand over the whole journal."""


@dataclass(frozen=True)
class Wanted:
    """What is searched for; what is left as it is narrows nothing down."""

    incarnations: frozenset[int] | None = None
    collection: str = ""
    record: str = ""
    """Part of a record's id."""
    name: str = ""
    """Part of what a record is called: now, or in the change itself."""
    since: int = 0
    until: int = 1 << 62
    """Milliseconds since 1970, both by the hub's clock as it took the change in."""


@dataclass(frozen=True)
class Line:
    """One change to one record; of a confidential collection neither the record nor the values."""

    at: int
    incarnation: int
    collection: str
    id: str = ""
    is_new: bool = False
    before: Values = field(default_factory=dict)
    after: Values = field(default_factory=dict)
    hidden: bool = False
    forgotten: bool = False
    """Whether what it wrote is no longer kept."""


class _Opened(NamedTuple):
    number: int
    incarnation: int
    at: int
    text: bytes


@dataclass(frozen=True)
class Place:
    """Where a page begins: a block, and how many of its lines have been told."""

    block: int
    told: int = 0


def page_of(
    hub: Hub, wanted: Wanted, start: Place | None, count: int
) -> tuple[list[Line], Place | None]:
    """So many lines from a place on, and where the next page begins; None after the last."""
    lines: list[Line] = []
    called = _called(hub, wanted)
    for block in _blocks(wanted, start):
        told = start.told if start is not None and start.block == block.number else 0
        found = [each for each in _lines(hub, wanted, block) if called(each)][told:]
        room = count - len(lines)
        if len(found) > room:
            return lines + found[:room], Place(block.number, told + room)
        lines += found
    return lines, None


def is_confidential(hub: Hub, collection: str) -> bool:
    """Whether the keeper sees numbers only; so too where the plugin that would tell is missing."""
    known = hub.collections.get(collection)
    return known is None or known.confidential


def _called(hub: Hub, wanted: Wanted) -> Callable[[Line], bool]:
    """Whether a line's record bears the name that is searched for; what is confidential bears none."""
    if not wanted.name:
        return lambda _line: True
    asked = [wanted.collection] if wanted.collection else list(hub.collections)
    namings = {
        name: naming
        for name in asked
        if not is_confidential(hub, name) and (naming := hub.collections[name].naming)
    }
    ids = {id for name in namings for id in hub.collections[name].ids_called(wanted.name)}
    part = wanted.name.lower()

    def is_called(line: Line) -> bool:
        naming = namings.get(line.collection, "")
        told = (str(values.get(naming) or "").lower() for values in (line.before, line.after))
        return line.id in ids or any(part in name for name in told)

    return is_called


def _blocks(wanted: Wanted, start: Place | None) -> Iterator[_Opened]:
    condition = (Block.at >= wanted.since) & (Block.at < wanted.until)
    if wanted.incarnations is not None:
        condition &= Block.incarnation.in_(sorted(wanted.incarnations))
    highest, count = start.block + 1 if start else 1 << 62, _FIRST
    unpack = zstandard.ZstdDecompressor().decompress
    columns = (Block.number, Block.incarnation, Block.at, Block.body)
    while True:
        query = Block.select(*columns).where(condition & (Block.number < highest))
        blocks = list(query.order_by(Block.number.desc()).limit(count).tuples())
        for number, owner, at, body in blocks:
            yield _Opened(number, owner, at, unpack(bytes(body)))
        if len(blocks) < count:
            return
        highest, count = blocks[-1][0], min(count * 4, _MOST)


def _lines(hub: Hub, wanted: Wanted, block: _Opened) -> list[Line]:
    """A block's lines that are wanted, newest first."""
    if any(each.encode() not in block.text for each in (wanted.collection, wanted.record)):
        return []
    body = orjson.loads(block.text)
    found = [*_made(hub, wanted, block, body), *_edited(hub, wanted, block, body)]
    found.sort(key=lambda each: each[0], reverse=True)
    return [line for _seq, line in found]


def _made(hub: Hub, wanted: Wanted, block: _Opened, body: JsonObject) -> Iterator[tuple[int, Line]]:
    gone = set(body.get("gone", ()))
    for group, first in zip(body["new"], places_of(body).new, strict=True):
        for place, values in enumerate(zip(*group["columns"], strict=True), first):
            row = dict(zip(group["names"], values, strict=True))
            after = {name: each for name, each in row.items() if name not in KEYS}
            facts = (block.at, block.incarnation, group["collection"], row["id"])
            line = Line(*facts, True, {}, after, forgotten=place in gone)
            yield from _wanted(hub, wanted, row["seq"], line)


def _edited(
    hub: Hub, wanted: Wanted, block: _Opened, body: JsonObject
) -> Iterator[tuple[int, Line]]:
    gone = set(body.get("gone", ()))
    for wrote, edit in zip(places_of(body).of_edits, body["edits"], strict=True):
        is_new, before, after = edit["before"] is None, edit["before"] or {}, dict(edit["values"])
        if is_new:
            after.pop("scope", None)
        if wrote + 1 in gone:
            before = {}
        facts = (block.at, block.incarnation, edit["collection"], edit["id"])
        line = Line(*facts, is_new, before, after, forgotten=wrote in gone)
        yield from _wanted(hub, wanted, edit["seq"], line)


def _wanted(hub: Hub, wanted: Wanted, seq: int, line: Line) -> Iterator[tuple[int, Line]]:
    if wanted.collection not in ("", line.collection):
        return
    if is_confidential(hub, line.collection):
        line = Line(line.at, line.incarnation, line.collection, is_new=line.is_new, hidden=True)
    if wanted.record in line.id:
        yield seq, line
