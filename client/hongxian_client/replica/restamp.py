"""New stamps for unsent work: after a wrong clock was noticed, or as another incarnation.

Counts, dots and spends are an incarnation's own: they move to the new one, and follow what is agreed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

import orjson

from hongxian.collections.builtin import Task
from hongxian.collections.collection import Collection
from hongxian.kinds.merged.merge_state import Moving
from hongxian.kinds.registry import kind_of_state
from hongxian.kit.book import Book
from hongxian.model.stamp import Clock
from hongxian.text import Text
from hongxian.words.incarnation import incarnation_of
from hongxian.words.logs import logger
from hongxian.words.values import Value
from hongxian_client.replica import deeds
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent.outbox import Entry, EntryState
from hongxian_client.replica.unsent.rebase import base_rows

log = logger(__name__)


def restamp(
    replica: Replica, *, offset: int, salt: str = "", became: Mapping[int, int] | None = None
) -> None:
    """Give unsent transactions new stamps in their order, inside the caller's transaction.

    Later stamps use the offset (milliseconds) too. What a change says it replaced is renewed with it.
    With a `salt` this is another incarnation from here on, to which a tally's share goes from the old
    one. What was spent under rights that stay with the old one opens a task. `became` are the stamps under which
    the hub has what this laptop holds as sent under others.
    """
    state = LaptopState.read()
    old = state.incarnation
    new = incarnation_of(state.laptop, salt) if salt else old
    clock = Clock(new, last=state.observed, offset=offset, now=replica.now)
    new_stamps: dict[int, int] = dict(became or {})
    moves = _Moves(old, new)
    touched: dict[str, set[str]] = {}
    entries = list(Entry.select().where(Entry.state != EntryState.REFUSED).order_by(Entry.position))
    for entry in entries:
        values = orjson.loads(entry.change)
        states = {name: kind for name, part in values.items() if (kind := kind_of_state(part))}
        if entry.state == EntryState.SENT:
            for name, kind in states.items():
                kind.pass_over(values[name], moves.of(entry, name))
            continue
        stamp = new_stamps.get(entry.stamp) or new_stamps.setdefault(entry.stamp, clock.tick())
        # Without its base nobody can tell what it would be as another's: the hub refuses it, for a person.
        for name, kind in states.items() if entry.state != EntryState.KEPT else ():
            values[name] = kind.moved(values[name], moves.of(entry, name))
        replaced = orjson.loads(entry.replaced) if entry.replaced else {}
        replaced = {name: new_stamps.get(stamp, stamp) for name, stamp in replaced.items()}
        Entry.update(
            stamp=stamp,
            change=orjson.dumps(values).decode(),
            replaced=orjson.dumps(replaced).decode() if replaced else None,
        ).where(Entry.position == entry.position).execute()
        if entry.state != EntryState.KEPT:
            touched.setdefault(entry.collection, set()).add(entry.record)
    with LaptopState.changing() as state:
        state.clock_offset, state.last_stamp = offset, clock.last
        state.incarnation, state.salt = new, salt or state.salt
    deeds.restamped(new_stamps)
    log.debug("restamped entries=%d offset=%d", len(entries), offset)
    replica.rebase_by_name({name: sorted(ids) for name, ids in touched.items()})
    for name, id, amount in moves.uncovered():
        collection = replica.collections.get(name)
        # Of a number that was given twice the hub tells, by the two records that bear it.
        if collection is not None and not issubclass(collection.model, Book):
            _open_task(replica, collection, id, amount)


def _open_task(replica: Replica, collection: Collection, id: str, amount: int) -> None:
    """Let a person see to what was given out under rights that may have been spent before."""
    row = replica.view(collection, [id])[id].local
    text = _PERHAPS_TWICE.format(title=collection.title, amount=amount)
    task = {"scope": row.scope, "text": text, "collection": collection.name, "record": id}
    replica.create(Task, [task])


_PERHAPS_TWICE = Text(
    "{title} × {amount}：由恢复或复制过的电脑支出，可能已被支出过，请核对。",
    "{title} × {amount}: given out by a laptop that had been restored or copied, perhaps for the "
    "second time: check.",
)


class _Moves:
    """The moves of states, one for each field of a record with unsent work."""

    def __init__(self, old: int, new: int) -> None:
        self.old, self.new = old, new
        self._of: dict[tuple[str, str, str], Moving] = {}

    def of(self, entry: Entry, name: str) -> Moving:
        """How a field's unsent changes move."""
        key = (entry.collection, entry.record, name)
        if key not in self._of:
            held = partial(_held, *key)
            self._of[key] = Moving(self.old, self.new, held)
        return self._of[key]

    def uncovered(self) -> Iterator[tuple[str, str, int]]:
        """What was spent under rights that stay with the old one: collection, record, amount."""
        for (collection, record, _name), moving in self._of.items():
            if moving.uncovered:
                yield collection, record, moving.uncovered


def _held(collection: str, record: str, name: str) -> Mapping[str, Value]:
    """What is agreed of a state."""
    base = base_rows(collection, [record]).get(record)
    return (base.values.get(name) or {}) if base else {}
