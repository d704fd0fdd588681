"""The hub's store: the base of every record of the community, in the order of seq.

What takes changes in works on this; `hub.py` puts it together with that.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import chain
from pathlib import Path

from hongxian.collections.collection import Collection
from hongxian.collections.directory import HUBS_NUMBER
from hongxian.collections.rights import Writer
from hongxian.engine.store import Store
from hongxian.model.lines import Lines
from hongxian.model.row import Pending, RecordView
from hongxian.model.stamp import wall_clock
from hongxian.plugins.loading import Plugins
from hongxian.storage.database import AnyDatabase
from hongxian.text import Text
from hongxian.words.incarnation import HUB
from hongxian_server.hub_state import HubState


def _lines_of(collection: Collection) -> Iterator[Lines]:
    for name in sorted(collection.quotas):
        column = collection.quota(name)
        yield from filter(None, (column.grants, column.gives_back, column.spends))


class HubStore(Store):
    """What a hub holds and how it answers a store's questions."""

    kind = "hub"
    machine = Text("社区主机", "the hub's machine")

    def __init__(
        self,
        folder: Path,
        database: AnyDatabase,
        plugins: Plugins,
        now: Callable[[], int] = wall_clock,
    ) -> None:
        super().__init__(folder, database, plugins, now)
        self.turn = threading.RLock()  # threads queue here rather than on SQLite's busy timeout
        self.on_commit: list[Callable[[], None]] = []
        """Called behind each commit of this process, in its thread."""
        self.hint: Callable[[], None] = lambda: None
        """To be called by whoever is told that another process may have committed."""
        self.hears_others = False
        """Whether what other processes commit is told here; else who wants to know it looks often."""

    @contextmanager
    def upkeep(self) -> Iterator[None]:
        with super().upkeep():
            yield
        if not self.database.in_transaction():
            for tell in tuple(self.on_commit):
                tell()

    def writer(self) -> Writer:
        return Writer(HUB, "", frozenset(), HUBS_NUMBER)

    def wants(self, collection: Collection, id: str, name: str, amount: int) -> None:
        self._thread.wanted[collection.name, name, id] = amount

    def default_scope(self, collection: Collection) -> str:
        return "community"

    def view(self, collection: Collection, ids: Sequence[str]) -> dict[str, RecordView[Pending]]:
        rows = collection.rows_by_id(ids)
        return {id: RecordView(row, (), row) for id, row in rows.items()}

    @cached_property
    def lines(self) -> Mapping[str, Sequence[Lines]]:
        """By collection the lines of it that quotas may grow by."""
        found: dict[str, list[Lines]] = {}
        for lines in chain.from_iterable(map(_lines_of, self.collections.values())):
            if lines not in found.setdefault(lines.collection, []):
                found[lines.collection].append(lines)
        return found

    @cached_property
    def booked(self) -> frozenset[str]:
        """The collections whose new records are judged one by one: lines, their quotas, what is worked out."""
        named = {each.name for each in self.collections.values() if any(_lines_of(each))}
        return frozenset(named | self.lines.keys() | self.exchanges.worked_out().keys())

    def next_seq(self, count: int) -> int:
        """Reserve `count` seqs in the transaction that is open; returns the first."""
        with HubState.changing() as state:
            first = state.seq + 1
            state.seq += count
        return first
