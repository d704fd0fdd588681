"""Connections that stay open while nobody uses them, of all databases that a process has."""

from __future__ import annotations

import threading
from collections import OrderedDict
from contextlib import suppress
from typing import Any  # Any: the drivers' own

MOST = 64
"""Connections; beyond, that which was idle longest is closed."""
BESIDE = 16
"""So many more than databases there may be in any case: each asked in turn, none would ever find its own."""


class Idle:
    """Those of a process; what was used last is used next, for its pages and plans are warm."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._held: OrderedDict[Any, object] = OrderedDict()
        """Each with its database, that which was idle longest first."""
        self._databases: set[object] = set()
        """Those whose connections are kept."""

    def keep(self, database: object) -> None:
        """Keep a database's from now on, until they are dropped for good."""
        with self._lock:
            self._databases.add(database)

    def leave(self, database: object) -> None:
        """Keep none of them any more."""
        with self._lock:
            self._databases.discard(database)
        self.drop(database)

    def take(self, database: object) -> Any | None:
        """One of a database's, which is the caller's from now on; None where there is none."""
        with self._lock:
            for connection, whose in reversed(self._held.items()):
                if whose is database:
                    del self._held[connection]
                    return connection
        return None

    def give(self, database: object, connection: Any) -> None:
        """Keep one open that its thread is done with."""
        with self._lock:
            self._held[connection] = database
            most = max(self._most, len(self._databases) + BESIDE)
            over = self._held.popitem(last=False)[0] if len(self._held) > most else None
        _close(over)

    def drop(self, database: object) -> None:
        """Close all of a database's."""
        with self._lock:
            gone = [each for each, whose in self._held.items() if whose is database]
            for each in gone:
                del self._held[each]
        for each in gone:
            _close(each)


def _close(connection: Any | None) -> None:
    if connection is not None:
        with suppress(Exception):  # it may have ended by itself; nobody waits for it
            connection.close()


IDLE = Idle()
"""This process's."""
