"""What systemd is told of a hub that serves: that it answers now, and from then on that it still does.

The protocol is sd_notify(3)'s: words in a datagram to the socket that `NOTIFY_SOCKET` names.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

SOCKET, MICROSECONDS = "NOTIFY_SOCKET", "WATCHDOG_USEC"
_IN_A_WATCH = 4
"""Words that go within the time that systemd waits for one."""


def is_service(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether this process is one that a service manager started, and not somebody in a window."""
    return SOCKET in environment


@dataclass(frozen=True)
class ServiceManager:
    """Whoever started this process and wants to hear of it; where nobody does, nothing is said."""

    address: str | None = None
    watch_seconds: float | None = None
    """After which it ends a process of which it heard nothing; None where it waits for nothing."""

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> ServiceManager:
        """The one that this process was told of."""
        told = environment.get(MICROSECONDS, "")
        return cls(environment.get(SOCKET), int(told) / 1_000_000 if told.isdigit() else None)

    def say_ready(self) -> None:
        """That it answers: also a process that began anew, which went on being the same."""
        self._say("READY=1\nWATCHDOG=1")

    def say_alive(self, stop: threading.Event, turns: Callable[[float], bool]) -> None:
        """Until stopped, say that it lives each time that its loop `turns` within so many seconds."""
        if self.address and self.watch_seconds:
            pause = self.watch_seconds / _IN_A_WATCH
            while not stop.wait(pause):
                if turns(pause):
                    self._say("WATCHDOG=1")

    def _say(self, words: str) -> None:
        if self.address is None:
            return
        # Linux has names for sockets that lie in no folder: they begin with a zero byte, written as @.
        address = f"\0{self.address[1:]}" if self.address.startswith("@") else self.address
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as there:
            there.sendto(words.encode(), address)
