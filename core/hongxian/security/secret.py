"""Passwords and PINs: of each only an argon2 hash is kept."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

_hasher = PasswordHasher()


def hash_of(secret: str) -> str:
    """What is kept of a secret, salted: never twice the same."""
    return _hasher.hash(secret)


def is_secret(hash: str, given: str) -> bool:
    """Whether what was given is the secret of this hash."""
    try:
        return _hasher.verify(hash, given)
    except VerifyMismatchError:
        return False
