"""The keeper's account: one password, of which the hub holds only an argon2 hash."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from hongxian.errors import Refused
from hongxian.security.secret import hash_of, is_secret
from hongxian.storage.state import State
from hongxian.text import Text
from hongxian_server.hub import Hub
from hongxian_server.membership.sessions import end_all
from hongxian_server.tables.keeper_log import Act, note

SHORTEST = 10
"""Characters of a password that a keeper chooses."""
LONGEST = 200
"""Characters; a longer one would only keep the hub busy hashing."""


@dataclass
class KeeperState(State):
    """What the hub keeps of its keeper."""

    keeper_hash: str = ""
    """Of the password; "" before there was one."""


class PasswordRefused(Refused):
    """A password that is too short or too long."""

    message = Text(
        "密码要有 {shortest} 到 {longest} 个字。",
        "A password needs {shortest} to {longest} characters.",
    )


def first_password(hub: Hub) -> str | None:
    """A password for a hub that has none, to be shown once; None where there is one."""
    with hub.transaction():
        return None if KeeperState.read().keeper_hash else new_password(hub)


def drawn_password() -> str:
    """One that nobody chose."""
    return secrets.token_urlsafe(12)


def new_password(hub: Hub) -> str:
    """A password in the place of one that was forgotten; every session ends."""
    password = drawn_password()
    set_password(hub, password)
    return password


def set_password(hub: Hub, password: str, session: int = 0) -> None:
    """Change it; every session ends, but that in which it was changed. Raises `PasswordRefused`."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordRefused(shortest=SHORTEST, longest=LONGEST)
    with hub.upkeep(), KeeperState.changing() as state:
        state.keeper_hash = hash_of(password)
        end_all(hub, but=session)
        note(hub, Act.PASSWORD)


def is_password(password: str) -> bool:
    """Whether it is the keeper's."""
    return is_password_of(KeeperState.read().keeper_hash, password)


def is_password_of(held: str, password: str) -> bool:
    """Whether it is the password of which this hash is held; "" is nobody's."""
    return bool(held) and len(password) <= LONGEST and is_secret(held, password)


def cookie_secret(hub: Hub) -> str:
    """What signs the console's cookies: of the hub's key, so that all processes that serve it know each other's."""
    return hub.identity.key.derive("cookies of the console").hex()
