"""What is told of a disk that takes nothing or gives nothing back: why, and where."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

import peewee

from hongxian.errors import StorageFailed
from hongxian.text import Text

_FULL = Text("磁盘满了，请腾出空间后重试", "the disk is full; free some space and retry")
_CAUSES = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: Text(
        "磁盘配额用完了，请腾出空间后重试", "the disk quota is used up; free some space and retry"
    ),
    errno.EROFS: Text("磁盘是只读的，只能看", "the disk is read-only; one can only look"),
    errno.EIO: Text(
        "磁盘读写出错，请先把文件夹复制到别处，再检查磁盘",
        "the disk fails to read or write; copy the folder elsewhere, then have the disk checked",
    ),
}
_ALSO_OF_A_DATABASE = {
    errno.EACCES: Text(
        "这个账号不能写，请用文件夹主人的账号，或改权限",
        "this account may not write there; use the folder owner's, or change its rights",
    ),
}
_DAMAGED = Text(
    "文件损坏了，请用备份恢复（主机：hongxian hub restore 备份文件）",
    "the file is damaged; put it back from a backup (of a hub: hongxian hub restore FILE)",
)
_UNREADABLE = Text(
    "文件损坏了，或是加密的而旁边的 key.json 不在；请用备份恢复（主机：hongxian hub restore 备份文件）",
    "the file is damaged, or it is encrypted and the key.json beside it is gone; put it back from a "
    "backup (of a hub: hongxian hub restore FILE)",
)
_SIGNS = {
    "disk is full": _FULL,
    "no space": _FULL,
    "malformed": _DAMAGED,
    "not a database": _UNREADABLE,
}
_UNCLEAR = ("disk i/o", "readonly", "unable to open database")
"""What SQLite says of many causes."""
_TRIED_BYTES = 2**16
"""SQLite wants half of that beside a database to read it."""


def storage_failure(error: BaseException, database: str = "") -> StorageFailed | None:
    """What to tell of an error that is the disk's fault; None for any other.

    `database` is the file or name of the one in which it came, if it came in one.
    """
    if isinstance(error, OSError) and error.errno in _CAUSES:
        return StorageFailed(path=str(error.filename or database), detail=_CAUSES[error.errno])
    if not (database and isinstance(error, peewee.DatabaseError)):
        return None
    said = str(error).lower()
    causes = [cause for sign, cause in _SIGNS.items() if sign in said]
    if not causes and any(sign in said for sign in _UNCLEAR):
        causes = [why_not_written(Path(database)) or Text.of(str(error))]
    return StorageFailed(path=database, detail=causes[0]) if causes else None


@contextmanager
def naming_failures(database: str) -> Iterator[None]:
    """Let what a database's disk did raise `StorageFailed`."""
    try:
        yield
    except peewee.DatabaseError as error:
        failure = storage_failure(error, database)
        if failure is None:
            raise
        raise failure from error


def why_not_written(path: Path) -> Text | None:
    """Why the system takes nothing more of a file, by trying beside it; None where it would."""
    try:
        with TemporaryFile(dir=path.absolute().parent) as file:
            file.write(bytes(_TRIED_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        known = {**_CAUSES, **_ALSO_OF_A_DATABASE}
        return known.get(error.errno or 0, Text.of(error.strerror or str(error)))
    may_write = os.access(path, os.W_OK) or not path.exists()
    return None if may_write else _ALSO_OF_A_DATABASE[errno.EACCES]
