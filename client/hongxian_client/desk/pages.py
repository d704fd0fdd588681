"""The pages that are open and looked at, to be told when they may be otherwise."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Pages:
    """Those that are open."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: list[Callable[[], None]] = []
        self.rung = 0
        """How often they were told, of which a page knows what it was drawn after."""

    def ring(self) -> None:
        """Let them all look whether they are still as they were; in any thread."""
        with self._lock:
            self.rung += 1
            for each in self._open:
                each()

    @contextmanager
    def opened(self, ring: Callable[[], None], since: int) -> Iterator[None]:
        """Inside, one more is open, which was drawn when they had been told `since` times."""
        with self._lock:
            self._open.append(ring)
            if since != self.rung:
                ring()
        try:
            yield
        finally:
            with self._lock:
                self._open.remove(ring)
