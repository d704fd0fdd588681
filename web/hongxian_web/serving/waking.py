"""A sleep from which signals wake the main thread, whichever thread the system gives them to."""

from __future__ import annotations

import select
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache

_MANY = 4096
"""Bytes, of which each signal writes one."""


def sleep_until(ended: Callable[[], bool], until: socket.socket) -> None:
    """Return once `ended` says so, which is asked whenever the other end of `until` is closed, or a signal came."""
    with _signals() as signals:
        while not ended():
            with suppress(OSError, ValueError):  # who slept beside has closed it
                select.select([until, *signals], [], [])
            for each in signals:
                with suppress(BlockingIOError):
                    each.recv(_MANY)


@contextmanager
def _signals() -> Iterator[list[socket.socket]]:
    """What a signal writes to, in the one thread in which it is handled."""
    if threading.current_thread() is not threading.main_thread():
        yield []
        return
    read, write = _pair()
    before = signal.set_wakeup_fd(write.fileno(), warn_on_full_buffer=False)
    try:
        yield [read]
    finally:
        signal.set_wakeup_fd(before)


@cache
def _pair() -> tuple[socket.socket, socket.socket]:
    """One for the process and never closed: an interrupt may leave it in use, and its number must mean nothing else."""
    pair = socket.socketpair()
    for each in pair:
        each.setblocking(False)
    return pair
