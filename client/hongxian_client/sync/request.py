"""A round's request on the laptop: what goes out next, its message and pages, and the asking.

The hub's `sync.request` reads it.
"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from hongxian.model.transaction_id import last_of
from hongxian.version import __version__
from hongxian.wire.by_scope import moved
from hongxian.wire.page import (
    PAGE_ROWS,
    ROW_BYTES,
    Page,
    PageKind,
    frames_of,
    page_from_json,
    read_stream,
    stream,
)
from hongxian.wire.releases import Running
from hongxian.wire.round import PORTION, PROTOCOL, RoundReply, RoundRequest
from hongxian.words.logs import logger, phase
from hongxian_client.replica.cursors import cursors
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.todo import TodoKind, to_be_done
from hongxian_client.replica.unsent import outbox
from hongxian_client.replica.unsent.outbox import Slice
from hongxian_client.sync.enrol import clock_offset
from hongxian_client.sync.unfinished.lineage import lineage_of, note_attempt
from hongxian_client.sync.unfinished.pending import pending_collections
from hongxian_client.sync.verdicts import with_range
from hongxian_client.transport.link import Post

log = logger(__name__)
SLICE_ROWS = 10_000
"""Records in one request, about."""
SLICE_BYTES = 16 * 2**20
"""Bytes of changes in one request, before compression, about."""


FAR_MILLISECONDS = 60_000
"""Between a hub's clock and what a laptop took it for, before work gets new stamps."""

Load = tuple[Slice, list[bytes]]
"""A part of the outbox, and its pages as they travel."""
NOTHING: Load = (Slice(), [])


@dataclass(frozen=True)
class Step:
    """One request of a sync: its message, its part of the outbox, and that part's encoded pages."""

    request: RoundRequest
    part: Slice
    pages: list[bytes]


def read_load(replica: Replica, portion: int, after: int = 0) -> Load:
    """What goes out after a position of the outbox, as much as one request may carry.

    At least one transaction, whatever its size.
    """
    rows = min(SLICE_ROWS, max(portion // ROW_BYTES, 1))
    while True:
        with phase(log, "load") as counts:
            part = outbox.read_slice(replica.database, after, rows, SLICE_BYTES)
            pages = encoded_pages(part)
            size = sum(map(len, pages))
            counts.update(rows=len(part.stamps), pages=len(pages), bytes=size)
        if size <= portion or rows == 1:
            return part, pages
        rows = max(min(rows // 2, len(part.stamps) * portion // size), 1)


def read_ahead(replica: Replica, portion: int, step: Step) -> Load:
    """What goes out after a step, made ready while the hub works on that one."""
    return read_load(replica, portion, step.part.positions[-1]) if step.part.more else NOTHING


def step_with(
    replica: Replica,
    state: LaptopState,
    load: Load,
    *,
    unsent: int,
    refused: int,
    portion: int,
) -> Step:
    """The request that carries a load; that it is going out is on disk, unless it carries none."""
    part, pages = load
    request = make_request(
        replica,
        state,
        part,
        unsent=unsent,
        refused=refused,
        pull=not part.more,
        portion=portion,
    )
    return Step(request, part, pages)


def step_after(
    replica: Replica,
    state: LaptopState,
    step: Step,
    ahead: Load,
    reply: RoundReply,
    *,
    unsent: int,
    refused: int,
    portion: int,
) -> Step:
    """What can go before a step's answer is taken in, as if it had been: more of either side's."""
    load = ahead if step.part.more else NOTHING
    following = step_with(replica, state, load, unsent=unsent, refused=refused, portion=portion)
    if step.part.more:
        if not reply.outcome.plain:
            return following
        own_seqs = with_range(following.request.own_seqs, reply.outcome.plain_seqs)
        return replace(following, request=replace(following.request, own_seqs=own_seqs))
    reached = moved(step.request.cursors, reply.cursors)
    return replace(following, request=replace(following.request, cursors=reached))


@dataclass(frozen=True)
class Answer:
    """What the hub said to a request; `offset` is how far its clock is ahead of ours (ms)."""

    reply: RoundReply
    pages: list[Page]
    offset: int

    def is_far_from(self, offset: int) -> bool:
        """Whether that is so far from what the laptop took it for that stamps must be given anew."""
        return abs(self.offset - offset) > FAR_MILLISECONDS


def ask(replica: Replica, post: Post, step: Step) -> Answer:
    """Send a request. Raises `HubOutOfReach`, or what the hub answered."""
    before = replica.now()
    frames = read_stream(post("/v1/round", b"".join(stream(step.request, step.pages))))
    reply = RoundReply.load(next(frames, None))
    offset = clock_offset(reply.clock, before, replica.now())
    return Answer(reply, [page_from_json(frame) for frame in frames], offset)


def make_request(
    replica: Replica,
    state: LaptopState,
    part: Slice,
    *,
    unsent: int,
    refused: int,
    pull: bool,
    portion: int = PORTION,
    whole: bool = False,
    running: list[Running] | None = None,
) -> RoundRequest:
    """A round's message as things stand on disk, where it is kept that its part is going out.

    `unsent` and `refused` are changes held.
    """
    last = last_of(part.runs)
    if last:
        with replica.upkeep():
            state = note_attempt(last)
    due = pending_collections()
    collections = sorted(replica.collections.keys() - due)
    return RoundRequest(
        protocol=PROTOCOL,
        epoch=state.epoch,
        lineage=lineage_of(state),
        head=state.hub_head,
        heads=state.hub_heads[1:],
        clock=replica.now(),
        version=f"{__version__} {platform.system()}"[:40],
        name=state.name_wanted,
        collections=collections,
        cursors=cursors(collections),
        own_seqs=state.own_ranges,
        transactions=part.runs,
        grant=state.grant,
        unsent=unsent,
        refused=refused,
        due=bool(due),
        sweeping=bool(to_be_done(TodoKind.SWEEP)),
        pull=pull,
        portion=portion,
        whole=whole,
        running=running,
    )


def encoded_pages(part: Slice) -> list[bytes]:
    """The pages that carry a slice of the outbox, as they travel."""
    return [frame for page in pages_of(part) for frame in frames_of(page)]


def pages_of(part: Slice) -> list[Page]:
    """The pages that carry a slice of the outbox."""
    groups: dict[tuple[str, int, tuple[str, ...]], list[int]] = {}
    kinds = zip(part.collections, part.wholes, map(tuple, part.values), strict=True)
    first = 0
    for kind, alike in groupby(kinds):
        after = first + len(list(alike))
        groups.setdefault(kind, []).extend(range(first, after))
        first = after
    return [
        _page(part, places[start : start + PAGE_ROWS])
        for places in groups.values()
        for start in range(0, len(places), PAGE_ROWS)
    ]


def _page(part: Slice, places: Sequence[int]) -> Page:
    """A page of entries that are of one kind."""
    name, whole = part.collections[places[0]], part.wholes[places[0]]
    fields = list(part.values[places[0]])
    rows = map(dict.values, map(part.values.__getitem__, places))
    columns = [list(map(column.__getitem__, places)) for column in (part.records, part.stamps)]
    columns += map(list, zip(*rows, strict=True))
    replaced = []
    if not whole:
        seen = [part.change(place).replaced for place in places]
        replaced = [[each.get(field, 0) for each in seen] for field in fields]
    kind = PageKind.NEW if whole else PageKind.EDIT
    return Page(name, kind, ["id", "stamp", *fields], columns, replaced=replaced)
