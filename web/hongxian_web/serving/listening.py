"""The sockets that a server listens on, which outlive a process that begins anew: who connects meanwhile waits.

Where a system hands no socket on (Windows), the next process listens anew at the same port.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress

BACKLOG = 1024
"""Connections that may wait to be accepted."""
_HANDED_ON = "HONGXIAN_LISTENING"
"""Of what one process hands on to the next, under the same number: `FD` for each, parted by blanks."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens: the one that was handed on for this port, or a new one; raises `OSError`."""
    listener = _taken_over(port) or _new(host, port)
    listener.setblocking(False)
    return listener


def hand_on(listener: socket.socket) -> None:
    """Let it go on listening in the process that this one becomes by `exec`."""
    if os.name == "nt":
        return
    kept = os.dup(listener.fileno())
    os.set_inheritable(kept, True)
    os.environ[_HANDED_ON] = f"{os.environ.get(_HANDED_ON, '')} {kept}".strip()


def _taken_over(port: int) -> socket.socket | None:
    """The one of this port, which nobody takes a second time."""
    kept = os.environ.get(_HANDED_ON, "").split()
    for each in filter(str.isdecimal, kept):
        with suppress(OSError):  # what the environment says may be of another process
            found = socket.socket(fileno=int(each))
            if port and found.getsockname()[1] == port:
                found.set_inheritable(False)
                os.environ[_HANDED_ON] = " ".join(other for other in kept if other != each)
                return found
            found.detach()
    return None


def _new(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, *_, address = found[0]
    return socket.create_server(
        address[:2],
        family=family,
        backlog=BACKLOG,
        dualstack_ipv6=host == "::" and socket.has_dualstack_ipv6(),
    )
