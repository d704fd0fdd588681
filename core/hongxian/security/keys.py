"""Keys: who has one is told by its hash, and signs what it says (Ed25519, RFC 8032)."""

from __future__ import annotations

import hashlib
import secrets
from functools import cached_property, lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from hongxian.errors import KeyLost
from hongxian.storage.data_key import IN_CLEAR, Safe
from hongxian.storage.whole_file import whole_file
from hongxian.text import Text

SEED_BYTES = 32
PUBLIC_KEY = r"[0-9a-f]{64}\Z"
"""A public key as it is told: in hex."""
SIGNATURE = r"[0-9a-f]{128}\Z"


class SigningKey:
    """A private key; all that comes of it comes of its seed."""

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        self._private = Ed25519PrivateKey.from_private_bytes(seed)

    @property
    def seed(self) -> bytes:
        """What it is kept by: whoever has this, has the key."""
        return self._seed

    @cached_property
    def public(self) -> str:
        """What others know it by, in hex."""
        return self._private.public_key().public_bytes_raw().hex()

    def sign(self, said: bytes) -> str:
        """A signature in hex. What is said begins with what it is, so that it passes for nothing else."""
        return self._private.sign(said).hex()

    def derive(self, purpose: str) -> bytes:
        """A secret of 32 bytes for one purpose, from which the key itself cannot be told."""
        return hashlib.blake2b(purpose.encode(), key=self._seed, digest_size=SEED_BYTES).digest()


def is_signed(said: bytes, signature: str, public: str) -> bool:
    """Whether a signature is that of a public key; nothing that is written wrong is."""
    try:
        _verifying(public).verify(bytes.fromhex(signature), said)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=4096)
def _verifying(public: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))


def id_of(public: str) -> str:
    """The id of whoever has a key: 32 hex digits of the SHA-256 of the public one."""
    return hashlib.sha256(bytes.fromhex(public)).hexdigest()[:32]


def kept_key(path: Path, advice: Text, safe: Safe = IN_CLEAR) -> SigningKey | None:
    """The key of a file; None where there is none. Raises `KeyLost`, with advice, for what is no key."""
    try:
        return SigningKey(safe.opened(path.read_bytes()))
    except FileNotFoundError:
        return None
    except ValueError:
        raise KeyLost(file=str(path), advice=advice) from None


def made_key(path: Path, safe: Safe = IN_CLEAR) -> SigningKey:
    """A new key in a file that its owner alone may read, on the disk before anybody hears of it."""
    seed = secrets.token_bytes(SEED_BYTES)
    write_privately(path, safe.closed(seed))
    return SigningKey(seed)


def write_privately(path: Path, content: bytes) -> None:
    """Write a file that its owner alone may read, whole or not at all."""
    with whole_file(path) as file:
        file.write(content)
