"""A connection to PostgreSQL whose server may stand still: its machine answers for it, so TCP tells nothing of that."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any, NoReturn  # Any: psycopg's own

import psycopg
from psycopg.errors import ConnectionTimeout

SILENT_SECONDS = 5.0
"""After so long without an answer, and each time again, it is asked whether the server lets anybody in."""
_silent_at: dict[tuple[str, int], float] = {}
"""When a server was last found to stand still, by host and port."""


class Watched(psycopg.Connection[Any]):
    """A statement may take as long as it likes, for as long as its server greets who comes new.

    What one finds silent all give up: else whoever waits for another would find it anew, one after the other.
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._made_at = time.monotonic()
        self._server = self.info.host, self.info.port

    def wait(self, gen: Generator[Any, Any, Any], *args: Any, **settings: Any) -> Any:
        """As psycopg's; raises `OperationalError` where the server stands still."""
        return super().wait(self._watched(gen), *args, **settings)

    def _watched(self, gen: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        ready: Any = None
        asks_at = time.monotonic() + SILENT_SECONDS
        try:
            while True:
                if _silent_at.get(self._server, 0.0) > self._made_at:
                    self._give_up()
                ready = yield gen.send(ready)
                if not ready and time.monotonic() > asks_at:
                    self._ask()
                    asks_at = time.monotonic() + SILENT_SECONDS
        except StopIteration as end:
            return end.value

    def _ask(self) -> None:
        """A new connection to the same server, within the time that one may take."""
        try:
            psycopg.connect(self.info.dsn, password=self.info.password).close()
        except ConnectionTimeout:
            _silent_at[self._server] = time.monotonic()
        except psycopg.Error:
            pass  # it answers, if only to say no

    def _give_up(self) -> NoReturn:
        self.close()
        raise psycopg.OperationalError("the server stands still: it greets nobody")
