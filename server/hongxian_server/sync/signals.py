"""Signals: the processes that serve a hub tell each other, through PostgreSQL, that something was committed.

A signal is a hint and says no more; what was committed is read from the database. One that is lost costs a laptop some
seconds: a bell looks by itself too. They are sent behind a commit and not within it, several as one: within, PostgreSQL
has the commits of all its databases wait for each other. Its LISTEN needs an address without a pgbouncer before it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any  # Any: psycopg's connection

from hongxian.storage.ear import tell
from hongxian.storage.postgres import Postgres
from hongxian.words.logs import logger
from hongxian_server.folder import town_signals_of
from hongxian_server.hub import Hub

log = logger(__name__)
CHANNEL = "hongxian"
GATHER_SECONDS = 0.02
"""Between two sendings: what is committed meanwhile is one signal."""
AGAIN_SECONDS = 2
"""Until another try, where PostgreSQL is away."""
END_SECONDS = 2
"""For a thread to end: one whose line is dead ends with the process."""
QUIET_SECONDS = 60
"""So long the line is listened to at a time, where nothing comes."""
# It need not be on the disk: a lost one is no loss.
_SEND = "SELECT set_config('synchronous_commit', 'off', true), pg_notify(%s, %s)"


def signal_once(hub: Hub) -> None:
    """Tell the processes that serve a hub that this one, which does not, has committed; a lost one is no loss."""
    if not hub.database.is_shared:
        tell(hub.folder)
        return
    from psycopg import Error

    said, by_town = (CHANNEL, hub.identity.public), town_signals_of(hub.folder)
    carries = hub.database if by_town is None else Postgres(by_town)
    try:
        with closing(carries.made()) as line:
            line.execute(_SEND, said)
    except Error as error:
        log.warning("no signal was sent error=%s", type(error).__name__)


class Signals:
    """Of one process; `connect` makes a connection to the database that carries them."""

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self._hubs: dict[Hub, str] = {}
        self._unsent: set[str] = set()
        self._lock, self._wake, self._ended = threading.Lock(), threading.Event(), threading.Event()
        self._is_heard = False

    @contextmanager
    def carried(self) -> Iterator[None]:
        """Send and hear inside, in two threads."""
        threads = [
            threading.Thread(target=self._again, args=[each], name="hongxian-signals", daemon=True)
            for each in (self._send, self._listen)
        ]
        for each in threads:
            each.start()
        try:
            yield
        finally:
            self._ended.set()
            self._wake.set()
            for each in threads:
                each.join(END_SECONDS)

    @contextmanager
    def of(self, hub: Hub) -> Iterator[None]:
        """Carry those of a hub inside."""
        name = hub.identity.public

        def committed() -> None:
            with self._lock:
                self._unsent.add(name)
            self._wake.set()

        with self._lock:
            self._hubs[hub], hub.hears_others = name, self._is_heard
        hub.on_commit.append(committed)
        try:
            yield
        finally:
            hub.on_commit.remove(committed)
            with self._lock:
                del self._hubs[hub]
                hub.hears_others = False

    # -- its threads -----------------------------------------------------------------------------

    def _again(self, work: Callable[[Any], None]) -> None:
        """Do it over a connection, and over the next where that one ends."""
        from psycopg import Error

        while not self._ended.is_set():
            try:
                with closing(self._connect()) as line:
                    work(line)
            except Error as error:
                log.warning("signals are not carried error=%s", type(error).__name__)
                self._ended.wait(AGAIN_SECONDS)

    def _send(self, line: Any) -> None:
        while not self._ended.is_set():
            self._wake.wait()
            self._wake.clear()
            with self._lock:
                names, self._unsent = self._unsent, set()
            try:
                for name in names or ([""] if self._ended.is_set() else []):  # wakes who listens
                    line.execute(_SEND, (CHANNEL, name))
            except BaseException:
                with self._lock:
                    self._unsent |= names
                self._wake.set()
                raise
            time.sleep(GATHER_SECONDS)

    def _listen(self, line: Any) -> None:
        line.execute(f"LISTEN {CHANNEL}")
        self._hear(is_heard=True)
        try:
            while not self._ended.is_set():
                for heard in line.notifies(timeout=QUIET_SECONDS):
                    if self._ended.is_set():
                        return
                    self._tell(heard.payload)
        finally:
            self._hear(is_heard=False)

    def _hear(self, *, is_heard: bool) -> None:
        """From now on signals come, or none; what was committed meanwhile is looked for."""
        with self._lock:
            self._is_heard = is_heard
            hubs = list(self._hubs)
            for hub in hubs:
                hub.hears_others = is_heard
        for hub in hubs:
            hub.hint()

    def _tell(self, name: str) -> None:
        with self._lock:
            hubs = [hub for hub, its in self._hubs.items() if its == name]
        for hub in hubs:  # several where a community's folder was copied
            hub.hint()
