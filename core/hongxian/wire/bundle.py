"""Bundles: a sync round carried as a file. The file is the stream that HTTP would carry, signed.

A file is the magic line, the laptop's id (16 bytes), its incarnation's salt (8), a signature, and the stream. A
laptop's bundle is signed by the laptop's key, its answer by the hub's. The contents are not
encrypted.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from marshmallow import validate
from marshmallow.fields import List

from hongxian.errors import FileRefused
from hongxian.model.transaction_id import TransactionId
from hongxian.security.keys import SigningKey, is_signed
from hongxian.storage.whole_file import whole_file
from hongxian.text import Text
from hongxian.wire.by_scope import Cursors, SeqsByScope
from hongxian.wire.message import integer, part, told
from hongxian.wire.releases import CARRIED, MOST_PLUGINS, Order
from hongxian.wire.round import RoundReply
from hongxian.wire.signed import Asker
from hongxian.wire.transactions import transaction_id

MAGIC = b"HXB2\n"
_HEAD = struct.Struct(">5s16s8s64s")
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
    orders: list[Order] = told(
        List(part(Order), validate=validate.Length(max=MOST_PLUGINS)),
        "The releases of plugins that are ordered for the laptop.",
        default_factory=list,
    )
    releases: dict[str, str] = told(
        CARRIED,
        "Those of them that it does not run, as many as the file has room for.",
        default_factory=dict,
    )


@dataclass(frozen=True)
class Way:
    """Which way a bundle goes: by a laptop to its hub, or back. `hub` is the hub's public key."""

    to_hub: bool
    hub: str
    asker: Asker

    def said(self, body: bytes) -> bytes:
        """What is signed of it."""
        kind = "Hongxian bundle" if self.to_hub else "Hongxian bundle answer"
        digest = hashlib.sha256(body).hexdigest()
        return "\n".join((kind, self.hub, self.asker.laptop, self.asker.salt, digest)).encode()


def write_bundle(path: Path, way: Way, key: SigningKey, stream: Iterable[bytes]) -> int:
    """Write a signed file, whole or not at all; returns its bytes."""
    body = b"".join(stream)
    signature = bytes.fromhex(key.sign(way.said(body)))
    ids = map(bytes.fromhex, (way.asker.laptop, way.asker.salt))
    with whole_file(path) as file:
        file.write(_HEAD.pack(MAGIC, *ids, signature) + body)
    return _HEAD.size + len(body)


def read_bundle(path: Path) -> tuple[Asker, str, bytes]:
    """Who asked, a file's signature and its stream; raises `FileRefused`."""
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
    _, laptop, salt, signature = _HEAD.unpack_from(data)
    return Asker(laptop.hex(), salt.hex()), signature.hex(), data[_HEAD.size :]


def refuse_unless_signed(path: Path, way: Way, public: str, signature: str, body: bytes) -> None:
    """Raise `FileRefused` for a file that was damaged, or signed by somebody else, or for others."""
    if not is_signed(way.said(body), signature, public):
        raise FileRefused(
            file=str(path),
            detail=Text("文件损坏或来源不对", "damaged, or not from this hub or laptop"),
        )
