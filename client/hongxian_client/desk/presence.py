"""Who is in front of the laptop: one person at a time, until they leave or stay away too long."""

from __future__ import annotations

import threading
from collections.abc import Callable

_MINUTE = 60_000
"""Milliseconds."""


class Presence:
    """Kept in memory: a desk that was shut opens locked."""

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._here: str | None = None
        self._touched = 0
        self.last: str | None = None
        """The id of whoever was here last."""

    def came(self, id: str) -> None:
        """A person has shown who they are."""
        with self._lock:
            self._here = self.last = id
            self._touched = self._now()

    def left(self) -> None:
        """Nobody is here any more."""
        with self._lock:
            self._here = None

    def who(self, minutes: int) -> str | None:
        """The id of who is here; whoever has touched nothing for so long has left."""
        with self._lock:
            if self._now() - self._touched >= minutes * _MINUTE:
                self._here = None
            return self._here

    def touched(self) -> None:
        """Whoever is here did something."""
        with self._lock:
            self._touched = self._now()
