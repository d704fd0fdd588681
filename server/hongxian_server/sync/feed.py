"""The feed at the hub: what a device has not seen of its scopes, each record once, at its newest seq.

The laptop's `sync.feed` takes it in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import cast

from hongxian.collections.builtin import Erasure
from hongxian.collections.collection import Collection
from hongxian.model.circle import team_of_circle
from hongxian.model.row import DELETED, WRITTEN_BY
from hongxian.wire.by_scope import Cursors, moved
from hongxian.wire.digest import Totals, digests, newest_seqs
from hongxian.wire.page import ROW_BYTES, Page, PageKind, frames_of
from hongxian.wire.round import PORTION, RoundRequest
from hongxian.wire.verdicts import Outcome, SeqRange
from hongxian.words.values import Value
from hongxian_server.hub import Hub
from hongxian_server.tables.scope_exits import exits_between

FEED_ROWS = 10_000
"""Rows in one reply."""


@dataclass
class Helping:
    """One reply's part of the feed, all from one moment of the hub."""

    portion: int
    """Bytes of pages that it may have, about."""
    pages: list[bytes] = field(default_factory=list)
    cursors: Cursors = field(default_factory=dict)
    rows: int = 0
    size: int = 0
    complete: bool = True
    digests: Totals | None = None

    @property
    def room(self) -> int:
        """How many rows may be added, at most."""
        return min(FEED_ROWS - self.rows, (self.portion - self.size) // ROW_BYTES)

    def add(self, frames: list[bytes], rows: int) -> None:
        """Add a page's frames."""
        self.pages += frames
        self.rows += rows
        self.size += sum(map(len, frames))


_LAST = Erasure._meta.collection
"""Told behind all else: by then a laptop has what stands in the place of what was erased."""
NO_HELPING = Helping(0, complete=False)


def feed_for(
    hub: Hub, scopes: Sequence[str], request: RoundRequest, outcome: Outcome, upto: int
) -> Helping:
    """What a request's answer brings: one helping after its cursors, or all at once on a stick.

    Inside the caller's snapshot, whose newest seq is `upto`. What the device has as its writer is left out.
    """
    own_seqs = list(request.own_seqs)
    if outcome.plain:
        own_seqs.append(outcome.plain_seqs)
    names, most = request.collections, min(request.portion, PORTION)
    helping = _helping(hub, scopes, names, request.cursors, own_seqs, upto, most)
    while request.whole and not helping.complete:
        reached = moved(request.cursors, helping.cursors)
        further = _helping(hub, scopes, names, reached, own_seqs, upto, most)
        further.pages = [*helping.pages, *further.pages]
        further.cursors = moved(helping.cursors, further.cursors)
        helping = further
    return helping


def _helping(
    hub: Hub,
    scopes: Sequence[str],
    collections: Iterable[str],
    cursors: Cursors,
    own_seqs: Sequence[SeqRange],
    upto: int,
    portion: int,
) -> Helping:
    """Pages after the cursors; digests come with the last helping, of the same moment."""
    helping = Helping(portion)
    names = sorted(set(collections) & hub.collections.keys(), key=lambda n: (n == _LAST, n))
    newest = newest_seqs(scopes)
    for scope in scopes:
        for name in names:
            cursor = cursors.get(scope, {}).get(name, 0)
            reached = upto
            if newest.get((scope, name), 0) <= cursor:
                if team_of_circle(
                    scope
                ):  # of many circles hardly one moves: the others tell nothing
                    continue
            else:
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
    if helping.room <= 0:
        helping.complete = False
        return cursor
    reached = _exits_fit_upto(helping, collection, scope, cursor, upto)
    rows, frames, room = _rows_that_fit(helping, collection, scope, cursor, reached, own_seqs)
    if rows:
        seqs = rows[collection.stored_names.index("seq")]
        helping.add(frames, len(seqs))
        if len(seqs) >= room:
            reached = max(seqs)
    gone = exits_between(scope, collection.name, cursor, reached)
    left = [list(column) for column in zip(*gone, strict=True)]
    if left:
        page = Page(collection.name, PageKind.SCOPE_EXITS, ["id", "seq"], left, scope)
        helping.add(frames_of(page), len(left[0]))
    helping.complete &= reached == upto
    return reached


def _exits_fit_upto(
    helping: Helping, collection: Collection, scope: str, cursor: int, upto: int
) -> int:
    """The seq up to which there is room for scope exits; those that share a seq are never parted."""
    database = collection.database
    mark = database.param
    sql = (
        f"SELECT seq FROM hongxian_scope_exit WHERE scope = {mark} AND collection = {mark} "
        f"AND seq > {mark} AND seq <= {mark} ORDER BY seq LIMIT 1 OFFSET "
    )
    asked = (scope, collection.name, cursor, upto)
    beyond = database.execute_sql(f"{sql}{helping.room}", asked).fetchone()
    if beyond is None:
        return upto
    (first,) = database.execute_sql(f"{sql}0", asked).fetchone()
    return int(max(beyond[0] - 1, first))


def _rows_that_fit(
    helping: Helping,
    collection: Collection,
    scope: str,
    cursor: int,
    upto: int,
    own_seqs: Sequence[SeqRange],
) -> tuple[list[Sequence[Value]], list[bytes], int]:
    """Rows after the cursor, their frames, and for how many there was room.

    What shares a seq is never parted, whatever its size.
    """
    room, left = helping.room, helping.portion - helping.size
    while True:
        rows = _columns_after(collection, scope, cursor, upto, own_seqs, room)
        frames = frames_of(rows_page(collection, scope, rows)) if rows else []
        size = sum(map(len, frames))
        if size <= left or room == 1:
            return rows, frames, room
        room = max(min(room // 2, len(rows[0]) * left // size), 1)


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
