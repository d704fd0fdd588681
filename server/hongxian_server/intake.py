"""Taking in what one device sends: merges, seqs, digests, journal and verdicts, in one commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from hongxian.collection import Collection
from hongxian.digest import Sums
from hongxian.page import Page
from hongxian.row import DELETED, SCOPE, Change, Loss, Row, merge_change, new_row
from hongxian.stamp import Clock
from hongxian_server import journal
from hongxian_server.conflicts import keep_losses
from hongxian_server.departures import note_move
from hongxian_server.reading import Fresh, Reading, Verdict

if TYPE_CHECKING:
    from hongxian_server.hub import Hub


@dataclass
class Outcome:
    """What became of a request's transactions.

    `plain` are those after which the sender knows the rows exactly; in the order of their
    stamps they have the seqs from `first_seq` on. All others are told one by one.
    """

    first_seq: int = 0
    plain: int = 0
    others: list[Verdict] = field(default_factory=list)


class Intake:
    """What a reading found good on its way in. Use once, inside the hub's transaction."""

    def __init__(
        self,
        hub: Hub,
        reading: Reading,
        sender_knows: Callable[[Collection, Row], bool],
        clock: Clock,
    ) -> None:
        self.hub = hub
        self.reading = reading
        self.sender_knows = sender_knows
        self.clock = clock
        self.rows: dict[tuple[str, str], Row] = {}
        self.before: dict[tuple[str, str], Row | None] = {}
        self.merged: dict[int, list[tuple[Collection, Change, Loss]]] = {}
        self.not_plain: set[int] = set()
        self.touched: dict[tuple[str, str], int] = {}
        self.sums = Sums()
        self.seq_of: dict[int, int] = {}

    # -- merging -----------------------------------------------------------------------------

    def write(self, collection: Collection, changes: Sequence[Change]) -> None:
        """Take in what the hub itself writes: checked already, and by nobody else."""
        self.reading.changes = [(collection, change) for change in changes]
        self.settle({})

    def settle(self, known: dict[int, int], kind: str = journal.PUSHED) -> Outcome:
        """Merge, store, sum up and keep; `known` are stamps in the journal already, with their seqs."""
        self._load_rows()
        self._merge_by_transaction(known)
        self._spread_not_plain()
        accepted = self._accepted_stamps() - known.keys()
        plain = sorted(accepted - self.not_plain)
        others = sorted(accepted & self.not_plain)
        first = self.hub.next_seq(len(plain) + len(others))
        self.seq_of = {stamp: first + place for place, stamp in enumerate((*plain, *others))}
        self._store(self.seq_of, kind)
        outcome = Outcome(first, len(plain), list(self.reading.bad.values()))
        outcome.others += [Verdict(stamp, "merged", seq=self.seq_of[stamp]) for stamp in others]
        outcome.others += [Verdict(stamp, "merged", seq=seq) for stamp, seq in known.items()]
        keep_losses(
            self.hub, [loss for stamp in others for loss in self.merged.get(stamp, ())], self.rows
        )
        return outcome

    def _load_rows(self) -> None:
        wanted: dict[str, tuple[Collection, set[str]]] = {}
        for collection, change in self.reading.changes:
            wanted.setdefault(collection.name, (collection, set()))[1].add(change.id)
        for name, (collection, ids) in wanted.items():
            for id, row in collection.rows_by_id(sorted(ids)).items():
                self.rows[name, id] = row

    def _merge_by_transaction(self, known: dict[int, int]) -> None:
        self.reading.changes.sort(key=lambda each: (each[1].stamp, not each[1].whole))
        place = 0
        while place < len(self.reading.changes):
            stamp = self.reading.changes[place][1].stamp
            end = place
            while end < len(self.reading.changes) and self.reading.changes[end][1].stamp == stamp:
                end += 1
            if stamp not in self.reading.bad and stamp not in known:
                self._merge_one(stamp, self.reading.changes[place:end])
            place = end

    def _merge_one(self, stamp: int, changes: Sequence[tuple[Collection, Change]]) -> None:
        """One transaction, whole or not at all."""
        for collection, change in changes:
            row = self.rows.get((collection.name, change.id))
            if row is None and not change.whole:
                self.reading.refuse(
                    stamp, {"id": ["社区主机没有这条记录。The hub has no such record."]}
                )
                return
            refusal = self.reading.not_allowed(
                collection, None if change.whole and row is None else row, change
            )
            if refusal:
                self.reading.refuse(stamp, {"": [refusal]})
                return
        for collection, change in changes:
            self._merge_change(collection, change)

    def _merge_change(self, collection: Collection, change: Change) -> None:
        key = (collection.name, change.id)
        row = self.rows.get(key)
        self.before.setdefault(key, row.copy() if row else None)
        self.touched[key] = change.stamp
        if row is None:
            self.rows[key] = new_row(change)
            return
        before = self.before[key]
        if before is not None and not self.sender_knows(collection, before):
            self.not_plain.add(change.stamp)
        losses = merge_change(row, change, collection.rule_of)
        if any(loss.field == DELETED for loss in losses):
            self.clock.observe(max(change.stamp, row.newest))
            row.put(DELETED, False, self.clock.tick())
        if losses or change.whole:
            self.not_plain.add(change.stamp)
        self.merged.setdefault(change.stamp, []).extend(
            (collection, change, loss) for loss in losses
        )

    def _spread_not_plain(self) -> None:
        """What follows on a record after a change that is not plain is not plain either.

        Plain transactions get the smaller seqs, so only then does a record's seq grow in order.
        """
        records: set[tuple[str, str]] = set()
        for collection, change in self.reading.changes:
            key = (collection.name, change.id)
            if change.stamp in self.not_plain or key in records:
                self.not_plain.add(change.stamp)
                records.add(key)

    def _accepted_stamps(self) -> set[int]:
        stamps = {change.stamp for _, change in self.reading.changes}
        for fresh in self.reading.fresh:
            stamps.update(fresh.columns[1])
        return stamps - self.reading.bad.keys()

    # -- storing -----------------------------------------------------------------------------

    def stored(self) -> Iterator[tuple[str, list[Change]]]:
        """What was taken in, by collection; of wholly new records only id and stamp."""
        for fresh in self.reading.fresh:
            pairs = zip(fresh.columns[0], fresh.columns[1], strict=True)
            yield (
                fresh.collection.name,
                [Change(id, s, {}, whole=True) for id, s in pairs if s in self.seq_of],
            )
        for collection, change in self.reading.changes:
            if change.stamp in self.seq_of:
                yield collection.name, [change]

    def _store(self, seq_of: dict[int, int], kind: str) -> None:
        new = [part for fresh in self.reading.fresh if (part := self._store_fresh(fresh, seq_of))]
        self._store_merged(seq_of)
        edits = [
            journal.edit_entry(
                collection.name,
                change,
                seq_of[change.stamp],
                self.before.get((collection.name, change.id)),
            )
            for collection, change in self.reading.changes
            if change.stamp in seq_of
        ]
        if seq_of:
            self.clock.observe(max(seq_of))
            journal.append(
                seqs=(min(seq_of.values()), max(seq_of.values())),
                stamps=(min(seq_of), max(seq_of)),
                device=self.reading.writer.number,
                kind=kind,
                at=self.hub.now(),
                new=new,
                edits=edits,
            )
        self.sums.write()

    def _store_fresh(self, fresh: Fresh, seq_of: dict[int, int]) -> dict[str, Any] | None:
        wanted = [stamp in seq_of for stamp in fresh.columns[1]]
        names, columns = fresh.names, fresh.columns
        if not all(wanted):
            columns = Page(fresh.collection.name, "new", names, columns).keep(wanted).columns
        if not columns[0]:
            return None
        ids, stamps, scopes = columns[:3]
        seqs = [seq_of[stamp] for stamp in stamps]
        self.sums.add_columns(
            fresh.collection.name, scopes, ids, stamps, [None] * len(ids), max(seqs)
        )
        kept_names, kept = _with_extra(fresh.collection, [*names, "seq"], [*columns, seqs])
        fresh.collection.insert_columns(kept_names, kept)
        return {
            "collection": fresh.collection.name,
            "names": [*names, "seq"],
            "columns": [*columns, seqs],
        }

    def _store_merged(self, seq_of: dict[int, int]) -> None:
        by_collection: dict[str, list[Row]] = {}
        for (name, id), stamp in self.touched.items():
            row, before = self.rows[name, id], self.before[name, id]
            row.seq = max(row.seq, seq_of[stamp])
            by_collection.setdefault(name, []).append(row)
            if before is not None:
                self.sums.take(name, before)
                if before.scope != row.scope:
                    note_move(name, id, before.scope, row.scope, row.seq)
                    self.sums.touch(before.scope, name, row.seq)
            self.sums.add(name, row)
        for name, rows in by_collection.items():
            self.hub.collections[name].put_rows(rows)


def _with_extra(
    collection: Collection, names: Sequence[str], columns: Sequence[Any]
) -> tuple[list[str], list[Any]]:
    """Fold the columns that this release does not know into one column of JSON texts."""
    unknown = [name for name in names if name not in collection.columns and name not in _ENGINE]
    if not unknown:
        return list(names), list(columns)
    given = dict(zip(names, columns, strict=True))
    rows = zip(*(given.pop(name) for name in unknown), strict=True)
    given["extra"] = [orjson.dumps(dict(zip(unknown, row, strict=True))).decode() for row in rows]
    return list(given), list(given.values())


_ENGINE = frozenset({"id", "stamp", SCOPE, "seq"})
