"""Passwords and PINs, of which only an argon2 hash is kept; and keys that come of a secret on paper."""

from __future__ import annotations

import secrets
from dataclasses import astuple, dataclass
from operator import le

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

_SALT_BYTES, _KEY_BYTES = 16, 32


@dataclass(frozen=True)
class Cost:
    """What one guess costs, in the words of RFC 9106."""

    iterations: int
    memory: int
    """KiB."""
    lanes: int

    def with_salt(self, salt: bytes) -> Argon2id:
        """The function that hashes one secret."""
        return Argon2id(
            salt=salt,
            length=_KEY_BYTES,
            iterations=self.iterations,
            lanes=self.lanes,
            memory_cost=self.memory,
        )

    def is_within(self, most: Cost) -> bool:
        """Whether it is one that argon2 takes, and no part of it is more than that of another."""
        mine, theirs = astuple(self), astuple(most)
        are_counts = all(type(each) is int and each > 0 for each in mine)
        return are_counts and self.memory >= 8 * self.lanes and all(map(le, mine, theirs))


AS_RECOMMENDED = Cost(iterations=3, memory=2**16, lanes=4)
"""The lesser of the two that RFC 9106 recommends."""
cost = AS_RECOMMENDED
"""Of passwords and PINs; no setting lowers it. The tests put a cheap one here."""
paper_cost = AS_RECOMMENDED
"""Of what is written on paper, likewise; who opens it takes as long."""


def present_cost() -> Cost:
    """Of a secret that is stretched from now on."""
    return paper_cost


def hash_of(secret: str) -> str:
    """What is kept of a secret, salted: never twice the same."""
    return cost.with_salt(secrets.token_bytes(_SALT_BYTES)).derive_phc_encoded(secret.encode())


def is_secret(hash: str, given: str) -> bool:
    """Whether what was given is the secret of this hash."""
    try:
        Argon2id.verify_phc_encoded(given.encode(), hash)
    except InvalidKey:
        return False
    return True


def stretched(secret: str, salt: bytes, at: Cost | None = None) -> bytes:
    """32 bytes of a secret, at the cost of paper or another: always the same ones."""
    return (at or paper_cost).with_salt(salt).derive(secret.encode())
