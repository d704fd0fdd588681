"""Verdicts at the hub: what came in is decided on and stored. The laptop's `sync.verdicts` takes them."""

from __future__ import annotations

from collections.abc import Sequence

from hongxian.capture import Transaction
from hongxian.collection import Collection
from hongxian.row import Row
from hongxian.wire.page import Page
from hongxian.wire.round import RoundRequest
from hongxian.wire.verdicts import Outcome
from hongxian_server.hub import Hub
from hongxian_server.intake.apply import Intake
from hongxian_server.intake.validate import Reading
from hongxian_server.membership.devices import writer_of
from hongxian_server.quota.transfer import hand_out, rebalance
from hongxian_server.quota.usage import note_uses
from hongxian_server.sync.request import move_chain, told_by
from hongxian_server.tables import journal
from hongxian_server.tables.access import Access
from hongxian_server.tables.former import note_former


def decide(
    hub: Hub,
    access: Access,
    request: RoundRequest,
    pages: Sequence[Page],
    transaction: Transaction,
) -> Outcome | None:
    """Verdicts on the pages' transactions; None when they are of a copy of this laptop."""
    cursors, own_seqs = request.cursors, request.own_seqs

    def sender_knows(collection: Collection, row: Row) -> bool:
        cursor = cursors.get(row.scope, {}).get(collection.name, 0)
        return row.seq <= cursor or any(low < row.seq <= high for low, high in own_seqs)

    reading = Reading(hub, writer_of(access))
    reading.read(pages)
    known = _known(access, reading, pages)
    if known is None:
        return None
    intake = Intake(hub, reading, sender_knows, transaction.clock)
    outcome = intake.settle(known)
    _rebalance(hub, access, intake)
    if hub.plugins.implements("hongxian_record_was_stored"):
        for name, changes in intake.stored():
            transaction.changes.setdefault(name, []).extend(changes)
    _note_laptop(hub, access, request, pages, intake)
    return outcome


def _known(access: Access, reading: Reading, pages: Sequence[Page]) -> dict[int, int] | None:
    """The seqs of transactions that came before; None if one has other contents than it had then."""
    mark = access.highest_stamp
    repeated = {stamp for page in pages for stamp in page.column("stamp") if stamp <= mark}
    known = journal.taken_in(access.number, repeated)
    prints = reading.prints(known) if known else {}
    if any(prints.get(stamp, print) != print for stamp, (_, print) in known.items()):
        return None
    for stamp in known:
        reading.bad.pop(stamp, None)
    return {stamp: seq for stamp, (seq, _) in known.items()}


def _rebalance(hub: Hub, access: Access, intake: Intake) -> None:
    """Rebalance the rights of the quotas that were used, in the same commit."""
    used = [
        (collection, change)
        for collection, change in intake.reading.changes
        if change.stamp in intake.seq_of and collection.quotas & change.values.keys()
    ]
    records: dict[str, set[str]] = {}
    for collection, change in used:
        records.setdefault(collection.name, set()).add(change.id)
    note_uses(access.number, used, hub.now())
    hand_out(hub, access.number, records)
    rebalance(hub, records)


def _note_laptop(
    hub: Hub, access: Access, request: RoundRequest, pages: Sequence[Page], intake: Intake
) -> None:
    """Keep how far the laptop has come, with what it told of itself."""
    move_chain(access, request)
    note_former(access, request.former)
    access.highest_stamp = max(access.highest_stamp, *intake.seq_of, 0)
    access.last_seen, access.retired = hub.now(), False  # a twin may use a number still
    for name, value in told_by(access, request).items():
        setattr(access, name, value)
    bad = intake.reading.bad
    accepted = sum(stamp not in bad for page in pages for stamp in page.column("stamp"))
    access.unsent = max(access.unsent - accepted, 0)
    access.save()
