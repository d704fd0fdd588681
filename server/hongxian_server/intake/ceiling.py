"""The ceiling for deletions: what deletes much of a collection within a day waits for the keeper.

The whole day counts, so that what comes in slices does not pass. What a laptop made itself that
day, and nobody has written on since, it may delete as it likes.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from functools import cached_property

from hongxian.collections.collection import Collection
from hongxian.collections.rights import Writer
from hongxian.model.record import COMMUNITY
from hongxian.model.row import DELETED, UNWRITTEN, Change, Row
from hongxian.model.stamp import DAY_MILLISECONDS, milliseconds_of
from hongxian.model.transaction_id import TransactionId
from hongxian.text import Text
from hongxian.wire.digest import digests
from hongxian.wire.verdicts import Verdict, VerdictKind, refused
from hongxian_server.hub_state import HubState
from hongxian_server.store import HubStore
from hongxian_server.tables.deletions import (
    DeletionState,
    Told,
    decisions_on,
    deleted_since,
    note_deletions,
)

WAITS = Text(
    "一天里删得太多，等社区管理员确认。",
    "So much was deleted within a day that the community's keeper is to say.",
)
NOT_ALLOWED = Text(
    "社区管理员没有同意这次删除。", "The community's keeper does not allow this deletion."
)
Records = Mapping[tuple[str, str], Row]


def is_too_much(hub: HubStore, writer: Writer, name: str, count: int) -> bool:
    """Whether so many deletions are more than a laptop may do by itself, with those of the day."""
    state = HubState.read()
    before = deleted_since(writer.laptop, name, hub.now() - DAY_MILLISECONDS)
    held = digests([COMMUNITY, *writer.teams, *filter(writer.holds, writer.circles)])
    live = sum(by[name].count for by in held.values() if name in by)
    share = (live + before) * state.deletions_percent / 100
    return before + count > max(state.deletions_free, share)


IdsByStamp = Callable[[], Mapping[int, TransactionId]]


class Ceiling:
    """What one laptop's request deletes, and whether that is too much. Use once."""

    def __init__(self, hub: HubStore, writer: Writer, ids: IdsByStamp) -> None:
        self.hub = hub
        self.writer = writer
        self._ids = ids
        self.since = hub.now() - DAY_MILLISECONDS
        self.deletes: dict[int, dict[str, list[str]]] = {}
        """By stamp and collection the records that are deleted."""
        self.too_much: set[str] = set()
        self.said: dict[TransactionId, DeletionState] = {}

    @cached_property
    def ids(self) -> Mapping[int, TransactionId]:
        """The transactions' ids by their stamps, made when something is deleted; none where nothing is to be held."""
        return self._ids()

    def look(
        self, changes: Iterable[tuple[Collection, Change]], rows: Records, done: Container[int]
    ) -> None:
        """See what the transactions delete, but for those that are `done` already."""
        many: dict[str, set[str]] = {}
        for collection, change in changes:
            row = rows.get((collection.name, change.id))
            is_asked = row is not None and self._deletes(change, row) and change.stamp not in done
            if is_asked and change.stamp in self.ids:
                by_collection = self.deletes.setdefault(change.stamp, {})
                by_collection.setdefault(collection.name, []).append(change.id)
                many.setdefault(collection.name, set()).add(change.id)
        if many:
            self.said = self._decisions()
        for name in many:
            free = [s for s, each in self.deletes.items() if self.ids[s] not in self.said]
            unasked = {id for s in free for id in self.deletes[s].get(name, ())}
            if is_too_much(self.hub, self.writer, name, len(unasked)):
                self.too_much.add(name)

    def _decisions(self) -> dict[TransactionId, DeletionState]:
        """The keeper's word on these transactions, where they delete no more than the keeper saw."""
        said = decisions_on(self.writer.laptop)
        found = {}
        for stamp, by_collection in self.deletes.items():
            decided = said.get(self.ids[stamp], [])
            seen = {(each.collection, id) for each in decided for id in each.record_ids()}
            if all((name, id) in seen for name, ids in by_collection.items() for id in ids):
                found[self.ids[stamp]] = DeletionState(decided[0].state)
        return found

    def _deletes(self, change: Change, row: Row) -> bool:
        return change.values.get(DELETED) is True and not row.deleted and not self._is_own(row)

    def _is_own(self, row: Row) -> bool:
        """Whether the laptop made it within the day, and nobody has written on it since."""
        written_since = set(row.stamps.values()) - {row.stamp, UNWRITTEN}
        is_new = milliseconds_of(row.stamp) > self.since
        return is_new and row.maker == self.writer.laptop and not written_since

    def judge(self, stamp: int) -> Verdict | None:
        """What stands against a transaction; None if nothing does."""
        by_collection = self.deletes.get(stamp)
        if by_collection is None:
            return None
        said = self.said.get(self.ids[stamp])
        if said is DeletionState.REFUSED:
            return refused(stamp, {"": [NOT_ALLOWED]})
        if said is None and not self.too_much.isdisjoint(by_collection):
            return Verdict(stamp=stamp, verdict=VerdictKind.HELD, reasons={"": [WAITS]})
        return None

    def note(self, bad: Mapping[int, Verdict]) -> None:
        """Keep what was taken and what is held, inside the caller's commit."""
        told: list[Told] = []
        for stamp, by_collection in self.deletes.items():
            verdict = bad.get(stamp)
            if self.ids[stamp] not in self.said:
                held = verdict is not None and verdict.verdict is VerdictKind.HELD
                state = DeletionState.HELD if held else DeletionState.TAKEN
                if held or verdict is None:
                    told += [
                        (self.ids[stamp], name, ids, state) for name, ids in by_collection.items()
                    ]
        if told:
            note_deletions(told, self.writer.laptop, self.hub.now())
