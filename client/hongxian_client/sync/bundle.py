"""A stick on the laptop: a round out as a file, answered by the hub's `sync.bundle`, in here again.

Each file tells the whole round, so files may come late, twice, in another order, or never.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Set
from dataclasses import replace
from itertools import islice
from pathlib import Path

from hongxian.errors import FileRefused, NotJoined
from hongxian.text import Text
from hongxian.wire.bundle import BundleReply, Way, read_bundle, refuse_unless_signed, write_bundle
from hongxian.wire.by_scope import Cursors
from hongxian.wire.files import pieces_in
from hongxian.wire.page import Page, frames_of, page_from_json, read_stream, stream
from hongxian.wire.round import Status
from hongxian.words.logs import logger
from hongxian_client.replica.cursors import cursors, move_cursors
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.restamp import restamp
from hongxian_client.replica.todo import Todo, TodoKind, done, put_down, to_be_done
from hongxian_client.replica.unsent import outbox
from hongxian_client.replica.unsent.outbox import Slice
from hongxian_client.sync.feed import take_pages
from hongxian_client.sync.files import files_on_stick, take_from_stick
from hongxian_client.sync.name import note_name
from hongxian_client.sync.quota_recalls import answer_recalls
from hongxian_client.sync.reconcile import copies_of
from hongxian_client.sync.releases import running_here, see_to_carried
from hongxian_client.sync.report import Report
from hongxian_client.sync.request import encoded_pages, make_request
from hongxian_client.sync.scopes import let_handed_in_go, swept
from hongxian_client.sync.session import to_the_minute
from hongxian_client.sync.unfinished.deferred import (
    set_aside_too_large,
    sort_out_deferred,
    what_decides,
)
from hongxian_client.sync.unfinished.lineage import note_answer, note_head
from hongxian_client.sync.verdicts import take_verdicts

log = logger(__name__)
BUNDLE_ROWS = 200_000
"""Records that one bundle carries out, at most; the rest goes with the next."""
BUNDLE_OPEN_BYTES = 256 * 2**20


def bundle_out(replica: Replica, path: Path, *, with_files: bool = False) -> int:
    """Write all that is unsent to a file; returns how many transactions it carries.

    `with_files` takes photos and scans along, and asks for those that are not here.
    """
    with replica:
        way, key = _way(to_hub=True), replica.key()
        set_aside_too_large(replica)
        with replica.upkeep():
            sort_out_deferred(replica, what_decides(replica, LaptopState.read()))
            part = outbox.read_slice(replica.database, 0, BUNDLE_ROWS, BUNDLE_OPEN_BYTES)
            unsent, refused = outbox.open_and_refused()
            request = make_request(
                replica,
                LaptopState.read(),
                part,
                unsent=unsent,
                refused=refused,
                pull=True,
                whole=True,
                running=running_here(replica.plugins),
            )
        copies = (frame for page in copies_of(replica, _wanted()) for frame in frames_of(page))
        request = replace(request, files=with_files)
        files = files_on_stick(replica) if with_files else ()
        write_bundle(path, way, key, stream(request, [*encoded_pages(part), *copies, *files]))
        log.info("bundled transactions=%d", len(part.transactions))
        return len(part.transactions)


def bundle_in(replica: Replica, path: Path) -> Report:
    """Take the hub's reply in; raises `FileRefused`."""
    with replica, replica.one_deed(kept=False), swept(replica):
        way = _way(to_hub=False)
        _, signature, body = read_bundle(path)
        refuse_unless_signed(path, way, way.hub, signature, body)
        frames = read_stream(io.BytesIO(body))
        reply = BundleReply.load(next(frames, None))
        if reply.status is not Status.OK or reply.epoch != LaptopState.read().epoch:
            raise FileRefused(
                file=str(path),
                detail=Text(
                    "社区主机已重建或本机被复制过，请联网同步一次",
                    "the hub began a new life, or this laptop was copied; sync once over the network",
                ),
            )
        report = _take_in(replica, reply, map(page_from_json, frames))
        further = map(page_from_json, islice(read_stream(io.BytesIO(body)), 1, None))
        moved = take_from_stick(replica, pieces_in(further))
        report.files_sent, report.files_received = moved.sent, moved.received
        return report


def _take_in(replica: Replica, reply: BundleReply, pages: Iterable[Page]) -> Report:
    """What a round's answer does, except that this laptop may have gone on since it asked."""
    outcome = reply.outcome
    told = [*reply.plain, *(verdict.stamp for verdict in outcome.others)]
    with replica.upkeep():
        if reply.answers:
            note_answer(reply.answers)
        part = _readable(replica, outbox.slice_of(replica.database, told))
        if take_verdicts(replica, part, reply.plain, outcome):
            restamp(replica, offset=LaptopState.read().clock_offset)
        # Which teams and circles are this laptop's is for the hub to say as things stand now, not on a stick of then.
        scopes = {*LaptopState.read().scopes}
        received = take_pages(replica, (page for page in pages if page.scope in scopes))
        move_cursors(_further(reply, scopes, replica.collections))
        let_handed_in_go(replica)
        with LaptopState.changing() as state:
            state.last_sync, state.held = to_the_minute(reply.clock), reply.held
            note_head(state, reply.head)
            note_name(state)
        done(to_be_done(TodoKind.GIVE))
        put_down(
            Todo(kind=TodoKind.GIVE, collection=name, record=id)
            for name, ids in reply.wanted.items()
            for id in ids
        )
        report = Report(
            sent=len(part.transactions),
            received=received,
            refused=outbox.count(outbox.EntryState.REFUSED),
        )
    answer_recalls(replica)
    seen = see_to_carried(replica, reply)
    report.notes, report.plugins = seen.notes, seen.plugins
    log.info("took a bundle in sent=%d received=%d", report.sent, report.received)
    return report


def _wanted() -> dict[str, list[str]]:
    """The records of which the hub asked for a copy, by collection, as the last stick told."""
    wanted: dict[str, list[str]] = {}
    for each in to_be_done(TodoKind.GIVE):
        wanted.setdefault(each.collection, []).append(each.record)
    return wanted


def _readable(replica: Replica, part: Slice) -> Slice:
    """The transactions of which all plugins are here; the others go out again, and harm nothing."""
    away = {
        stamp
        for stamp, name in zip(part.stamps, part.collections, strict=True)
        if name not in replica.collections
    }
    if not away:
        return part
    here = [stamp for stamp in part.transactions if stamp not in away]
    return outbox.slice_of(replica.database, here)


def _further(reply: BundleReply, scopes: Set[str], known: Collection[str]) -> Cursors:
    """The cursors that the answer moves: none back, and none over a gap that another answer fills,
    or of a collection whose plugin is missing now, or of a team that is not this laptop's.
    """
    asked_at, held = reply.was_at, cursors(known)
    return {
        scope: {
            name: seq
            for name, seq in told.items()
            if name in known
            and asked_at.get(scope, {}).get(name, 0) <= held.get(scope, {}).get(name, 0) < seq
        }
        for scope, told in reply.cursors.items()
        if scope in scopes
    }


def _way(*, to_hub: bool) -> Way:
    state = LaptopState.read()
    if not state.hub_key:
        raise NotJoined()
    return Way(to_hub, state.hub_key, state.asker)
