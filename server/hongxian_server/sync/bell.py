"""The bell: rings whoever listens, once something was committed in a scope of theirs, by whatever process.

What was committed it reads from the database, so that a hint is enough: of this process's own commits, or
that another's were seen. Who listens is rung in small companies, for a round of each follows.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from peewee import DatabaseError

from hongxian.errors import HongxianError
from hongxian.wire.digest import moved_after
from hongxian.words.logs import logger
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.sync.news import scopes_seen
from hongxian_server.tables.keeper_log import last_act
from hongxian_server.tables.membership import circles_in, has_ended, standing_of, teams_in

log = logger(__name__)
GLANCE_SECONDS = 0.5
"""How often it looks whether another process has committed, where that is not told."""
RARE_SECONDS, RAREST_SECONDS = 30, 60
"""The same where it is told: a hint is lost with the process that was to send it.

The longer where only commands beside this process commit.
"""
COMPANY = 40
"""Laptops that are rung at once."""
PAUSE_SECONDS = 0.1
"""Until the next: so many rounds a hub answers meanwhile."""


@dataclass(eq=False)
class Listener:
    """A laptop on the channel; `ring` may be called in any thread."""

    laptop: str
    ring: Callable[[], None]
    scopes: frozenset[str] = frozenset()

    def moves(self) -> bool:
        """Whether it was let into a scope since it was last looked, or taken out of one: out of all, for good."""
        before, standing = self.scopes, standing_of(self.laptop)
        seen = scopes_seen(teams_in(standing), circles_in(standing))
        self.scopes = frozenset() if has_ended(self.laptop) else frozenset(seen)
        return before != self.scopes


@dataclass(frozen=True)
class _Seen:
    """How far the database had come when it was last looked at."""

    seq: int
    let_in: int
    acts: int
    """The last of the keeper's."""
    epoch: str


class Bell:
    """Of one hub that serves; it looks for as long as anybody listens."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._hint, self._lock = threading.Event(), threading.Lock()
        self._listeners: dict[Listener, None] = {}
        self.has_ended = False
        self._seen: _Seen | None = None
        """How far it has looked; None while nobody listens."""

    @contextmanager
    def heard_by(self, laptop: str, ring: Callable[[], None]) -> Iterator[None]:
        """Inside, a laptop is rung; what was committed before it came, it asks for behind this."""
        listener = Listener(laptop, ring)
        listener.moves()
        with self._lock:
            if self._seen is None:
                self._seen = _look()  # where that fails nobody listens
                self._hub.on_commit.append(self._hint.set)
                self._hub.hint = self._hint.set
                threading.Thread(target=self._run, name="hongxian-bell").start()
            self._listeners[listener] = None
        try:
            yield
        finally:
            with self._lock:
                del self._listeners[listener]
            self._hint.set()  # its thread ends with the last of them

    def end(self) -> None:
        """Have all who listen go, to come again when the hub is there again."""
        self.has_ended = True
        for each in self._everybody():
            each.ring()

    def listening(self) -> frozenset[str]:
        """The ids of the laptops that are on the channel."""
        with self._lock:
            return frozenset(each.laptop for each in self._listeners)

    # -- its thread --------------------------------------------------------------------------

    def _run(self) -> None:
        mark: object = None
        while self._has_listeners():
            is_told = self._hint.wait(self._longest_wait())
            self._hint.clear()
            try:
                with self._hub as hub:
                    now = hub.database.change_mark()
                    rung = self._news() if is_told or now != mark else []
            except (DatabaseError, HongxianError) as error:
                log.warning("the bell could not look error=%s", type(error).__name__)
                time.sleep(GLANCE_SECONDS)
                self._hint.set()  # what it was told of it has not seen yet
                continue
            mark = now
            self._ring(rung)

    def _longest_wait(self) -> float:
        """Seconds until it looks though nobody told it anything."""
        if not self._hub.hears_others:
            return GLANCE_SECONDS
        return RARE_SECONDS if self._hub.is_shared else RAREST_SECONDS

    def _has_listeners(self) -> bool:
        with self._lock:
            if not self._listeners:
                self._seen = None
                self._hub.on_commit.remove(self._hint.set)
                self._hub.hint = lambda: None
            return bool(self._listeners)

    def _news(self) -> list[Listener]:
        """Whom it concerns what was committed since it looked last."""
        before, now = self._seen, _look()
        assert before is not None
        concerned = self._concerned(before, now)
        self._seen = now
        return concerned

    def _concerned(self, before: _Seen, now: _Seen) -> list[Listener]:
        """Whom it concerns what was committed between."""
        everybody = self._everybody()
        elsewhere = {each for each in everybody if now.let_in != before.let_in and each.moves()}
        if (now.acts, now.epoch) != (before.acts, before.epoch):
            return [each for each in everybody if each.scopes or each in elsewhere]
        moved = moved_after(before.seq).keys() if now.seq != before.seq else ()
        return [
            each for each in everybody if each in elsewhere or not each.scopes.isdisjoint(moved)
        ]

    def _everybody(self) -> list[Listener]:
        with self._lock:
            return list(self._listeners)

    def _ring(self, listeners: Sequence[Listener]) -> None:
        for place in range(0, len(listeners), COMPANY):
            if place:
                time.sleep(PAUSE_SECONDS)
            for each in listeners[place : place + COMPANY]:
                each.ring()


def _look() -> _Seen:
    state = HubState.read()
    return _Seen(state.seq, state.let_in, last_act(), state.epoch)
