"""A round's request at the hub: read from its stream, and held against what is known of its laptop.

The laptop's `sync.request` makes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from typing import TypeVar

from hongxian.errors import PageRefused
from hongxian.model.circle import team_of_circle
from hongxian.model.transaction_id import last_of
from hongxian.plugins.apart import plugins_apart
from hongxian.wire.message import Message
from hongxian.wire.page import Page, page_from_json
from hongxian.wire.round import RoundRequest, Status
from hongxian.words.values import Json, Values
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.tables.access import Incarnation, back_with
from hongxian_server.tables.taken import taken_of

M = TypeVar("M", bound=Message)


def read_request(frames: Iterator[Json], kind: type[M]) -> tuple[M, Iterator[Page]]:
    """A stream's message, and its pages as they are asked for; raises `PageRefused`."""
    return kind.load(next(frames, None)), map(page_from_json, frames)


def status_of(by: Incarnation, state: HubState, request: RoundRequest) -> Status:
    """Whether laptop and hub are in the lives that each takes the other to be in.

    A request that brings only what came before may come late, or again. An incarnation that has been
    in the hub's present life and is in a former one again was put back, or copied before.
    """
    is_former = request.epoch != state.epoch
    follows = not is_former and (by.follows(request.lineage) or not _is_new(request))
    if by.fenced or (by.epoch == state.epoch and not follows):
        return Status.STALE
    return Status.EPOCH if is_former else Status.OK


def _is_new(request: RoundRequest) -> bool:
    """Whether a request brings what the hub has not taken in, or nothing at all."""
    runs = request.transactions
    return not runs or sum(many for _, _, many in runs) > len(taken_of(runs))


def stamps_of(request: RoundRequest, pages: Iterable[Page]) -> list[int]:
    """The stamps of the request's transactions, in the order of their ids. Raises `PageRefused`."""
    columns = [page.column("stamp") for page in pages if "stamp" in page.names]
    if any(set(map(type, column)) - {int} for column in columns):
        raise PageRefused(detail="a stamp is a whole number")
    stamps = sorted(dict.fromkeys(chain(*columns)))  # mostly they come in their order
    runs = sorted(request.transactions)
    apart = all(p != q or a + n <= b for (p, a, n), (q, b, _) in pairwise(runs))
    if not apart or sum(many for _, _, many in runs) != len(stamps):
        raise PageRefused(detail="each transaction has one id, and no two the same")
    return stamps


def sent_out_without(hub: Hub, request: RoundRequest) -> list[str]:
    """The hub's collections that a laptop has not and that come by releases, to whom the keeper says."""
    released = (name for name, plugin in hub.owners.items() if plugin.sha256)
    return sorted(set(released) - set(request.collections))


def told_by(hub: Hub, by: Incarnation, request: RoundRequest) -> Values:
    """What a request tells of its laptop, by the fields of `Incarnation` that keep it."""
    theirs, ours = set(request.collections), hub.collections.keys()
    missing = ours - theirs - set(sent_out_without(hub, request))
    # Those of a circle stand still while nothing moves in it.
    told = (each for scope, each in request.cursors.items() if not team_of_circle(scope))
    seqs = (seq for each in told for seq in each.values())
    return {
        "unsent": request.unsent,
        "refused": request.refused,
        "version": request.version,
        "acknowledged": by.acknowledged if request.sweeping else min(seqs, default=by.acknowledged),
        "epoch": request.epoch,
        "due": request.due,
        "back": back_with(by.back_with | (ours & theirs)),
        # What it mends just now it does not name, though it has it.
        "lacks": by.lacks if request.due else "\n".join(plugins_apart(missing, theirs)),
        "brings": "\n".join(plugins_apart(theirs - ours, ours)),
    }


def move_lineage(by: Incarnation, request: RoundRequest) -> None:
    """Keep the last transaction that came, unless the request came late or again, or carries none."""
    lineage, begins = request.lineage, by.epoch != request.epoch
    last = last_of(request.transactions)
    if last and (begins or by.follows(lineage)):
        by.was_sent(last)
    elif begins:  # in the hub's new life it has sent nothing yet
        by.was_sent(lineage.after)
