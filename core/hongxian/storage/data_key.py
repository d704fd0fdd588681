"""The key of a data folder: under it lie the databases, and the small files beside them that tell something."""

from __future__ import annotations

import secrets
from hashlib import blake2b

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

KEY_BYTES = 32
LOCKED = b"HXL1\n"
"""With which a locked file begins."""
_NONCE_BYTES = 12


class DataKey:
    """Drawn at random, once for a folder; all that is used comes of it."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError("a data key has 32 bytes")
        self.secret = secret

    @classmethod
    def new(cls) -> DataKey:
        """One that nobody has."""
        return cls(secrets.token_bytes(KEY_BYTES))

    def of_databases(self) -> str:
        """As SQLCipher takes a key that needs no stretching, quoted for SQL."""
        return f"\"x'{self.derive('databases').hex()}'\""

    def derive(self, purpose: str) -> bytes:
        """A secret of 32 bytes for one purpose, from which the key itself cannot be told."""
        return blake2b(purpose.encode(), key=self.secret, digest_size=KEY_BYTES).digest()


class Safe:
    """Small files of a data folder: locked under its key, or as they are where it has none."""

    def __init__(self, key: DataKey | None) -> None:
        self._cipher = ChaCha20Poly1305(key.derive("files")) if key else None

    def closed(self, content: bytes) -> bytes:
        """What is to lie on the disk."""
        if self._cipher is None:
            return content
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return LOCKED + nonce + self._cipher.encrypt(nonce, content, LOCKED)

    def opened(self, content: bytes) -> bytes:
        """What was to lie there; raises `ValueError` for what was changed, or is under another key.

        What was never locked is as it is: it was there before the folder had a key.
        """
        if not content.startswith(LOCKED):
            return content
        if self._cipher is None:
            raise ValueError("locked, and there is no key")
        start = len(LOCKED) + _NONCE_BYTES
        nonce = content[len(LOCKED) : start]
        try:
            return self._cipher.decrypt(nonce, content[start:], LOCKED)
        except InvalidTag:
            raise ValueError("changed, or under another key") from None


IN_CLEAR = Safe(None)
"""That of a folder without a key."""
