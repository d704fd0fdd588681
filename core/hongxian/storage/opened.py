"""A database that its store opens: who comes outside of that is told what to do; and what stays open between."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any  # Any: the driver's own

import peewee

from hongxian.model.record import NoStoreOpen
from hongxian.storage.idle import IDLE
from hongxian.storage.statements import Statement


class OpenedByItsStore(peewee.Database):  # type: ignore[misc]
    """One that is open inside `with store:` alone; a query may have been made there and be carried out later.

    A connection is one thread's while it is used; where they are kept open, any thread takes one that is idle.
    """

    context_class = Statement

    def __init__(self, *args: Any, **settings: Any) -> None:
        self._keepers, self._counting = 0, threading.Lock()
        super().__init__(*args, **settings)

    def cursor(self, named_cursor: str | None = None) -> Any:
        """As peewee's, but for the error: raises `NoStoreOpen`."""
        if self.is_closed():
            raise NoStoreOpen()
        return super().cursor(named_cursor)

    # -- what stays open -------------------------------------------------------------------------

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        """Keep connections open inside, for whoever opens it next; they are closed at the end."""
        with self._counting:
            self._keepers += 1
            IDLE.keep(self)
        try:
            yield
        finally:
            with self._counting:
                self._keepers -= 1
                if not self._keepers:
                    IDLE.leave(self)

    def connect(self, reuse_if_open: bool = False) -> bool:
        """As peewee's; an idle connection that has ended meanwhile is none."""
        self._state.waited = False
        was_opened = super().connect(reuse_if_open)
        if self._state.waited and not self.is_usable(self.connection()):
            IDLE.drop(self)  # what ended one has ended all, mostly: a restart
            self._end(self._state.conn)
            self._state.reset()
            return self.connect()
        return bool(was_opened)

    def made(self) -> Any:
        """A new connection."""
        raise NotImplementedError

    def is_usable(self, connection: Any) -> bool:
        """Whether a connection that was idle is still one."""
        raise NotImplementedError

    def is_cleared(self, connection: Any) -> bool:
        """Whether nothing is begun any more in a connection that its thread is done with; what is read halfway ends."""
        raise NotImplementedError

    def _connect(self) -> Any:
        idle = IDLE.take(self)
        self._state.waited = idle is not None
        return self.made() if idle is None else idle

    def _close(self, connection: Any) -> None:
        with self._counting:
            is_kept = self._keepers and self.is_cleared(connection)
            if is_kept:
                IDLE.give(self, connection)
        if not is_kept:
            self._end(connection)

    @staticmethod
    def _end(connection: Any) -> None:
        with peewee.__exception_wrapper__:
            connection.close()
