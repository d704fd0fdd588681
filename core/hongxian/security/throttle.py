"""Guessing a code, a password or a PIN is slow: a few wrong tries, then a pause."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hongxian.errors import CodeRefused, Refused
from hongxian.text import Text

WRONG_ATTEMPTS = 10
"""Wrong ones of one address, or of whatever else they are counted by, within the window."""
WINDOW_MILLISECONDS = 60_000


class TooManyAttempts(Refused):
    """Too many wrong codes in a short time."""

    message = Text(
        "输错次数太多。请一分钟后再试。",
        "Too many wrong tries. Wait a minute, then try again.",
    )
    status = 429


class Throttle:
    """Counts the wrong ones in memory; `wrong` is the error that tells of one."""

    def __init__(self, now: Callable[[], int], wrong: type[Refused] = CodeRefused) -> None:
        self._now = now
        self._error = wrong
        self._wrong: dict[str, deque[int]] = {}
        self._lock = threading.Lock()

    def refuse_if_many(self, whose: str) -> None:
        """Raise `TooManyAttempts` after too many wrong ones."""
        with self._lock:
            wrong = self._wrong.get(whose, deque())
            # By either side: a clock that was ahead, and is right again, must lock nobody out.
            while wrong and abs(self._now() - wrong[0]) > WINDOW_MILLISECONDS:
                wrong.popleft()
            if len(wrong) >= WRONG_ATTEMPTS:
                raise TooManyAttempts()
            if not wrong:
                self._wrong.pop(whose, None)

    @contextmanager
    def counting(self, whose: str) -> Iterator[None]:
        """Count a wrong one that comes to light inside."""
        try:
            yield
        except self._error:
            with self._lock:
                self._wrong.setdefault(whose, deque()).append(self._now())
            raise
