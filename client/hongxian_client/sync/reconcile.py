"""Mending on the laptop, when digests differ or the hub has a new life: what differs moves, no more.

The hub's `sync.reconcile` compares and answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from hongxian.collections.builtin import Task
from hongxian.collections.collection import Collection
from hongxian.errors import Refused
from hongxian.model.record import COMMUNITY
from hongxian.model.row import DELETED, SCOPE, WRITTEN_BY, Change, Row
from hongxian.model.row_hash import is_sound
from hongxian.text import Text
from hongxian.wire.digest import BUCKETS, Sums, bucket_of, digests, hex_of, sum_anew
from hongxian.wire.page import (
    Page,
    PageKind,
    first_of,
    frames_of,
    page_from_json,
    read_stream,
    stream,
)
from hongxian.wire.reconcile import BucketsReply, BucketsRequest, RepairReply, RepairRequest
from hongxian.wire.round import RoundReply, RoundRequest
from hongxian.words.values import Values
from hongxian_client.replica.cursors import move_cursors
from hongxian_client.replica.kept_files import keep_file, of_rows
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.todo import Surplus
from hongxian_client.replica.unsent import outbox
from hongxian_client.replica.unsent.outbox import Entry
from hongxian_client.replica.unsent.rebase import Base, base_rows, keep_base, rebase_records
from hongxian_client.sync.feed import let_go, take_pages
from hongxian_client.sync.line.carrier import Carrier

MOVED_AT_ONCE = 500
"""Records offered and fetched in one request: few enough for the longest texts to fit."""
RECORD_BYTES = 256
"""Of a record that travels, about: over a line that carries little fewer go at once."""
PASSES = 1_000
Pair = tuple[str, str]
"""A scope and a collection."""
_NOBODY_HAS_IT = Text(
    "电脑的硬盘改动了这条记录，主机上没有，也没有别的电脑送来原样，已照现在的内容送出。请核对。",
    "A laptop's disk has changed this record, the hub lacks it, and no other laptop has given it as it was: "
    "it went out as it stands. See what it says",
)


def pairs_in(scopes: Iterable[str], names: Iterable[str]) -> list[Pair]:
    """These collections in those of the scopes that are held; one not entered yet comes by the feed."""
    told = {*scopes, COMMUNITY}
    held = [scope for scope in LaptopState.read().scopes if scope in told]
    return [(scope, name) for scope in held for name in names]


def differing(request: RoundRequest, reply: RoundReply) -> list[Pair]:
    """Where a complete answer's digests are not those of here, of the scopes that it told to enter."""
    circles = (circle for circle, is_of in reply.circles.items() if is_of)
    scopes = [*reply.scopes, *circles, COMMUNITY]
    theirs, mine = reply.digests or {}, digests(scopes)
    told = sorted({*request.collections} & {*reply.collections})
    return [
        (scope, name)
        for scope in scopes
        for name in told
        if theirs.get(scope, {}).get(name) != mine.get(scope, {}).get(name)
    ]


def mend(replica: Replica, carrier: Carrier, scope: str, name: str, surplus: Surplus) -> int:
    """Bring one scope and collection to agree with the hub; returns how many records moved."""
    collection = replica.collection(name)
    moved, told = 0, None
    if surplus == Surplus.OFFER:
        _offer_tombstones(replica, carrier, collection, scope)
    for _ in range(PASSES):
        mine = _base_rows(collection, scope)
        reply = _compare(carrier, collection, scope, mine.values())
        if not reply.differs:
            with replica.upkeep():
                sum_anew(scope, name, mine.values())
                move_cursors({scope: {name: reply.seq}})
            return moved
        if reply.differs == told:
            return moved  # what is left does not move; the sync's report tells of it
        told = reply.differs
        step = _mend_buckets(replica, carrier, collection, scope, mine, reply.differs, surplus)
        moved += step
        if step == 0:
            break
    return moved


def _base_rows(collection: Collection, scope: str) -> dict[str, Row]:
    """Every agreed record of a scope, tombstones too, unsent work left out."""
    name = collection.name
    in_work = Base.select(Base.record).where(Base.collection == name)
    copies = base_rows(name, [each.record for each in in_work])
    not_in_work = "id NOT IN (SELECT record FROM hongxian_outbox WHERE collection = ?)"
    rows = collection.rows(f"scope = ? AND {not_in_work}", (scope, name))
    rows += [row for row in copies.values() if row.scope == scope]
    return {row.id: row for row in rows}


def _offer_tombstones(
    replica: Replica, carrier: Carrier, collection: Collection, scope: str
) -> None:
    """Tell the hub of every deletion known here: digests leave tombstones out and would not miss them."""
    gone = [row for row in _base_rows(collection, scope).values() if row.deleted and is_sound(row)]
    if gone:
        _offer_and_fetch(replica, carrier, collection, scope, [], gone)


def _compare(
    carrier: Carrier, collection: Collection, scope: str, rows: Iterable[Row]
) -> BucketsReply:
    sums = [0] * BUCKETS
    for row in rows:
        if not row.deleted:
            sums[bucket_of(row.id)] += row.hash
    told = [hex_of(each) for each in sums]
    name, portion = collection.name, carrier.portion
    request = BucketsRequest(scope=scope, collection=name, sums=told, portion=portion)
    return BucketsReply.load(first_of(carrier("/v1/buckets", b"".join(stream(request, [])))))


def _mend_buckets(
    replica: Replica,
    carrier: Carrier,
    collection: Collection,
    scope: str,
    mine: dict[str, Row],
    differs: Mapping[str, Sequence[tuple[str, str]]],
    surplus: Surplus,
) -> int:
    buckets = {int(bucket) for bucket in differs}
    theirs = {id: hash for listed in differs.values() for id, hash in listed}
    here = {id: row for id, row in mine.items() if bucket_of(id) in buckets}
    differing = [
        row for id, row in here.items() if not row.deleted and theirs.get(id) != hex_of(row.hash)
    ]
    fetch = [
        id
        for id, hash in theirs.items()
        if id not in here or here[id].deleted or hex_of(here[id].hash) != hash
    ]
    if surplus == Surplus.OFFER:
        _offer_moved(replica, carrier, collection, scope, fetch)
        wanted = list(dict.fromkeys([*fetch, *(row.id for row in differing)]))
        _offer_and_fetch(
            replica, carrier, collection, scope, wanted, list(filter(is_sound, differing))
        )
        return len(fetch) + len(differing)
    missing = [row for row in differing if row.id not in theirs]
    overwritten = [row for row in differing if row.id in theirs]
    if overwritten:
        keep_file(replica, "overwritten", of_rows(collection.name, overwritten))
    _exchange(replica, carrier, collection, scope, fetch, [])
    with replica.upkeep():
        if collection.writers == "hub":
            sums = Sums()
            let_go(replica, collection, missing, sums)
            sums.write()
        else:
            for row in missing:
                _send_again(replica, collection, row)
    return len(fetch) + len(missing)


def _offer_and_fetch(
    replica: Replica,
    carrier: Carrier,
    collection: Collection,
    scope: str,
    fetch: Sequence[str],
    rows: Sequence[Row],
) -> None:
    """Offer rows and fetch others; what turns out to be in another scope by now is let go."""
    elsewhere = set(_exchange(replica, carrier, collection, scope, fetch, rows))
    with replica.upkeep():
        sums = Sums()
        let_go(replica, collection, [row for row in rows if row.id in elsewhere], sums)
        sums.write()


def _offer_moved(
    replica: Replica, carrier: Carrier, collection: Collection, scope: str, fetch: Sequence[str]
) -> None:
    """Offer what is here in another scope still before it is fetched, which replaces it."""
    moved: dict[str, list[Row]] = {}
    for view in replica.view(collection, fetch).values():
        if view.base is not None and view.base.scope != scope and is_sound(view.base):
            moved.setdefault(view.base.scope, []).append(view.base)
    for other, rows in moved.items():
        _exchange(replica, carrier, collection, other, [], rows)


def _exchange(
    replica: Replica,
    carrier: Carrier,
    collection: Collection,
    scope: str,
    fetch: Sequence[str],
    offers: Sequence[Row],
) -> list[str]:
    """Offer and fetch, part by part; returns the offered ids that are elsewhere by now."""
    elsewhere: list[str] = []
    done, steps = 0, max(len(fetch), len(offers), 1)
    while done < steps:
        fitting = min(max(carrier.portion // RECORD_BYTES, 1), MOVED_AT_ONCE)
        wanted, part = list(fetch[done : done + fitting]), offers[done : done + fitting]
        done += fitting
        pages = frames_of(_offer(collection, scope, part)) if part else []
        request = RepairRequest(scope=scope, collection=collection.name, fetch=wanted)
        frames = read_stream(carrier("/v1/repair", b"".join(stream(request, pages))))
        elsewhere += RepairReply.load(next(frames)).elsewhere
        with replica.upkeep():
            _forget_seqs(replica, collection, wanted)
            take_pages(replica, map(page_from_json, frames))
    return elsewhere


def _offer(collection: Collection, scope: str, rows: Sequence[Row]) -> Page:
    names = [name for name in collection.stored_names if name != SCOPE]
    columns = dict(zip(collection.stored_names, collection.columns_of_rows(rows), strict=True))
    return Page(collection.name, PageKind.ROWS, names, [columns[name] for name in names], scope)


def fetch(replica: Replica, carrier: Carrier, collection: Collection, ids: Sequence[str]) -> None:
    """Fetch records again, in whichever scope they are: what is here may name a wrong one.

    A hub that was put back may have only what came before; what stood here is kept in a file then.
    """
    before = _bases(replica, collection, ids)
    for scope in LaptopState.read().scopes:
        with suppress(Refused):  # the round tells that the team is not ours any more
            _exchange(replica, carrier, collection, scope, ids, [])
    after = _bases(replica, collection, before)
    newer = [row for id, row in before.items() if id in after and after[id].newest < row.newest]
    if newer:
        keep_file(replica, "overwritten", of_rows(collection.name, newer))


def _bases(replica: Replica, collection: Collection, ids: Iterable[str]) -> dict[str, Row]:
    views = replica.view(collection, list(ids))
    return {id: view.base for id, view in views.items() if view.base is not None}


def give(replica: Replica, carrier: Carrier, wanted: Mapping[str, Sequence[str]]) -> None:
    """Offer what the hub has not as it was any more, where it is so here."""
    for collection, scope, rows in _sound_among(replica, wanted):
        _exchange(replica, carrier, collection, scope, [], rows)


def copies_of(replica: Replica, wanted: Mapping[str, Sequence[str]]) -> list[Page]:
    """The same as pages, for a stick."""
    return [_offer(*each) for each in _sound_among(replica, wanted)]


def _sound_among(
    replica: Replica, wanted: Mapping[str, Sequence[str]]
) -> Iterator[tuple[Collection, str, list[Row]]]:
    """Those of the records, by their ids, that this disk has not changed: their agreed rows by scope."""
    for name in wanted.keys() & replica.collections.keys():
        collection, by_scope = replica.collections[name], dict[str, list[Row]]()
        for view in replica.view(collection, wanted[name]).values():
            if view.base and is_sound(view.base):
                by_scope.setdefault(view.base.scope, []).append(view.base)
        for scope, rows in by_scope.items():
            yield collection, scope, rows


def _forget_seqs(replica: Replica, collection: Collection, ids: Sequence[str]) -> None:
    """What is fetched counts as newer than what is here, whatever its seq."""
    condition, parameters = replica.database.among("id", ids)
    replica.database.execute_sql(
        f'UPDATE "{collection.table}" SET seq = -1 WHERE {condition}', parameters
    )
    copies = base_rows(collection.name, ids).values()
    for row in copies:
        row.seq = -1
    keep_base(collection.name, copies)


def _send_again(replica: Replica, collection: Collection, row: Row) -> None:
    """A record that the hub lacks goes out once more, as it is seen here, as this laptop's own.

    What this disk has changed is not as anybody wrote it, and a task says so.
    """
    sums = Sums()
    sums.take(collection.name, row)
    sums.write()
    seen = replica.view(collection, [row.id])[row.id].local
    own = (Entry.collection == collection.name) & (Entry.record == row.id)
    Entry.delete().where(own).execute()
    Base.delete().where((Base.collection == collection.name) & (Base.record == row.id)).execute()
    collection.delete_rows([row.id])
    if not seen.deleted:
        with replica.transaction() as transaction:
            values = _as_own(collection, seen, transaction.owner)
            change = Change(row.id, transaction.stamp(), values, whole=True)
            outbox.append(replica.database, collection.name, [(change, transaction.id())])
        rebase_records(collection, [row.id])
        if not is_sound(row):
            told = {"collection": collection.name, "record": row.id, "text": _NOBODY_HAS_IT}
            replica.create(Task, [{"scope": seen.scope, **told}])


def _as_own(collection: Collection, seen: Row, owner: int) -> Values:
    """A record's values as this laptop may write them: counts, sets and rights as its own."""
    values = {n: value for n, value in seen.values.items() if n not in (DELETED, WRITTEN_BY)}
    for name, column in collection.columns.items():
        if name in values or column.merge.keeps_both:
            values[name] = column.own_part(values.get(name), owner)
    return values
