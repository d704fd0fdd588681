"""Streams that one key opens, in the format of age, version 1 (C2SP, `age.md`), which other programs open too.

Written here, and not taken from a library: pyrage has no wheel for Windows on ARM, and `cryptography` has.
Of the format this is the part for one X25519 recipient.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterator
from hashlib import sha256
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hongxian.security.sealing import NotOpened, SealingKey

FIRST_LINE = b"age-encryption.org/v1\n"
WRAPPED = rb"-> X25519 ([A-Za-z0-9+/]{43})\n([A-Za-z0-9+/]{43})\n"
"""The lines by which the recipient has the key of the file: a share, and that key under it."""
MAC = rb"--- ([A-Za-z0-9+/]{43})\n"
CHUNK = 64 * 1024
"""Bytes of content that are encrypted together."""
_KEY_BYTES = _NONCE_BYTES = 16
_TAG_BYTES = 16
_ONCE = bytes(12)
_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def new_key() -> bytes:
    """The key of one file."""
    return secrets.token_bytes(_KEY_BYTES)


def wrapped(key: bytes, recipient: str) -> bytes:
    """A file's key for the holder of a public X25519 key (in hex) alone, as lines of the header."""
    own, theirs = X25519PrivateKey.generate(), bytes.fromhex(recipient)
    share = own.public_key().public_bytes_raw()
    shared = own.exchange(X25519PublicKey.from_public_bytes(theirs))
    return b"-> X25519 %b\n%b\n" % (
        _text(share),
        _text(_wrapping(shared, share, theirs).encrypt(_ONCE, key, None)),
    )


def unwrapped(share: bytes, body: bytes, key: SealingKey) -> bytes:
    """The key of a file, from the two parts of its `WRAPPED` lines; raises `NotOpened`."""
    ours, theirs = bytes.fromhex(key.public), _bytes(share)
    try:
        return _wrapping(key.exchange(theirs), theirs, ours).decrypt(_ONCE, _bytes(body), None)
    except (InvalidTag, ValueError):
        raise NotOpened() from None


def mac_line(key: bytes, header: bytes) -> bytes:
    """The last line of a header, which holds the lines before it to what they were."""
    said = header + b"---"
    return b"--- %b\n" % _text(hmac.digest(_derived(key, b"", b"header"), said, sha256))


class Encrypting:
    """A file to write content into, that comes out encrypted in another; `close` ends it."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        self._file = file
        nonce = secrets.token_bytes(_NONCE_BYTES)
        file.write(nonce)
        self._cipher = ChaCha20Poly1305(_derived(key, nonce, b"payload"))
        self._waiting = bytearray()
        self._chunks = 0

    def write(self, content: bytes) -> int:
        """Take content in; what fills a chunk goes out, but for the last."""
        self._waiting += content
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]
        return len(content)

    def close(self) -> None:
        """Write the last chunk."""
        self._put(bytes(self._waiting), is_last=True)

    def _put(self, content: bytes, *, is_last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._chunks, is_last), content, None))
        self._chunks += 1


class Decrypting:
    """A file to read the content from that another holds encrypted; each byte was proven before it is given."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        nonce = file.read(_NONCE_BYTES)
        self._chunks = _chunks(file, ChaCha20Poly1305(_derived(key, nonce, b"payload")))
        self._there = bytearray()

    def read(self, size: int) -> bytes:
        """So many bytes, fewer at the end; raises `NotOpened` where it was changed or cut off."""
        while len(self._there) < size and (chunk := next(self._chunks, None)) is not None:
            self._there += chunk
        content = bytes(self._there[:size])
        del self._there[:size]
        return content


def _chunks(file: BinaryIO, cipher: ChaCha20Poly1305) -> Iterator[bytes]:
    content, number = file.read(CHUNK + _TAG_BYTES), 0
    while True:
        following = file.read(CHUNK + _TAG_BYTES)
        try:
            yield cipher.decrypt(_nonce(number, is_last=not following), content, None)
        except InvalidTag:
            raise NotOpened() from None
        if not following:
            return
        content, number = following, number + 1


def identity(key: SealingKey) -> str:
    """A key as the program `age` takes it: `AGE-SECRET-KEY-1…` (Bech32, BIP 173)."""
    name, bits = "age-secret-key-", int.from_bytes(key.private_bytes, "big")
    data = [bits << 4 >> shift & 31 for shift in range(255, -1, -5)]  # 256 bits and four of none
    expanded = [*(ord(each) >> 5 for each in name), 0, *(ord(each) & 31 for each in name)]
    check = _polymod([*expanded, *data, *[0] * 6]) ^ 1
    data += [check >> shift & 31 for shift in range(25, -1, -5)]
    return f"{name}1{''.join(_LETTERS[each] for each in data)}".upper()


def _polymod(values: list[int]) -> int:
    sum = 1
    for value in values:
        top, sum = sum >> 25, (sum & 0x1FFFFFF) << 5 ^ value
        for place, part in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            sum ^= part if top >> place & 1 else 0
    return sum


def _wrapping(shared: bytes, share: bytes, recipient: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(_derived(shared, share + recipient, b"age-encryption.org/v1/X25519"))


def _derived(key: bytes, salt: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, purpose).derive(key)


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _text(content: bytes) -> bytes:
    return b64encode(content).rstrip(b"=")


def _bytes(text: bytes) -> bytes:
    return b64decode(text + b"=" * (-len(text) % 4))
