"""A round's request at the hub: read from its stream, and held against what is known of its laptop.

The laptop's `sync.request` makes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, TypeVar

from hongxian.record import COMMUNITY
from hongxian.values import Values
from hongxian.wire.message import Message
from hongxian.wire.page import STREAM_OPEN_BYTES, Page, page_from_json, read_stream
from hongxian.wire.round import RoundRequest, Status
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.membership.devices import scopes_of
from hongxian_server.tables.access import Access

M = TypeVar("M", bound=Message)


def read_request(
    source: BinaryIO, kind: type[M], most: int = STREAM_OPEN_BYTES
) -> tuple[M, Iterator[Page]]:
    """A stream's message, and its pages as they are asked for; all open to `most` bytes.

    Raises `PageRefused`.
    """
    frames = read_stream(source, most)
    return kind.load(next(frames, None)), map(page_from_json, frames)


def status_of(
    hub: Hub,
    access: Access,
    state: HubState,
    request: RoundRequest,
    *,
    late_is_fine: bool = False,
) -> Status:
    """Whether laptop and hub are in the lives that each takes the other to be in.

    A stick may come late or again (`late_is_fine`).
    """
    if request.epoch != state.epoch:
        return Status.EPOCH
    place = request.round
    is_known = access.follows(place) or (late_is_fine and access.is_known_of(place.id))
    if access.epoch == state.epoch and not is_known:
        return Status.STALE
    behind = {
        scope
        for scope, by_collection in request.cursors.items()
        for name, seq in by_collection.items()
        if 0 < seq < state.gc_horizon and name in hub.collections
    }
    # Of scopes that it does not hold any more the laptop learns by this round.
    if behind and not behind.isdisjoint({*scopes_of(access), COMMUNITY}):
        return Status.BELOW
    return Status.OK


def note_request(access: Access, request: RoundRequest, *, late_is_fine: bool = False) -> None:
    """Keep the ids of requests that may come yet, or again: on a stick."""
    place = request.round
    access.remember([*place.attempts, place.id] if late_is_fine else place.attempts)


def told_by(access: Access, request: RoundRequest) -> Values:
    """What a request tells of its laptop, by the fields of `Access` that keep it."""
    seqs = (seq for each in request.cursors.values() for seq in each.values())
    return {
        "unsent": request.unsent,
        "refused": request.refused,
        "version": request.version,
        "acknowledged": min(seqs, default=access.acknowledged),
        "epoch": request.epoch,
        "due": request.due,
    }


def move_chain(access: Access, request: RoundRequest) -> None:
    """Take a request's place for the device's last, but one that came late, again, or carries nothing."""
    place, begins = request.round, access.epoch != request.epoch
    if place.id and place.id != access.round_id and (begins or access.follows(place)):
        access.round_number, access.round_id = access.round_number + 1, place.id
    elif begins:  # in the hub's new life its chain has begun anew
        access.round_number, access.round_id = place.number, place.previous
