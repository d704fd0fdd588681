"""Files on their way, in pieces that any line carries: each goes on from where it had come to."""

from __future__ import annotations

from base64 import b64encode
from binascii import Error, a2b_base64
from collections.abc import Iterable, Iterator
from typing import Any  # Any: marshmallow's

from marshmallow import fields, validate

from hongxian.errors import PageRefused
from hongxian.kinds.file import LARGEST
from hongxian.storage.files import Files, Link
from hongxian.wire.message import Message, Word, integer, part, short, string, told, word
from hongxian.wire.page import Page, PageKind
from hongxian.wire.round import LEAST_PORTION, PORTION

PIECES = 200
"""Files of which one request may tell."""
_SHA256 = validate.Regexp(r"[0-9a-f]{64}\Z")
_LONGEST = 4 * (PORTION // 3 + 1)


class FileState(Word):
    """How it stands with a record's file at the hub."""

    HERE = "here", "The hub has it whole, as this record's."
    PART = "part", "Bytes are wanted, or come, from `received` on."
    WRONG = "wrong", "What had come does not fit the hash or the type and is gone: begin again."
    COMING = "coming", "The hub has not got it yet."
    UNKNOWN = "unknown", "No record that this laptop may see names it."


class Piece(Message):
    """Bytes of a record's file; none, to ask how it stands."""

    collection: str = told(short(), "Whose record.")
    record: str = told(short(), "The record.")
    sha256: str = told(fields.String(validate=_SHA256), "The SHA-256 of the whole file.")
    size: int = told(integer(1, LARGEST), "Its bytes, in all.")
    offset: int = told(integer(0, LARGEST), "Where these begin.", default=0)
    content: str = told(string(0, _LONGEST), "The bytes, in base64.", default="")

    @property
    def link(self) -> Link:
        """Which file of which record."""
        return Link(self.collection, self.record, self.sha256)

    def bytes(self) -> bytes:
        """What it carries; raises `PageRefused`."""
        return bytes_in(self.content)


class PieceState(Message):
    """How it stands with one of those asked about."""

    state: FileState = told(word(FileState), "How it stands.")
    received: int = told(integer(0, LARGEST), "How many bytes came so far.", default=0)
    content: str = told(
        string(0, _LONGEST), "Bytes from the asked offset on, in base64.", default=""
    )


def _pieces(kind: type[Message]) -> fields.List[Any]:
    return fields.List(part(kind), validate=validate.Length(max=PIECES))


class UploadRequest(Message):
    """Bytes of files that the laptop's records name."""

    pieces: list[Piece] = told(_pieces(Piece), "Them.")


class DownloadRequest(Message):
    """Files that somebody at the laptop wants to see."""

    pieces: list[Piece] = told(_pieces(Piece), "From where each is to go on; the first goes first.")
    portion: int = told(
        integer(LEAST_PORTION), "Bytes that the answer may carry, about.", default=PORTION
    )


class FilesReply(Message):
    """How it stands with each, in their order."""

    pieces: list[PieceState] = told(_pieces(PieceState), "Them.")


def text_of(content: bytes) -> str:
    """Bytes as they travel: zstd takes away what base64 puts on."""
    return b64encode(content).decode()


def bytes_in(text: str) -> bytes:
    """The reverse; raises `PageRefused`."""
    try:
        return a2b_base64(text, strict_mode=True)
    except (Error, ValueError):
        raise PageRefused(detail="content is not base64") from None


# -- on a stick ----------------------------------------------------------------------------------

STICK_BYTES = 48 * 2**20
"""Of files on one stick, about: what the hub's console takes in at once. The rest goes with the next."""
_COLUMNS = ["id", "sha256", "size", "offset", "content"]


def page_of(piece: Piece) -> Page:
    """A piece as a stick carries it. Without bytes it is a wish, or in the answer says that the hub has it whole."""
    values = (piece.record, piece.sha256, piece.size, piece.offset, piece.content)
    return Page(piece.collection, PageKind.FILES, _COLUMNS, [[each] for each in values])


def pieces_in(pages: Iterable[Page]) -> Iterator[Piece]:
    """The pieces among pages; raises `PageRefused`."""
    for page in pages:
        if page.kind == PageKind.FILES:
            columns = [page.column(name) for name in _COLUMNS]
            for row in zip(*columns, strict=True):
                told = dict(zip(_COLUMNS, row, strict=True))
                yield Piece.load({**told, "record": told["id"], "collection": page.collection})


def pieces_of(files: Files, link: Link, size: int) -> Iterator[Piece]:
    """A file that is here, in pieces."""
    for offset in range(0, size, PORTION):
        content = text_of(files.read(link.sha256, offset, PORTION))
        yield Piece(**link._asdict(), size=size, offset=offset, content=content)
