"""Mending at the hub, when digests differ: buckets narrow it down, and only the differing records move.

A hub that was restored also takes what it lacks, under the stamps of whoever wrote it. The
laptop's `sync.reconcile` asks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import orjson

from hongxian.collection import Collection, rows_of_columns
from hongxian.errors import NotAllowed, PageRefused
from hongxian.kinds.known import ENGINES
from hongxian.kinds.reference import are_ids
from hongxian.logs import logger
from hongxian.record import SYSTEM_FIELDS
from hongxian.row import DELETED, SCOPE, WRITTEN_BY, Change, Loss, Row, join_rows
from hongxian.stamp import Clock, milliseconds_of
from hongxian.values import JsonObject, Value
from hongxian.wire.digest import BUCKETS, Sums, bucket_of, hash_of, hash_of_row
from hongxian.wire.history import Origin
from hongxian.wire.page import Page, PageKind, frames_of
from hongxian.wire.reconcile import BucketsReply, BucketsRequest, RepairReply, RepairRequest
from hongxian_server.hub import Hub
from hongxian_server.intake.conflicts import keep_losses
from hongxian_server.intake.validate import latest_time
from hongxian_server.people.devices import writer_of
from hongxian_server.state import HubState
from hongxian_server.sync.feed import rows_page
from hongxian_server.sync.incarnation import note_offer, takes_offers
from hongxian_server.tables import journal
from hongxian_server.tables.access import Access
from hongxian_server.tables.scope_exits import note_move

log = logger(__name__)
LISTED = 50_000
"""Records listed in one reply."""
_NOT_CHECKED = frozenset(SYSTEM_FIELDS) - ENGINES.keys()
"""What of an offered row is not for its collection's schema; its laptop may not call them its own."""


def _visible(hub: Hub, access: Access, scope: str, name: str) -> Collection:
    if not writer_of(access).holds(scope):
        raise NotAllowed(detail=f"this device is not of team {scope!r} · 这台电脑不属于该团队")
    return hub.collection(name)


def compare_buckets(hub: Hub, access: Access, request: BucketsRequest) -> BucketsReply:
    """The hub's (id, hash) pairs in the buckets whose sums differ, as of one seq."""
    with hub.database.snapshot():
        collection = _visible(hub, access, request.scope, request.collection)
        buckets: dict[int, list[tuple[str, str]]] = defaultdict(list)
        sums = [0] * BUCKETS
        for id, hash in hashes_in(collection, request.scope):
            buckets[bucket_of(id)].append((id, f"{hash:016x}"))
            sums[bucket_of(id)] += hash
        differs, listed = {}, 0
        for bucket, told in enumerate(request.sums):
            if f"{sums[bucket] % 2**64:016x}" != told:
                differs[str(bucket)] = buckets[bucket]
                listed += len(buckets[bucket])
                if listed >= LISTED:
                    break
        seq = HubState.read().seq
        return BucketsReply(seq=seq, more=listed >= LISTED, differs=differs)


def hashes_in(collection: Collection, scope: str) -> list[tuple[str, int]]:
    """(id, hash) of every live record of a scope."""
    mark = collection.database.param
    live = f"scope = {mark} AND NOT deleted"
    if collection.has_states:
        return [(row.id, hash_of_row(row)) for row in collection.rows(live, (scope,))]
    sql = f'SELECT id, stamp, stamps FROM "{collection.table}" WHERE {live} AND extra IS NULL'
    rows = collection.database.execute_sql(sql, (scope,)).fetchall()
    further = collection.rows(f"{live} AND extra IS NOT NULL", (scope,))
    return [
        *((id, hash_of(id, stamp, stamps)) for id, stamp, stamps in rows),
        *((row.id, hash_of_row(row)) for row in further),
    ]


def repair(
    hub: Hub, access: Access, request: RepairRequest, pages: Sequence[Page]
) -> tuple[RepairReply, list[bytes]]:
    """Take what is offered if the hub may lack it, then send what is wanted."""
    scope, name = request.scope, request.collection
    taken = 0
    offered = [id for page in pages for id in page.column("id")]
    with hub.separately() as transaction:
        collection = _visible(hub, access, scope, name)
        if takes_offers(access, HubState.read()):
            offers = Offers(hub, access, collection, transaction.clock)
            taken = sum(offers.take(page) for page in pages)
            if taken:
                note_offer(access.number)
                log.info(
                    "repaired device=%d scope=%s collection=%s taken=%d",
                    *(access.number, scope, name, taken),
                )
    with hub.database.snapshot():
        held = collection.rows_by_id(offered)
        elsewhere = [id for id, row in held.items() if row.scope != scope]
        wanted = [id for id in request.fetch if are_ids([id])]
        condition, parameters = hub.database.among("id", wanted)
        mark = hub.database.param
        found = collection.columns_where(f"{condition} AND scope = {mark}", (*parameters, scope))
    pages_out = frames_of(rows_page(collection, scope, found)) if found else []
    return RepairReply(taken=taken, elsewhere=elsewhere), pages_out


def _json_object(text: str | None) -> JsonObject | None:
    """What a text holds, nothing for no text; None when it is no JSON object."""
    if text is None:
        return {}
    try:
        held = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return held if isinstance(held, dict) else None


def _are_stamps(held: JsonObject | None) -> bool:
    """Whether these are the fields that each of some stamps wrote."""
    return held is not None and all(
        stamp.isascii()
        and stamp.isdigit()
        and 0 < int(stamp) < 1 << 63
        and isinstance(names, list)
        and all(isinstance(name, str) for name in names)
        for stamp, names in held.items()
    )


class Offers:
    """Records that a laptop still has and the hub may have lost."""

    def __init__(self, hub: Hub, access: Access, collection: Collection, clock: Clock) -> None:
        self.hub = hub
        self.writer = writer_of(access)
        self.collection = collection
        self.clock = clock
        self.latest = latest_time(hub)

    def take(self, page: Page) -> int:
        """Join offered rows into the hub's; returns how many changed something."""
        if (
            page.kind != PageKind.ROWS
            or not {"id", "stamp", "seq"} <= set(page.names)
            or page.collection != self.collection.name
        ):
            raise PageRefused(detail="an offer is a page of whole records")
        rows = {row.id: row for row in self._readable(page) if self._is_sound(row)}
        held = self.collection.rows_by_id(rows)
        changed: list[tuple[Row | None, Row, list[Loss]]] = []
        for row in rows.values():
            before = held.get(row.id)
            if before is None:
                changed.append((None, row, []))
            else:
                joined, losses = self._join(before, row)
                if joined is not None:
                    changed.append((before, joined, losses))
        if changed:
            self._store(changed)
        return len(changed)

    def _readable(self, page: Page) -> list[Row]:
        """The rows whose values pass the schema; others could never have been accepted."""
        if not are_ids(page.column("id")) or set(map(type, page.column("stamp"))) - {int}:
            raise PageRefused(detail="offered records need ids and stamps")
        names = [name for name in page.names if name not in _NOT_CHECKED]
        columns, bad = self.collection.checker.check(
            names, [page.column(name) for name in names], whole=True
        )
        page.columns = [
            columns[names.index(name)] if name in names else column
            for name, column in zip(page.names, page.columns, strict=True)
        ]
        scopes = [page.scope] * page.rows
        full = Page(page.collection, PageKind.ROWS, [*page.names, SCOPE], [*page.columns, scopes])
        for name, empty in (("stamps", None), ("extra", None), (DELETED, False)):
            if name not in full.names:
                full.names.append(name)
                full.columns.append([empty] * page.rows)
        parts = [full.column(name) for name in ("stamps", "extra", DELETED)]
        sound = [
            place not in bad and self._are_parts(*each)
            for place, each in enumerate(zip(*parts, strict=True))
        ]
        return rows_of_columns(full.names, full.keep(sound).columns)

    def _are_parts(self, stamps: Value, extra: Value, deleted: Value) -> bool:
        """Whether a row's texts of stamps and of fields unknown to its laptop are what they should be."""
        held = _json_object(extra)
        return (
            type(deleted) is bool
            and _are_stamps(_json_object(stamps))
            and held is not None
            and held.keys().isdisjoint(_NOT_CHECKED)
            and not self.collection.checker.check_one(held, whole=False)[1]
        )

    def _is_sound(self, row: Row) -> bool:
        return (
            self.writer.holds(row.scope)
            and row.stamp > 0
            and milliseconds_of(row.newest) <= self.latest
        )

    def _join(self, before: Row, offered: Row) -> tuple[Row | None, list[Loss]]:
        """The joined row (None: nothing new) and what was written here, unseen by the offerer's past.

        A value written in this life of the hub was written without sight of what the hub had
        lost; between two offered values the later one had seen the earlier, or a conflict of
        the former life, itself offered, tells of it.
        """
        joined = before.copy()
        changed = join_rows(joined, offered, self.collection.rule_of)
        here = self._written_here(before)
        losses = list(self._losses(before, offered, joined, here))
        if not changed and not losses:
            return None, []
        if joined.deleted and not before.deleted and here:
            self.clock.observe(joined.newest)
            joined.put(DELETED, False, self.clock.tick())
            losses.append(Loss(DELETED, False, joined.newest, True, offered.stamp_of(DELETED)))
        return joined, losses

    def _losses(self, before: Row, offered: Row, joined: Row, here: set[int]) -> Iterator[Loss]:
        for name, value in offered.values.items():
            mine, my_stamp = before.values.get(name), before.stamp_of(name)
            their_stamp = offered.stamp_of(name)
            if (
                self.collection.rule_of(name).keeps_both
                or value == mine
                or my_stamp not in here
                or name in (DELETED, WRITTEN_BY)
            ):
                continue
            if joined.values.get(name) == mine:
                if not self._was_known(before, name, their_stamp):
                    yield Loss(name, mine, my_stamp, value, their_stamp)
            else:
                yield Loss(name, value, their_stamp, mine, my_stamp)

    def _written_here(self, row: Row) -> set[int]:
        """The stamps that pushes wrote to a record since this life of the hub began."""
        began = HubState.read().epoch_seq
        if row.seq <= began:
            return set()
        entries = journal.history(self.collection.name, row.id, row.seq)
        return {
            entry.stamp for entry in entries if entry.seq > began and entry.kind == Origin.PUSHED
        }

    def _was_known(self, row: Row, name: str, stamp: int) -> bool:
        """Whether the hub has had this very value before, so that its loss is no news."""
        entries = journal.history(self.collection.name, row.id, row.seq)
        return any(entry.stamp == stamp and name in entry.after for entry in entries)

    def _store(self, changed: list[tuple[Row | None, Row, list[Loss]]]) -> None:
        sums, name = Sums(), self.collection.name
        seq = self.hub.next_seq(1)
        edits, losses = [], []
        for before, row, lost in changed:
            row.seq = seq
            if before is not None:
                sums.take(name, before)
                if before.scope != row.scope:
                    note_move(name, row.id, before.scope, row.scope, seq)
                    sums.touch(before.scope, name, seq)
            sums.add(name, row)
            change = Change(row.id, row.newest, row.values)
            edits.append(journal.edit_entry(name, change, seq, before))
            losses += [(self.collection, change, loss) for loss in lost]
            self.clock.observe(row.newest)
        self.collection.put_rows([row for _, row, _ in changed])
        stamps = [row.newest for _, row, _ in changed]
        journal.append(
            seqs=(seq, seq),
            stamps=(min(stamps), max(stamps)),
            device=self.writer.number,
            kind=Origin.OFFERED,
            at=self.hub.now(),
            new=[],
            edits=edits,
        )
        sums.write()
        keep_losses(self.hub, losses, {(name, row.id): row for _, row, _ in changed})
