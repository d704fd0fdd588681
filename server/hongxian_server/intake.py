"""Taking in what one device sends: verdicts, merges, seqs, digests and journal, in one commit.

Records that are new to the hub stay columns from the page to the table; only records that exist
already, or that the same request also edits, take the path by field.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from hongxian import capture
from hongxian.collection import Collection
from hongxian.columns import are_ids
from hongxian.digest import Sums
from hongxian.errors import NotAllowed, PageRefused, PluginRefused
from hongxian.page import Page
from hongxian.rights import Writer, refuse_unless_allowed
from hongxian.row import DELETED, SCOPE, Change, Loss, Row, merge_change, new_row, print_of
from hongxian.stamp import LARGEST_DEVICE, Clock, device_of, milliseconds_of
from hongxian_server import journal
from hongxian_server.conflicts import keep_losses
from hongxian_server.departures import note_move

if TYPE_CHECKING:
    from hongxian_server.hub import Hub

AHEAD_MILLISECONDS = 5 * 60_000
"""How far ahead of the hub's clock a stamp may be."""

Reasons = dict[str, list[str]]


@dataclass(frozen=True)
class Verdict:
    """What the hub said of one transaction: merged, refused, plugin or clock."""

    stamp: int
    verdict: str
    seq: int = 0
    reasons: Reasons = field(default_factory=dict)


@dataclass
class Outcome:
    """What became of a request's transactions.

    `plain` are those after which the sender knows the rows exactly; in the order of their
    stamps they have the seqs from `first_seq` on. All others are told one by one.
    """

    first_seq: int = 0
    plain: int = 0
    others: list[Verdict] = field(default_factory=list)


@dataclass
class _Fresh:
    """Records new to the hub, by columns."""

    collection: Collection
    names: list[str]
    columns: list[Any]


class Intake:
    """One device's transactions on their way in. Use once, inside the hub's transaction."""

    def __init__(
        self,
        hub: Hub,
        writer: Writer,
        sender_knows: Callable[[Collection, Row], bool],
        clock: Clock,
    ) -> None:
        self.hub = hub
        self.writer = writer
        self.sender_knows = sender_knows
        self.clock = clock
        self.latest = hub.now() + AHEAD_MILLISECONDS
        self.bad: dict[int, Verdict] = {}
        self.fresh: list[_Fresh] = []
        self.changes: list[tuple[Collection, Change]] = []
        self.rows: dict[tuple[str, str], Row] = {}
        self.before: dict[tuple[str, str], Row | None] = {}
        self.merged: dict[int, list[tuple[Collection, Change, Loss]]] = {}
        self.not_plain: set[int] = set()
        self.touched: dict[tuple[str, str], int] = {}
        self.sums = Sums()
        self.seq_of: dict[int, int] = {}

    # -- reading pages -----------------------------------------------------------------------

    def read(self, pages: Iterable[Page]) -> None:
        """Check pages; what passes waits for `settle`."""
        news, edited = [], set()
        for page in pages:
            if self._is_readable(page):
                if page.kind == "new":
                    news.append(page)
                elif page.kind == "edit":
                    edited.update(page.column("id"))
                    self._read_edits(page)
        for page in news:
            self._read_new(page, edited)

    def _is_readable(self, page: Page) -> bool:
        """Give the verdicts that concern a page's stamps and ids; false when all of it is refused.

        Raises `PageRefused` for a page that no verdict could name.
        """
        if page.names[:2] != ["id", "stamp"] or set(map(type, page.columns[1])) - {int}:
            raise PageRefused(detail="a page of transactions begins with the columns id and stamp")
        stamps = page.column("stamp")
        for stamp in set(stamps) if self._are_odd(stamps) else ():
            if device_of(stamp) != self.writer.number or not 0 < stamp < 1 << 63:
                self._refuse(stamp, {"stamp": ["不是本机的时间戳。Not a stamp of this device."]})
            elif milliseconds_of(stamp) > self.latest:
                self.bad[stamp] = Verdict(stamp, "clock")
        if page.collection not in self.hub.collections:
            for stamp in set(stamps) - self.bad.keys():
                self.bad[stamp] = Verdict(stamp, "plugin", reasons={"": [f"{page.collection}?"]})
            return False
        if not are_ids(page.column("id")):
            for stamp in set(stamps):
                self._refuse(stamp, {"id": ["不是编号。Not an id."]})
            return False
        return True

    def _are_odd(self, stamps: Sequence[int]) -> bool:
        """Whether any of many stamps may be of another device or time, told quickly."""
        return bool(
            {stamp & LARGEST_DEVICE for stamp in stamps} != {self.writer.number}
            or min(stamps, default=1) <= 0
            or milliseconds_of(max(stamps, default=0)) > self.latest
        )

    def _refuse(self, stamp: int, reasons: Reasons) -> None:
        self.bad.setdefault(stamp, Verdict(stamp, "refused", reasons=reasons))

    def _checked(self, page: Page, *, whole: bool) -> tuple[Collection, list[str], list[Any]]:
        """The page's value columns after the schema's verdict."""
        collection = self.hub.collections[page.collection]
        names = [name for name in page.names if name not in ("id", "stamp", SCOPE, DELETED)]
        columns = [page.column(name) for name in names]
        checked, bad = collection.checker.check(names, columns, whole=whole)
        stamps = page.column("stamp")
        for place, reasons in bad.items():
            self._refuse(stamps[place], reasons)
        for name, column in zip(names, columns, strict=True):
            known = collection.columns.get(name)
            if known is not None and known.kind in ("tally", "members"):
                self._refuse_others_shares(known.kind, name, stamps, column)
        return collection, names, checked

    def _refuse_others_shares(
        self, kind: str, name: str, stamps: Sequence[int], parts: Sequence[Any]
    ) -> None:
        """A device counts only its own share, and adds members only under its own stamp."""
        own = str(self.writer.number)
        for stamp, part in zip(stamps, parts, strict=True):
            if not isinstance(part, dict):
                continue
            if kind == "tally":
                foreign = set(part) - {own}
            else:
                foreign = {s for added, _ in part.values() for s in added} - {stamp}
            if foreign:
                self._refuse(stamp, {name: ["不是本机的份额。Not this device's own share."]})

    def _read_new(self, page: Page, edited: set[str]) -> None:
        collection, names, columns = self._checked(page, whole=True)
        stamps, ids, scopes = page.column("stamp"), page.column("id"), self._scopes(page)
        self._ask_rights_of_new(collection, stamps, ids, scopes, names, columns)
        names, columns = ["id", "stamp", SCOPE, *names], [ids, stamps, scopes, *columns]
        condition, parameters = self.hub.database.among("id", ids)
        sql = f'SELECT id FROM "{collection.table}" WHERE {condition}'
        held = {row[0] for row in self.hub.database.execute_sql(sql, parameters).fetchall()}
        by_field = (held | edited) & set(ids)
        if len(set(ids)) != len(ids):
            by_field = set(ids)
        asks = self.hub.plugins.implements("record_will_be_stored")
        if by_field or asks:
            for row in zip(*columns, strict=True):
                if asks or row[0] in by_field:
                    change = Change(
                        row[0], row[1], dict(zip(names[2:], row[2:], strict=True)), whole=True
                    )
                    self._ask_plugins(collection, change)
                    if row[0] in by_field:
                        self.changes.append((collection, change))
        wanted = [
            id not in by_field and stamp not in self.bad
            for id, stamp in zip(ids, stamps, strict=True)
        ]
        if not all(wanted):
            columns = Page(collection.name, "new", names, columns).keep(wanted).columns
        if columns[0]:
            self.fresh.append(_Fresh(collection, names, columns))

    def _scopes(self, page: Page) -> list[Any]:
        return page.column(SCOPE) if SCOPE in page.names else [""] * page.rows

    def _ask_rights_of_new(
        self,
        collection: Collection,
        stamps: Sequence[int],
        ids: Sequence[str],
        scopes: Sequence[Any],
        names: Sequence[str],
        columns: Sequence[Any],
    ) -> None:
        """Rights of new records depend on scope alone, unless some fields are stricter."""
        strict = [name for name in names if name in collection.field_writers]
        verdicts: dict[Any, str | None] = {}
        for place, scope in enumerate(scopes):
            key = scope if isinstance(scope, str) else None
            if strict or key not in verdicts:
                values = {
                    SCOPE: scope,
                    **{name: columns[names.index(name)][place] for name in strict},
                }
                verdicts[key] = self._not_allowed(
                    collection, None, Change(ids[place], 0, values, whole=True)
                )
            if verdicts[key]:
                self._refuse(stamps[place], {SCOPE: [verdicts[key] or ""]})

    def _not_allowed(self, collection: Collection, row: Row | None, change: Change) -> str | None:
        try:
            refuse_unless_allowed(collection, row, change, self.writer)
        except NotAllowed as error:
            return f"{error.chinese} {error}"
        return None

    def _ask_plugins(self, collection: Collection, change: Change) -> None:
        try:
            capture.ask_plugins(self.hub, collection, change)
        except PluginRefused as error:
            self._refuse(change.stamp, {"": [str(error)]})

    def _read_edits(self, page: Page) -> None:
        collection, names, columns = self._checked(page, whole=False)
        for name in (SCOPE, DELETED):
            if name in page.names:
                names, columns = [*names, name], [*columns, page.column(name)]
        order = [page.names.index(name) - 2 for name in names]
        replaced = [
            page.replaced[place] if place < len(page.replaced) else [0] * page.rows
            for place in order
        ]
        asks = self.hub.plugins.implements("record_will_be_stored")
        for place, (id, stamp) in enumerate(
            zip(page.column("id"), page.column("stamp"), strict=True)
        ):
            values = {name: column[place] for name, column in zip(names, columns, strict=True)}
            seen = {name: column[place] for name, column in zip(names, replaced, strict=True)}
            if type(values.get(DELETED, False)) is not bool or set(map(type, seen.values())) - {
                int
            }:
                self._refuse(stamp, {DELETED: ["格式不对。Not valid."]})
                continue
            change = Change(id, stamp, values, seen)
            if asks:
                self._ask_plugins(collection, change)
            self.changes.append((collection, change))

    # -- merging -----------------------------------------------------------------------------

    def write(self, collection: Collection, changes: Sequence[Change]) -> None:
        """Take in what the hub itself writes: checked already, and by nobody else."""
        self.changes = [(collection, change) for change in changes]
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
        outcome = Outcome(first, len(plain), list(self.bad.values()))
        outcome.others += [Verdict(stamp, "merged", seq=self.seq_of[stamp]) for stamp in others]
        outcome.others += [Verdict(stamp, "merged", seq=seq) for stamp, seq in known.items()]
        keep_losses(
            self.hub, [loss for stamp in others for loss in self.merged.get(stamp, ())], self.rows
        )
        return outcome

    def _load_rows(self) -> None:
        wanted: dict[str, tuple[Collection, set[str]]] = {}
        for collection, change in self.changes:
            wanted.setdefault(collection.name, (collection, set()))[1].add(change.id)
        for name, (collection, ids) in wanted.items():
            for id, row in collection.rows_by_id(sorted(ids)).items():
                self.rows[name, id] = row

    def _merge_by_transaction(self, known: dict[int, int]) -> None:
        self.changes.sort(key=lambda each: (each[1].stamp, not each[1].whole))
        place = 0
        while place < len(self.changes):
            stamp = self.changes[place][1].stamp
            end = place
            while end < len(self.changes) and self.changes[end][1].stamp == stamp:
                end += 1
            if stamp not in self.bad and stamp not in known:
                self._merge_one(stamp, self.changes[place:end])
            place = end

    def _merge_one(self, stamp: int, changes: Sequence[tuple[Collection, Change]]) -> None:
        """One transaction, whole or not at all."""
        for collection, change in changes:
            row = self.rows.get((collection.name, change.id))
            if row is None and not change.whole:
                self._refuse(stamp, {"id": ["社区主机没有这条记录。The hub has no such record."]})
                return
            refusal = self._not_allowed(
                collection, None if change.whole and row is None else row, change
            )
            if refusal:
                self._refuse(stamp, {"": [refusal]})
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
        for collection, change in self.changes:
            key = (collection.name, change.id)
            if change.stamp in self.not_plain or key in records:
                self.not_plain.add(change.stamp)
                records.add(key)

    def _accepted_stamps(self) -> set[int]:
        stamps = {change.stamp for _, change in self.changes}
        for fresh in self.fresh:
            stamps.update(fresh.columns[1])
        return stamps - self.bad.keys()

    # -- storing -----------------------------------------------------------------------------

    def prints(self, stamps: Container[int]) -> dict[int, int]:
        """The prints of those transactions, as `row.print_of` sums them."""
        prints: dict[int, int] = {}
        for fresh in self.fresh:
            for values in zip(*fresh.columns, strict=True):
                if values[1] in stamps:
                    row = dict(zip(fresh.names[2:], values[2:], strict=True))
                    prints[values[1]] = prints.get(values[1], 0) + print_of(
                        fresh.collection.name, values[0], row
                    )
        for collection, change in self.changes:
            if change.stamp in stamps:
                prints[change.stamp] = prints.get(change.stamp, 0) + print_of(
                    collection.name, change.id, change.values
                )
        return {stamp: print % 2**64 for stamp, print in prints.items()}

    def stored(self) -> Iterator[tuple[str, list[Change]]]:
        """What was taken in, by collection; of wholly new records only id and stamp."""
        for fresh in self.fresh:
            pairs = zip(fresh.columns[0], fresh.columns[1], strict=True)
            yield (
                fresh.collection.name,
                [Change(id, s, {}, whole=True) for id, s in pairs if s in self.seq_of],
            )
        for collection, change in self.changes:
            if change.stamp in self.seq_of:
                yield collection.name, [change]

    def _store(self, seq_of: dict[int, int], kind: str) -> None:
        new = [part for fresh in self.fresh if (part := self._store_fresh(fresh, seq_of))]
        self._store_merged(seq_of)
        edits = [
            journal.edit_entry(
                collection.name,
                change,
                seq_of[change.stamp],
                self.before.get((collection.name, change.id)),
            )
            for collection, change in self.changes
            if change.stamp in seq_of
        ]
        if seq_of:
            self.clock.observe(max(seq_of))
            journal.append(
                seqs=(min(seq_of.values()), max(seq_of.values())),
                stamps=(min(seq_of), max(seq_of)),
                device=self.writer.number,
                kind=kind,
                at=self.hub.now(),
                new=new,
                edits=edits,
            )
        self.sums.write()

    def _store_fresh(self, fresh: _Fresh, seq_of: dict[int, int]) -> dict[str, Any] | None:
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
