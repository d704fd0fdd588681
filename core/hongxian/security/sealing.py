"""Sealing: what only the holder of one key can open (X25519, RFC 7748; ChaCha20-Poly1305, RFC 8439)."""

from __future__ import annotations

import hmac
from functools import cached_property
from hashlib import blake2b

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from hongxian.errors import HongxianError
from hongxian.security.keys import SigningKey
from hongxian.text import Text

MAGIC = b"HXE1\n"
_PUBLIC_BYTES = 32
_ONCE = bytes(12)
"""The nonce: each seal has a key of its own."""


class NotOpened(HongxianError):
    """A sealed file that is not for this key, or was changed."""

    message = Text(
        "打不开：文件不是封给这台主机的，或者被改动过。",
        "This cannot be opened: it was not sealed for this hub, or it was changed.",
    )


class SealingKey:
    """What opens seals; it comes of a signing key's seed, and lies nowhere itself."""

    def __init__(self, key: SigningKey) -> None:
        self._private = X25519PrivateKey.from_private_bytes(key.derive("seal"))

    @cached_property
    def public(self) -> str:
        """For whoever seals, in hex."""
        return self._private.public_key().public_bytes_raw().hex()

    def shared_with(self, public: str) -> Shared:
        """What it has in common with the holder of another key, and with nobody else."""
        pair, shared = "".join(sorted((self.public, public))), self.exchange(bytes.fromhex(public))
        digest = blake2b(pair.encode(), key=shared, person=b"Hongxian proof")
        return Shared(digest.digest())

    @property
    def private_bytes(self) -> bytes:
        """Whoever has these opens what was sealed; never kept."""
        return self._private.private_bytes_raw()

    def exchange(self, theirs: bytes) -> bytes:
        """The secret of this key and another's public one; raises `ValueError` for what is no key."""
        return self._private.exchange(X25519PublicKey.from_public_bytes(theirs))

    def opened(self, sealed: bytes) -> bytes:
        """What was sealed; raises `NotOpened`."""
        start = len(MAGIC) + _PUBLIC_BYTES
        if not sealed.startswith(MAGIC):
            raise NotOpened()
        there = sealed[len(MAGIC) : start]
        try:
            key = _key_of(self.exchange(there), there, bytes.fromhex(self.public))
            cipher = ChaCha20Poly1305(key)
            return cipher.decrypt(_ONCE, sealed[start:], MAGIC)
        except (InvalidTag, ValueError):
            raise NotOpened() from None


class Shared:
    """A secret of two: what one of them proves, the other checks; it takes a hundredth of a signature."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def mac(self, said: bytes) -> str:
        """A proof in hex. What is said begins with what it is, so that it passes for nothing else."""
        return blake2b(said, key=self._secret, digest_size=32).hexdigest()

    def is_mac(self, said: bytes, mac: str) -> bool:
        """Whether a proof is one of the two's."""
        return hmac.compare_digest(self.mac(said), mac)


def sealed(content: bytes, public: str) -> bytes:
    """A content that nobody opens but the holder of a public key, not who sealed it either."""
    own, theirs = X25519PrivateKey.generate(), bytes.fromhex(public)
    here = own.public_key().public_bytes_raw()
    shared = own.exchange(X25519PublicKey.from_public_bytes(theirs))
    cipher = ChaCha20Poly1305(_key_of(shared, here, theirs))
    return MAGIC + here + cipher.encrypt(_ONCE, content, MAGIC)


def _key_of(shared: bytes, here: bytes, theirs: bytes) -> bytes:
    return blake2b(here + theirs, key=shared, digest_size=32, person=b"Hongxian seal").digest()
