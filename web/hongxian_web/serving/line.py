"""A connection's bytes, taken only as they are wanted: what nobody reads stays with its sender."""

from __future__ import annotations

import asyncio
from contextlib import suppress

AT_ONCE = 16 * 1024
"""Bytes that one reading takes, and that may lie unread."""


class Line(asyncio.BufferedProtocol):
    """Bytes in and out, awaited; plain or encrypted."""

    def __init__(self, scratch: memoryview) -> None:
        # One for all lines of a loop: it holds bytes for no longer than a call.
        self._scratch = scratch
        self._unread = b""
        self._has_ended = self._is_lost = self._is_full = False
        self._waiting: asyncio.Future[None] | None = None

    # -- what the loop tells -----------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        # What is sent has left this process; over TLS, but for what its transport holds.
        transport.set_write_buffer_limits(high=1, low=0)
        self._transport = transport

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._scratch

    def buffer_updated(self, nbytes: int) -> None:
        self._unread += self._scratch[:nbytes]
        if len(self._unread) >= AT_ONCE:
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        self._has_ended = True
        self._wake()
        return self._transport.get_extra_info("sslcontext") is None  # the answer may still go out

    def connection_lost(self, exc: Exception | None) -> None:
        self._has_ended = self._is_lost = True
        self._is_full = False
        self._wake()

    def pause_writing(self) -> None:
        self._is_full = True

    def resume_writing(self) -> None:
        self._is_full = False
        self._wake()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    async def _wait(self) -> None:
        self._waiting = asyncio.get_running_loop().create_future()
        try:
            await self._waiting
        finally:
            self._waiting = None

    # -- what is asked of it -----------------------------------------------------------------

    @property
    def has_ended(self) -> bool:
        """Whether the other side has said that no more comes, or is gone."""
        return self._has_ended

    def wake(self) -> None:
        """Let whoever waits look again."""
        self._wake()

    async def wait(self, seconds: float) -> None:
        """Wait for a `wake`, for bytes, or for its end; so long at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wait()

    async def receive(self) -> bytes:
        """What has come; nothing when no more will."""
        while not self._unread and not self._has_ended:
            self._transport.resume_reading()
            await self._wait()
        part, self._unread = self._unread, b""
        return part

    def write(self, part: bytes) -> bool:
        """Give bytes to the system; whether it took them all. Raises `ConnectionError`."""
        self._transport.write(part)
        if self._is_lost:
            raise ConnectionResetError
        return not self._is_full

    async def flush(self) -> None:
        """Wait until the system has taken all, as their reader does; raises `ConnectionError`."""
        while self._is_full:
            await self._wait()
        if self._is_lost:
            raise ConnectionResetError

    def finish(self) -> None:
        """Say that no more will be sent, where that can be said alone."""
        if self._transport.can_write_eof():
            with suppress(OSError):  # it is gone already
                self._transport.write_eof()

    async def close(self) -> None:
        """End it in order; returns when it has."""
        self._transport.close()
        while not self._is_lost:
            await self._wait()

    def abort(self) -> None:
        """End it at once, whatever is on its way."""
        self._transport.abort()
