"""Pages: one collection's rows in columns, and the frames in which pages travel.

A stream (a request, a reply, a bundle) is the magic line, then frames, then four zero bytes.
A frame is the length of what follows (four bytes, big-endian) and that many bytes of zstd. The
first frame holds the message, each further one a page.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import BinaryIO

import orjson
import zstandard

from hongxian.errors import PageRefused
from hongxian.storage.database import as_written
from hongxian.wire.message import Message, Word
from hongxian.wire.weight import Weight, weight_of
from hongxian.words.values import Json, JsonObject, Value

MAGIC = b"HXS1\n"
FRAME_BYTES = 16 * 2**20
"""Bytes of a frame as it travels."""
FRAME = Weight(48 * 2**20, 2**20)
"""A frame once it is opened."""
MESSAGE = Weight(16 * 2**20, 2**19)
"""The first frame of a request."""
REQUEST = Weight(128 * 2**20, 2**21)
"""All frames of a request once they are opened."""
STREAM = Weight(1024 * 2**20, 2**24)
"""The same of an answer or a bundle."""
OPENED_AT_ONCE = 4 * 2**20
"""Bytes of a frame that are opened at a time, and of a request that are held opened while it waits."""
PAGE_ROWS = 20_000
"""Rows that a page may hold."""
ROW_BYTES = 16
"""Bytes that a row takes on its way, at least: what is drawn of its id cannot be made smaller."""
COLUMNS = 400
"""Columns that a page may hold."""

_LENGTH = struct.Struct(">I")
_ZSTD_LEVEL = 2
"""Columns of ids, moments and short texts come out as small as under 3, in three quarters of the time."""


class PageKind(Word):
    """What the rows of a page are."""

    NEW = "new", "Records made: id, stamp, scope and every field."
    EDIT = "edit", "Fields changed, with one column of the stamps that were replaced for each."
    ROWS = "rows", "Whole records, with their stamps and seq."
    SCOPE_EXITS = "scope_exits", "Ids and seqs of records that left the page's scope."
    FILES = "files", "On a stick: bytes of the files that records name."


_KINDS = tuple(PageKind)


@dataclass
class Page:
    """Rows of one collection, by columns."""

    collection: str
    kind: PageKind
    names: list[str]
    columns: list[list[Value]]
    scope: str = ""
    replaced: list[list[Value]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many rows it holds."""
        return len(self.columns[0]) if self.columns else 0

    def column(self, name: str) -> list[Value]:
        """One column by its name; raises `PageRefused` where there is none."""
        if name not in self.names:
            raise PageRefused(detail=f"a page of {self.collection} without the column {name}")
        return self.columns[self.names.index(name)]

    def as_json(self) -> JsonObject:
        """The page as its frame tells it."""
        parts = {
            "collection": self.collection,
            "kind": self.kind,
            "rows": self.rows,
            "columns": self.names,
            "values": self.columns,
            "scope": self.scope,
            "replaced": self.replaced,
        }
        return {
            name: part
            for name, part in parts.items()
            if part or name in ("rows", "columns", "values")
        }

    def keep(self, wanted: Sequence[bool]) -> Page:
        """The page with only the rows that are wanted."""

        def chosen(columns: list[list[Value]]) -> list[list[Value]]:
            return [list(compress(column, wanted)) for column in columns]

        return Page(
            self.collection,
            self.kind,
            self.names,
            chosen(self.columns),
            self.scope,
            chosen(self.replaced),
        )


def page_from_json(data: Json) -> Page:
    """A page from what its frame held; raises `PageRefused` for anything else."""
    if not isinstance(data, dict):
        raise PageRefused(detail="a frame that holds no page")
    names, columns, replaced = data.get("columns"), data.get("values"), data.get("replaced", [])
    scope = data.get("scope", "")
    count = data.get("rows")
    sound = (
        isinstance(data.get("collection"), str)
        and data.get("kind") in _KINDS
        and isinstance(scope, str)
        and type(count) is int
        and 0 <= count <= PAGE_ROWS
        and isinstance(names, list)
        and all(isinstance(name, str) for name in names)
        and 0 < len(names) == len(set(names)) <= COLUMNS
        and isinstance(columns, list)
        and len(columns) == len(names)
        and isinstance(replaced, list)
        and len(replaced) <= len(names)
        and all(isinstance(each, list) and len(each) == count for each in (*columns, *replaced))
    )
    if not sound:
        raise PageRefused(detail="a page whose columns do not fit together")
    assert isinstance(names, list)
    assert isinstance(columns, list)
    kind = PageKind(data["kind"])
    return Page(data["collection"], kind, names, columns, scope, replaced)


def encode(data: Json) -> bytes:
    """A frame: its length and its zstd-compressed JSON."""
    return _frame(orjson.dumps(data))


def frames_of(page: Page) -> list[bytes]:
    """A page's frames: one, or as many as it takes for each to be small enough."""
    text = orjson.dumps(page.as_json(), default=as_written)
    frame = b"" if weight_of(text).exceeds(FRAME) else _frame(text)
    if (frame and len(frame) <= FRAME_BYTES) or page.rows == 1:
        return [frame or _frame(text)]
    first = [place < page.rows // 2 for place in range(page.rows)]
    return [*frames_of(page.keep(first)), *frames_of(page.keep([not each for each in first]))]


def pack(text: bytes) -> bytes:
    """The text under zstd, as a frame holds it."""
    # A compressor of its own: threads that share one corrupt each other's frames, or crash.
    return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(text)


def _frame(text: bytes) -> bytes:
    body = pack(text)
    return _LENGTH.pack(len(body)) + body


def decode(text: bytes) -> Json:
    """What an opened frame holds; raises `PageRefused`.

    orjson bounds the depth (1,024), and integers to 64 bits; columns are checked by their own rules.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise PageRefused(detail=f"not JSON ({error})") from None


def stream(message: Message | Mapping[str, Json], pages: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes of a whole stream: magic, message, encoded pages, end."""
    yield MAGIC
    yield encode(message)
    yield from pages
    yield _LENGTH.pack(0)


def read_stream(source: BinaryIO, most: Weight = STREAM) -> Iterator[Json]:
    """What each frame of a stream holds; raises `PageRefused` when it ends too early or is too heavy."""
    weight = Weight()
    for frame in _frames(source):
        text = b"".join(_opened(frame))
        own = weight_of(text)
        weight += own
        _refuse_heavy(own, FRAME)
        _refuse_heavy(weight, most)
        yield decode(text)


def weighed(source: BinaryIO, most: Weight = REQUEST) -> tuple[Weight, Iterator[Json]]:
    """What a request's frames weigh together, and what each holds, decoded as it is asked for.

    Of a large one little is in memory until then: it is opened again. Raises `PageRefused` for what
    is no stream, or too heavy.
    """
    whole, limit = Weight(), MESSAGE
    held: list[bytes] = []
    for frame in _frames(source):
        own = Weight()
        for part in _opened(frame):
            own += weight_of(part)
            _refuse_heavy(own, limit)
            _refuse_heavy(whole + own, most)
        whole, limit = whole + own, FRAME
        if whole.bytes <= OPENED_AT_ONCE:
            held.append(part)
    if whole.bytes <= OPENED_AT_ONCE:
        return whole, map(decode, held)
    source.seek(0)
    return whole, read_stream(source)


def _refuse_heavy(weight: Weight, most: Weight) -> None:
    if weight.exceeds(most):
        raise PageRefused(
            detail=f"it opens to more than {most.bytes} bytes or {most.values} values, or does not "
            "say to how many"
        )


def _frames(source: BinaryIO) -> Iterator[bytes]:
    """The frames of a stream as they travel."""
    if _take(source, len(MAGIC)) != MAGIC:
        raise PageRefused(detail="it does not begin as a Hongxian stream")
    while True:
        (length,) = _LENGTH.unpack(_take(source, _LENGTH.size))
        if length == 0:
            return
        if length > FRAME_BYTES:
            raise PageRefused(detail=f"a frame of {length} bytes; at most {FRAME_BYTES} may travel")
        yield _take(source, length)


def _opened(frame: bytes) -> Iterator[bytes]:
    """A frame's JSON, in parts; its header tells how much it is, and is believed for no more."""
    try:
        size = zstandard.frame_content_size(frame)
        if not 0 <= size <= FRAME.bytes:
            _refuse_heavy(Weight(FRAME.bytes + 1), FRAME)
        opener = zstandard.ZstdDecompressor()
        if size <= OPENED_AT_ONCE:
            yield opener.decompress(frame, allow_extra_data=False)
            return
        reader = opener.stream_reader(frame, read_across_frames=False)
        while part := reader.read(OPENED_AT_ONCE):
            size -= len(part)
            yield part
    except zstandard.ZstdError as error:
        raise PageRefused(detail=f"damaged, or not zstd ({error})") from None
    if size:
        raise PageRefused(detail="damaged: it does not hold what it says")


def first_of(source: BinaryIO) -> Json:
    """What a stream's first frame holds: its message. Raises `PageRefused`."""
    return next(read_stream(source), None)


def _take(source: BinaryIO, length: int) -> bytes:
    parts = []
    while length:
        part = source.read(length)
        if not part:
            raise PageRefused(detail="it ends too early")
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
