"""Opening PostgreSQL, also through pgbouncer and on several hosts, and the words in which it differs from SQLite."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import zip_longest
from typing import Any, TypeVar  # Any: psycopg's own
from urllib.parse import quote

import peewee

from hongxian.errors import Refused
from hongxian.storage.data_key import DataKey
from hongxian.storage.lease import WRITERS, Lease
from hongxian.storage.opened import OpenedByItsStore
from hongxian.text import Text
from hongxian.words.values import Value

T = TypeVar("T")
STANDSTILL_SECONDS = 60
"""So long a transaction may hold up all other writers and say nothing, as a process does that was stopped."""
_USUAL = {
    "connect_timeout": "10",  # seconds, for each host
    "target_session_attrs": "read-write",  # of several hosts the one that is no standby
    # A host that lost its power is told from one that computes within half a minute:
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "25000",  # milliseconds
}
"""What an address says itself stands instead."""


def _parts(address: str) -> dict[str, str]:
    """What an address says, as libpq understands it; raises `Refused`, which quotes none of it: it holds a password."""
    peewee.Psycopg3Adapter().check_driver()
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        return {name: str(value) for name, value in conninfo_to_dict(address).items()}
    except (ProgrammingError, UnicodeError):
        raise Refused(
            detail=Text(
                "数据库的网址读不懂，应为 postgresql://用户:密码@主机:端口/库名，几台主机用逗号隔开；"
                "密码里的 @ : / % ? # 和空格要写成 %40 %3A %2F %25 %3F %23 %20",
                "the database's address cannot be read; it is postgresql://user:password@host:port/name, "
                "several hosts separated by commas; in a password write @ : / % ? # and blanks as %40 "
                "%3A %2F %25 %3F %23 %20",
            )
        ) from None


def _shown(parts: Mapping[str, str]) -> str:
    """An address without its password."""
    hosts = [quote(each, safe=":") for each in parts.get("host", "").split(",")]
    ports = parts.get("port", "").split(",")
    where = zip_longest(hosts, ports, fillvalue=ports[0])
    told = ",".join(f"{host}:{port}".removesuffix(":") for host, port in where)
    return f"postgresql://{told}/{quote(parts.get('dbname', ''))}"


def is_address(typed: str) -> bool:
    """Whether what somebody typed names a PostgreSQL database."""
    return typed.startswith(("postgresql://", "postgres://"))


def shown(address: str) -> str:
    """An address without its password; raises `Refused` for one that cannot be read."""
    return _shown(_parts(address))


def grouped(pairs: Iterable[tuple[str, str | None]]) -> dict[str, set[str]]:
    """The columns of each table out of its name and one of them, or None."""
    found: dict[str, set[str]] = {}
    for name, column in pairs:
        found.setdefault(name, set()).update([column] if column else [])
    return found


class Postgres(OpenedByItsStore, peewee.PostgresqlDatabase):  # type: ignore[misc]
    """A PostgreSQL database; whole numbers are 64 bits there too.

    No statement leaves anything to its session but inside a transaction, so that each may go to another
    session, as pgbouncer has it. `database` is its address, without the password.
    """

    postgres = True
    key: DataKey | None = None
    """What its server's disk holds is that machine's to encrypt."""
    _lease: Lease | None = None

    def __init__(self, address: str) -> None:
        parts = _parts(address)
        super().__init__(
            _shown(parts),
            field_types={"INT": "BIGINT", "SMALLINT": "BIGINT"},
            prefer_psycopg3=True,
            autoconnect=False,
            conninfo="",
            prepare_threshold=None,
            **_USUAL | parts,
        )

    def made(self) -> Any:
        from hongxian.storage.watched import Watched

        connection = Watched.connect(**self.connect_params, autocommit=True)
        self._prefer(connection.info.host, str(connection.info.port))
        return connection

    def _prefer(self, host: str, port: str) -> None:
        """Ask this one of several hosts first from now on: each that is gone costs a connection its time."""
        hosts = self.connect_params.get("host", "").split(",")
        ports = self.connect_params.get("port", "").split(",")
        pairs = list(zip_longest(hosts, ports, fillvalue=ports[0]))
        if (host, port) in pairs:
            pairs.sort(key=lambda pair: pair != (host, port))
            told = (",".join(each) for each in zip(*pairs, strict=True))
            self.connect_params["host"], self.connect_params["port"] = told

    def is_usable(self, connection: Any) -> bool:
        """PostgreSQL ends them when it restarts; asking is the only way to know."""
        from psycopg import Error

        try:
            connection.execute("SELECT 1")
        except Error:
            return False
        return True

    def is_cleared(self, connection: Any) -> bool:
        from psycopg.pq import TransactionStatus

        return bool(connection.info.transaction_status == TransactionStatus.IDLE)

    def change_mark(self) -> int:
        """Another after anybody's commit; what only reads leaves it as it is."""
        sql = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
        return int(self.execute_sql(sql).fetchone()[0])

    def kept(self, what: Hashable, make: Callable[[], T], *, at: Hashable = None) -> T:
        """What `make` reads, each time anew: nothing here tells for less that another wrote."""
        return make()

    def take_write_lock(self) -> None:
        """Writers go one after the other, so that seq grows in the order of commits; raises `InUse` for
        a hub whose place another took.

        One that is stopped meanwhile holds the others up no longer than `STANDSTILL_SECONDS`.
        """
        limit = f"'idle_in_transaction_session_timeout', '{STANDSTILL_SECONDS}s', true"
        self.execute_sql(f"SELECT set_config({limit}), pg_advisory_xact_lock({WRITERS})")
        if self._lease is not None:
            self._lease.check(self.execute_sql)

    @contextmanager
    def hold(self, name: str) -> Iterator[None]:
        """Hold it for a while against every other hub, which is told this name; raises `InUse`."""
        lease = Lease(self.made, str(self.database), name)
        with lease.held():
            self._lease = lease
            try:
                yield
            finally:
                self._lease = None

    @property
    def is_shared(self) -> bool:
        """Whether several processes of its hub may hold it at once."""
        return Lease.is_shared(self.execute_sql)

    def share(self, *, is_shared: bool) -> None:
        """Let several processes of its hub hold it at once, or one again; raises `InUse` while one holds it alone."""
        Lease(self.made, str(self.database), "").share(is_shared=is_shared)

    def holder(self) -> str:
        """What the hub that holds it is called; nothing where none does."""
        return Lease.holder(self.execute_sql)

    def snapshot(self) -> AbstractContextManager[object]:
        """A transaction that only reads, all from one moment."""
        atomic: AbstractContextManager[object] = self.atomic("REPEATABLE READ READ ONLY")
        return atomic

    def among(self, column: str, values: Sequence[str | int]) -> tuple[str, tuple[object, ...]]:
        """SQL and parameters for `column IN (values)`, however many there are."""
        return f"{column} = ANY(%s)", (list(values),)

    def any_between(self, table: str, column: str, ids: Sequence[str]) -> bool:
        """It may: PostgreSQL orders texts by its collation, and Python otherwise. In Danish, aa comes last."""
        return True

    def relations(self) -> dict[str, set[str]]:
        """The columns of each table, by its name; and the indexes, with none."""
        found = self.execute_sql(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = current_schema() "
            "UNION ALL SELECT indexname, NULL FROM pg_indexes WHERE schemaname = current_schema()"
        )
        return grouped(found.fetchall())

    def empty_log(self) -> None:
        """Nothing: PostgreSQL's own vacuum and log go their way."""

    def bind_with_nulls(self, values: Sequence[Value]) -> tuple[str, Sequence[Value]]:
        """SQL and values by which a column that holds NULLs is bound."""
        return "%s", values

    def unread(self, names: str, source: str, parameters: Sequence[object]) -> list[list[Value]]:
        """`SELECT names FROM source` by columns, each of equal length; the names are SQL names."""
        found = self.execute_sql(f"SELECT {names} FROM {source}", parameters).fetchall()
        return [list(each) for each in zip(*found, strict=True)] or [[] for _ in names.split(", ")]

    def size_bytes(self) -> int:
        """Bytes on disk of the whole database."""
        return int(self.execute_sql("SELECT pg_database_size(current_database())").fetchone()[0])
