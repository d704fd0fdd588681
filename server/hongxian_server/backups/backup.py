"""One file to back up, while the hub goes on serving; `ops.restore` is the way back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import peewee
from filelock import FileLock, Timeout

from hongxian.engine.store import PLUGINS
from hongxian.errors import FileRefused, InUse
from hongxian.security.key_file import FILE as KEY_FILE
from hongxian.security.key_file import KeyFile
from hongxian.storage.failure import storage_failure
from hongxian.storage.files import FILE as FILES
from hongxian.storage.privacy import FILE, make_private_file, make_private_folder
from hongxian.storage.whole_file import put_in_place, to_disk
from hongxian.text import Text
from hongxian.words.logs import logger
from hongxian_server.backups.backup_file import BackupFile, Part, write_backup
from hongxian_server.backups.copying import copy_to_file
from hongxian_server.folder import DATABASE
from hongxian_server.hub import Hub
from hongxian_server.hub_state import KeptIdentity
from hongxian_server.tables.keeper_log import Act, note

log = logger(__name__)
LEAST_FREE_BYTES = 256 * 2**20
"""Bytes that must be left on a disk once a backup is on it: the hub itself needs some."""
_NO_SHEET = Text(
    "没有做：备份要加密给恢复单，而这台主机还没有。请先运行：hongxian hub sheet",
    "was not made: backups are encrypted to the recovery sheet, and this hub has none yet. First run: "
    "hongxian hub sheet",
)
_NO_ROOM = Text(
    "没有做：磁盘快满了，只剩 {free} MB，需要 {needed} MB",
    "was not made: the disk is nearly full, {free} MB are left of {needed} MB needed",
)
_NOT_WRITTEN = Text("备份没有写成（{error}）", "the backup was not written ({error})")
_COPYING = "backing-up"
"""In it the database is copied, in clear or encrypted as in the folder itself."""
_LOCK = "backup.lock"
_NOTE = "last-backup"
"""A file whose time is that of the newest backup: a full disk takes it still, and no restore puts it back."""


def backup(hub: Hub, path: Path) -> int:
    """Make a backup while the hub goes on serving, and read it back; returns its bytes.

    Raises `FileRefused`, `KeyLost`, `StorageFailed`, and `InUse` while another is being made.
    """
    refuse_existing(path)
    identity = hub.identity
    with hub:
        kept = KeptIdentity.read()
        size = hub.database.size_bytes() + hub.files.size_bytes()
    if not kept.sheet:
        raise FileRefused(file=str(path), detail=_NO_SHEET)
    for folder in (hub.folder, path.absolute().parent):
        refuse_full(folder, path, 2 * size)  # the copy, and what comes of it
    unfinished = path.with_name(path.name + ".part")
    try:
        with _copy(hub, kept.sheet) as copies:
            parts = [*copies, *_plugins(hub.folder / PLUGINS)]
            write_backup(unfinished, parts, hub.now(), identity.key, kept.sheet)
        to_disk(unfinished)
        BackupFile.of(unfinished).check()
        put_in_place(unfinished, path)
    except (peewee.DatabaseError, OSError) as error:
        told = _NOT_WRITTEN.format(error=error)
        raise (
            storage_failure(error, str(path)) or FileRefused(file=str(path), detail=told)
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)  # where the disk is full it would keep it so
    make_private_file(hub.folder / _NOTE)
    (hub.folder / _NOTE).touch()
    with hub:
        note(hub, Act.BACKUP, path.name)
    size = path.stat().st_size
    log.info("backed up bytes=%d", size)
    return size


def last_backup(hub: Hub) -> int | None:
    """When the newest backup was made, in milliseconds since 1970; None for never.

    Of what else backs a PostgreSQL server up the hub learns nothing.
    """
    note = hub.folder / _NOTE
    return int(note.stat().st_mtime * 1000) if note.exists() else None


def refuse_existing(path: Path) -> None:
    """Raise `FileRefused` where a backup cannot be put."""
    if path.exists():
        raise FileRefused(
            file=str(path),
            detail=Text("文件已存在，请换一个文件名", "is there already; name another file"),
        )
    folder = path.absolute().parent
    if not folder.is_dir():
        raise FileRefused(
            file=str(path),
            detail=Text(
                "没有文件夹 {folder}，请先建立它，或换一个",
                "there is no folder {folder}; make it, or name another",
            ).format(folder=folder),
        )


def refuse_full(folder: Path, path: Path, size: int) -> None:
    """Raise `FileRefused` where so many bytes more would leave too few."""
    free, needed = shutil.disk_usage(folder).free, size + LEAST_FREE_BYTES
    if free < needed:
        told = _NO_ROOM.format(free=free // 2**20, needed=needed // 2**20)
        raise FileRefused(file=str(path), detail=told)


@contextmanager
def _copy(hub: Hub, sheet: str) -> Iterator[list[Part]]:
    """The database as it is at one moment, as a file of its own; nobody who writes waits for it.

    The files of records come after it, so that none lacks which it names. Of an encrypted hub both are encrypted, and
    this sheet opens their key.
    """
    folder = hub.folder / _COPYING
    lock = FileLock(hub.folder / _LOCK, mode=FILE)
    try:
        held = lock.acquire(timeout=0)
    except Timeout:
        raise InUse(folder=str(folder)) from None
    with held:
        shutil.rmtree(folder, ignore_errors=True)  # of one that was cut off
        make_private_folder(folder)
        try:
            make_private_file(folder / DATABASE)
            if hub.database.postgres:
                copy_to_file(hub, folder / DATABASE)
            else:
                with hub:
                    hub.database.execute_sql("VACUUM INTO ?", (str(folder / DATABASE),))
            parts = [Part(DATABASE, folder / DATABASE), *_key(hub, folder, sheet)]
            if hub.files.exist:
                make_private_file(folder / FILES)
                hub.files.copy_to(folder / FILES)
                parts.append(Part(FILES, folder / FILES))
            yield parts
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _key(hub: Hub, folder: Path, sheet: str) -> Iterator[Part]:
    held = KeyFile.read(hub.folder)
    if hub.database.key is not None and held is not None:
        held.copy_into(folder).add_sheet(sheet, hub.identity.public, hub.database.key)
        yield Part(KEY_FILE, folder / KEY_FILE)


def _plugins(folder: Path) -> Iterator[Part]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield Part(f"{PLUGINS}/{path.relative_to(folder).as_posix()}", path)
