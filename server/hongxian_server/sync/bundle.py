"""A stick at the hub: a round that came as a file, and its reply as another.

The laptop's `sync.bundle` writes the one and reads the other.
"""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

from hongxian.errors import FileRefused
from hongxian.model.transaction_id import ids_in, last_of, runs_of
from hongxian.text import Text
from hongxian.wire.bundle import BundleReply, Way, read_bundle, refuse_unless_signed, write_bundle
from hongxian.wire.files import pieces_in
from hongxian.wire.page import Page, PageKind, read_stream, stream
from hongxian.wire.round import RoundRequest, Status
from hongxian.words.logs import logger
from hongxian_server.hub import Hub
from hongxian_server.membership.devices import incarnation_of
from hongxian_server.sync.files import answer_files
from hongxian_server.sync.reconcile import take_copies
from hongxian_server.sync.releases import keep_report, orders_for, releases_on_stick
from hongxian_server.sync.request import read_request, stamps_of
from hongxian_server.sync.session import run_round
from hongxian_server.tables.access import Incarnation, access_if_known
from hongxian_server.tables.keeper_log import Act, note
from hongxian_server.tables.taken import taken_of

log = logger(__name__)


def answer_bundle(hub: Hub, path: Path, reply_path: Path) -> int:
    """Take a laptop's bundle in and write the reply; returns how many transactions were new.

    The same file again, or files out of order, harm nothing. Raises `FileRefused` for a file that
    is damaged or of a laptop that the hub does not know.
    """
    asker, signature, body = read_bundle(path)
    with hub:
        access = access_if_known(asker.laptop)
        if access is None:
            raise FileRefused(
                file=str(path),
                detail=Text("不是本社区电脑的文件", "of a laptop that is not of this hub"),
            )
        to_hub = Way(True, hub.identity.public, asker)
        refuse_unless_signed(path, to_hub, access.key, signature, body)
        if access.revoked:
            raise FileRefused(
                file=str(path),
                detail=Text(f"{access.name} 已停用", f"{access.name} was revoked"),
            )
        by = incarnation_of(hub, asker)
        request, frames = read_request(read_stream(io.BytesIO(body)), RoundRequest)
        last, given = last_of(request.transactions), list(frames)
        take_copies(hub, by, [page for page in given if page.kind == PageKind.ROWS])
        written = [page for page in given if page.kind not in (PageKind.ROWS, PageKind.FILES)]
        request, pages = _still_good(by, request, written)
        reply, encoded = run_round(hub, by, request, pages)
        if request.files and reply.status is Status.OK:
            encoded += list(answer_files(hub, by, pieces_in(given), encoded))
        if request.running is not None:
            keep_report(hub, by, request.running)
        orders = orders_for(hub, by)
        sent = {stamp for page in pages for stamp in page.column("stamp")}
        answer = BundleReply(
            **vars(reply),
            answers=last,
            was_at=request.cursors,
            plain=sorted(sent - {verdict.stamp for verdict in reply.outcome.others}),
            orders=orders,
            releases=releases_on_stick(hub, by, orders),
        )
        back = replace(to_hub, to_hub=False)
        write_bundle(reply_path, back, hub.identity.key, stream(answer, encoded))
        note(hub, Act.BUNDLE, by.number, by.name)
        log.info("answered a bundle device=%d transactions=%d", by.number, len(sent))
        return reply.outcome.plain


def _still_good(
    by: Incarnation, request: RoundRequest, pages: list[Page]
) -> tuple[RoundRequest, list[Page]]:
    """What of a stick is to be taken in.

    One may come late: then its laptop has sent the same since by other ways, and only what is here
    already is told once more. What is not may be of a copy: its laptop holds it still.
    """
    taken = {} if by.follows(request.lineage) else taken_of(request.transactions)
    if not taken:
        return request, pages
    ids = zip(ids_in(request.transactions), stamps_of(request, pages), strict=True)
    held = [(id, stamp) for id, stamp in ids if id in taken]
    known = {stamp for _, stamp in held}
    kept = [page.keep([stamp in known for stamp in page.column("stamp")]) for page in pages]
    return (
        replace(request, transactions=runs_of(id for id, _ in held)),
        [page for page in kept if page.rows],
    )
