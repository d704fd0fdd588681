"""Opening SQLite so that what was committed stays committed, and the few words in which it differs from
PostgreSQL (`postgres.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import time
from itertools import chain
from pathlib import Path
from typing import TypeVar, overload

import orjson
import peewee
from sqlcipher3 import dbapi2 as sqlite  # has wheels for every system, of a recent SQLite

from hongxian.errors import HongxianError, Refused
from hongxian.storage.data_key import DataKey
from hongxian.storage.failure import why_not_written
from hongxian.storage.kept import KeepingConnection, Kept
from hongxian.storage.opened import OpenedByItsStore
from hongxian.storage.postgres import Postgres, grouped
from hongxian.storage.privacy import make_private_file
from hongxian.storage.reading import OnlyReads, opened_to_read
from hongxian.text import Text
from hongxian.words.values import Value

NEEDED_SQLITE = (3, 51, 3)
"""Earlier releases can lose committed writes in WAL mode with several connections."""
BUSY_SECONDS = 30
A_MOMENT = 200  # milliseconds
STATEMENTS_KEPT = 1_000
"""Prepared statements that each connection keeps: a page asks three hundred, and the driver kept 128."""
ROWS_AT_ONCE = 50
"""Rows in one INSERT, of what is written by columns."""
_NOT_SHARED = Text(
    "用 SQLite 的主机只能由一个进程运行；要几个进程一起运行，先搬到 PostgreSQL：hongxian hub backup，"
    "再 hongxian hub restore 文件 --database postgresql://…",
    "A hub on SQLite is served by one process; for several, move it to PostgreSQL first: "
    "hongxian hub backup, then hongxian hub restore FILE --database postgresql://…",
)
_WORD = re.compile("[0-9a-z-]{0,36}")
T = TypeVar("T")
sqlite.register_adapter(time, time.isoformat)  # peewee tells its own driver so, and no other


class SqliteTooOld(HongxianError):
    """A SQLite that can lose committed writes in WAL mode."""

    message = Text(
        "SQLite {found} 可能丢失已提交的数据，需要 {needed} 以上（pip install sqlcipher3）。",
        "SQLite {found} can lose committed writes; {needed} or later is needed (pip install "
        "sqlcipher3).",
    )


class Unread(Sequence[Value]):
    """A column as the JSON array that SQLite wrote: what goes out as it is need not become Python's values."""

    def __init__(self, text: str, rows: int) -> None:
        self.text = text
        self._rows = rows
        self._values: list[Value] | None = None

    @property
    def values(self) -> list[Value]:
        """What it holds."""
        if self._values is None:  # a cached_property locks, which takes longer than to read a few
            self._values = orjson.loads(self.text)
        return self._values

    def __len__(self) -> int:
        return self._rows

    def __iter__(self) -> Iterator[Value]:
        return iter(self.values)

    @overload
    def __getitem__(self, place: int) -> Value: ...
    @overload
    def __getitem__(self, place: slice) -> list[Value]: ...
    def __getitem__(self, place: int | slice) -> Value | list[Value]:
        return self.values[place]


def as_written(column: object) -> orjson.Fragment:
    """How orjson writes an unread column: word for word. Raises `TypeError` for anything else."""
    if isinstance(column, Unread):
        return orjson.Fragment(column.text)
    raise TypeError


class Sqlite(OpenedByItsStore, peewee.SqliteDatabase):  # type: ignore[misc]
    """One file, safe against power cuts: WAL, synchronous=FULL, writes take the lock first."""

    postgres = False
    server_version = sqlite.sqlite_version_info  # peewee asks the SQLite that Python brings

    def __init__(
        self, path: Path, key: DataKey | None = None, *, gives_room_back: bool = False
    ) -> None:
        """Encrypted under `key`, if there is one, with its log.

        `gives_room_back` is of a new file: it can then shrink without being written anew.
        """
        self.key = key
        if sqlite.sqlite_version_info < NEEDED_SQLITE:
            raise SqliteTooOld(
                found=sqlite.sqlite_version, needed=".".join(map(str, NEEDED_SQLITE))
            )
        make_private_file(path)  # SQLite gives its log, which lies beside it, the same mode
        super().__init__(
            str(path),
            pragmas={
                **({"auto_vacuum": "incremental"} if gives_room_back else {}),
                "page_size": 4_096,  # of a new file: larger ones double what a small write costs
                "journal_mode": "wal",
                "synchronous": "full",
                "foreign_keys": 1,
                "cache_size": -16_000,
                "wal_autocheckpoint": 4_000,
                "temp_store": "memory",
                "secure_delete": 1,  # what is deleted is overwritten
            },
            lock_type="IMMEDIATE",
            autoconnect=False,
            timeout=BUSY_SECONDS,
        )

    def made(self) -> sqlite.Connection:
        """As peewee does it, which would take the driver that Python brings; to read where it cannot be written."""
        # One thread uses it at a time; whichever takes it next may be another.
        made = sqlite.connect(
            self.database,
            timeout=self._timeout,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=STATEMENTS_KEPT,
            factory=KeepingConnection,
        )
        try:
            if self.key is not None:
                made.execute(f"PRAGMA key = {self.key.of_databases()}")
            self._add_conn_hooks(made)
        except BaseException as error:
            made.close()
            is_clear = not isinstance(error, sqlite.OperationalError)
            if is_clear or why_not_written(Path(self.database)) is None:
                raise
            return opened_to_read(Path(self.database), self.key)
        return made

    def rollback(self) -> None:
        """Roll back, unless SQLite has done so itself, as it does when the disk is full."""
        if self.connection().in_transaction:
            super().rollback()

    def is_usable(self, connection: sqlite.Connection) -> bool:
        """A file ends none."""
        return True

    def is_cleared(self, connection: sqlite.Connection) -> bool:
        """One that only reads is let go of: there may be room again, and others may have written."""
        if connection.in_transaction or isinstance(connection, OnlyReads):
            return False
        # The driver ends with it whatever is read halfway: who came next would be at the moment when that began.
        connection.execute("BEGIN")
        connection.rollback()
        return True

    @property
    def is_shared(self) -> bool:
        """Never: one process serves a file."""
        return False

    def share(self, *, is_shared: bool) -> None:
        """Raises `Refused`."""
        raise Refused(detail=_NOT_SHARED)

    def holder(self) -> str:
        """Nobody is named: a lock on its folder tells no more than that it is held."""
        return ""

    @contextmanager
    def impatient(self) -> Iterator[None]:
        """Inside, who must wait for another's write longer than a moment gets `peewee.OperationalError`."""
        self.execute_sql(f"PRAGMA busy_timeout = {A_MOMENT}")
        try:
            yield
        finally:
            self.execute_sql(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")

    def change_mark(self) -> object:
        """Another after any other connection's commit, and another of each connection: they count by themselves."""
        connection = self.connection()
        with peewee.__exception_wrapper__:
            (mark,) = connection.execute("PRAGMA data_version").fetchone()
        return connection.kept, mark

    def kept(self, what: Hashable, make: Callable[[], T], *, at: Hashable = None) -> T:
        """What `make` reads, by the name `what`, once until anything is written here; so nobody may change it.

        `at` is the moment or day of which it tells, if it is of one: at another it is read anew.
        """
        kept: Kept = self.connection().kept
        return kept.answer(self._mark(), what, make, at)

    def _mark(self) -> object:
        """What is another once anything was written, by this connection or another, of any process.

        None inside a transaction: what stands there may be taken back, and no counter tells that.
        """
        connection = self.connection()
        if connection.in_transaction:
            return None
        return connection.total_changes, self.change_mark()

    def take_write_lock(self) -> None:
        """Nothing to do: BEGIN IMMEDIATE has it."""

    def hold(self, name: str) -> AbstractContextManager[object]:
        """Nothing to do: whose folder it lies in is held by a lock there."""
        return nullcontext()

    def snapshot(self) -> AbstractContextManager[object]:
        """A transaction that only reads, all from one moment."""
        atomic: AbstractContextManager[object] = self.atomic("DEFERRED")
        return atomic

    def among(self, column: str, values: Sequence[str | int]) -> tuple[str, tuple[object, ...]]:
        """SQL and parameters for `column IN (values)`, however many there are."""
        return f"{column} IN (SELECT value FROM json_each(?))", (
            orjson.dumps(list(values)).decode(),
        )

    def any_between(self, table: str, column: str, ids: Sequence[str]) -> bool:
        """Whether a table may hold any of these ids: it has something from the least to the greatest.

        Ids begin with the time of their making, so what is new lies behind all that is there, mostly,
        and need not be looked up one by one. The column has an index.
        """
        sql = f'SELECT EXISTS (SELECT 1 FROM "{table}" WHERE {column} BETWEEN ? AND ?)'
        ends = (min(ids, default=""), max(ids, default=""))
        return bool(self.execute_sql(sql, ends).fetchone()[0])

    def relations(self) -> dict[str, set[str]]:
        """The columns of each table, by its name; and the indexes, with none."""
        sql = (
            "SELECT m.name, c.name FROM sqlite_master AS m LEFT JOIN pragma_table_info(m.name) AS c"
        )
        return grouped(self.execute_sql(f"{sql} ON m.type = 'table'").fetchall())

    def forget_remains(self) -> bool:
        """Write the file anew, so that nothing deleted is left in it or in its log.

        False while another reads an earlier state, which its log must keep: try again.
        """
        self.execute_sql("VACUUM")
        busy, *_ = self.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    def empty_log(self) -> None:
        """Let go of what the log beside the file holds still, as far as no reader needs it."""
        self.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def bind_with_nulls(self, values: Sequence[Value]) -> tuple[str, Sequence[Value]]:
        """SQL and values by which a column that holds NULLs is bound.

        NUL, which no stored text holds, stands for them: binding None costs SQLite's driver six
        times what binding a text does.
        """
        return "nullif(?, char(0))", ["\0" if value is None else value for value in values]

    def unread(self, names: str, source: str, parameters: Sequence[object]) -> list[Unread]:
        """`SELECT names FROM source` by columns, each of equal length; the names are SQL names.

        SQLite writes each column as one JSON array: half the cost of a Python object for each
        value of each row on its way through the driver. It is read when somebody looks into it.
        """
        arrays = ", ".join(f"json_group_array({name})" for name in names.split(", "))
        sql = f"SELECT count(*), {arrays} FROM (SELECT {names} FROM {source})"
        rows, *texts = self.execute_sql(sql, parameters).fetchone()
        return [Unread(text, rows) for text in texts]

    def size_bytes(self) -> int:
        """Bytes on disk, the write-ahead log included."""
        path = Path(self.database)
        return sum(
            each.stat().st_size
            for each in (path, path.with_name(path.name + "-wal"))
            if each.exists()
        )


AnyDatabase = Sqlite | Postgres


def write_all(database: AnyDatabase, sql: str, rows: Iterable[Sequence[object]]) -> None:
    """Run one statement for each row of parameters."""
    with peewee.__exception_wrapper__:
        database.cursor().executemany(sql, rows)


def constant_of(column: Sequence[Value]) -> str | None:
    """The SQL text of a column that is NULL, FALSE or one short word in every row."""
    first = column[0]
    if isinstance(first, str):
        is_one = (
            column[-1] == first and _WORD.fullmatch(first) and column.count(first) == len(column)
        )
        return f"'{first}'" if is_one else None
    for value, text in ((None, "NULL"), (False, "FALSE")):
        if column[0] is value and column.count(value) == len(column) and column[-1] is value:
            return text
    return None


def insert_columns(
    database: AnyDatabase, into: str, marks: str, columns: Sequence[Sequence[Value]], otherwise: str
) -> None:
    """`INSERT INTO into VALUES (marks) otherwise` for rows given by columns, many to a statement.

    A tenth is spared of what they cost one by one, for each statement is a step of the driver.
    """
    values = list(chain.from_iterable(zip(*columns, strict=True)))
    whole = len(values) - len(values) % (len(columns) * ROWS_AT_ONCE)
    for rows, part in ((ROWS_AT_ONCE, values[:whole]), (1, values[whole:])):
        if part:
            sql = f"INSERT INTO {into} VALUES {', '.join([f'({marks})'] * rows)} {otherwise}"
            size = len(columns) * rows
            write_all(database, sql, (part[at : at + size] for at in range(0, len(part), size)))
