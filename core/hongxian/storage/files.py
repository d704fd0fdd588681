"""The bytes of files: `files.db` beside the database, made when the first file comes.

A whole file lies here once, by its SHA-256. A link says by which record its bytes came; nobody has or gives a
file but by a link, for who knows a hash has no right by that. What has come in part belongs to who sends it, until it
is whole and fits its hash. A wish is for a file that somebody wants to see and that is not here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from hongxian.model.row import Key
from hongxian.storage.data_key import DataKey
from hongxian.storage.database import Sqlite

FILE = "files.db"
CHUNK_BYTES = 64 * 1024
"""Of a file that lies in one piece here, at most."""
_PLACES = 2**32
"""Places in the table of chunks that are kept for one file: an offset is less."""
_TABLES = (
    """CREATE TABLE IF NOT EXISTS file (number INTEGER PRIMARY KEY, sha256 TEXT NOT NULL,
    sender TEXT NOT NULL, size INTEGER NOT NULL, received INTEGER NOT NULL, at INTEGER NOT NULL,
    UNIQUE (sha256, sender))""",
    "CREATE TABLE IF NOT EXISTS chunk (place INTEGER PRIMARY KEY, content BLOB NOT NULL)",
    """CREATE TABLE IF NOT EXISTS link (collection TEXT NOT NULL, record TEXT NOT NULL,
    sha256 TEXT NOT NULL, epoch TEXT NOT NULL, unnamed INTEGER, asked INTEGER NOT NULL,
    PRIMARY KEY (collection, record, sha256)) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS link_sha256 ON link (sha256)",
    """CREATE TABLE IF NOT EXISTS wish (collection TEXT NOT NULL, record TEXT NOT NULL,
    sha256 TEXT NOT NULL, size INTEGER NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (collection, record, sha256)) WITHOUT ROWID""",
)


class Link(NamedTuple):
    """A file as a record's: who may see the record may have the bytes that came for it."""

    collection: str
    record: str
    sha256: str


@dataclass(frozen=True)
class Wanted:
    """A file of a record that is to be carried, with its bytes in all and those that came so far."""

    link: Link
    size: int
    received: int = 0


class Files:
    """The files of one data folder. Times are milliseconds since 1970."""

    def __init__(self, folder: Path, key: DataKey | None = None) -> None:
        self.path, self._key = folder / FILE, key
        self._database: Sqlite | None = None

    @property
    def exist(self) -> bool:
        """Whether there is or was any file here."""
        return self.path.exists()

    @contextmanager
    def _open(self) -> Iterator[Sqlite]:
        if self._database is None:
            self._database = Sqlite(self.path, self._key, gives_room_back=True)
        opened = self._database.is_closed()
        if opened:
            self._database.connect()
        try:
            if not self._database.table_exists("wish"):
                with self._database.atomic():
                    for statement in _TABLES:
                        self._database.execute_sql(statement)
            yield self._database
        finally:
            if opened:
                self._database.close()

    @contextmanager
    def _writing(self) -> Iterator[Sqlite]:
        with self._open() as database, database.atomic():
            yield database

    # -- whole files ---------------------------------------------------------------------------

    def put(self, content: bytes, now: int) -> str:
        """Keep a whole file; returns its SHA-256. What nobody links goes after a day."""
        sha256 = hashlib.sha256(content).hexdigest()
        with self._writing() as database:
            if self._number(database, sha256, "") is None:
                number = self._begin(database, sha256, "", len(content), now)
                _put_chunks(database, number, 0, content)
                sql = "UPDATE file SET received = size WHERE number = ?"
                database.execute_sql(sql, (number,))
            sql = "UPDATE file SET at = ? WHERE sha256 = ? AND sender = ''"
            database.execute_sql(sql, (now, sha256))
        return sha256

    def size_of(self, sha256: str) -> int | None:
        """The bytes of a file that is here whole; None for one that is not."""
        if not self.exist:
            return None
        with self._open() as database:
            sql = "SELECT size FROM file WHERE sha256 = ? AND sender = ''"
            found = database.execute_sql(sql, (sha256,)).fetchone()
        return None if found is None else int(found[0])

    def read(self, sha256: str, offset: int, most: int) -> bytes:
        """Bytes of a whole file from an offset on; fewer at its end."""
        with self._open() as database:
            number = self._number(database, sha256, "")
            return b"" if number is None else _bytes_of(database, number, offset, most)

    def content(self, link: Link) -> bytes | None:
        """A file as a record's; None where it is not here, or came by no way that gives it to that record."""
        size = self.size_of(link.sha256)
        if size is None or not self.is_linked(link):
            return None
        return self.read(link.sha256, 0, size)

    # -- parts that come in --------------------------------------------------------------------

    def received(self, sha256: str, sender: str) -> int:
        """How many bytes of a file somebody has sent so far."""
        if not self.exist:
            return 0
        with self._open() as database:
            sql = "SELECT received FROM file WHERE sha256 = ? AND sender = ?"
            found = database.execute_sql(sql, (sha256, sender)).fetchone()
        return 0 if found is None else int(found[0])

    def append(
        self, sha256: str, sender: str, size: int, offset: int, content: bytes, now: int
    ) -> int:
        """Take bytes in that go on where the last ended; returns how many there are now.

        Others are passed over: who sends them is told where to go on.
        """
        with self._writing() as database:
            number = self._number(database, sha256, sender)
            if number is None:
                number = self._begin(database, sha256, sender, size, now)
            sql = "SELECT size, received FROM file WHERE number = ?"
            of_size, received = database.execute_sql(sql, (number,)).fetchone()
            goes_on = offset == received and received + len(content) <= size == of_size
            if not goes_on or not content:
                return int(received)
            _put_chunks(database, number, offset, content)
            received += len(content)
            sql = "UPDATE file SET received = ?, at = ? WHERE number = ?"
            database.execute_sql(sql, (received, now, number))
            return int(received)

    def taken(self, sha256: str, sender: str) -> bytes | None:
        """What somebody has sent, if it is whole and fits its hash; None else. It stays theirs."""
        if not self.exist:
            return None
        with self._open() as database:
            number = self._number(database, sha256, sender)
            if number is None:
                return None
            sql = "SELECT size, received FROM file WHERE number = ?"
            size, received = database.execute_sql(sql, (number,)).fetchone()
            content = _bytes_of(database, number, 0, size) if size == received else b""
        return content if hashlib.sha256(content).hexdigest() == sha256 else None

    def complete(
        self, link: Link, sender: str, is_meant: Callable[[bytes], bool], epoch: str = ""
    ) -> bool:
        """Make what somebody has sent a record's file, if its bytes fit the hash and `is_meant` says so of the first.

        Else they go.
        """
        with self._writing() as database:
            number = self._number(database, link.sha256, sender)
            if number is None:
                return False
            digest, place = hashlib.sha256(), 0
            first = _bytes_of(database, number, 0, CHUNK_BYTES)
            while part := _bytes_of(database, number, place, CHUNK_BYTES):
                digest.update(part)
                place += len(part)
            is_sound = digest.hexdigest() == link.sha256 and is_meant(first)
            if is_sound and self._number(database, link.sha256, "") is None:
                sql = "UPDATE file SET sender = '', at = 0 WHERE number = ?"
                database.execute_sql(sql, (number,))
            else:
                _drop(database, [number])
            if is_sound:
                _link(database, link, epoch)
            return is_sound

    def bound_parts(self, senders: str, most: int, bytes_: int) -> None:
        """Let the oldest go of what all whose names begin so have begun, beyond so many and so many bytes."""
        with self._writing() as database:
            sql = "SELECT number, received FROM file WHERE instr(sender, ?) = 1 ORDER BY at DESC, number DESC"
            over, total = [], 0
            for place, (number, size) in enumerate(
                database.execute_sql(sql, (senders,)).fetchall()
            ):
                total += size
                if place >= most or (place and total > bytes_):
                    over.append(number)
            _drop(database, over)

    # -- whose they are ------------------------------------------------------------------------

    def link(self, link: Link, epoch: str = "") -> None:
        """Say that a file is a record's; `epoch` is the hub's life that has it by this record, as far as is known."""
        with self._writing() as database:
            _link(database, link, epoch)

    def is_linked(self, link: Link) -> bool:
        """Whether its bytes came for this record."""
        if not self.exist:
            return False
        with self._open() as database:
            sql = "SELECT 1 FROM link WHERE collection = ? AND record = ? AND sha256 = ?"
            return database.execute_sql(sql, link).fetchone() is not None

    def links(self) -> list[tuple[Link, int | None]]:
        """All there are, each with since when nothing names it any more."""
        if not self.exist:
            return []
        with self._open() as database:
            sql = "SELECT collection, record, sha256, unnamed FROM link ORDER BY collection, record"
            return [(Link(*each), since) for *each, since in database.execute_sql(sql).fetchall()]

    def not_at_hub(self, epoch: str, most: int) -> list[Wanted]:
        """Whole files that this life of the hub may lack; what was asked about last comes last."""
        if not self.exist:
            return []
        with self._open() as database:
            sql = (
                "SELECT l.collection, l.record, l.sha256, f.size FROM link l JOIN file f ON "
                "f.sha256 = l.sha256 AND f.sender = '' WHERE l.epoch != ? AND l.unnamed IS NULL "
                "ORDER BY l.asked, f.number LIMIT ?"
            )
            found = database.execute_sql(sql, (epoch, most)).fetchall()
            return [Wanted(Link(*each), size) for *each, size in found]

    def note_asked(self, links: Iterable[Link], now: int) -> None:
        """Let others come before these next time."""
        with self._writing() as database:
            for link in links:
                sql = "UPDATE link SET asked = ? WHERE collection = ? AND record = ? AND sha256 = ?"
                database.execute_sql(sql, (now, *link))

    def note_unnamed(self, links: Iterable[Link], since: int | None) -> None:
        """Keep since when nothing names these; None where something does again."""
        with self._writing() as database:
            for link in links:
                sql = (
                    "UPDATE link SET unnamed = ? WHERE collection = ? AND record = ? AND sha256 = ?"
                )
                database.execute_sql(sql, (since, *link))

    def let_go(self, links: Iterable[Link]) -> None:
        """Undo these; the bytes go with `sweep`."""
        if not self.exist:
            return
        with self._writing() as database:
            for link in links:
                sql = "DELETE FROM link WHERE collection = ? AND record = ? AND sha256 = ?"
                database.execute_sql(sql, link)

    def keep_only(self, key: Key, named: Iterable[str]) -> None:
        """Of a record's files all others go, bytes too."""
        keys = {link for link, _ in self.links() if (link.collection, link.record) == key}
        self.let_go(link for link in keys if link.sha256 not in set(named))
        self.sweep(0)

    def let_records_go(self, keys: Iterable[Key]) -> None:
        """Nothing of these records is left, their files' bytes neither."""
        if not self.exist:
            return
        with self._writing() as database:
            for key in keys:
                for table in ("link", "wish"):
                    sql = f"DELETE FROM {table} WHERE collection = ? AND record = ?"
                    database.execute_sql(sql, key)
        self.sweep(0)

    def sweep(self, before: int) -> None:
        """Let go of bytes that are no record's and came before that time, of parts and wishes; give the room back."""
        if not self.exist:
            return
        with self._open() as database:
            with database.atomic():
                sql = (
                    "SELECT number FROM file WHERE (sender != '' AND at < ?) OR (sender = '' AND at <= ? "
                    "AND sha256 NOT IN (SELECT sha256 FROM link))"
                )
                gone = [n for (n,) in database.execute_sql(sql, (before, before)).fetchall()]
                _drop(database, gone)
                database.execute_sql("DELETE FROM wish WHERE at < ?", (before,))
            (free,) = database.execute_sql("PRAGMA freelist_count").fetchone()
            if free:
                database.execute_sql("PRAGMA incremental_vacuum").fetchall()
                database.empty_log()

    def size_bytes(self) -> int:
        """Bytes on disk."""
        if not self.exist:
            return 0
        with self._open() as database:
            return database.size_bytes()

    def copy_to(self, path: Path) -> None:
        """All of it, as it is at one moment, as a file of its own."""
        with self._open() as database:
            database.execute_sql("VACUUM INTO ?", (str(path),))

    # -- what is wanted here ---------------------------------------------------------------------

    def wish(self, link: Link, size: int, now: int) -> bool:
        """Want a file that is not here; false where it is wanted already."""
        with self._writing() as database:
            sql = "INSERT OR IGNORE INTO wish VALUES (?, ?, ?, ?, ?)"
            return bool(database.execute_sql(sql, (*link, size, now)).rowcount)

    def wishes(self, sender: str, most: int) -> list[Wanted]:
        """The newest wishes, each with the bytes that came of it from there."""
        if not self.exist:
            return []
        with self._open() as database:
            sql = (
                "SELECT w.collection, w.record, w.sha256, w.size, coalesce(f.received, 0) FROM wish w "
                "LEFT JOIN file f ON f.sha256 = w.sha256 AND f.sender = ? ORDER BY w.at DESC LIMIT ?"
            )
            found = database.execute_sql(sql, (sender, most)).fetchall()
            return [Wanted(Link(*each), size, received) for *each, size, received in found]

    def fulfil(self, link: Link, sender: str) -> None:
        """Strike a wish out, and let go of what came of it from there and is not whole."""
        with self._writing() as database:
            sql = "DELETE FROM wish WHERE collection = ? AND record = ? AND sha256 = ?"
            database.execute_sql(sql, link)
            number = self._number(database, link.sha256, sender)
            sql = "SELECT 1 FROM wish WHERE sha256 = ?"
            is_wanted = database.execute_sql(sql, (link.sha256,)).fetchone() is not None
            if number is not None and not is_wanted:
                _drop(database, [number])

    # -- rows ----------------------------------------------------------------------------------

    @staticmethod
    def _number(database: Sqlite, sha256: str, sender: str) -> int | None:
        sql = "SELECT number FROM file WHERE sha256 = ? AND sender = ?"
        found = database.execute_sql(sql, (sha256, sender)).fetchone()
        return None if found is None else int(found[0])

    @staticmethod
    def _begin(database: Sqlite, sha256: str, sender: str, size: int, now: int) -> int:
        sql = "INSERT INTO file (sha256, sender, size, received, at) VALUES (?, ?, ?, 0, ?)"
        return int(database.execute_sql(sql, (sha256, sender, size, now)).lastrowid)


def _link(database: Sqlite, link: Link, epoch: str) -> None:
    sql = (
        "INSERT INTO link VALUES (?, ?, ?, ?, NULL, 0) ON CONFLICT (collection, record, sha256) "
        "DO UPDATE SET epoch = excluded.epoch, unnamed = NULL"
    )
    database.execute_sql(sql, (*link, epoch))
    database.execute_sql("UPDATE file SET at = 0 WHERE sha256 = ? AND sender = ''", (link.sha256,))


def _put_chunks(database: Sqlite, number: int, offset: int, content: bytes) -> None:
    for at in range(0, len(content), CHUNK_BYTES):
        sql = "INSERT INTO chunk VALUES (?, ?)"
        place = number * _PLACES + offset + at
        database.execute_sql(sql, (place, content[at : at + CHUNK_BYTES]))


def _bytes_of(database: Sqlite, number: int, offset: int, most: int) -> bytes:
    base, start = number * _PLACES, number * _PLACES + offset
    sql = (
        "SELECT place, content FROM chunk WHERE place >= (SELECT coalesce(max(place), ?) FROM chunk "
        "WHERE place BETWEEN ? AND ?) AND place < ? ORDER BY place"
    )
    found = database.execute_sql(sql, (start, base, start, start + most)).fetchall()
    if not found:
        return b""
    skipped = start - int(found[0][0])
    return b"".join(content for _, content in found)[skipped : skipped + most]


def _drop(database: Sqlite, numbers: Iterable[int]) -> None:
    for number in numbers:
        ends = (number * _PLACES, (number + 1) * _PLACES - 1)
        database.execute_sql("DELETE FROM chunk WHERE place BETWEEN ? AND ?", ends)
        database.execute_sql("DELETE FROM file WHERE number = ?", (number,))
