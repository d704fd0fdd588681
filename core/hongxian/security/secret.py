"""Passwords and PINs: of each only an argon2 hash is kept."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

hasher = PasswordHasher()
"""At the cost that argon2's authors recommend: no setting lowers it. The tests put a cheap one here."""


def hash_of(secret: str) -> str:
    """What is kept of a secret, salted: never twice the same."""
    return hasher.hash(secret)


def is_secret(hash: str, given: str) -> bool:
    """Whether what was given is the secret of this hash."""
    try:
        return hasher.verify(hash, given)
    except VerifyMismatchError:
        return False
