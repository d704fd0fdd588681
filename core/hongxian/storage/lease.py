"""That one hub, and no other, writes in a PostgreSQL database, or that the processes of one hub share it.

A row names who holds it and until when, by the database's own clock; the holder renews it. Whoever takes
it over, and every write, has the writers' lock meanwhile, and a write then asks whose row it is: so a hub that was
stopped, or cut off, and passed over cannot commit when it wakes, whatever any clock says. Nothing hangs on a session,
so it holds through pgbouncer, and on whichever server the row was carried to.

Where it is shared, the row says so for good, and nothing is renewed: the writers' lock has them write one after the
other, and what they know they read under it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any
from uuid import uuid4

from hongxian.errors import InUse
from hongxian.text import Text
from hongxian.words.logs import logger

log = logger(__name__)
LEASE_SECONDS, RENEW_SECONDS = 20, 2
"""A hub that broke off is passed over after so long; one that lives renews so often."""
WRITERS = 0x68786E
"""The writers' lock: any number that no other program in the same database takes."""
SHARED = "shared"
"""Who holds a database that several processes share."""
_LOOK_SECONDS = 0.2
_END_SECONDS = 5
_TABLE = """CREATE TABLE IF NOT EXISTS hongxian_lease (
    one boolean PRIMARY KEY CHECK (one), holder text, name text, until timestamptz NOT NULL)"""
_ROW = "INSERT INTO hongxian_lease VALUES (true, '', '', '-infinity') ON CONFLICT DO NOTHING"
_SET = f"UPDATE hongxian_lease SET until = clock_timestamp() + interval '{LEASE_SECONDS} s'"
Execute = Callable[..., Any]


class Lease:
    """One hub's hold on a database."""

    def __init__(self, connect: Callable[[], Any], address: str, name: str) -> None:
        self._connect, self._address, self._name = connect, address, name
        self._id = str(uuid4())
        self._own: Any = None  # Any: psycopg's connection
        self._is_held = True

    @contextmanager
    def held(self) -> Iterator[None]:
        """Take it, and renew it in a thread until the end; raises `InUse`.

        Where another broke off without letting go, its time is waited for; one that is shared is nobody's.
        """
        with closing(self._connect()) as looking:
            is_shared = self.is_shared(looking.execute)
        if is_shared:
            self._id = SHARED
            yield
            return
        ended = threading.Event()
        self._own = self._connect()
        try:
            self._take()
            keeper = threading.Thread(target=self._keep, args=[ended], daemon=True)
            keeper.start()
        except BaseException:
            self._own.close()
            raise
        try:
            yield
        finally:
            ended.set()
            keeper.join(_END_SECONDS)

    def check(self, execute: Execute) -> None:
        """Inside a transaction that has the writers' lock: raise `InUse` if another holds it."""
        holder, name = execute("SELECT holder, name FROM hongxian_lease").fetchone()
        if holder != self._id:
            raise self._in_use(name)

    def share(self, *, is_shared: bool) -> None:
        """Have several processes share it from now on, or none any more; raises `InUse` while one holds it alone."""
        with closing(self._connect()) as own:
            with own.transaction():
                self._make_row(own)
                sql = "UPDATE hongxian_lease SET holder = %s, name = %s, until = %s::timestamptz "
                found = own.execute(
                    f"{sql} WHERE until < clock_timestamp() OR holder = %s RETURNING holder",
                    (SHARED, SHARED, "infinity", SHARED)
                    if is_shared
                    else ("", "", "-infinity", SHARED),
                ).fetchone()
            if found is None:
                raise self._in_use(self.holder(own.execute))

    @staticmethod
    def is_shared(execute: Execute) -> bool:
        """Whether several processes may hold a database."""
        if execute("SELECT to_regclass('hongxian_lease')").fetchone() == (None,):
            return False
        sql = "SELECT EXISTS (SELECT FROM hongxian_lease WHERE holder = %s)"
        return bool(execute(sql, (SHARED,)).fetchone()[0])

    @staticmethod
    def holder(execute: Execute) -> str:
        """What the hub that holds a database is called; nothing where none does."""
        if execute("SELECT to_regclass('hongxian_lease')").fetchone() == (None,):
            return ""
        sql = "SELECT name FROM hongxian_lease WHERE until > clock_timestamp()"
        (name,) = execute(sql).fetchone() or ("",)
        return str(name)

    def _in_use(self, name: str) -> InUse:
        by = Text("另一台主机（{name}）", "another hub ({name})").format(name=name)
        return InUse(folder=self._address, by=by)

    def _take(self) -> None:
        """Take it as soon as it is free; raises `InUse` when it sees that its holder lives."""
        seen = None
        while not self._taken():
            sql = "SELECT name, until FROM hongxian_lease"
            name, until = self._own.execute(sql).fetchone()
            if seen is None:
                log.info("waiting to see whether the database's holder lives")
            elif until != seen:
                raise self._in_use(name)
            seen = until
            time.sleep(_LOOK_SECONDS)

    def _taken(self) -> bool:
        """Take it unless another holds it; whoever is writing is waited for."""
        with self._own.transaction():
            self._make_row(self._own)
            sql = f"{_SET}, holder = %s, name = %s WHERE until < clock_timestamp() OR holder = %s"
            return bool(self._own.execute(sql, (self._id, self._name, self._id)).rowcount)

    @staticmethod
    def _make_row(own: Any) -> None:
        own.execute(f"SELECT pg_advisory_xact_lock({WRITERS})")
        own.execute(_TABLE)
        own.execute(_ROW)

    def _keep(self, ended: threading.Event) -> None:
        """Renew it; where another took it meanwhile, take it back when that one has ended."""
        from psycopg import Error

        while not ended.wait(RENEW_SECONDS):
            try:
                if self._own.closed:
                    self._own = self._connect()
                renewed = self._own.execute(f"{_SET} WHERE holder = %s", (self._id,)).rowcount
                self._tell(is_held=bool(renewed) or self._taken())
            except Error:  # it restarts, or another server takes its place: again a little later
                self._own.close()
        try:
            self._let_go()
        except Error:
            log.warning("the database was not let go of: it is free in %d s", LEASE_SECONDS)
        self._own.close()

    def _let_go(self) -> None:
        """Over a new connection where the former has ended unseen: the next hub need not wait."""
        from psycopg import Error

        sql = "UPDATE hongxian_lease SET until = '-infinity' WHERE holder = %s"
        try:
            self._own.execute(sql, (self._id,))
        except Error:
            self._own.close()
            self._own = self._connect()
            self._own.execute(sql, (self._id,))

    def _tell(self, *, is_held: bool) -> None:
        if self._is_held and not is_held:
            log.error("another hub took the database: nothing is taken in here")
        if is_held and not self._is_held:
            log.info("holds the database again")
        self._is_held = is_held
