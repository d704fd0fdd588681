"""Passwords and PINs, of which only an argon2 hash is kept; and keys that come of a secret on paper."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from argon2.low_level import hash_secret_raw
from argon2.profiles import RFC_9106_LOW_MEMORY

hasher = PasswordHasher()
"""At the cost that argon2's authors recommend: no setting lowers it. The tests put a cheap one here."""
paper_cost = RFC_9106_LOW_MEMORY
"""Of what is written on paper, likewise; who opens it takes as long."""


def hash_of(secret: str) -> str:
    """What is kept of a secret, salted: never twice the same."""
    return hasher.hash(secret)


def is_secret(hash: str, given: str) -> bool:
    """Whether what was given is the secret of this hash."""
    try:
        return hasher.verify(hash, given)
    except VerifyMismatchError:
        return False


def stretched(secret: str, salt: bytes) -> bytes:
    """32 bytes of a secret, by argon2id at the lesser cost of RFC 9106: always the same ones."""
    return hash_secret_raw(
        secret.encode(),
        salt,
        time_cost=paper_cost.time_cost,
        memory_cost=paper_cost.memory_cost,
        parallelism=paper_cost.parallelism,
        hash_len=32,
        type=paper_cost.type,
        version=paper_cost.version,
    )
