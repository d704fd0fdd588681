"""Files on their way, once the records have gone: up what the hub lacks, down what somebody wants to see.

A sync carries a few pieces and ends, so that no record waits for a photo; whoever syncs goes on while any are
left. The hub's `sync.files` answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from hongxian.errors import HubOutOfReach, PageRefused
from hongxian.files import files_of, is_file
from hongxian.model.row import local_rows
from hongxian.storage.files import Files, Link, Wanted
from hongxian.wire.files import (
    PIECES,
    STICK_BYTES,
    DownloadRequest,
    FilesReply,
    FileState,
    Piece,
    PieceState,
    UploadRequest,
    bytes_in,
    page_of,
    pieces_of,
    text_of,
)
from hongxian.wire.page import first_of, frames_of, stream
from hongxian.words.logs import logger, phase
from hongxian_client.replica.files import FROM_HUB, agreed_files, lacking_files
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent import outbox
from hongxian_client.sync.line.carrier import Carrier
from hongxian_client.transport.link import HubRefused

log = logger(__name__)
REQUESTS = 16
"""Of one sync, for files: then records may go again."""
PIECE_BYTES = 256 * 1024
"""Of files in one request, at most: a record waits for no more."""
WISHES = 2_000
"""Files that one stick tells of, at most."""


@dataclass
class Moved:
    """What became of the files."""

    sent: int = 0
    received: int = 0
    left: bool = False
    """Whether more can go at once; not what the hub has not got itself."""


def carry_files(replica: Replica, carrier: Carrier, moved_before: int) -> Moved:
    """Carry files for a while. A line that gives out ends it, and no sync: the next one goes on."""
    moved = Moved()
    if not replica.files.exist:
        return moved
    carrying = _Carrying(replica, carrier, moved, moved_before)
    with phase(log, "files") as counts:
        try:
            carrying.run()
            moved.left &= carrying.requests > 0
        except (HubOutOfReach, HubRefused, PageRefused) as error:
            log.info("files failed=%s", type(error).__name__)
            moved.left = False
        counts.update(sent=moved.sent, received=moved.received, left=moved.left)
    return moved


class _Carrying:
    def __init__(self, replica: Replica, carrier: Carrier, moved: Moved, moved_before: int) -> None:
        self.replica, self.carrier, self.moved = replica, carrier, moved
        self.files: Files = replica.files
        self.epoch = LaptopState.read().epoch
        self.pieces = moved_before
        """That came through, and the records before them: while there are more, a line is worth another try."""
        self.requests = 0
        self.wrong: set[Link] = set()
        """What did not fit at the hub once: it goes another time, and no more."""

    def run(self) -> None:
        for work in (self._fetch, self._send):
            while True:
                try:
                    self.moved.left |= work()
                    break
                except HubOutOfReach as error:
                    self.carrier.shrink(error, self.pieces)
                    self.carrier.remember(self.replica)

    def _may_go_on(self) -> bool:
        return self.requests < REQUESTS and not outbox.count(outbox.EntryState.UNSENT)

    @property
    def _budget(self) -> int:
        return min(self.carrier.portion, PIECE_BYTES)

    # -- down ----------------------------------------------------------------------------------

    def _fetch(self) -> bool:
        """Fetch what is wished for; says whether more of it can come still."""
        waiting = self.files.wishes(FROM_HUB, PIECES)
        while waiting and self._may_go_on():
            asked = [_piece(each) for each in waiting]
            reply = self._ask("download", DownloadRequest(pieces=asked, portion=self._budget))
            states = zip(waiting, reply.pieces, strict=True)
            waiting = [next for each, state in states if (next := self._take(each, state))]
        return bool(waiting)

    def _take(self, wanted: Wanted, state: PieceState) -> Wanted | None:
        """Take in what came of a file; None where nothing more of it comes now."""
        link = wanted.link
        if state.state is FileState.COMING:
            return None
        content = bytes_in(state.content)
        if state.state is not FileState.PART:
            self.files.fulfil(link, FROM_HUB)
            return None
        received, is_right = _taken(self.replica, wanted, content, self.epoch)
        if received < wanted.size:
            return replace(wanted, received=received)
        self.moved.received += is_right
        return None

    # -- up ------------------------------------------------------------------------------------

    def _send(self) -> bool:
        """Send what the hub may lack; says whether more of it can go still."""
        while self._may_go_on():
            found = self.files.not_at_hub(self.epoch, PIECES)
            sent, left = self.moved.sent, self._send_some(found)
            if len(found) < PIECES or sent == self.moved.sent:
                return left
        return True

    def _send_some(self, found: Sequence[Wanted]) -> bool:
        agreed = agreed_files(self.replica, [each.link for each in found])
        waiting = [each for each in found if each.link in agreed]
        if (
            len(found) == PIECES
        ):  # some of them may be such as the hub does not take: let others come
            self.files.note_asked([each.link for each in found], self.replica.now())
        if waiting:  # how far did each come?
            waiting = self._told(waiting, [_piece(each) for each in waiting])
        while waiting and self._may_go_on():
            pieces = list(self._next(waiting))
            going = self._told(waiting[: len(pieces)], pieces)
            waiting = going + waiting[len(pieces) :]
        return bool(waiting)

    def _told(self, waiting: Sequence[Wanted], pieces: Sequence[Piece]) -> list[Wanted]:
        """Send pieces of these; returns those of which more is to go."""
        reply = self._ask("upload", UploadRequest(pieces=list(pieces)))
        further = []
        for each, state in zip(waiting, reply.pieces, strict=True):
            if state.state is FileState.HERE:
                self.files.link(each.link, self.epoch)
                self.moved.sent += 1
            elif state.state is FileState.PART:
                further.append(replace(each, received=state.received))
            elif state.state is FileState.WRONG and each.link not in self.wrong:
                self.wrong.add(each.link)
                further.append(replace(each, received=0))
            elif state.state is FileState.WRONG:
                self.files.link(each.link, self.epoch)
                log.warning("the hub has not taken a file bytes=%d", each.size)
        return further

    def _next(self, waiting: Sequence[Wanted]) -> Iterator[Piece]:
        left = self._budget
        for each in waiting:
            if left <= 0:
                return
            content = self.files.read(each.link.sha256, each.received, left)
            left -= len(content)
            yield _piece(each, content)

    # -- the line ------------------------------------------------------------------------------

    def _ask(self, where: str, message: UploadRequest | DownloadRequest) -> FilesReply:
        self.requests += 1
        answer = self.carrier(f"/v1/{where}", b"".join(stream(message, [])))
        reply = FilesReply.load(first_of(answer))
        if len(reply.pieces) != len(message.pieces):
            raise PageRefused(detail="it does not tell of each file")
        self.pieces += 1
        return reply


def _piece(wanted: Wanted, content: bytes = b"") -> Piece:
    return Piece(
        **wanted.link._asdict(),
        size=wanted.size,
        offset=wanted.received,
        content=text_of(content),
    )


def _taken(replica: Replica, wanted: Wanted, content: bytes, epoch: str) -> tuple[int, bool]:
    """Take bytes of a file in; how many came so far, and whether it is whole and right. A wrong one goes."""
    link, files = wanted.link, replica.files
    asked = (link.sha256, FROM_HUB, wanted.size, wanted.received)
    received = files.append(*asked, content, replica.now())
    if received < wanted.size:
        return received, False
    is_right = files.complete(link, FROM_HUB, partial(_is_meant, replica, link), epoch)
    files.fulfil(link, FROM_HUB)
    if not is_right:
        log.warning("a file does not fit its hash or type bytes=%d", wanted.size)
    return received, is_right


def _is_meant(replica: Replica, link: Link, first: bytes) -> bool:
    collection = replica.collections.get(link.collection)
    views = replica.view(collection, [link.record]) if collection else {}
    row = local_rows(views).get(link.record)
    file = files_of(collection.columns, row.values).get(link.sha256) if collection and row else None
    return file is not None and is_file(file, first)


# -- on a stick ----------------------------------------------------------------------------------


def files_on_stick(replica: Replica) -> Iterator[bytes]:
    """The frames of what the hub may lack, and of wishes for all that the records here name and that is not here."""
    left = STICK_BYTES
    for each in replica.files.not_at_hub(LaptopState.read().epoch, WISHES):
        if each.size <= left:
            left -= each.size
            for piece in pieces_of(replica.files, each.link, each.size):
                yield from frames_of(page_of(piece))
    for wanted in lacking_files(replica, WISHES):
        yield from frames_of(page_of(_piece(wanted)))


def take_from_stick(replica: Replica, pieces: Iterable[Piece]) -> Moved:
    """Take in what the hub's answer brought, once its records are."""
    moved, epoch = Moved(), LaptopState.read().epoch
    for piece in pieces:
        if piece.content:
            wanted = Wanted(piece.link, piece.size, piece.offset)
            moved.received += _taken(replica, wanted, piece.bytes(), epoch)[1]
        elif replica.files.is_linked(piece.link):
            replica.files.link(piece.link, epoch)
            moved.sent += 1
    return moved
