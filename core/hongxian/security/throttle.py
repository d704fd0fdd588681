"""Guessing a code, a password or a PIN is slow: a few wrong tries, then a pause."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Protocol

from hongxian.errors import CodeRefused, Refused
from hongxian.text import Text

WRONG_ATTEMPTS = 10
"""Wrong ones of one address, or of whatever else they are counted by, within the window."""
WINDOW_MILLISECONDS = 60_000
FORGETS = 1_000
"""Addresses with wrong ones, beyond which those of long ago are let go of."""


class TooManyAttempts(Refused):
    """Too many wrong codes in a short time."""

    message = Text(
        "输错次数太多。请一分钟后再试。",
        "Too many wrong tries. Wait a minute, then try again.",
    )
    status = 429


def network_of(address: str) -> str:
    """By what the wrong ones of an address are counted: of IPv6 its /64, of which one house has all."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return address
    if found.ipv4_mapped:  # a proxy that listens for both may write it so
        return str(found.ipv4_mapped)
    return str(ip_network((found, 64), strict=False))


@dataclass
class _Attempts:
    """What is counted by one address, or by whatever else."""

    wrong: deque[int] = field(default_factory=deque)
    """When each of the wrong ones was."""
    turn: threading.Lock = field(default_factory=threading.Lock)
    here: int = 0
    """How many try now, or wait for their turn."""


class Elsewhere(Protocol):
    """What other processes count too."""

    def has_too_many(self, whose: str) -> bool:
        """Whether there were too many wrong ones lately, here or there."""

    def note(self, whose: str) -> None:
        """Tell the others of a wrong one."""


class Throttle:
    """Counts the wrong ones in memory, and `elsewhere`, if there is such; `wrong` is the error that tells of one."""

    def __init__(
        self,
        now: Callable[[], int],
        wrong: type[Refused] = CodeRefused,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        self._now = now
        self._error = wrong
        self._elsewhere = elsewhere
        self._attempts: dict[str, _Attempts] = {}
        self._lock = threading.Lock()

    @contextmanager
    def counting(self, whose: str) -> Iterator[None]:
        """Make one attempt inside; a wrong one counts. Raises `TooManyAttempts` after too many.

        Attempts of one address wait for each other: side by side all would be made before the first counts.
        """
        with self._turn_of(whose) as attempts:
            self._let_old_ones_go(attempts)
            if len(attempts.wrong) >= WRONG_ATTEMPTS:
                raise TooManyAttempts()
            if self._elsewhere is not None and self._elsewhere.has_too_many(whose):
                raise TooManyAttempts()
            try:
                yield
            except self._error:
                attempts.wrong.append(self._now())
                if self._elsewhere is not None:
                    self._elsewhere.note(whose)
                raise

    @contextmanager
    def _turn_of(self, whose: str) -> Iterator[_Attempts]:
        with self._lock:
            if len(self._attempts) >= FORGETS:
                self._forget_idle_ones()
            attempts = self._attempts.setdefault(whose, _Attempts())
            attempts.here += 1
        try:
            with attempts.turn:
                yield attempts
        finally:
            with self._lock:
                attempts.here -= 1
                if not attempts.here and not attempts.wrong:
                    del self._attempts[whose]

    def _forget_idle_ones(self) -> None:
        for whose, attempts in list(self._attempts.items()):
            if not attempts.here:
                self._let_old_ones_go(attempts)
                if not attempts.wrong:
                    del self._attempts[whose]

    def _let_old_ones_go(self, attempts: _Attempts) -> None:
        # By either side: a clock that was ahead, and is right again, must lock nobody out.
        while attempts.wrong and abs(self._now() - attempts.wrong[0]) > WINDOW_MILLISECONDS:
            attempts.wrong.popleft()
