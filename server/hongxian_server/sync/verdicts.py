"""Verdicts at the hub: what came in is decided on and stored. The laptop's `sync.verdicts` takes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set

from hongxian.collections.asks import ASKS
from hongxian.collections.builtin import CircleMember
from hongxian.collections.collection import Collection
from hongxian.kit.numbers import settle_numbers
from hongxian.model.row import SCOPE, Change, Row
from hongxian.model.transaction_id import TransactionId, ids_in
from hongxian.wire.page import Page
from hongxian.wire.round import RoundRequest
from hongxian.wire.verdicts import Outcome
from hongxian.writing.capture import Transaction
from hongxian_server.hub import Hub
from hongxian_server.intake.apply import Intake
from hongxian_server.intake.dangling import see_to_dangling, touched_by
from hongxian_server.intake.validate import Reading
from hongxian_server.membership.circles import follow_moves, note_begun, settle_wishes
from hongxian_server.quota.asks import asked_about
from hongxian_server.quota.transfer import hand_out, rebalance
from hongxian_server.quota.usage import note_uses
from hongxian_server.sync.request import move_lineage, stamps_of, told_by
from hongxian_server.tables.access import Incarnation, keeping
from hongxian_server.tables.membership import writer_of
from hongxian_server.tables.taken import note_taken, taken_of

_MEMBERS = CircleMember._meta.collection


def decide(
    hub: Hub,
    by: Incarnation,
    request: RoundRequest,
    pages: Sequence[Page],
    transaction: Transaction,
) -> Outcome:
    """Verdicts on the pages' transactions. Raises `PageRefused`."""
    cursors, own_seqs = request.cursors, request.own_seqs

    def sender_knows(collection: Collection, row: Row) -> bool:
        cursor = cursors.get(row.scope, {}).get(collection.name, 0)
        return row.seq <= cursor or any(low < row.seq <= high for low, high in own_seqs)

    reading = Reading(hub, writer_of(by))
    reading.read(pages)
    stamps = stamps_of(request, pages)
    known = _known(request, stamps)
    for stamp in known:
        reading.bad.pop(stamp, None)

    def ids() -> dict[int, TransactionId]:
        return dict(zip(stamps, ids_in(request.transactions), strict=True))

    intake = Intake(hub, reading, sender_knows, transaction.clock, ids)
    outcome = intake.settle(known)
    stored = intake.stored()
    _note_taken(request, stamps, intake, outcome)
    see_to_dangling(hub, touched_by(hub, intake).gone())
    _rebalance(hub, by, intake, {change.id for change in stored.get(ASKS, ())})
    settle_numbers(hub, stored)
    intake.worked_out.put_right(intake.touched)
    if hub.plugins.implements("hongxian_record_was_stored") or hub.exchanges.givers():
        for name, changes in stored.items():
            transaction.changes.setdefault(name, []).extend(changes)
    _note_laptop(hub, by, request, pages, intake)
    note_begun(hub, by.laptop, _scopes_written(intake))
    follow_moves(hub, _moves(stored))
    settle_wishes(hub, {change.id for change in stored.get(_MEMBERS, ())})
    return outcome


def _scopes_written(intake: Intake) -> set[str]:
    """Where new records lie that were taken in, or what was moved went."""
    scopes = {
        scope
        for fresh in intake.reading.fresh
        for stamp, scope in set(zip(fresh.columns[1], fresh.columns[2], strict=True))
        if stamp in intake.seq_of
    }
    changes = (each for _, each in intake.reading.changes if each.stamp in intake.seq_of)
    return scopes | {each.values[SCOPE] for each in changes if SCOPE in each.values}


def _moves(stored: Mapping[str, Sequence[Change]]) -> Iterator[tuple[str, Change]]:
    """What went from one scope to another, by its collection."""
    for name, changes in stored.items():
        yield from ((name, each) for each in changes if SCOPE in each.values and not each.whole)


def _known(request: RoundRequest, stamps: Sequence[int]) -> dict[int, int]:
    """The seqs of transactions that came before, by the stamps that they have now."""
    taken = taken_of(request.transactions)
    if not taken:
        return {}
    ids = zip(ids_in(request.transactions), stamps, strict=True)
    return {stamp: taken[id] for id, stamp in ids if id in taken}


def _note_taken(
    request: RoundRequest,
    stamps: Sequence[int],
    intake: Intake,
    outcome: Outcome,
) -> None:
    first = outcome.first_seq
    seqs: Sequence[int] = range(first, first + outcome.plain)
    if outcome.others:
        seqs = [intake.seq_of.get(stamp, 0) for stamp in stamps]
    note_taken(request.transactions, seqs)


def _rebalance(hub: Hub, by: Incarnation, intake: Intake, asks: Set[str]) -> None:
    """Rebalance the rights of the quotas that were used or asked for, in the same commit."""
    used = [
        (collection, change)
        for collection, change in intake.reading.changes
        if change.stamp in intake.seq_of and collection.quotas & change.values.keys()
    ]
    records: dict[str, set[str]] = {}
    for collection, change in used:
        records.setdefault(collection.name, set()).add(change.id)
    note_uses(by.laptop, used, hub.now())
    for name, ids in asked_about(hub.collections[ASKS].rows_by_id(asks).values()).items():
        records.setdefault(name, set()).update(ids)
    hand_out(hub, by.id, records)
    rebalance(hub, records)


def _note_laptop(
    hub: Hub, by: Incarnation, request: RoundRequest, pages: Sequence[Page], intake: Intake
) -> None:
    """Keep how far the laptop has come, with what it told of itself."""
    bad = intake.reading.bad
    refused = sum(sum(map(bad.__contains__, page.column("stamp"))) for page in pages if bad)
    accepted = sum(page.rows for page in pages) - refused
    with keeping(by):
        move_lineage(by, request)
        by.last_seen, by.left_behind = hub.now(), False  # a copy may use it still
        for name, value in told_by(hub, by, request).items():
            setattr(by, name, value)
        by.unsent = max(by.unsent - accepted, 0)
