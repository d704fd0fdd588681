"""The feed at the hub: what a device has not seen of its scopes, each record once, at its newest seq.

The laptop's `sync.feed` takes it in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import cast

from hongxian.collection import Collection
from hongxian.row import DELETED, WRITTEN_BY
from hongxian.values import Value
from hongxian.wire.by_scope import Cursors
from hongxian.wire.digest import Totals, digests, newest_seqs
from hongxian.wire.page import Page, PageKind, frames_of
from hongxian.wire.round import RoundRequest
from hongxian.wire.verdicts import Outcome, SeqRange
from hongxian_server.hub import Hub
from hongxian_server.tables.scope_exits import ScopeExit

FEED_ROWS = 10_000
"""Rows in one reply."""
FEED_BYTES = 16 * 2**20
"""Bytes of one collection's rows in one reply, as they travel, about."""


@dataclass
class Helping:
    """One reply's part of the feed, all from one moment of the hub."""

    pages: list[bytes] = field(default_factory=list)
    cursors: Cursors = field(default_factory=dict)
    rows: int = 0
    complete: bool = True
    digests: Totals | None = None


NO_HELPING = Helping(complete=False)


def feed_for(
    hub: Hub, scopes: Sequence[str], request: RoundRequest, outcome: Outcome, upto: int
) -> Helping:
    """What a request's answer brings: one helping after its cursors, or all at once on a stick.

    Inside the caller's snapshot, whose newest seq is `upto`. What the device has as its writer is left out.
    """
    own_seqs = list(request.own_seqs)
    if outcome.plain:
        own_seqs.append(outcome.plain_seqs)
    helping = _helping(hub, scopes, request.collections, request.cursors, own_seqs, upto)
    while request.whole and not helping.complete:
        further = _helping(hub, scopes, request.collections, helping.cursors, own_seqs, upto)
        further.pages = [*helping.pages, *further.pages]
        helping = further
    return helping


def _helping(
    hub: Hub,
    scopes: Sequence[str],
    collections: Iterable[str],
    cursors: Cursors,
    own_seqs: Sequence[SeqRange],
    upto: int,
) -> Helping:
    """Pages after the cursors; digests come with the last helping, of the same moment."""
    helping = Helping()
    names = sorted(set(collections) & hub.collections.keys())
    newest = newest_seqs(scopes)
    for scope in scopes:
        for name in names:
            cursor = cursors.get(scope, {}).get(name, 0)
            reached = upto
            if newest.get((scope, name), 0) > cursor:
                reached = _help(helping, hub.collections[name], scope, cursor, upto, own_seqs)
            helping.cursors.setdefault(scope, {})[name] = reached
    if helping.complete:
        held = digests(scopes)
        helping.digests = {
            scope: {name: held[scope][name] for name in names if name in held.get(scope, {})}
            for scope in scopes
        }
    return helping


def _help(
    helping: Helping,
    collection: Collection,
    scope: str,
    cursor: int,
    upto: int,
    own_seqs: Sequence[SeqRange],
) -> int:
    """Add one collection's part; returns the seq up to which it is told."""
    room = FEED_ROWS - helping.rows
    if room <= 0:
        helping.complete = False
        return cursor
    rows, frames, room = _rows_that_fit(collection, scope, cursor, upto, own_seqs, room)
    reached = upto
    if rows:
        seqs = rows[collection.stored_names.index("seq")]
        helping.rows += len(seqs)
        if len(seqs) >= room:
            helping.complete, helping.rows = False, FEED_ROWS
            reached = max(seqs)
        helping.pages += frames
    gone = (
        ScopeExit.select(ScopeExit.record, ScopeExit.seq)
        .where(
            (ScopeExit.scope == scope)
            & (ScopeExit.collection == collection.name)
            & (ScopeExit.seq > cursor)
            & (ScopeExit.seq <= reached)
        )
        .tuples()
    )
    left = [list(column) for column in zip(*gone, strict=True)]
    if left:
        page = Page(collection.name, PageKind.SCOPE_EXITS, ["id", "seq"], left, scope)
        helping.pages += frames_of(page)
    return reached


def _rows_that_fit(
    collection: Collection,
    scope: str,
    cursor: int,
    upto: int,
    own_seqs: Sequence[SeqRange],
    room: int,
) -> tuple[list[Sequence[Value]], list[bytes], int]:
    """Rows after the cursor, their frames, and for how many there was room.

    What shares a seq is never parted, whatever its size.
    """
    while True:
        rows = _columns_after(collection, scope, cursor, upto, own_seqs, room)
        frames = frames_of(rows_page(collection, scope, rows)) if rows else []
        size = sum(map(len, frames))
        fitting = max(len(rows[0]) * FEED_BYTES // size, 1) if size > FEED_BYTES else room
        if fitting >= room:
            return rows, frames, room
        room = fitting


def _columns_after(
    collection: Collection,
    scope: str,
    cursor: int,
    upto: int,
    own_seqs: Sequence[SeqRange],
    room: int,
) -> list[Sequence[Value]]:
    """Rows after the cursor in the order of seq, never half of those that share one."""
    mark = collection.database.param
    cursor, upto = without_own_ends(cursor, upto, own_seqs)
    fresh = "".join(f" AND NOT (seq > {int(low)} AND seq <= {int(high)})" for low, high in own_seqs)
    condition = (
        f"scope = {mark} AND seq > {mark} AND seq <= {mark}{fresh} ORDER BY seq LIMIT {room}"
    )
    rows = collection.unread_where(condition, (scope, cursor, upto))
    if rows and len(rows[0]) >= room:
        seqs = rows[collection.stored_names.index("seq")]
        last = seqs[-1]
        same = collection.unread_where(f"scope = {mark} AND seq = {mark}", (scope, last))
        if len(same[0]) > sum(seq == last for seq in seqs):
            ids = set(rows[0])
            keep = [number for number, id in enumerate(same[0]) if id not in ids]
            rows = [
                [*column, *(more[n] for n in keep)] for column, more in zip(rows, same, strict=True)
            ]
    return rows


def without_own_ends(cursor: int, upto: int, own_seqs: Sequence[SeqRange]) -> SeqRange:
    """The same seqs without known ones at either end: what was just pushed need not be passed over."""
    ranges = sorted(own_seqs)
    for low, high in ranges:
        if low <= cursor:
            cursor = max(cursor, high)
    for low, high in reversed(ranges):
        if high >= upto:
            upto = min(upto, low)
    return cursor, upto


_OFTEN_EMPTY = frozenset({"stamps", "extra", DELETED, WRITTEN_BY})


def rows_page(collection: Collection, scope: str, columns: Sequence[Sequence[Value]]) -> Page:
    """Whole records as they travel; parts that are empty in all of them stay away."""
    names, kept = [], []
    for name, column in zip(collection.stored_names, columns, strict=True):
        if name == "scope" or (name in _OFTEN_EMPTY and not any(column)):
            continue
        names.append(name)
        kept.append(column)
    # Of a page that goes out nothing is asked that an unread column does not answer as a list would.
    return Page(collection.name, PageKind.ROWS, names, cast("list[list[Value]]", kept), scope)
