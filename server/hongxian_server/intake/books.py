"""Books at the hub: a quota grows and is spent only by the lines that its field names (`hongxian.Lines`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from hongxian.collections.collection import Collection
from hongxian.kit.exchanges.giving import R
from hongxian.kit.settings import S, Settings
from hongxian.merges.quota import total
from hongxian.model.lines import C, Lines, value_of
from hongxian.model.row import Change, Key, Row
from hongxian.text import Text
from hongxian.wire.verdicts import Verdict, VerdictKind, refused
from hongxian.words.values import Value, Values
from hongxian_server.intake.draft import Draft
from hongxian_server.intake.validate import Reading
from hongxian_server.store import HubStore

_NOT_DUE = Text(
    "这一笔没有依据，主机不收。", "Nothing that the hub knows of is the reason for this line."
)
_NO_LINE = Text(
    "{label}：账上的凭据共 {due}，不能增加到 {total}。",
    "{label}: the lines in the books come to {due}; it cannot grow to {total}.",
)
_NOT_SPENT = Text(
    "{label}：账上的凭据共 {due}，不能花到 {total}。",
    "{label}: the lines in the books come to {due}; {total} cannot have been spent.",
)
_PARTS = (("g", "grants"), ("r", "gives_back"), ("s", "spends"))
"""The numbers of a quota, and what its column calls the lines without which they do not grow."""


class Books:
    """The lines that one request brings, over those that the hub has. Use once."""

    def __init__(self, hub: HubStore, reading: Reading, rows: Mapping[Key, Row]) -> None:
        self.hub = hub
        self.reading = reading
        self.rows = rows
        """Records as the request has brought them so far."""
        self._added: Counter[tuple[Lines, Value]] = Counter()
        """What the lines taken in of this request come to."""
        self._stored: dict[tuple[Lines, Value], int] = {}
        self._fresh: dict[str, dict[str, Row]] = {}

    def judge(
        self, draft: Draft, changes: Sequence[tuple[Collection, Change]], *, recovering: bool
    ) -> Verdict | None:
        """What stands against a transaction's lines and what they are to cover; None if nothing does."""
        added = Counter[tuple[Lines, Value]]()
        for lines, row, before in self._lines_in(draft):
            more = lines.amount_in(row) - lines.amount_in(before)
            if more and not recovering and not self._is_due(lines, row, draft):
                return refused(draft.stamp, {lines.amount: [_NOT_DUE]})
            added[lines, lines.about(row)] += more
        for collection, change in changes:
            for name in sorted(collection.quotas & change.values.keys()):
                for part, which in _PARTS:
                    lines = getattr(collection.quota(name), which)
                    key = (collection.name, change.id)
                    if lines is not None and self._is_short(draft, key, name, part, lines, added):
                        if recovering:
                            return Verdict(stamp=draft.stamp, verdict=VerdictKind.LATER)
                        return self._refused(draft, collection, key, name, part, lines, added)
        return None

    def judge_stored(
        self, draft: Draft, changes: Sequence[tuple[Collection, Change]]
    ) -> Verdict | None:
        """The same of a transaction that is in the tables already, the hub's own."""
        for lines, row, before in self._lines_in(draft):
            self._added[lines, lines.about(row)] -= lines.amount_in(row) - lines.amount_in(before)
        return self.judge(draft, changes, recovering=False)

    def accept(self, draft: Draft) -> None:
        """Take note of an accepted transaction's lines."""
        for lines, row, before in self._lines_in(draft):
            more = lines.amount_in(row) - lines.amount_in(before)
            self._added[lines, lines.about(row)] += more

    def _lines_in(self, draft: Draft) -> Iterator[tuple[Lines, Row, Row | None]]:
        for key, row in draft.rows.items():
            for lines in self.hub.lines.get(key[0], ()):
                yield lines, row, draft.before[key]

    def _is_due(self, lines: Lines, row: Row, draft: Draft) -> bool:
        return lines.due is None or lines.due({"id": row.id, **row.values}, _Look(self, draft))

    def _is_short(
        self,
        draft: Draft,
        key: Key,
        name: str,
        part: str,
        lines: Lines,
        added: Counter[tuple[Lines, Value]],
    ) -> bool:
        """Whether a number grows by more than this transaction's lines, and than all there are."""
        row, before = draft.rows[key], draft.before[key]
        now = total(row.values.get(name) or {}, part)
        grown = now - total((before.values.get(name) or {}) if before else {}, part)
        about = value_of(row, lines.by)
        if grown <= added[lines, about] or grown <= 0:
            return False
        return now > self._due(lines, about, added)

    def _due(self, lines: Lines, about: Value, added: Counter[tuple[Lines, Value]]) -> int:
        key = (lines, about)
        if key not in self._stored:
            self._stored[key] = sum_of(self.hub, lines, about)
        return self._stored[key] + self._added[key] + added[key]

    def _refused(
        self,
        draft: Draft,
        collection: Collection,
        key: Key,
        name: str,
        part: str,
        lines: Lines,
        added: Counter[tuple[Lines, Value]],
    ) -> Verdict:
        row = draft.rows[key]
        reason = (_NOT_SPENT if part == "s" else _NO_LINE).format(
            label=collection.columns[name].label,
            due=self._due(lines, value_of(row, lines.by), added),
            total=total(row.values[name], part),
        )
        return refused(draft.stamp, {name: [reason]})

    def row(self, draft: Draft, name: str, id: str) -> Row | None:
        """A record as this transaction finds it; None where there is none."""
        row = draft.rows.get((name, id)) or self.rows.get((name, id)) or self._new(name).get(id)
        if row is None and name in self.hub.collections:
            row = self.hub.collections[name].rows_by_id([id]).get(id)
        return None if row is None or row.deleted else row

    def given(self, draft: Draft, contract: type[C], source: str) -> C | None:
        """What a record gives by a contract, as this transaction finds it; raises what a giver does."""
        exchanges = self.hub.exchanges
        for plugin, giver in exchanges.givers_by(contract):
            name = giver.of._meta.collection
            row = self.row(draft, name, source)
            if row is not None:
                record = self.hub.judge.reader(name).of_row(row)
                told: C | None = exchanges.asked(plugin, giver, row, record, _Look(self, draft))
                return told
        return None

    def settings(self, draft: Draft, model: type[S]) -> S:
        """A plugin's settings as this transaction finds them."""
        name = model._meta.collection
        held = {row.id: row for row in self.hub.collection(name).rows("NOT deleted")}
        held |= self._new(name)
        for (collection, id), row in chain(self.rows.items(), draft.rows.items()):
            if collection == name:
                held[id] = row
        return model.folded(held.values(), draft.stamp)

    def _new(self, name: str) -> Mapping[str, Row]:
        """The records of a collection that are new by this request and stay columns."""
        if name not in self._fresh:
            found = self._fresh[name] = dict[str, Row]()
            for fresh in self.reading.fresh:
                if fresh.collection.name == name:
                    for id, stamp, *values in zip(*fresh.columns, strict=True):
                        if stamp not in self.reading.bad:
                            pairs = zip(fresh.names[2:], values, strict=True)
                            found[id] = Row(id, stamp, dict(pairs))
        return self._fresh[name]


@dataclass(frozen=True)
class _Look:
    """What a line may look at, as its transaction finds it."""

    books: Books
    draft: Draft

    def __call__(self, collection: str, id: str) -> Values | None:
        row = self.books.row(self.draft, collection, id)
        return None if row is None else row.values

    def get(self, model: type[R], id: str) -> R | None:
        """A record, as a giver asks for it."""
        name = model._meta.collection
        row = self.books.row(self.draft, name, id)
        record: R | None = None if row is None else self.books.hub.judge.reader(name).of_row(row)
        return record

    def given(self, contract: type[C], source: str) -> C | None:
        return self.books.given(self.draft, contract, source)

    def settings(self, model: type[Settings]) -> Settings:
        return self.books.settings(self.draft, model)


def sum_of(hub: HubStore, lines: Lines, about: Value) -> int:
    """What the lines that the hub has of something come to."""
    collection = hub.collections.get(lines.collection)
    if collection is None:
        return 0
    mark = hub.database.param
    conditions, parameters = [f"{collection.quoted(lines.of)} = {mark}"], [about]
    for name, allowed in lines.only:
        conditions.append(f"{collection.quoted(name)} IN ({', '.join([mark] * len(allowed))})")
        parameters += sorted(allowed)
    sql = (
        f'SELECT SUM({collection.quoted(lines.amount)}) FROM "{collection.table}" '
        f"WHERE NOT deleted AND {' AND '.join(conditions)}"
    )
    return int(hub.database.execute_sql(sql, parameters).fetchone()[0] or 0)
