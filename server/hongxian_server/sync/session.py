"""A sync round at the hub: who asks, which life they are in, verdicts, then a helping of the feed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from hongxian.capture import Transaction
from hongxian.collection import Collection
from hongxian.errors import PageRefused
from hongxian.record import COMMUNITY
from hongxian.row import Row
from hongxian.version import __version__
from hongxian.wire.page import STREAM_OPEN_BYTES, Page, page_from_json, read_stream
from hongxian_server.hub import Hub
from hongxian_server.intake.apply import Intake, Outcome
from hongxian_server.intake.validate import Reading
from hongxian_server.people.devices import named_scopes, scopes_of, writer_of
from hongxian_server.quota.transfer import hand_out, rebalance
from hongxian_server.quota.usage import is_owed, note_uses
from hongxian_server.state import HubState
from hongxian_server.sync.feed import Helping, Range, help_from_feed
from hongxian_server.sync.incarnation import came_back, start_epoch, takes_offers
from hongxian_server.tables import journal
from hongxian_server.tables.access import Access, access_of_number
from hongxian_server.tables.former import note_former

Reply = tuple[dict[str, Any], list[bytes]]
LOST = "lost"
SEEN_MILLISECONDS = 30_000
"""When a laptop was last seen is kept to within so long: a round that tells
nothing else writes nothing."""


def read_request(source: BinaryIO, most: int = STREAM_OPEN_BYTES) -> tuple[Any, Iterator[Page]]:
    """A stream's envelope, and its pages as they are asked for; all open to `most` bytes."""
    frames = read_stream(source, most)
    envelope = next(frames, None)
    return envelope, map(page_from_json, frames)


def run_round(
    hub: Hub,
    access: Access,
    request: dict[str, Any],
    pages: list[Page],
    *,
    late_is_fine: bool = False,
) -> Reply:
    """One round. A bundle may come late or again (`late_is_fine`); a laptop's own request may not."""
    if not request["round"]["id"]:
        if pages:
            raise PageRefused(detail="a round that carries pages names itself by an id")
        with hub.database.snapshot():
            access = access_of_number(access.number)
            if _changes_nothing(hub, access, request):
                return _answer(hub, access, request, "ok", Outcome())
    with hub.separately() as transaction:
        access = access_of_number(access.number)
        status = _life(hub, access, HubState.read(), request, late_is_fine)
        outcome = None
        if status == LOST:
            start_epoch(hub, request["heads"])
            status = "epoch"
        if status == "ok":
            place = request["round"]
            access.remember(
                [*place["attempts"], place["id"]] if late_is_fine else place["attempts"]
            )
            outcome = _take_in(hub, access, request, pages, transaction)
            status = "ok" if outcome else "stale"
            came_back(hub, access.number)
    with hub.database.snapshot():
        return _answer(hub, access, request, status, outcome)


def _changes_nothing(hub: Hub, access: Access, request: dict[str, Any]) -> bool:
    """Whether a round that carries nothing leaves the hub as it is, so that it need not write."""
    told, state = _told(access, request), HubState.read()
    return (
        not state.recovering
        and not access.retired
        and _life(hub, access, state, request, late_is_fine=False) == "ok"
        and hub.now() - (access.last_seen or 0) < SEEN_MILLISECONDS
        and all(getattr(access, name) == value for name, value in told.items())
        and not is_owed(access.number)
    )


def _told(access: Access, request: dict[str, Any]) -> dict[str, Any]:
    """What a round tells of its laptop, by the fields that keep it."""
    seqs = (seq for each in request["cursors"].values() for seq in each.values())
    return {
        "unsent": request["unsent"],
        "refused": request["refused"],
        "version": request["version"],
        "acknowledged": min(seqs, default=access.acknowledged),
        "epoch": request["epoch"],
        "due": request["due"],
    }


def _life(
    hub: Hub,
    access: Access,
    state: HubState,
    request: dict[str, Any],
    late_is_fine: bool,
) -> str:
    """Whether hub and laptop are in the life that the other thinks: "ok", or what must be done.

    `LOST` is what the hub itself has yet to notice: that it was restored.
    """
    heads = request["heads"]
    if request["epoch"] != state.epoch:  # an unknown one is later than this copy
        return "epoch" if request["epoch"] in state.past_epochs else LOST
    told = request["round"]
    if access.epoch == state.epoch:
        lacks_newest = heads and journal.seq_of_head(heads[0]) is None
        if lacks_newest or told["number"] > access.round_number:
            return LOST
        if not access.follows(told) and not (late_is_fine and access.is_known_of(told["id"])):
            return "stale"
    behind = {
        scope
        for scope, by_collection in request["cursors"].items()
        for name, seq in by_collection.items()
        if 0 < seq < state.gc_horizon and name in hub.collections
    }
    # Of scopes that it does not hold any more the laptop learns by this round.
    if behind and not behind.isdisjoint({*scopes_of(access), COMMUNITY}):
        return "below"
    return "ok"


def _take_in(
    hub: Hub, access: Access, request: dict[str, Any], pages: list[Page], transaction: Transaction
) -> Outcome | None:
    """Verdicts on the pages' transactions; None when they are of a copy of this laptop."""
    cursors, own_seqs = request["cursors"], request["own_seqs"]

    def sender_knows(collection: Collection, row: Row) -> bool:
        cursor = cursors.get(row.scope, {}).get(collection.name, 0)
        return row.seq <= cursor or any(low < row.seq <= high for low, high in own_seqs)

    reading = Reading(hub, writer_of(access))
    reading.read(pages)
    mark = access.highest_stamp
    repeated = {stamp for page in pages for stamp in page.column("stamp") if stamp <= mark}
    known = journal.taken_in(access.number, repeated)
    prints = reading.prints(known) if known else {}
    if any(prints.get(stamp, print) != print for stamp, (_, print) in known.items()):
        return None
    for stamp in known:
        reading.bad.pop(stamp, None)
    intake = Intake(hub, reading, sender_knows, transaction.clock)
    outcome = intake.settle({stamp: seq for stamp, (seq, _) in known.items()})
    _rebalance(hub, access, intake)
    if hub.plugins.implements("hongxian_record_was_stored"):
        for name, changes in intake.stored():
            transaction.changes.setdefault(name, []).extend(changes)
    _move_chain(access, request)
    note_former(access, request["former"])
    access.highest_stamp = max(access.highest_stamp, *intake.seq_of, 0)
    access.last_seen, access.retired = hub.now(), False  # a twin may use a number still
    for name, value in _told(access, request).items():
        setattr(access, name, value)
    accepted = sum(stamp not in reading.bad for page in pages for stamp in page.column("stamp"))
    access.unsent = max(access.unsent - accepted, 0)
    access.save()
    return outcome


def _move_chain(access: Access, request: dict[str, Any]) -> None:
    """Take a request's place for the device's last, but one that came late, again, or carries nothing."""
    place, begins = request["round"], access.epoch != request["epoch"]
    if place["id"] and place["id"] != access.round_id and (begins or access.follows(place)):
        access.round_number, access.round_id = access.round_number + 1, place["id"]
    elif begins:  # in the hub's new life its chain has begun anew
        access.round_number, access.round_id = place["number"], place["previous"]


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


def _answer(
    hub: Hub, access: Access, request: dict[str, Any], status: str, outcome: Outcome | None
) -> Reply:
    state = HubState.read()
    scopes = named_scopes(access)
    reply: dict[str, Any] = {
        "status": status,
        "epoch": state.epoch,
        "clock": hub.now(),
        "round": access.round_number,
        "head": journal.head(),
        "community": state.community,
        "scopes": scopes,
        "collections": sorted(hub.collections),
        "recovering": takes_offers(access, state),
        "gc_horizon": state.gc_horizon,
        "version": __version__,
    }
    if outcome is None:
        return reply, []
    others = [vars(each) for each in outcome.others]
    reply["outcome"] = {**vars(outcome), "others": others}
    if not request["pull"]:
        return reply, []
    own_seqs: list[Range] = list(request["own_seqs"])
    if outcome.plain:
        own_seqs.append((outcome.first_seq - 1, outcome.first_seq + outcome.plain - 1))
    helping = _helping(hub, [*scopes, COMMUNITY], request, own_seqs)
    reply |= {"cursors": helping.cursors, "complete": helping.complete, "digests": helping.digests}
    return reply, helping.pages


def _helping(
    hub: Hub, scopes: list[str], request: dict[str, Any], own_seqs: list[Range]
) -> Helping:
    helping = help_from_feed(hub, scopes, request["collections"], request["cursors"], own_seqs)
    while request["whole"] and not helping.complete:
        further = help_from_feed(hub, scopes, request["collections"], helping.cursors, own_seqs)
        further.pages = [*helping.pages, *further.pages]
        helping = further
    return helping
