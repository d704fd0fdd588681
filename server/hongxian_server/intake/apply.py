"""Taking in what one laptop sends: merges, seqs, digests, journal and verdicts, in one commit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Sequence
from itertools import chain, count, groupby

from hongxian.checks import Reasons
from hongxian.collections.collection import Collection
from hongxian.model.row import (
    DELETED,
    MAKER,
    SCOPE,
    Change,
    Loss,
    Row,
    is_anothers,
    merge_change,
    new_row,
)
from hongxian.model.stamp import Clock
from hongxian.text import Text
from hongxian.wire.digest import Sums
from hongxian.wire.history import Origin
from hongxian.wire.page import Page, PageKind
from hongxian.wire.verdicts import Outcome, Verdict, VerdictKind, as_merged
from hongxian.words.values import JsonObject, Value, Values
from hongxian_server.intake.books import Books
from hongxian_server.intake.ceiling import Ceiling, IdsByStamp
from hongxian_server.intake.claims import Claims, TakenFrom, bumped, newly_wanted, part_contended
from hongxian_server.intake.conflicts import keep_losses
from hongxian_server.intake.counts import judge_counts
from hongxian_server.intake.damage import note_if_damaged
from hongxian_server.intake.draft import Draft
from hongxian_server.intake.erased import ERASED, erased_among
from hongxian_server.intake.judged import Judged
from hongxian_server.intake.own import judge_own_quotas, raise_refusal
from hongxian_server.intake.quotas import judge_quotas
from hongxian_server.intake.references import References
from hongxian_server.intake.revival import GONE, brings_back, revival
from hongxian_server.intake.validate import Fresh, Reading, with_extra
from hongxian_server.intake.worked_out import WorkedOut
from hongxian_server.store import HubStore
from hongxian_server.tables import journal
from hongxian_server.tables.scope_exits import note_move

PUT_OFF = frozenset(VerdictKind) - {VerdictKind.MERGED, VerdictKind.REFUSED, VerdictKind.BUMPED}
"""Verdicts after which a laptop sends a transaction once more by itself, and what follows on it."""


class Intake:
    """What a reading found good on its way in. Use once, inside the hub's transaction."""

    def __init__(
        self,
        hub: HubStore,
        reading: Reading,
        sender_knows: Callable[[Collection, Row], bool],
        clock: Clock,
        ids: IdsByStamp = dict,
    ) -> None:
        self.hub = hub
        self.reading = reading
        self.sender_knows = sender_knows
        self.clock = clock
        self.rows: dict[tuple[str, str], Row] = {}
        self.before: dict[tuple[str, str], Row | None] = {}
        self.erased: set[tuple[str, str]] = set()
        self.revivals: dict[tuple[str, str], Row | None] = {}
        """Tombstones that some change brings back, with their values; None where these are gone."""
        self.merged: dict[int, list[tuple[Collection, Change, Loss]]] = {}
        """Losses by their transaction's stamp."""
        self.damaged: set[tuple[str, str]] = set()
        """What the hub's disk has changed: what is written to it waits for a copy."""
        self.not_plain: set[int] = set()
        self.touched: dict[tuple[str, str], int] = {}
        self.sums = Sums()
        self.seq_of: dict[int, int] = {}
        self.claims = Claims(hub, self.rows)
        self.bumps: dict[int, TakenFrom] = {}
        """What came too late for a key, by its transaction's stamp."""
        self.books = Books(hub, reading, self.rows)
        self.worked_out = WorkedOut(hub, reading)
        self.references = References(hub, reading, self.rows)
        self.ceiling = Ceiling(hub, reading.writer, ids)
        self.recovering = hub.recovering

    # -- merging -----------------------------------------------------------------------------

    def write(self, collection: Collection, changes: Sequence[Change]) -> None:
        """Take in what the hub itself writes: checked already, and by nobody else."""
        self._sort(collection, changes)
        self.settle({})
        for verdict in self.reading.bad.values():
            raise_refusal(verdict)

    def _sort(self, collection: Collection, changes: Sequence[Change]) -> None:
        """Let new records be columns, as those of a laptop are, where they are of one kind."""
        new = {change.id: change for change in changes if change.whole}
        kinds = {tuple(change.values) for change in new.values()}
        if len(kinds) != 1 or len(new) != len(changes) or self.reading.held(collection, list(new)):
            self.reading.changes = [(collection, change) for change in changes]
            return
        names = [SCOPE, *(name for name in kinds.pop() if name != SCOPE)]
        columns: list[list[Value]] = [
            [change.id for change in changes],
            [change.stamp for change in changes],
        ]
        columns += ([change.values[name] for change in changes] for name in names)
        self.reading.fresh = [Fresh(collection, ["id", "stamp", *names], columns)]

    def settle(self, known: dict[int, int], kind: Origin = Origin.PUSHED) -> Outcome:
        """Merge, store, sum up and keep; `known` are stamps in the journal already, with their seqs."""
        part_contended(self.reading, one_by_one=self.recovering)
        self.references.learn()
        self.judged = Judged(self.hub, self.reading)
        self._load_rows()
        self.claims.learn(self.reading.changes)
        self.ceiling.look(self.reading.changes, self.rows, {*known, *self.reading.bad})
        self._merge_by_transaction(known)
        self._spread_not_plain()
        accepted = self._accepted_stamps(known)
        plain = [stamp for stamp in accepted if stamp not in self.not_plain]
        others = [stamp for stamp in accepted if stamp in self.not_plain]
        first = self.hub.next_seq(len(accepted))
        self.seq_of = dict(zip(chain(plain, others), count(first), strict=False))
        self._store(self.seq_of, kind)
        for stamp, taken in self.bumps.items():  # now that all of the request is in the tables
            self.reading.bad[stamp] = bumped(self.hub, stamp, *taken, self.reading.writer)
        self.ceiling.note(self.reading.bad)
        merged = {stamp: self.seq_of[stamp] for stamp in others} | known
        told = [*self.reading.bad.values(), *map(as_merged, merged, merged.values())]
        losses = [loss for stamp in others for loss in self.merged.get(stamp, ())]
        keep_losses(self.hub, losses, self.rows)
        self.judged.settle(self.seq_of, self.touched, self.before, self.rows)
        return Outcome(first_seq=first, plain=len(plain), others=told)

    def _load_rows(self) -> None:
        wanted: dict[str, tuple[Collection, set[str]]] = {}
        for collection, change in self.reading.changes:
            wanted.setdefault(collection.name, (collection, set()))[1].add(change.id)
        for name, (collection, ids) in wanted.items():
            rows = collection.rows_by_id(sorted(ids))
            for id, row in rows.items():
                self.rows[name, id] = row
            self.erased |= {(name, id) for id in erased_among(self.hub, name, ids)}
            self.damaged.update(
                (name, id) for id in note_if_damaged(self.hub, collection, rows.values())
            )
        for collection, change in self.reading.changes:
            key = (collection.name, change.id)
            if (
                key in self.rows
                and key not in self.revivals
                and brings_back(self.rows[key], change)
            ):
                self.revivals[key] = revived = revival(self.hub, collection, self.rows[key])
                self.rows[key] = revived or self.rows[key]

    def _merge_by_transaction(self, known: dict[int, int]) -> None:
        self.reading.changes.sort(key=lambda each: (each[1].stamp, not each[1].whole))
        put_off: dict[tuple[str, str], VerdictKind] = {}
        grouped = groupby(self.reading.changes, lambda each: each[1].stamp)
        by_stamp = {stamp: list(group) for stamp, group in grouped}
        for stamp in sorted({*by_stamp, *self.judged.newcomers}):
            if stamp not in known:
                changes = by_stamp.get(stamp, [])
                records = [(collection.name, change.id) for collection, change in changes]
                self._let_follow(stamp, records, put_off)
                if stamp not in self.reading.bad:
                    self._merge_one(stamp, changes)
                verdict = self.reading.bad.get(stamp)
                if verdict is not None and verdict.verdict in PUT_OFF:
                    put_off.update(dict.fromkeys(records, verdict.verdict))

    def _let_follow(
        self,
        stamp: int,
        records: Sequence[tuple[str, str]],
        put_off: dict[tuple[str, str], VerdictKind],
    ) -> None:
        """What follows on a record is put off with what went before it."""
        verdict = next((put_off[each] for each in records if each in put_off), None)
        if verdict is not None and stamp not in self.reading.bad:
            self.reading.bad[stamp] = Verdict(stamp=stamp, verdict=verdict)

    def _merge_one(self, stamp: int, changes: Sequence[tuple[Collection, Change]]) -> None:
        """One transaction, whole or not at all."""
        if not self.damaged.isdisjoint((each.name, change.id) for each, change in changes):
            self.reading.bad[stamp] = Verdict(stamp=stamp, verdict=VerdictKind.AGAIN)
            return
        if not self.reading.writer.is_hub and any(
            is_anothers(self.rows.get((collection.name, change.id)), change, collection.rule_of)
            for collection, change in changes
        ):
            self.reading.bad[stamp] = Verdict(stamp=stamp, verdict=VerdictKind.CLOCK)
            return
        draft = Draft(stamp)
        for collection, change in changes:
            refusal = self._draft(draft, collection, change)
            if refusal:
                self.reading.refuse(stamp, refusal)
                return
        verdict = self._judge(draft, changes)
        if verdict is not None:
            self.reading.bad[stamp] = verdict
        else:
            self._accept(draft)

    def _draft(self, draft: Draft, collection: Collection, change: Change) -> Reasons | None:
        """Merge one change into the draft; returns why it may not be."""
        key = (collection.name, change.id)
        row = draft.rows.get(key) or self.rows.get(key)
        if key in self.erased:
            return {"": [ERASED]}
        if row is None and not change.whole:
            return {"id": [Text("社区主机没有这条记录。", "The hub has no such record.")]}
        refusal = self.reading.not_allowed(collection, row, change)
        if refusal:
            return {"": [refusal]}
        if key in self.revivals:
            draft.plain = False
            if self.revivals[key] is None and row is not None and brings_back(row, change):
                return {"": [GONE]}
        draft.before.setdefault(key, row)
        if row is None:
            draft.rows[key] = new_row(change, self.reading.writer.laptop)
            return None
        if key not in draft.rows:
            row = draft.rows[key] = row.copy()
        before = self.before.get(key, draft.before[key])
        if before is not None and not self.sender_knows(collection, before):
            draft.plain = False
            change.replaced.pop(DELETED, None)  # whatever its writer's own stamps say it saw
        losses = merge_change(row, change, collection.rule_of)
        if any(loss.field == DELETED for loss in losses):
            self.clock.observe(max(change.stamp, row.newest))
            row.put(DELETED, False, self.clock.tick())
        if losses or change.whole:
            draft.plain = False
        draft.losses += [(collection, change, loss) for loss in losses]
        return None

    def _judge(self, draft: Draft, changes: Sequence[tuple[Collection, Change]]) -> Verdict | None:
        """What stands against a transaction as a whole; None if nothing does."""
        stands = self.judged.judge(draft, changes, self.revivals) or self.ceiling.judge(draft.stamp)
        if stands is not None:
            return stands
        if self.recovering and any(newly_wanted(draft, self.hub)):
            return Verdict(stamp=draft.stamp, verdict=VerdictKind.LATER)
        if taken := self.claims.judge(draft):
            self.bumps[draft.stamp] = taken
            return Verdict(stamp=draft.stamp, verdict=VerdictKind.BUMPED)
        writer, recovering = self.reading.writer, self.recovering
        if writer.is_hub:
            return judge_own_quotas(draft, changes, recovering=recovering)
        verdict = judge_counts(draft, changes, recovering=recovering) or judge_quotas(
            draft, changes, writer.incarnation, self.clock, recovering=recovering
        )
        if not self.hub.booked.isdisjoint(name for name, _ in draft.rows):
            verdict = verdict or self.books.judge(draft, changes, recovering=recovering)
            verdict = verdict or self.worked_out.judge(draft, recovering=recovering)
        return verdict or self.references.judge(draft)

    def _accept(self, draft: Draft) -> None:
        self.claims.accept(draft)
        self.books.accept(draft)
        self.references.accept(draft)
        self.judged.accept(draft)
        for key, row in draft.rows.items():
            self.rows[key] = row
            self.before.setdefault(key, draft.before[key])
            self.touched[key] = draft.stamp
        self.merged[draft.stamp] = draft.losses
        if not draft.plain:
            self.not_plain.add(draft.stamp)

    def _spread_not_plain(self) -> None:
        """What follows on a record after a transaction that is not plain is not plain either.

        Plain transactions get the smaller seqs, so only then does a record's seq grow in order.
        """
        records: set[tuple[str, str]] = set()
        for stamp, changes in groupby(self.reading.changes, lambda each: each[1].stamp):
            written = {(collection.name, change.id) for collection, change in changes}
            if stamp in self.not_plain or not records.isdisjoint(written):
                self.not_plain.add(stamp)
                records |= written

    def _accepted_stamps(self, known: Container[int]) -> list[int]:
        """In their order; they come in it mostly, and to sort what is sorted costs little."""
        columns = (fresh.columns[1] for fresh in self.reading.fresh)
        stamps = dict.fromkeys(chain(*columns, (each.stamp for _, each in self.reading.changes)))
        return sorted(each for each in stamps if each not in self.reading.bad and each not in known)

    # -- storing -----------------------------------------------------------------------------

    def stored(self) -> dict[str, list[Change]]:
        """What was taken in, by collection; of wholly new records only id and stamp."""
        found = defaultdict[str, list[Change]](list)
        for fresh in self.reading.fresh:
            pairs = zip(fresh.columns[0], fresh.columns[1], strict=True)
            found[fresh.collection.name] += [
                Change(id, stamp, {}, whole=True) for id, stamp in pairs if stamp in self.seq_of
            ]
        for collection, change in self.reading.changes:
            if change.stamp in self.seq_of:
                found[collection.name].append(change)
        return found

    def _store(self, seq_of: dict[int, int], kind: Origin) -> None:
        new = [part for fresh in self.reading.fresh if (part := self._store_fresh(fresh, seq_of))]
        left = self._store_merged(seq_of)
        edits = []
        for collection, change in reversed(self.reading.changes):
            if change.stamp in seq_of:
                key, seq = (collection.name, change.id), seq_of[change.stamp]
                before, told = self.before.get(key), left.pop(key, None)  # with its last change
                edits.append(journal.edit_entry(collection.name, change, seq, before, told))
        edits.reverse()
        if seq_of:
            self.clock.observe(max(seq_of))
            journal.append(
                seqs=(min(seq_of.values()), max(seq_of.values())),
                stamps=(min(seq_of), max(seq_of)),
                incarnation=self.reading.writer.incarnation,
                kind=kind,
                at=self.hub.now(),
                new=new,
                edits=edits,
            )
        self.sums.write()

    def _store_fresh(self, fresh: Fresh, seq_of: dict[int, int]) -> JsonObject | None:
        names, columns = fresh.names, fresh.columns
        if not all(map(seq_of.__contains__, columns[1])):
            wanted = [stamp in seq_of for stamp in columns[1]]
            columns = Page(fresh.collection.name, PageKind.NEW, names, columns).keep(wanted).columns
        if not columns[0]:
            return None
        seqs = list(map(seq_of.__getitem__, columns[1]))
        makers = [self.reading.writer.laptop] * len(seqs)
        own = ([*names, "seq", MAKER], [*columns, seqs, makers])
        kept_names, kept = with_extra(fresh.collection, *own)
        hashes = fresh.collection.insert_columns(kept_names, kept)
        self.sums.add_hashes(fresh.collection.name, columns[2], hashes, max(seqs))
        return {
            "collection": fresh.collection.name,
            "names": [*names, "seq"],
            "columns": [*columns, seqs],
        }

    def _store_merged(self, seq_of: dict[int, int]) -> dict[tuple[str, str], Values]:
        """Put the rows that were merged; gives the values that leave those that are deleted by it."""
        left = {
            key: self.rows[key].values
            for key in self.touched
            if self.rows[key].deleted and not self._was_empty(key)
        }
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
        for name, rows in by_collection.items():
            collection = self.hub.collections[name]
            kept = [collection.emptied(row) if row.deleted else row for row in rows]
            collection.put_rows(kept)
            for row in kept:
                self.sums.add(name, row)
        return left

    def _was_empty(self, key: tuple[str, str]) -> bool:
        before = self.before[key]
        return before is not None and before.deleted and self.revivals.get(key) is None
