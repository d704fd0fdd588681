"""Forgetting: what was written over or deleted leaves the journal when its time is over.

A block whose time is over lets go of what its edits replaced. What went before them is then looked
up, from seq to seq, and goes as well where it stands in no record any more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush

from peewee import fn

from hongxian.model.row import DELETED, WRITTEN_BY, Key, Row, ids_by_collection
from hongxian.storage.state import State
from hongxian_server.hub import Hub
from hongxian_server.intake.revival import kept_since
from hongxian_server.tables.journal import Block, Entry, blocks_naming, entries_in

AT_ONCE = 200
"""Blocks in one commit: others write in between."""
Names = frozenset[str]
ALL: Names = frozenset({"*"})
"""Whatever was written: the record is deleted."""


@dataclass
class Forgotten(State):
    """How far the journal is gone through."""

    forgotten: int = 0
    """The newest block whose time is over."""


IsDue = Callable[[Key, Entry, Names], bool]
"""Whether an entry goes, of a record on which these fields were written later."""


@dataclass
class _Walk:
    """Back through the journal, each block once; what is found due goes."""

    is_due: IsDue
    gone: int = 0
    _heap: list[int] = field(default_factory=list)
    _wanted: dict[int, list[tuple[Key, Names]]] = field(default_factory=lambda: defaultdict(list))

    def look(self, seq: int, key: Key, names: Names) -> None:
        """Look at what a record's entries were at this seq and before it."""
        if seq and names:
            if seq not in self._wanted:
                heappush(self._heap, -seq)
            self._wanted[seq].append((key, names))

    def go(self) -> None:
        """Go back to the beginning."""
        while self._heap:
            seq = -self._heap[0]
            block = (
                Block.select()
                .where(Block.last_seq >= seq)
                .order_by(Block.last_seq, Block.number)
                .first()
            )
            records: dict[Key, Names] = {}
            while self._heap and -self._heap[0] >= (block.first_seq if block else seq):
                for key, names in self._wanted.pop(-heappop(self._heap)):
                    records[key] = records.get(key, frozenset()) | names
            if block is not None and block.first_seq <= seq:
                self._look_into(block, records)

    def _look_into(self, block: Block, records: dict[Key, Names]) -> None:
        gone: list[int] = []
        for key, entry in entries_in(block):
            if key in records:
                if self.is_due(key, entry, records[key]):
                    gone += entry.places
                if entry.previous < block.first_seq:
                    self.look(entry.previous, key, records[key])
        self.forget(block, gone)

    def forget(self, block: Block, places: Collection[int]) -> None:
        """Let parts of a block go."""
        if places:
            self.gone += block.forget(places)


def forget_old(hub: Hub) -> int:
    """Let go of all whose time is over, commit by commit; returns how many parts went."""
    gone, limit = 0, kept_since(hub)
    while True:
        with hub.upkeep(), Forgotten.changing() as state:
            after = Block.number > state.forgotten
            last = Block.select(fn.MAX(Block.number)).where(after & (Block.at < limit)).scalar()
            if last is None:
                return gone
            due = Block.select().where(after & (Block.number <= last)).order_by(Block.number)
            blocks = list(due.limit(AT_ONCE))
            gone += _forget(hub, blocks)
            state.forgotten = blocks[-1].number


def _forget(hub: Hub, blocks: Iterable[Block]) -> int:
    rows: dict[Key, Row | None] = {}
    """As they are now; of those whose plugin is away nothing."""

    def is_due(key: Key, entry: Entry, names: Names) -> bool:
        written = entry.after.keys() - {WRITTEN_BY}
        if not names >= ALL:
            written &= names
        row = rows.get(key)
        if row is None:
            return bool(written)
        is_gone = row.deleted and names >= ALL
        return is_gone or any(row.stamp_of(name) != entry.stamp for name in written)

    walk = _Walk(is_due)
    for block in blocks:
        edits = [(key, each) for key, each in entries_in(block) if len(each.places) > 1]
        rows.update(_rows_of(hub, {key for key, _ in edits} - rows.keys()))
        over: dict[Key, Names] = defaultdict(frozenset)
        for key, entry in edits:
            over[key] |= _written_over(hub, key, entry)
        gone: list[int] = []
        for key, entry in edits:
            is_over = key in rows and is_due(key, entry, over[key])
            gone += entry.places if is_over else entry.places[1:]
            walk.look(entry.previous, key, over[key])
        walk.forget(block, gone)
    walk.go()
    return walk.gone


def forget_records(keys: Collection[Key]) -> int:
    """Let go of all that the journal has of these records, wherever it stands; returns how many parts."""
    walk = _Walk(lambda *_: True)
    for block in blocks_naming(id for _, id in keys):
        own = [entry.places for key, entry in entries_in(block) if key in keys]
        walk.forget(block, [place for places in own for place in places])
    return walk.gone


def forget_parts_with(fields: Mapping[Key, Collection[str]]) -> int:
    """Let go of the journal's parts in which these fields of records stand; returns how many.

    What else one change wrote goes with them: its history, not what the record holds.
    """
    walk = _Walk(lambda *_: True)
    for block in blocks_naming(id for _, id in fields):
        places: list[int] = []
        for key, entry in entries_in(block):
            held = {*entry.after, *entry.before, *(entry.left or ())}
            if not held.isdisjoint(fields.get(key, ())):
                places += entry.places
        walk.forget(block, places)
    return walk.gone


def _written_over(hub: Hub, key: Key, entry: Entry) -> Names:
    """The fields whose earlier values an edit let go of; numbers that are counted on stay."""
    if entry.after.get(DELETED) or entry.left is not None:
        return ALL
    collection = hub.collections.get(key[0])
    stays = collection.outliving(entry.after) if collection else {}
    return frozenset(entry.after.keys() - stays.keys() - {WRITTEN_BY})


def _rows_of(hub: Hub, keys: Iterable[Key]) -> dict[Key, Row | None]:
    """The records as they are now; None for those that are no more, nothing where a plugin is away."""
    found: dict[Key, Row | None] = {}
    for name, ids in ids_by_collection(keys).items():
        if name in hub.collections:
            rows = hub.collections[name].rows_by_id(ids)
            found.update({(name, id): rows.get(id) for id in ids})
    return found
