"""Who is logged in: sessions that the hub keeps and ends, whatever a cookie says.

They outlive a restart of the hub, and none outlives a restore: a new life of the hub begins without any.
"""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass

from hongxian.errors import StorageFailed
from hongxian.model.stamp import DAY_MILLISECONDS
from hongxian.storage.state import State
from hongxian.text import Text
from hongxian_server.hub import Hub
from hongxian_server.tables.keeper_log import Act, Actor, Road, acting, note
from hongxian_server.tables.sessions import Session

LONGEST_MILLISECONDS = DAY_MILLISECONDS // 2
"""After which a session ends, used or not."""
IDLE_MINUTES = range(5, 12 * 60 + 1)
"""Between which a keeper chooses."""
MOST = 20
"""Sessions at once; beyond them the one that was idle for longest ends."""
_MINUTE = 60_000


@dataclass
class SessionState(State):
    """How many there were, and how long one lasts."""

    sessions_begun: int = 0
    idle_minutes: int = 30
    """Without a touch, after which it ends."""


def begin(hub: Hub, address: str) -> str:
    """Begin one, of who was let in from an address; the token that its cookie holds."""
    token, now = secrets.token_urlsafe(32), hub.now()
    with hub.upkeep(), SessionState.changing() as state:
        for each in _by_use()[MOST - 1 :]:
            each.delete_instance()
        state.sessions_begun += 1
        begun = Session.create(
            number=state.sessions_begun,
            token_hash=_hash(token),
            began=now,
            used=now,
            address=address,
        )
        with acting(actor_of(begun)):
            note(hub, Act.LOGGED_IN)
    return token


def live(hub: Hub, token: str) -> Session | None:
    """The session of a token; None for one that has ended."""
    found: Session | None = Session.get_or_none(Session.token_hash == _hash(token))
    return found if found and _is_live(found, hub.now(), _idle_milliseconds()) else None


def touch(hub: Hub, session: Session, address: str) -> None:
    """A session was used now; a disk that is full forgets that, and locks nobody out."""
    now = hub.now()
    if abs(now - session.used) >= _MINUTE or address != session.address:
        with suppress(StorageFailed), hub.upkeep():
            own = Session.number == session.number
            Session.update(used=now, address=address).where(own).execute()


def sessions(hub: Hub) -> list[Session]:
    """Those that have not ended, the one that was used last at the top."""
    now, idle = hub.now(), _idle_milliseconds()
    return [each for each in _by_use() if _is_live(each, now, idle)]


def end(hub: Hub, number: int, act: Act = Act.SESSION_ENDED) -> None:
    """End one by its number; a number that is none does nothing."""
    with hub.upkeep():
        if Session.delete().where(Session.number == number).execute():
            note(hub, act, number)


def end_all(hub: Hub, but: int = 0) -> None:
    """End every session, but one, if its number is told."""
    with hub.upkeep():
        Session.delete().where(Session.number != but).execute()


def last_idle(hub: Hub, minutes: int) -> None:
    """From now on a session ends after so many minutes without a touch."""
    with hub.upkeep(), SessionState.changing() as state:
        state.idle_minutes = minutes
        note(hub, Act.SETTING, Text("不用多少分钟后结束登录", "idle minutes"), minutes)


def actor_of(session: Session) -> Actor:
    """Who acts in a session, as the keeper's log tells it."""
    return Actor(Road.CONSOLE, str(session.number), session.address)


def _by_use() -> list[Session]:
    return list(Session.select().order_by(Session.used.desc(), Session.number.desc()))


def _is_live(session: Session, now: int, idle: int) -> bool:
    # By either side: what a clock that was ahead has noted must not last until then.
    unused, age = abs(now - int(session.used)), abs(now - int(session.began))
    return unused <= idle and age <= LONGEST_MILLISECONDS


def _idle_milliseconds() -> int:
    return SessionState.read().idle_minutes * _MINUTE


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
