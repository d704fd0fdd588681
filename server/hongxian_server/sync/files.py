"""Files at the hub: what laptops send of the files that their records name, and what they may have.

The laptop's `sync.files` asks. Who knows a hash has no right by that: bytes are sent whole for each record that
names them, and are given only as the file of a record that the asker may see.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from io import BytesIO
from itertools import islice

from hongxian.collections.collection import Collection
from hongxian.files import files_of, is_file, named_in
from hongxian.model.row import Row, rows_of_columns
from hongxian.storage.files import Link
from hongxian.wire.files import (
    STICK_BYTES,
    DownloadRequest,
    FilesReply,
    FileState,
    Piece,
    PieceState,
    UploadRequest,
    page_of,
    pieces_of,
    text_of,
)
from hongxian.wire.page import PageKind, frames_of, page_from_json, read_stream, stream
from hongxian.wire.round import PORTION
from hongxian.words.logs import logger
from hongxian_server.hub import Hub
from hongxian_server.tables.access import Incarnation
from hongxian_server.tables.membership import writer_of

log = logger(__name__)
PARTS = 8
"""Files that one laptop may have begun and not ended."""
PARTS_BYTES = 128 * 2**20
_UNKNOWN = PieceState(state=FileState.UNKNOWN)


def take_files(hub: Hub, by: Incarnation, request: UploadRequest) -> FilesReply:
    """Take bytes in; each file is whole, and fits its hash and its type, before anybody has it."""
    told = [_take(hub, by, each) for each in request.pieces]
    hub.files.bound_parts(by.laptop, PARTS, PARTS_BYTES)
    return FilesReply(pieces=told)


def give_files(hub: Hub, by: Incarnation, request: DownloadRequest) -> FilesReply:
    """Give bytes of files, in the order in which they are wanted, as far as the answer carries."""
    left, told = min(request.portion, PORTION), list[PieceState]()
    for each in request.pieces:
        state, content = _given(hub, by, each, left)
        left -= len(content)
        told.append(PieceState(state=state, received=each.offset, content=text_of(content)))
    return FilesReply(pieces=told)


def _take(hub: Hub, by: Incarnation, piece: Piece) -> PieceState:
    collection, row = _seen(hub, by, piece)
    file = named_in(collection, row).get(piece.sha256) if collection and row else None
    if file is None or file.size != piece.size:
        return _UNKNOWN
    if hub.files.is_linked(piece.link):
        return PieceState(state=FileState.HERE, received=file.size)
    content = piece.bytes()
    if content:
        asked = (piece.sha256, by.laptop, piece.size, piece.offset)
        received = hub.files.append(*asked, content, hub.now())
    else:
        received = hub.files.received(piece.sha256, by.laptop)
    if received < file.size:
        return PieceState(state=FileState.PART, received=received)
    is_right = hub.files.complete(piece.link, by.laptop, partial(is_file, file))
    log.info("took a file device=%d bytes=%d right=%s", by.number, file.size, is_right)
    return PieceState(
        state=FileState.HERE if is_right else FileState.WRONG, received=file.size * is_right
    )


def _given(hub: Hub, by: Incarnation, piece: Piece, most: int) -> tuple[FileState, bytes]:
    collection, row = _seen(hub, by, piece)
    if collection is None or row is None:
        return FileState.UNKNOWN, b""
    if hub.files.is_linked(piece.link):
        return FileState.PART, hub.files.read(piece.sha256, piece.offset, max(most, 0))
    named = piece.sha256 in named_in(collection, row)
    return (FileState.COMING if named else FileState.UNKNOWN), b""


def _seen(hub: Hub, by: Incarnation, piece: Piece) -> tuple[Collection | None, Row | None]:
    """The record of a file, if there is one and the laptop may see it."""
    collection = hub.collections.get(piece.collection)
    row = collection.rows_by_id([piece.record]).get(piece.record) if collection else None
    may = row is not None and not row.deleted and writer_of(by).holds(row.scope)
    return collection, row if may else None


# -- on a stick ----------------------------------------------------------------------------------


def answer_files(
    hub: Hub, by: Incarnation, pieces: Iterable[Piece], answer: Iterable[bytes]
) -> Iterator[bytes]:
    """Take in what a stick brought, once its records are; then the frames of what goes back.

    These are the files that it wishes for, those of the records in the `answer`, by its encoded pages, and
    of each that the hub has now a word that it does.
    """
    wishes: dict[Link, None] = {}
    came: dict[Link, int] = {}
    for each in pieces:
        if each.content:
            [state] = take_files(hub, by, UploadRequest(pieces=[each])).pieces
            if state.state is FileState.HERE:
                came[each.link] = each.size
        else:
            wishes[each.link] = None
    for link, size in came.items():
        yield from frames_of(page_of(Piece(**link._asdict(), size=size)))
    left = STICK_BYTES
    for link in {**wishes, **dict.fromkeys(_named_in_pages(hub, answer))}:
        piece = Piece(**link._asdict(), size=1)
        held = hub.files.size_of(link.sha256) if link not in came else None
        if held is None or held > left or _given(hub, by, piece, 1)[0] is not FileState.PART:
            continue
        left -= held
        for each in pieces_of(hub.files, link, held):
            yield from frames_of(page_of(each))


def _named_in_pages(hub: Hub, answer: Iterable[bytes]) -> Iterator[Link]:
    frames = read_stream(BytesIO(b"".join(stream({}, answer))))
    for page in map(page_from_json, islice(frames, 1, None)):
        collection = hub.collections.get(page.collection)
        if collection and page.kind == PageKind.ROWS:
            for row in rows_of_columns(page.names, page.columns):
                for sha256 in files_of(collection.columns, row.values):
                    yield Link(page.collection, row.id, sha256)
