"""Mending at the hub, when digests differ: buckets narrow it down, and only the differing records move.

The laptop's `sync.reconcile` asks. What it offers to a hub that was restored is for `recovery`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from hongxian.collections.builtin import Erasure
from hongxian.collections.collection import Collection
from hongxian.errors import NotAllowed
from hongxian.kinds.reference import are_ids
from hongxian.model.row_hash import unsound
from hongxian.text import Text
from hongxian.wire.digest import BUCKETS, bucket_of, hex_of
from hongxian.wire.page import ROW_BYTES, Page, frames_of
from hongxian.wire.reconcile import BucketsReply, BucketsRequest, RepairReply, RepairRequest
from hongxian.words.logs import logger
from hongxian_server.history.erasing import erase_again
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.intake.damage import note_if_damaged, put_right
from hongxian_server.intake.erased import erased_among
from hongxian_server.membership.circles import note_begun
from hongxian_server.sync.feed import rows_page
from hongxian_server.sync.incarnation import note_offer, takes_offers
from hongxian_server.sync.recovery import Offers
from hongxian_server.tables.access import Incarnation
from hongxian_server.tables.membership import writer_of

log = logger(__name__)
LISTED = 50_000
"""Records listed in one reply."""


def _visible(hub: Hub, by: Incarnation, scope: str, name: str) -> Collection:
    if not writer_of(by).holds(scope):
        raise NotAllowed(
            detail=Text(
                "这台电脑不属于团队 {scope!r}", "this device is not of team {scope!r}"
            ).format(scope=scope)
        )
    return hub.collection(name)


def compare_buckets(hub: Hub, by: Incarnation, request: BucketsRequest) -> BucketsReply:
    """The hub's (id, hash) pairs in the buckets whose sums differ, as of one seq."""
    with hub.database.snapshot():
        collection = _visible(hub, by, request.scope, request.collection)
        buckets: dict[int, list[tuple[str, str]]] = defaultdict(list)
        sums = [0] * BUCKETS
        for id, hash in hashes_in(collection, request.scope):
            buckets[bucket_of(id)].append((id, hex_of(hash)))
            sums[bucket_of(id)] += hash
        differs, listed = {}, 0
        most = min(LISTED, request.portion // (2 * ROW_BYTES))
        for bucket, told in enumerate(request.sums):
            if hex_of(sums[bucket]) != told:
                differs[str(bucket)] = buckets[bucket]
                listed += len(buckets[bucket])
                if listed >= most:
                    break
        seq = HubState.read().seq
        return BucketsReply(seq=seq, more=listed >= most, differs=differs)


def hashes_in(collection: Collection, scope: str) -> list[tuple[str, int]]:
    """(id, hash) of every live record of a scope."""
    mark = collection.database.param
    sql = f'SELECT id, hash FROM "{collection.table}" WHERE scope = {mark} AND NOT deleted'
    return list(collection.database.execute_sql(sql, (scope,)).fetchall())


def take_copies(hub: Hub, by: Incarnation, pages: Iterable[Page]) -> None:
    """Put right what the hub's disk has changed and these pages have as it was; nothing else is taken of them."""
    writer = writer_of(by)
    with hub.separately() as transaction:
        for page in pages:
            collection = hub.collections.get(page.collection)
            if collection is not None and writer.holds(page.scope):
                offers = Offers(hub, writer, collection, transaction.clock)
                put_right(collection, offers.rows_of(page))


def repair(
    hub: Hub, by: Incarnation, request: RepairRequest, pages: Sequence[Page]
) -> tuple[RepairReply, list[bytes]]:
    """Take what is offered if the hub may lack it, then send what is wanted."""
    scope, name = request.scope, request.collection
    taken = 0
    offered = [id for page in pages for id in page.column("id") if are_ids([id])]
    with hub.separately() as transaction:
        collection, state = _visible(hub, by, scope, name), HubState.read()
        offers = Offers(hub, writer_of(by), collection, transaction.clock)
        if state.damaged:
            for page in pages:
                put_right(collection, offers.rows_of(page))
        if takes_offers(by, state, name):
            taken = sum(offers.take(page) for page in pages)
            if taken:
                note_offer(by)
                note_begun(hub, by.laptop, [scope])
                log.info(
                    "repaired device=%d scope=%s collection=%s taken=%d",
                    *(by.number, scope, name, taken),
                )
    if taken and name == Erasure._meta.collection:
        erase_again(hub)
    with hub.database.snapshot():
        held = collection.rows_by_id(offered)
        elsewhere = [id for id, row in held.items() if row.scope != scope]
        elsewhere += erased_among(hub, name, offered)
        wanted = [id for id in request.fetch if are_ids([id])]
        condition, parameters = hub.database.among("id", wanted)
        mark = hub.database.param
        found = collection.rows(f"{condition} AND scope = {mark}", (*parameters, scope))
    if unsound(found):
        with hub.upkeep():
            damaged = note_if_damaged(hub, collection, found)
        found = [row for row in found if row.id not in damaged]
    columns = collection.columns_of_rows(found)
    pages_out = frames_of(rows_page(collection, scope, columns)) if found else []
    return RepairReply(taken=taken, elsewhere=elsewhere), pages_out
