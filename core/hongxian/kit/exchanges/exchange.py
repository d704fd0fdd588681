"""Exchanges: what one plugin gives another takes, and neither knows the other; both know a contract.

A giver says of each of its records what it is by the contract, or None where it is nothing (any more). A
taker says what becomes of that: the values of a record of its own, or what it does by hand. The taker's
record has an id that follows from the source's, so it is one however often and wherever it is made.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol  # Any: each contract is a class of its own

from hongxian.collections.store_protocol import PresentStore
from hongxian.errors import BadPlugin, Refused
from hongxian.kit.exchanges.giving import GIVES, TAKES, Giver, Sees, Taker
from hongxian.kit.rules.judging import Judge
from hongxian.kit.seen import Lying, Seen, Tables, scopes_of
from hongxian.model.record import COMMUNITY, Record
from hongxian.model.row import DELETED, SCOPE, Row
from hongxian.plugins.loading import FAILURES, Plugins
from hongxian.plugins.plugin import Plugin
from hongxian.words.values import Values
from hongxian.writing.capture import Transaction

DEEPEST = 5
"""How often what is taken may be given on in one transaction."""
AT_ONCE = 200
"""Records of which one commit of a walk takes what they give."""


class ExchangeStore(PresentStore, Protocol):
    """What exchanges ask of a store."""

    def upkeep(self) -> AbstractContextManager[None]:
        """A commit of the engine's own."""

    def separately(self) -> AbstractContextManager[Transaction]:
        """One commit, in which each record is judged by itself."""

    def open_transaction(self) -> Transaction:
        """The one that is open."""


@dataclass(frozen=True)
class Source:
    """A record that gives something, or gave it."""

    id: str
    scope: str
    given: Any
    """By the contract; None for nothing."""


@dataclass
class Exchanges:
    """What the plugins of a store give and take."""

    store: ExchangeStore
    plugins: Plugins
    judge: Judge
    _loaded: tuple[int, ...] = ()
    _givers: list[tuple[Plugin, Giver]] = field(default_factory=list)
    _takers: list[tuple[Plugin, Taker]] = field(default_factory=list)

    def givers(self) -> list[tuple[Plugin, Giver]]:
        """Those whose collection is here and of whose contract there is a taker."""
        self._learn()
        wanted = {taker.contract for _, taker in self._takers}
        return [each for each in self._givers if each[1].contract in wanted]

    def givers_by(self, contract: type) -> list[tuple[Plugin, Giver]]:
        """Those whose collection is here and who give by this contract, taken or not."""
        self._learn()
        return [each for each in self._givers if each[1].contract is contract]

    def takers(self, contract: type) -> list[tuple[Plugin, Taker]]:
        """Who takes what this contract tells."""
        self._learn()
        return [each for each in self._takers if each[1].contract is contract]

    def worked_out(self) -> dict[str, list[Taker]]:
        """By collection the takers that make its records, where nobody makes any by hand."""
        self._learn()
        found: dict[str, list[Taker]] = {}
        for _, each in self._takers:
            if each.into is not None:
                found.setdefault(each.into._meta.collection, []).append(each)
        return {n: own for n, own in found.items() if not any(e.also_by_hand for e in own)}

    def _learn(self) -> None:
        loaded = [each for each in self.plugins.all if each.loaded]
        if self._loaded == tuple(map(id, loaded)):
            return
        self._loaded = tuple(map(id, loaded))
        here = {each.model for each in self.store.collections.values()}
        self._takers = [
            (plugin, each)
            for plugin in loaded
            for each in plugin.marked(TAKES)
            if each.into is None or each.into in here
        ]
        self._givers = [
            (plugin, each) for plugin in loaded for each in plugin.marked(GIVES) if each.of in here
        ]

    # -- what is given -----------------------------------------------------------------------

    def touched(
        self, written: Mapping[str, Iterable[str]]
    ) -> Iterator[tuple[Plugin, Giver, set[str]]]:
        """For each giver the ids of its records about which it is to be asked after these were written."""
        for plugin, giver in self.givers():
            collection = self.store.collection(giver.of._meta.collection)
            ids = set(written.get(collection.name, ()))
            for name in giver.through:
                changed = list(written.get(collection.columns[name].reference or "", ()))
                if changed:
                    points_there = giver.of._meta.fields[name].in_(changed)
                    there = giver.of.select(giver.of.id).where(points_there)
                    ids.update(id for (id,) in there.tuples())
            if ids:
                yield plugin, giver, ids

    def sources(self, plugin: Plugin, giver: Giver, ids: Iterable[str]) -> Iterator[Source]:
        """What a giver says of its records; one over which it breaks is left as it is.

        So is one that refers to what has not arrived here: it is asked about when that comes.
        """
        reader, tables = self.judge.reader(giver.of._meta.collection), Tables()
        for row in self._whole(giver, reader.collection.rows_by_id(ids).values(), tables):
            record = reader.of_row(row)
            lying = Lying(tables=tables)
            seen = Seen(self.store, self.judge.reader, row.newest, scopes_of(record), lying)
            try:
                yield Source(row.id, row.scope, self.asked(plugin, giver, row, record, seen))
            except FAILURES as error:
                plugin.failed(giver.run.__name__, error)

    def _whole(self, giver: Giver, rows: Collection[Row], tables: Tables) -> Iterator[Row]:
        """Those of whose `through` all is here; that is read once for all of them, into `tables`."""
        columns = self.store.collection(giver.of._meta.collection).columns
        there = {}
        for name in giver.through:
            held = self.store.collections.get(columns[name].reference or "")
            if held is not None:
                found = held.rows_by_id({row.values[name] for row in rows} - {None})
                read = self.judge.reader(held.name).of_row
                tables.by_id.update({(held.name, id): read(row) for id, row in found.items()})
                there[name] = set(found)
        for row in rows:
            if all(row.values[name] in {None, *ids} for name, ids in there.items()):
                yield row

    def asked(self, plugin: Plugin, giver: Giver, row: Row, record: Record, seen: Sees) -> Any:
        """What a giver says of one record; raises whatever is wrong with it."""
        if row.deleted:
            return None
        with self.plugins.call(plugin, giver.run.__name__):
            given = giver.ask(record, seen)
        if given is not None and not isinstance(given, giver.contract):
            wanted, made = giver.contract.__name__, type(given).__name__
            raise BadPlugin(detail=f"{giver.run.__name__} gives {wanted}, not {made}")
        return given

    # -- what is taken -----------------------------------------------------------------------

    def take(self, plugin: Plugin, taker: Taker, sources: Iterable[Source]) -> set[str]:
        """Let a taker take what these sources give; the ids of its own records that are so touched."""
        if taker.into is not None:
            is_in = self.store.kind == "hub" and self.store.open_transaction().separate
            take = self._take_of_what_is_in if is_in else self._take_into
            return take(plugin, taker, taker.into, list(sources))
        for each in sources:
            try:
                with self.plugins.call(plugin, taker.run.__name__):
                    taker.do(self.store, each.id, each.given, each.scope)
            except FAILURES as error:
                plugin.failed(taker.run.__name__, error)
        return set()

    def _take_of_what_is_in(
        self, plugin: Plugin, taker: Taker, into: type[Record], sources: Sequence[Source]
    ) -> set[str]:
        """The same of what laptops without the taker wrote: what it refuses ends no sync, and is its error."""
        transaction = self.store.open_transaction()
        deleted = len(transaction.deleted)
        counts = {name: len(changes) for name, changes in transaction.changes.items()}
        try:
            with self.store.database.atomic():
                return self._take_into(plugin, taker, into, sources)
        except Refused as error:
            del transaction.deleted[deleted:]
            for name, changes in transaction.changes.items():
                del changes[counts.get(name, 0) :]
            if len(sources) == 1:
                plugin.failed(taker.run.__name__, error)
                return set()
        alone = ([each] for each in sources)
        return {id for each in alone for id in self._take_of_what_is_in(plugin, taker, into, each)}

    def _take_into(
        self, plugin: Plugin, taker: Taker, into: type[Record], sources: Sequence[Source]
    ) -> set[str]:
        """Make, change and delete the records that stand for these."""
        collection = self.store.collection(into._meta.collection)
        held = collection.rows_by_id(taker.id_for(each.id) for each in sources)
        is_communitys = collection.scope_kind == COMMUNITY
        new, edits, gone = list[Values](), dict[str, Values](), list[str]()
        for source in sources:
            id = taker.id_for(source.id)
            there, is_live = id in held, id in held and not held[id].deleted
            team = getattr(source.given, "team", "")
            scope = COMMUNITY if is_communitys else team or source.scope
            if not self.store.writer().holds(scope):
                continue  # another team's, and so the hub's to make
            try:
                with self.plugins.call(plugin, taker.run.__name__):
                    given = source.given
                    values = None if given is None else dict(taker.ask(given, source.id) or {})
            except FAILURES as error:
                plugin.failed(taker.run.__name__, error)
                continue
            if not values:
                gone += [id] if is_live else []
            elif not there:
                new.append({"id": id, SCOPE: scope, **values})
            else:
                moved = {} if held[id].scope == scope else {SCOPE: scope}
                back = {} if is_live else {DELETED: False}
                edits[id] = {**back, **moved, **values}
        if new:
            self.store.create(into, new)
        if edits:
            self.store.edit(into, edits)
        if gone:
            self.store.delete(into, gone)
        return {*gone, *edits, *(each["id"] for each in new)}


def exchange(exchanges: Exchanges, written: Mapping[str, Iterable[str]]) -> None:
    """Make what becomes of these records in other plugins' collections, inside the caller's transaction.

    What only the hub may write is left to it.
    """
    store = exchanges.store
    for _ in range(DEEPEST):
        made: dict[str, set[str]] = {}
        for giver_of, giver, ids in exchanges.touched(written):
            takers = [
                (plugin, taker, taker.into._meta.collection)
                for plugin, taker in exchanges.takers(giver.contract)
                if taker.into is not None and may_take(store, taker.into)
            ]
            if not takers:
                continue
            if store.kind == "hub" and store.recovering:
                return  # the laptops have what came of it, and `walk` sees to the rest
            sources = list(exchanges.sources(giver_of, giver, ids))
            for plugin, taker, name in takers:
                made.setdefault(name, set()).update(exchanges.take(plugin, taker, sources))
        if not made:
            return
        written = made


def exchange_by_hand(exchanges: Exchanges, written: Mapping[str, Iterable[str]]) -> None:
    """Call those who take by hand what these records give, after the commit that wrote them."""
    for giver_of, giver, ids in exchanges.touched(written):
        takers = [each for each in exchanges.takers(giver.contract) if each[1].into is None]
        sources = list(exchanges.sources(giver_of, giver, ids)) if takers else []
        for plugin, taker in takers:
            exchanges.take(plugin, taker, sources)


def may_take(store: PresentStore, into: type[Record]) -> bool:
    """Whether this side may write what is taken into a model."""
    return store.kind == "hub" or store.collection(into._meta.collection).writers != "hub"
