"""A server that cannot be held up: it listens, and each connection is a task of its loop."""

from __future__ import annotations

import _thread
import asyncio
import socket
import ssl
import threading
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from wsgiref.types import WSGIApplication

from hongxian_web.serving.house import House, PartOf, Welcomes
from hongxian_web.serving.limits import LIMITS, Limits
from hongxian_web.serving.line import AT_ONCE, Line
from hongxian_web.serving.listening import hand_on, listen
from hongxian_web.serving.tls import keep_buffers_small
from hongxian_web.serving.visit import Visit
from hongxian_web.serving.waking import sleep_until
from hongxian_web.serving.wsgi import Address

PAUSE_SECONDS = 0.1
"""Until another try, when no connection could be accepted: no file may be opened any more."""


class Server:
    """An app's server, which listens from the beginning; `port` tells where, when 0 was asked.

    Only whom the app `welcomes` may send more than a few KiB. What lies `aside` is answered beside
    all other work. Bodies lie in files of `folder` while they come. Where the app has parts, by `part_of`, one of
    them has no more than a quarter of the threads at once.
    """

    def __init__(
        self,
        app: WSGIApplication,
        host: str,
        port: int,
        *,
        tls: ssl.SSLContext | None = None,
        threads: int = 8,
        welcomes: Welcomes = lambda _: False,
        aside: Collection[str] = (),
        folder: Path | None = None,
        limits: Limits = LIMITS,
        part_of: PartOf = lambda _: "",
    ) -> None:
        self._listener = listen(host, port)
        self.port = int(self._listener.getsockname()[1])
        self._tls = tls
        if tls is not None:
            keep_buffers_small()
        self._house = House(
            app,
            limits,
            threads=threads,
            welcomes=welcomes,
            aside=aside,
            folder=folder,
            scheme="https" if tls else "http",
            part_of=part_of,
        )
        self._is_started = self._is_stopping = self._has_ended = False
        self._patience = 0.0
        self._stopped = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._until, self._end = socket.socketpair()  # of which the thread closes the end

    # An interrupt may rise in the main thread between any two steps of these. Python's own threads
    # and events do not bear that: what they leave half done is a server that never ends.

    def start(self) -> None:
        """Answer, in a thread of its own, until `stop`."""
        _thread.start_new_thread(self._run, ())
        self._is_started = True

    def wait(self) -> None:
        """Sleep until it has ended; an interrupt is raised here."""
        sleep_until(lambda: self._has_ended, self._until)

    def turns(self, within: float) -> bool:
        """Whether its loop comes round within so many seconds; not for the main thread."""
        turned = threading.Event()
        try:
            if self._loop is None:
                return False
            self._loop.call_soon_threadsafe(turned.set)
        except RuntimeError:  # it has ended
            return False
        return turned.wait(within)

    def hand_on(self) -> None:
        """Let who connects from now on wait for the process that this one becomes; before `stop`."""
        hand_on(self._listener)
        self._patience = self._house.limits.patience

    def stop(self) -> None:
        """Have what is under way answered, and no more; returns when that is done."""
        self._is_stopping = True
        if self._loop is not None:
            with suppress(RuntimeError):  # it has ended
                self._loop.call_soon_threadsafe(self._stopped.set)
        if self._is_started:
            self.wait()
        self._listener.close()
        self._until.close()
        self._end.close()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        finally:
            self._has_ended = True
            self._end.close()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        accepting = self._loop.create_task(self._accept())
        if not self._is_stopping:
            await self._stopped.wait()
        with suppress(NotImplementedError):  # Windows
            self._loop.remove_reader(self._listener)
        await asyncio.sleep(0)  # whom it has let in this moment it does not lose
        accepting.cancel()
        self._listener.close()
        await self._house.close(self._patience)

    async def _accept(self) -> None:
        loop, guests = asyncio.get_running_loop(), self._house.guests
        scratch = memoryview(bytearray(AT_ONCE))
        while not self._is_stopping:
            try:
                connection, address = await loop.sock_accept(self._listener)
            except OSError:
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            who = address[0].removeprefix("::ffff:")
            if not guests.make_room(who):
                connection.close()
                continue
            guest = loop.create_task(self._receive(connection, (who, address[1]), scratch))
            guests.enter(guest, who)
            guest.add_done_callback(guests.leave)
            await asyncio.sleep(0)  # it begins before the next is let in, however many stand there

    async def _receive(self, connection: socket.socket, peer: Address, scratch: memoryview) -> None:
        """One guest, from hello to goodbye."""
        guest, loop, line = asyncio.current_task(), asyncio.get_running_loop(), Line(scratch)
        assert guest is not None
        self._house.guests.wait(guest)
        here = connection.getsockname()[:2]
        seconds = self._house.limits.handshake if self._tls else None
        try:
            await loop.connect_accepted_socket(
                lambda: line,
                connection,
                ssl=self._tls,
                ssl_handshake_timeout=seconds,
                ssl_shutdown_timeout=seconds,
            )
        except OSError:  # no TLS, or gone
            return
        try:
            await Visit(self._house, guest, line, peer, here).run()
        finally:
            line.abort()
