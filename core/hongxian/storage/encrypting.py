"""A database that lies in clear becomes an encrypted one in its place, or the reverse, whatever ends it meanwhile.

All of it is written anew beside it first, and then poured over it, again and again until that was done once to
its end: so the same file, for whoever waits for its lock, and what stood there in clear is overwritten.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfileobj, disk_usage, rmtree

import peewee
from filelock import FileLock
from sqlcipher3 import dbapi2 as sqlite

from hongxian.errors import InUse
from hongxian.storage.data_key import LOCKED, DataKey, Safe
from hongxian.storage.failure import naming_failures
from hongxian.storage.privacy import FILE, make_private_file, make_private_folder
from hongxian.storage.whole_file import put_in_place, to_disk, whole_file
from hongxian.text import Text
from hongxian.words.logs import logger

log = logger(__name__)
_PLAIN = b"SQLite format 3\0"
"""With which a database in clear begins; an encrypted one begins at random."""
_ENCRYPTED = (".encrypted", ".encrypting")
_DECRYPTED = (".decrypted", ".decrypting")
"""What lies beside a database: what is ready to be poured over it, and what is being written."""
_LOCK = "key.lock"
_PATIENCE_SECONDS = 5
_SPARE_BYTES = 64 * 2**20
_OPEN = Text("工作台或另一个命令", "the desk or another command")


@dataclass(frozen=True)
class Contents:
    """What of a data folder tells something of people."""

    databases: Sequence[str]
    """Patterns of the databases."""
    files: Sequence[str]
    """Patterns of small files, which are locked as they are."""
    passed: Sequence[str] = ()
    """Folders whose files only pass through."""


def encrypt_folder(folder: Path, key: DataKey, contents: Contents) -> None:
    """Bring under a folder's key what lies there in clear; raises `InUse` while another has a database open.

    No database of the folder may be open here: a file that is looked into drops, when it is closed, the locks of this
    process.
    """
    with FileLock(folder / _LOCK, mode=FILE):
        for path in _found(folder, contents.databases):
            if _begins(path, _PLAIN) or _beside(path, _ENCRYPTED[0]).exists():
                _write_anew(path, None, key)
        for path in _found(folder, contents.files):
            if not _begins(path, LOCKED):
                with whole_file(path) as file:
                    file.write(Safe(key).closed(path.read_bytes()))
        for name in contents.passed:
            rmtree(folder / name, ignore_errors=True)


def decrypt_folder(folder: Path, key: DataKey, contents: Contents) -> None:
    """Put in clear again what lies under a folder's key; raises `InUse` as `encrypt_folder` does."""
    with FileLock(folder / _LOCK, mode=FILE):
        for path in _found(folder, contents.databases):
            if not _begins(path, _PLAIN) or _beside(path, _DECRYPTED[0]).exists():
                _write_anew(path, key, None)
        for path in _found(folder, contents.files):
            if _begins(path, LOCKED):
                content = Safe(key).opened(path.read_bytes())
                with whole_file(path) as file:
                    file.write(content)


def change_key(path: Path, was: DataKey, key: DataKey) -> None:
    """Have a database that nobody has open lie under another key; what ends it in the middle leaves nothing whole."""
    with closing(sqlite.connect(path, isolation_level=None)) as database:
        database.execute(f"PRAGMA key = {was.of_databases()}")
        database.execute("PRAGMA journal_mode = delete").fetchone()
        database.execute(f"PRAGMA rekey = {key.of_databases()}").fetchall()


def may_be_encrypted(folder: Path, contents: Contents) -> bool:
    """Whether there is room to write it all anew, and a right to: begun and not done, nothing would open any more."""
    make_private_folder(folder)
    size = sum(path.stat().st_size for path in _found(folder, contents.databases))
    return os.access(folder, os.W_OK) and disk_usage(folder).free > 2 * size + _SPARE_BYTES


def _found(folder: Path, patterns: Sequence[str]) -> list[Path]:
    return [path for each in patterns for path in sorted(folder.glob(each))]


def _write_anew(path: Path, was: DataKey | None, key: DataKey | None) -> None:
    """Have a database lie under another key, or in clear."""
    ready, unfinished = (_beside(path, each) for each in (_ENCRYPTED if key else _DECRYPTED))
    with naming_failures(str(path)), peewee.__exception_wrapper__:
        if ready.exists():
            _pour(ready, path)
        else:
            with _held(path, was) as database:
                _export(database, unfinished, key)
                put_in_place(unfinished, ready)
                _pour(ready, path)
    log.info("%s database=%s", "decrypted" if key is None else "encrypted", path.name)


@contextmanager
def _held(path: Path, key: DataKey | None) -> Iterator[sqlite.Connection]:
    """A database that nobody else has open; raises `InUse`."""
    opened = sqlite.connect(path, timeout=_PATIENCE_SECONDS, isolation_level=None)
    with closing(opened) as database:
        if key is not None:
            database.execute(f"PRAGMA key = {key.of_databases()}")
        database.execute("PRAGMA temp_store = memory")
        database.execute("PRAGMA locking_mode = exclusive")  # held until it is closed
        try:
            (mode,) = database.execute("PRAGMA journal_mode = delete").fetchone()
            if mode != "delete":
                raise InUse(folder=str(path.parent), by=_OPEN)
            database.execute("BEGIN EXCLUSIVE")
            database.execute("COMMIT")
        except sqlite.OperationalError as error:
            if "locked" not in str(error):
                raise
            raise InUse(folder=str(path.parent), by=_OPEN) from None
        yield database


def _export(database: sqlite.Connection, into: Path, key: DataKey | None) -> None:
    for suffix in ("", "-journal", "-wal", "-shm"):
        _beside(into, suffix).unlink(missing_ok=True)
    make_private_file(into)
    under = key.of_databases() if key else "''"
    database.execute(f"ATTACH ? AS anew KEY {under}", (str(into),))
    (kind,) = database.execute("PRAGMA main.auto_vacuum").fetchone()
    database.execute(f"PRAGMA anew.auto_vacuum = {kind}")
    database.execute("SELECT sqlcipher_export('anew')").fetchall()
    database.execute("DETACH anew")


def _pour(ready: Path, path: Path) -> None:
    """Write one file's bytes over another's; only then does the first go."""
    with ready.open("rb") as source, path.open("r+b") as target:
        copyfileobj(source, target, 2**20)
        target.truncate()
    to_disk(path)
    for suffix in ("-wal", "-shm", "-journal"):
        _beside(path, suffix).unlink(missing_ok=True)
    ready.unlink()
    to_disk(path.parent)


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _begins(path: Path, sign: bytes) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(sign)) == sign
    except FileNotFoundError:
        return False
