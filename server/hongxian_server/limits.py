"""Guessing enrolment codes or the keeper's password is slow: a few wrong tries, then a pause."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hongxian.errors import CodeRefused, Refused

WRONG_TRIES = 10
"""Wrong codes from one address within the window."""
WINDOW_MILLISECONDS = 60_000


class TooManyTries(Refused):
    """Too many wrong codes in a short time."""

    en = "Too many wrong tries. Wait a minute, then try again."
    zh = "输错次数太多。请一分钟后再试。"
    status = 429


class Tries:
    """Counts wrong codes by address, in memory."""

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._wrong: dict[str, deque[int]] = {}
        self._lock = threading.Lock()

    def refuse_if_many(self, address: str) -> None:
        """Raise `TooManyTries` after too many wrong codes from an address."""
        with self._lock:
            wrong = self._wrong.get(address, deque())
            while wrong and wrong[0] < self._now() - WINDOW_MILLISECONDS:
                wrong.popleft()
            if len(wrong) >= WRONG_TRIES:
                raise TooManyTries()
            if not wrong:
                self._wrong.pop(address, None)

    @contextmanager
    def counting(self, address: str) -> Iterator[None]:
        """Count a wrong code that comes to light inside."""
        try:
            yield
        except CodeRefused:
            with self._lock:
                self._wrong.setdefault(address, deque()).append(self._now())
            raise
