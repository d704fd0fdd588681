"""Where a hub is brought back from: a backup, a database that nobody signed, or one that is in its place already."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path
from typing import Any, NamedTuple  # Any: rows of any columns

import peewee
from sqlcipher3 import dbapi2 as sqlite

from hongxian.engine.upgrade import refuse_other_format
from hongxian.errors import FileRefused
from hongxian.security.key_file import KeyFile
from hongxian.security.sheet import RecoverySheet, SheetRefused
from hongxian.storage import postgres
from hongxian.storage.data_key import DataKey
from hongxian.storage.files import FILE as FILES
from hongxian.storage.files import Files
from hongxian.storage.postgres import Postgres
from hongxian.storage.privacy import make_private_file
from hongxian.storage.state import StoreState
from hongxian.text import Text
from hongxian_server.backups.backup_file import NO_FILE, BackupFile, refused
from hongxian_server.folder import DATABASE
from hongxian_server.hub import Hub
from hongxian_server.hub_state import KeptIdentity

Asks = Callable[[], RecoverySheet]
"""Asks for the recovery sheet; raises `SheetRefused`."""
OTHER_HUB = Text(
    "是另一台主机的备份；请在空文件夹里恢复它（--data）",
    "is a backup of another hub; restore it in an empty folder (--data)",
)
_UNSIGNED = Text(
    "是没有签名的数据库，谁都可能改过它。确知来历的，加 --unsigned",
    "is a database that no hub signed: anybody may have changed it. If you know where it comes from: "
    "--unsigned",
)
_SETTINGS = "SELECT name, value FROM hongxian_setting"


class Brought(NamedTuple):
    """What was brought: whose it is, and the key under which it lies, if it is encrypted."""

    kept: KeptIdentity
    key: DataKey | None = None


class Source:
    """Something to bring a hub back from."""

    url: str | None = None
    """Of its PostgreSQL database, where it stays in that."""

    def hold(self, name: str) -> AbstractContextManager[object]:
        """Hold it, under this name, against a hub that may work in it still; raises `InUse`."""
        return nullcontext()

    def bring(self, into: Path, ask: Asks, known: Collection[str]) -> Brought:
        """Put all of it into an empty folder, once it is proven; says whose it is.

        `known` are the public keys of which it has to be one's, none for any. Raises `FileRefused`,
        `SheetRefused`, and as opening does.
        """
        raise NotImplementedError


class Backup(Source):
    """A file that `hub backup` made; the letters of the recovery sheet open it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __str__(self) -> str:
        return str(self._path)

    def bring(self, into: Path, ask: Asks, known: Collection[str]) -> Brought:
        if is_in_clear(self._path):
            raise FileRefused(file=str(self), detail=_UNSIGNED)
        file = BackupFile.of(self._path)
        if known and file.hub not in known:
            raise FileRefused(file=str(self), detail=OTHER_HUB)
        file.check()
        sheet = ask()
        file.unpack(sheet.key_of(file.hub), into)
        held = KeyFile.read(into)
        key = held.open_by_sheet(sheet) if held else None
        kept = _whose(self, _sound(self, into / DATABASE, key))
        if (
            kept.identity != file.hub
            or sheet.open(kept.sealed_identity, file.hub).public != file.hub
        ):
            raise SheetRefused()
        return Brought(kept, key)


class Database(Source):
    """A hub's SQLite database as it lies in a folder, its files beside it, which nobody vouches for.

    Where it is encrypted `key` opens it, of which `held` tells, and that comes with it.
    """

    def __init__(self, path: Path, held: KeyFile | None = None, key: DataKey | None = None) -> None:
        self._path, self._held, self._key = path, held, key

    def __str__(self) -> str:
        return str(self._path)

    def bring(self, into: Path, ask: Asks, known: Collection[str]) -> Brought:
        if not self._path.is_file():
            raise FileRefused(file=str(self), detail=NO_FILE)
        kept = _whose(self, _sound(self, self._path, self._key))
        copy = into / DATABASE
        make_private_file(copy)
        with closing(reading(self._path, self._key)) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
        if self._held is not None:
            self._held.copy_into(into)
        files = Files(self._path.parent, self._key)
        if files.exist:
            make_private_file(into / FILES)
            files.copy_to(into / FILES)
        if known and kept.identity not in known:
            raise FileRefused(file=str(self), detail=OTHER_HUB)
        return Brought(kept, self._key)


class Elsewhere(Source):
    """A PostgreSQL database that was put back by other means."""

    def __init__(self, url: str) -> None:
        self.url: str = url

    def __str__(self) -> str:
        """The URL without its password."""
        return postgres.shown(self.url)

    def hold(self, name: str) -> AbstractContextManager[object]:
        settings_at(self.url)  # which says in words why it cannot be opened
        return Postgres(self.url).hold(name)

    def bring(self, into: Path, ask: Asks, known: Collection[str]) -> Brought:
        kept = _whose(self, settings_at(self.url))
        if known and kept.identity not in known:
            raise FileRefused(file=str(self), detail=OTHER_HUB)
        return Brought(kept)


def settings_at(url: str) -> dict[str, str]:
    """What a PostgreSQL database keeps about itself; raises `FileRefused`."""
    return dict(rows_at(url, _SETTINGS))


def settings_of(path: Path, key: DataKey | None) -> dict[str, str]:
    """What an SQLite database keeps about itself; raises `sqlite.Error`."""
    return dict(rows_of(path, key, _SETTINGS))


def rows_at(url: str, sql: str) -> list[Any]:
    """What a PostgreSQL database answers; raises `FileRefused`."""
    database = Postgres(url)
    try:
        with database.connection_context():
            return list(database.execute_sql(sql).fetchall())
    except peewee.DatabaseError as error:
        raise refused(Elsewhere(url), str(error).strip()) from None


def rows_of(path: Path, key: DataKey | None, sql: str) -> list[Any]:
    """What an SQLite database answers, which is only read; raises `sqlite.Error`."""
    with closing(reading(path, key)) as connection:
        return list(connection.execute(sql))


def _sound(source: Source, path: Path, key: DataKey | None) -> dict[str, str]:
    """The same of a database that is looked through first; raises `FileRefused`."""
    try:
        with closing(reading(path, key)) as connection:
            if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise refused(source, Text("已损坏", "damaged"))
            return dict(connection.execute(_SETTINGS))
    except sqlite.Error as error:
        raise refused(source, str(error)) from None


def _whose(source: Source, texts: dict[str, str]) -> KeptIdentity:
    state = StoreState.of(texts)
    if state.kind != Hub.kind:
        raise refused(source, f"kind: {state.kind}")
    refuse_other_format(str(source), state.format)
    return KeptIdentity.of(texts)


def is_in_clear(path: Path) -> bool:
    """Whether a file is an SQLite database that anybody can read."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\0"


def reading(path: Path, key: DataKey | None) -> sqlite.Connection:
    """A connection that only reads a hub's SQLite database."""
    made = sqlite.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    if key is not None:
        made.execute(f"PRAGMA key = {key.of_databases()}")
    return made
