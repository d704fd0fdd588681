"""A line between a phone and its hub that a test cuts and heals.

Or makes deaf to some: what is asked arrives, and no answer comes back.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


class Cord:
    """Carries connections to a hub's port from one of its own, as it is told to."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.is_whole = True
        self.deaf_to = b""
        """What is asked with these bytes is never answered; b"" for nothing."""
        self._unanswered: set[socket.socket] = set()
        self.left: int | None = None
        """Bytes from the phone after which it breaks."""
        self.carried = 0
        """Bytes from the phone so far."""
        threading.Thread(target=self._welcome, daemon=True).start()

    @property
    def address(self) -> str:
        """Where the phone finds it."""
        return f"http://localhost:{self._listener.getsockname()[1]}"

    def cut(self) -> None:
        """Nothing passes until it heals."""
        self.is_whole = False
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def heal(self) -> None:
        """All passes again."""
        self.is_whole, self.deaf_to, self.left = True, b"", None

    def end(self) -> None:
        """For good."""
        self.cut()
        self._listener.close()

    def _welcome(self) -> None:
        with suppress(OSError):
            while True:
                phone, _ = self._listener.accept()
                if not self.is_whole:
                    phone.close()
                    continue
                hub = socket.create_connection(("127.0.0.1", self._port))
                self._open += [phone, hub]
                for carry in ((self._up, phone, hub), (self._down, phone, hub)):
                    threading.Thread(target=carry[0], args=carry[1:], daemon=True).start()

    def _up(self, phone: socket.socket, hub: socket.socket) -> None:
        with suppress(OSError):
            while part := phone.recv(8192):
                if self.left is not None:
                    self.left -= len(part)
                    if self.left < 0:
                        return self.cut()
                self.carried += len(part)
                if self.deaf_to and self.deaf_to in part:
                    self._unanswered.add(hub)
                hub.sendall(part)
            hub.shutdown(socket.SHUT_WR)

    def _down(self, phone: socket.socket, hub: socket.socket) -> None:
        with suppress(OSError):
            while part := hub.recv(65_536):
                if hub in self._unanswered:
                    break
                phone.sendall(part)
            for each in (phone, hub):
                each.shutdown(socket.SHUT_RDWR)


@contextmanager
def cord_to(address: str) -> Iterator[Cord]:
    """A whole one to a hub at an address."""
    cord = Cord(urlsplit(address).port or 0)
    try:
        yield cord
    finally:
        cord.end()
