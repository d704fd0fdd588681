"""What a server's connections share: the app and its threads, room for bodies, and the guests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path
from typing import TypeVar
from wsgiref.types import WSGIApplication, WSGIEnvironment

from hongxian_web.serving.guests import Guests
from hongxian_web.serving.limits import Limits, connections_that_fit
from hongxian_web.serving.spool import Spool, Store
from hongxian_web.serving.wsgi import Answer, ask

T = TypeVar("T")
Welcomes = Callable[[WSGIEnvironment], bool]
"""Whether who asks is known, and may send a large body."""


PartOf = Callable[[WSGIEnvironment], str]
"""Which part of an app a request is for; "" where it has none."""
SHARE = 4
"""Of all threads, one part of an app has no more than this fraction at once: what is slow in one stops no other."""


class AppFailed(Exception):
    """The app had no answer."""


class House:
    """One app, answered by some threads; what it has `aside` is answered by one more."""

    def __init__(
        self,
        app: WSGIApplication,
        limits: Limits,
        *,
        threads: int,
        welcomes: Welcomes,
        aside: Collection[str],
        folder: Path | None,
        scheme: str,
        part_of: PartOf,
    ) -> None:
        self.limits, self.scheme = limits, scheme
        self.guests = Guests(connections_that_fit(limits.connections), limits.from_one_address)
        self.is_closing = False
        self._app, self._welcomes, self._paths_aside = app, welcomes, aside
        self._store = Store(limits, folder)
        self._part_of, self._share = part_of, max(threads // SHARE, 1)
        self._turns: dict[str, asyncio.Semaphore] = {}
        """Of each part: who finds its threads busy waits, and is the next in the order of coming."""
        self._threads = ThreadPoolExecutor(threads, "answer")
        self._aside = ThreadPoolExecutor(1, "aside")

    def spool(self) -> Spool:
        """Room for a body or an answer."""
        return self._store.spool()

    async def knows(self, environ: WSGIEnvironment) -> bool:
        """Whether who asks may send a large body; looked up by a thread."""
        async with self._turn(environ):
            return await self._in(self._threads, self._welcomes, environ)

    async def answer(self, environ: WSGIEnvironment, spool: Spool) -> Answer:
        """The app's answer to a whole request, by a thread."""
        if environ["PATH_INFO"] in self._paths_aside:
            return await self._in(self._aside, ask, self._app, environ, spool)
        async with self._turn(environ):
            return await self._in(self._threads, ask, self._app, environ, spool)

    def _turn(self, environ: WSGIEnvironment) -> AbstractAsyncContextManager[object]:
        part = self._part_of(environ)
        if not part:
            return nullcontext()
        return self._turns.setdefault(part, asyncio.Semaphore(self._share))

    async def _in(self, pool: ThreadPoolExecutor, function: Callable[..., T], *given: object) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, function, *given)
        except OSError as error:  # a time-out of the app's own is none of the connection's
            raise AppFailed from error

    async def close(self, patience: float = 0) -> None:
        """Send away who waits, after these seconds; let those whose requests are under way have their answers."""
        self.is_closing = True
        await asyncio.sleep(patience)  # whoever has come this moment begins
        for guest in self.guests.waiting():
            guest.cancel()
        if guests := self.guests.all():
            await asyncio.wait(guests, timeout=self.limits.ending)
        for guest in guests:
            guest.cancel()
        await asyncio.gather(*guests, return_exceptions=True)
        for pool in (self._threads, self._aside):
            pool.shutdown()
        await asyncio.sleep(0)  # lines that were cut end
