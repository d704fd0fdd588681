"""Lines between a laptop and its hub that die, stand still or drip: real sockets, with a hand on them."""

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any
from urllib.parse import urlsplit


@dataclass
class BadLine:
    """What happens to each connection; bytes of either direction, or of both together."""

    up: int | None = None
    down: int | None = None
    both: int | None = None
    then: str = "cut"
    """When that much has passed: "cut" at once, "ended" in order, or "still"."""
    packet: int = 65_536
    pause: float = 0
    """Seconds after each packet, which is that long at most."""
    only: int | None = None
    """Which connection alone has that fate, the first being 0; None for each."""
    connections: list[int] = field(default_factory=list)
    """What each has carried."""
    url: str = ""
    _open: list[socket.socket] = field(default_factory=list)
    _is_over: threading.Event = field(default_factory=threading.Event)

    def begin(self, laptop: socket.socket, hub: socket.socket) -> None:
        """Carry one connection."""
        self._open += [laptop, hub]
        if self._is_over.is_set():
            return self.end()
        self.connections.append(0)
        is_sound = self.only not in (None, len(self.connections) - 1)
        left = dict.fromkeys(("up", "down", "both"))
        if not is_sound:
            left = {"up": self.up, "down": self.down, "both": self.both}
        lock, place = threading.Lock(), len(self.connections) - 1
        for way, source, sink in (("up", laptop, hub), ("down", hub, laptop)):
            told = (way, source, sink, left, lock, place)
            threading.Thread(target=self._carry, args=told, daemon=True).start()

    def _carry(self, way, source, sink, left, lock, place) -> None:
        with suppress(OSError):
            while True:
                with lock:
                    most = min(n for n in (left[way], left["both"], self.packet) if n is not None)
                if most == 0:
                    return self._give_up(source, sink)
                part = source.recv(most)
                if not part:
                    return sink.shutdown(socket.SHUT_WR)
                with lock:
                    for each in (way, "both"):
                        left[each] = None if left[each] is None else max(left[each] - len(part), 0)
                    self.connections[place] += len(part)
                sink.sendall(part)
                time.sleep(self.pause)

    def _give_up(self, source: socket.socket, sink: socket.socket) -> None:
        if self.then == "still":
            self._is_over.wait()
            return
        for each in (source, sink):
            if (
                self.then == "cut"
            ):  # what is under way goes with it, as where a router loses its table
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            each.shutdown(socket.SHUT_RDWR)
            each.close()

    def end(self) -> None:
        """Nothing passes any more."""
        self._is_over.set()
        self.drop()

    def drop(self) -> None:
        """End the connections that there are."""
        for each in self._open:
            with suppress(OSError):  # it is closed already
                each.shutdown(socket.SHUT_RDWR)
            each.close()


@contextmanager
def bad_line(address: str, **fate: Any) -> Iterator[BadLine]:
    """A line to a hub at an address, with an address of its own."""
    line, told = BadLine(**fate), urlsplit(address)

    def carry(laptop: socket.socket) -> None:
        line.begin(laptop, socket.create_connection((told.hostname, told.port)))

    with _listening(carry) as url:
        line.url = url.replace("http", told.scheme, 1)
        try:
            yield line
        finally:
            line.end()


@contextmanager
def says(*parts: bytes, again: bytes = b"", pause: float = 0) -> Iterator[str]:
    """Whoever asks here is told these bytes, each after a pause, then `again` and again; nothing ends.

    Its address.
    """
    is_over = threading.Event()

    def tell(guest: socket.socket) -> None:
        with guest, suppress(OSError):
            guest.recv(65_536)
            for part in chain(parts, repeat(again) if again else ()):
                guest.sendall(part)
                if is_over.wait(pause):
                    return
            is_over.wait()

    with _listening(tell) as url:
        try:
            yield url
        finally:
            is_over.set()


@contextmanager
def _listening(welcome: Callable[[socket.socket], None]) -> Iterator[str]:
    """An address; whoever comes there is welcomed in a thread of its own."""

    def let_in() -> None:
        with suppress(OSError):
            while True:
                guest, _ = listener.accept()
                threading.Thread(target=welcome, args=(guest,), daemon=True).start()

    with socket.socket() as listener:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1_400)  # as on a real line,
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8_192)  # little is under way
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        threading.Thread(target=let_in, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
