"""Who the hub is: one key beside its database, which no backup carries away.

It signs what the hub says and vouches for the certificates that it serves under.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

from hongxian.errors import KeyLost
from hongxian.security.keys import SigningKey, is_signed, kept_key, made_key
from hongxian.security.sealing import SealingKey, Shared
from hongxian.storage.data_key import IN_CLEAR, Safe
from hongxian.text import Text

IDENTITY = "identity.key"
RETIRED = "retired.keys"
"""The public keys of the hubs whose place this one took, a line each."""
NONCE_MILLISECONDS = 10 * 60_000
"""For which a nonce is good."""
_TIME_BYTES, _MAC_BYTES = 8, 16
_WITHOUT_KEY = Text(
    "没有它，各电脑不会再认这台主机。请从原来的磁盘放回这个文件；没有的话，把它移走，"
    "再凭恢复单恢复旁边的数据库：hongxian hub restore --unsigned hub.db",
    "Without it no laptop takes this for its hub. Put the file back from the former disk; without one, "
    "move it away and restore the database beside it by the recovery sheet: "
    "hongxian hub restore --unsigned hub.db",
)


def key_in(folder: Path, safe: Safe) -> SigningKey | None:
    """The key that lies in a hub's folder; None where none does. Raises `KeyLost`."""
    return kept_key(folder / IDENTITY, _WITHOUT_KEY, safe)


def retired_in(folder: Path) -> list[str]:
    """The public keys of the hubs whose place the one of a folder took."""
    path = folder / RETIRED
    return path.read_text("ascii", errors="replace").split() if path.exists() else []


class Identity:
    """A hub's key, and what follows from it."""

    def __init__(self, key: SigningKey, retired: Sequence[str] = ()) -> None:
        self.key = key
        self.retired = retired
        self._shared: dict[str, Shared] = {}

    @classmethod
    def make(cls, folder: Path, safe: Safe) -> Identity:
        """The one of a new hub. A hub that was there before keeps its own; raises `KeyLost`."""
        return cls(key_in(folder, safe) or made_key(folder / IDENTITY, safe))

    @classmethod
    def of(cls, folder: Path, public: str = "", safe: Safe = IN_CLEAR) -> Identity:
        """The one of a hub, which others know by `public`, if that is told; raises `KeyLost`."""
        key = key_in(folder, safe)
        if key is None or public not in ("", key.public):
            raise KeyLost(file=str(folder / IDENTITY), advice=_WITHOUT_KEY)
        return cls(key, retired_in(folder))

    @property
    def public(self) -> str:
        """What laptops know the hub by, in hex."""
        return self.key.public

    @cached_property
    def sealing(self) -> SealingKey:
        """What opens what was sealed for it."""
        return SealingKey(self.key)

    def shared_with(self, public: str) -> Shared:
        """The secret that it shares with a laptop, by the laptop's key for sealing."""
        if public not in self._shared:
            self._shared[public] = self.sealing.shared_with(public)
        return self._shared[public]

    def has_signed(self, said: bytes, signature: str) -> bool:
        """Whether this hub signed it, or one whose place it took."""
        return any(is_signed(said, signature, each) for each in (self.public, *self.retired))

    # -- nonces: a time and its MAC; the hub keeps none --------------------------------------

    def nonce(self, now: int) -> str:
        """A nonce that is good from now (milliseconds since 1970) for ten minutes."""
        time = now.to_bytes(_TIME_BYTES, "big")
        return (time + self._mac(time)).hex()

    def is_fresh(self, nonce: str, now: int) -> bool:
        """Whether a nonce of 24 bytes in hex is this hub's, and still good."""
        told = bytes.fromhex(nonce)
        time, mac = told[:_TIME_BYTES], told[_TIME_BYTES:]
        age = now - int.from_bytes(time, "big")
        return 0 <= age <= NONCE_MILLISECONDS and hmac.compare_digest(mac, self._mac(time))

    @cached_property
    def _nonce_key(self) -> bytes:
        return self.key.derive("nonce")

    def _mac(self, time: bytes) -> bytes:
        return blake2b(time, key=self._nonce_key, digest_size=_MAC_BYTES).digest()
