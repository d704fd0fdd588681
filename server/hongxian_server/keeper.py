"""The keeper's account: one password, of which the hub holds only an argon2 hash."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from hongxian.errors import Refused
from hongxian.setting import get_setting, put_settings
from hongxian_server.hub import Hub

SHORTEST = 10
"""Characters of a password that a keeper chooses."""
LONGEST = 200
"""Characters; a longer one would only keep the hub busy hashing."""
_HASH = "keeper_hash"
_hasher = PasswordHasher()


class PasswordRefused(Refused):
    """A password that is too short or too long."""

    en = "A password has {shortest} to {longest} characters."
    zh = "密码要有 {shortest} 到 {longest} 个字。"


def first_password(hub: Hub) -> str | None:
    """A password for a hub that has none, to be shown once; None where there is one."""
    with hub.transaction():
        if get_setting(_HASH):
            return None
        password = secrets.token_urlsafe(12)
        put_settings(**{_HASH: _hasher.hash(password)})
    return password


def set_password(hub: Hub, password: str) -> None:
    """Change it; every session opened under the old one ends. Raises `PasswordRefused`."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordRefused(shortest=SHORTEST, longest=LONGEST)
    with hub.transaction():
        put_settings(**{_HASH: _hasher.hash(password)})


def is_password(password: str) -> bool:
    """Whether it is the keeper's."""
    held = get_setting(_HASH)
    if not held or len(password) > LONGEST:
        return False
    try:
        return _hasher.verify(held, password)
    except VerifyMismatchError:
        return False


def session_mark() -> str:
    """What a session holds while the password stays the same."""
    return str(get_setting(_HASH, ""))[-16:]
