"""Room in memory for what requests open to: who needs more than is left waits for others to be done."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

SMALL = 2 * 2**20
"""Bytes for which nobody waits, and which are not counted."""


class Room:
    """So many bytes for all requests together; one that needs more than that is alone."""

    def __init__(self, most: int) -> None:
        self._most, self._taken = most, 0
        self._left = threading.Condition()

    @contextmanager
    def taking(self, size: int) -> Iterator[None]:
        """Have so many bytes inside."""
        if size <= SMALL:
            yield
            return
        with self._left:
            self._left.wait_for(lambda: not self._taken or self._taken + size <= self._most)
            self._taken += size
        try:
            yield
        finally:
            with self._left:
                self._taken -= size
                self._left.notify_all()
