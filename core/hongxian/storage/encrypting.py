"""A database that lies in clear becomes an encrypted one in its place, whatever ends the program meanwhile.

All of it is written encrypted beside it first, and then poured over it, again and again until that was done once to
its end: so the same file, for whoever waits for its lock, and what stood there in clear is overwritten.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
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
_READY, _UNFINISHED = ".encrypted", ".encrypting"
_LOCK = "key.lock"
_PATIENCE_SECONDS = 5
_SPARE_BYTES = 64 * 2**20
_OPEN = Text("工作台或另一个命令", "the desk or another command")


def encrypt_folder(
    folder: Path,
    key: DataKey,
    databases: Sequence[str],
    files: Sequence[str],
    passed: Sequence[str],
) -> None:
    """Bring under a folder's key what lies there in clear; raises `InUse` while another has a database open.

    `files` are patterns of the small ones, `passed` folders whose files had only passed through. No database of the
    folder may be open here: a file that is looked into drops, when it is closed, the locks of this process.
    """
    with FileLock(folder / _LOCK, mode=FILE):
        for path in _in_clear(folder, databases):
            with naming_failures(str(path)), peewee.__exception_wrapper__:
                _encrypt(path, key)
            log.info("encrypted database=%s", path.name)
        for path in _unlocked(folder, files):
            with whole_file(path) as file:
                file.write(Safe(key).closed(path.read_bytes()))
        for name in passed:
            rmtree(folder / name, ignore_errors=True)


def may_be_encrypted(folder: Path, databases: Sequence[str]) -> bool:
    """Whether there is room to write these anew, and a right to: begun and not done, nothing would open any more."""
    make_private_folder(folder)
    sizes = [path.stat().st_size for each in databases if (path := folder / each).exists()]
    return os.access(folder, os.W_OK) and disk_usage(folder).free > 2 * sum(sizes) + _SPARE_BYTES


def _in_clear(folder: Path, databases: Sequence[str]) -> list[Path]:
    paths = [folder / name for name in databases]
    return [each for each in paths if _begins(each, _PLAIN) or _beside(each, _READY).exists()]


def _unlocked(folder: Path, files: Sequence[str]) -> list[Path]:
    return [
        path for each in files for path in sorted(folder.glob(each)) if not _begins(path, LOCKED)
    ]


def _encrypt(path: Path, key: DataKey) -> None:
    ready = _beside(path, _READY)
    if ready.exists():
        _pour(ready, path)
        return
    with _held(path) as database:
        _write_encrypted(database, _beside(path, _UNFINISHED), key)
        put_in_place(_beside(path, _UNFINISHED), ready)
        _pour(ready, path)


@contextmanager
def _held(path: Path) -> Iterator[sqlite.Connection]:
    """A database that nobody else has open; raises `InUse`."""
    opened = sqlite.connect(path, timeout=_PATIENCE_SECONDS, isolation_level=None)
    with closing(opened) as database:
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


def _write_encrypted(database: sqlite.Connection, into: Path, key: DataKey) -> None:
    for suffix in ("", "-journal", "-wal", "-shm"):
        _beside(into, suffix).unlink(missing_ok=True)
    make_private_file(into)
    database.execute(f"ATTACH ? AS encrypted KEY {key.of_databases()}", (str(into),))
    (kind,) = database.execute("PRAGMA main.auto_vacuum").fetchone()
    database.execute(f"PRAGMA encrypted.auto_vacuum = {kind}")
    database.execute("SELECT sqlcipher_export('encrypted')").fetchall()
    database.execute("DETACH encrypted")


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
