"""Rules at the hub: one request's transactions, each laid over the tables with those before it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import partial

from hongxian.collections.collection import Collection
from hongxian.errors import Invalid, Refused
from hongxian.kit.rules.judging import Finding, Judge
from hongxian.kit.rules.standing import Sides, settle
from hongxian.kit.seen import Layer, Lying, Tables
from hongxian.model.record import Record
from hongxian.model.row import Change, Key, Row, ids_by_collection
from hongxian.wire.verdicts import Verdict, VerdictKind, refused
from hongxian.words.values import Values
from hongxian_server.intake.draft import Draft
from hongxian_server.intake.validate import Fresh, Reading
from hongxian_server.store import HubStore

Changes = Sequence[tuple[Collection, Change]]


class _Newcomers(Layer):
    """The new records of a collection that stay columns until they are stored."""

    def __init__(self, all_: _Fresh, judge: Judge, pages: Iterable[Fresh]) -> None:
        reader = judge.reader(next(iter(pages)).collection.name)
        super().__init__(reader)
        self._all = all_
        self.values: dict[str, Values] = {}
        for fresh in pages:
            names = fresh.names[2:]
            for id, stamp, *values in zip(*fresh.columns, strict=True):
                pairs = dict(zip(names, values, strict=True))
                self.values[id] = pairs
                self.add(reader.record(id, stamp, pairs, all_.laptop))

    def shows(self, record: Record) -> bool:
        return record.stamp <= self._all.until and record.stamp not in self._all.bad


class _Fresh(Mapping[str, Layer]):
    """All new records of a request by collection, read when a rule asks for one."""

    def __init__(self, judge: Judge, reading: Reading) -> None:
        self._judge = judge
        self.laptop, self.bad = reading.writer.laptop, reading.bad
        self.until = 0
        """The stamp of the transaction that is judged: what was written later is not there yet."""
        self._pages: dict[str, list[Fresh]] = {}
        for fresh in reading.fresh:
            self._pages.setdefault(fresh.collection.name, []).append(fresh)
        self._layers: dict[str, _Newcomers] = {}

    def __getitem__(self, name: str) -> _Newcomers:
        if name not in self._layers:
            self._layers[name] = _Newcomers(self, self._judge, self._pages[name])
        return self._layers[name]

    def __contains__(self, name: object) -> bool:
        return name in self._pages

    def __iter__(self) -> Iterator[str]:
        return iter(self._pages)

    def __len__(self) -> int:
        return len(self._pages)


class Judged:
    """What the rules say of a request, once it is known which new records stay columns. Use once.

    What the hub itself writes was judged where it was captured.
    """

    def __init__(self, hub: HubStore, reading: Reading) -> None:
        self.hub, self._judge = hub, hub.judge
        self._writer = reading.writer
        self._is_hub = reading.writer.is_hub
        written = {each.collection.name for each in reading.fresh}
        written |= {collection.name for collection, _ in reading.changes}
        self._asks = hub.judge.judges_any(written)
        self._accepted: dict[str, Layer] = {}
        self._tables = Tables()
        self._findings: dict[int, list[Finding]] = {}
        self._fresh = _Fresh(self._judge, reading)
        self.newcomers: dict[int, list[Record]] = {}
        """By stamp the new records that rules are asked about and that stay columns."""
        for name in self._fresh if self._asks and not self._is_hub else ():
            if self._judge.judges(name):
                for record in self._fresh[name].records.values():
                    self.newcomers.setdefault(record.stamp, []).append(record)

    def judge(self, draft: Draft, changes: Changes, revived: Container[Key]) -> Verdict | None:
        """What the rules have against a transaction; None if nothing.

        Of the hub's own only what it brings back is judged here: before it was, nobody could see it whole.
        """
        if not self._asks:
            return None
        self._fresh.until = draft.stamp
        try:
            self._findings[draft.stamp] = list(self._said(draft, changes, revived))
        except Refused as error:
            if self.hub.recovering and not self._is_hub:  # what it misses may still come
                return Verdict(stamp=draft.stamp, verdict=VerdictKind.LATER)
            reasons = error.facts["reasons"] if isinstance(error, Invalid) else {"": [error.text]}
            return refused(draft.stamp, reasons)
        return None

    def _said(self, draft: Draft, changes: Changes, revived: Container[Key]) -> Iterator[Finding]:
        over: dict[str, Layer] = {}
        steps = []
        asked: dict[Key, Values] = {}
        for collection, change in changes:
            alone = {n: v for n, v in change.values.items() if not collection.rule_of(n).keeps_both}
            asked.setdefault((collection.name, change.id), {}).update(alone)
        for key, row in draft.rows.items():
            if self._judge.is_watched(key[0]):
                step = self._judge.step(key[0], draft.before[key], row, asked[key])
                self._layer(over, key[0]).add(step.record)
                if not self._is_hub or key in revived:
                    steps.append(step)
        newcomers = self.newcomers.get(draft.stamp, ())
        made = {(record._meta.collection, record.id): None for record in newcomers}
        layers = [over, self._accepted, self._fresh]
        lying = Lying(layers, {**draft.before, **made}, self._tables)
        for step in steps:
            yield from self._judge.findings(step, draft.stamp, lying, self._writer)
        for record in newcomers:
            step = self._judge.made(record, self._fresh[record._meta.collection].values[record.id])
            yield from self._judge.findings(step, draft.stamp, lying, self._writer)

    def _layer(self, layers: dict[str, Layer], name: str) -> Layer:
        if name not in layers:
            layers[name] = Layer(self._judge.reader(name))
        return layers[name]

    def accept(self, draft: Draft) -> None:
        """Take note of an accepted transaction, for those behind it."""
        for key, row in draft.rows.items() if self._asks else ():
            if self._judge.is_watched(key[0]):
                self._layer(self._accepted, key[0]).put(row)

    def settle(
        self,
        taken: Container[int],
        touched: Iterable[Key],
        before: Mapping[Key, Row | None],
        rows: Mapping[Key, Row],
    ) -> None:
        """Open and close the tasks of what is marked, once all is stored."""
        if not self._asks or self._is_hub or self.hub.recovering:
            return
        findings = [
            each for stamp, found in self._findings.items() if stamp in taken for each in found
        ]
        by_collection = ids_by_collection(touched)
        changed = {
            name: partial(_sides, name, by_collection.get(name, ()), before, rows, self._fresh)
            for name in {*by_collection, *self._fresh}
            if self._judge.is_watched(name)
        }
        settle(self._judge, findings, changed)


def _sides(
    name: str,
    ids: Sequence[str],
    before: Mapping[Key, Row | None],
    rows: Mapping[Key, Row],
    fresh: Mapping[str, Layer],
) -> Sides:
    for id in ids:
        held = before[name, id]
        if held is not None:
            yield id, held.values
        yield id, rows[name, id].values
    for id, record in fresh[name].records.items() if name in fresh else ():
        yield id, record.__data__
