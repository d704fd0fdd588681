"""Bundles: a sync round carried as a file. The file is the stream that HTTP would carry, sealed.

A sealed file is the magic line, the device number (four bytes, big-endian), an HMAC-SHA256 over
what follows (RFC 2104), and the stream. The key is the hash of the device's token, which the hub
keeps anyway, so no secret travels on the stick. The contents are not encrypted.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import struct
from collections.abc import Iterable
from pathlib import Path

from marshmallow.fields import List

from hongxian.errors import FileRefused
from hongxian.text import Text
from hongxian.transaction_id import TransactionId
from hongxian.wire.by_scope import Cursors, SeqsByScope
from hongxian.wire.message import integer, told
from hongxian.wire.round import RoundReply
from hongxian.wire.transactions import transaction_id

MAGIC = b"HXB1\n"
_HEAD = struct.Struct(">5sI32s")
BUNDLE_BYTES = 512 * 2**20
"""Bytes of a bundle file, at most."""


class BundleReply(RoundReply):
    """An answer that may be read long after it was asked for: it says what it answers."""

    answers: TransactionId | None = told(
        transaction_id(allow_none=True),
        "The last transaction of the request that asked; null where it carried none.",
    )
    was_at: Cursors = told(SeqsByScope(), "The cursors that it asked with.", default_factory=dict)
    plain: list[int] = told(
        List(integer()), "The stamps of the plain transactions, in the order of their seqs."
    )


def write_bundle(path: Path, device: int, key: str, stream: Iterable[bytes]) -> int:
    """Write a sealed file, whole or not at all; returns its bytes."""
    body = b"".join(stream)
    unfinished = path.with_name(path.name + ".part")
    with unfinished.open("wb") as file:
        file.write(_HEAD.pack(MAGIC, device, _seal(key, body)) + body)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    return _HEAD.size + len(body)


def read_bundle(path: Path) -> tuple[int, bytes, bytes]:
    """A sealed file's device number, seal and stream; raises `FileRefused`."""
    try:
        if path.stat().st_size > BUNDLE_BYTES:
            raise FileRefused(
                file=str(path),
                detail=Text(f"文件大于 {BUNDLE_BYTES} 字节", f"larger than {BUNDLE_BYTES} bytes"),
            )
        data = path.read_bytes()
    except OSError as error:
        detail = Text(
            f"读不了（{error.strerror or error}）", f"cannot be read ({error.strerror or error})"
        )
        raise FileRefused(file=str(path), detail=detail) from None
    if len(data) < _HEAD.size or not data.startswith(MAGIC):
        raise FileRefused(
            file=str(path), detail=Text("不是红线的传递文件", "not a Hongxian bundle")
        )
    _, device, seal = _HEAD.unpack_from(data)
    return device, seal, data[_HEAD.size :]


def refuse_unless_sealed(path: Path, key: str, seal: bytes, body: bytes) -> None:
    """Raise `FileRefused` for a file that was damaged, or sealed by somebody else."""
    if not hmac.compare_digest(seal, _seal(key, body)):
        raise FileRefused(
            file=str(path),
            detail=Text("文件损坏或来源不对", "damaged, or not from this hub or laptop"),
        )


def _seal(key: str, body: bytes) -> bytes:
    return hmac.new(key.encode(), body, hashlib.sha256).digest()
