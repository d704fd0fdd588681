"""One file to back up, and the way back: a restored hub begins a new life and says so."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path

import peewee

from hongxian.errors import DatabaseTooNew, FileRefused
from hongxian.logs import logger
from hongxian.storage.privacy import make_private_file
from hongxian.storage.state import StoreState
from hongxian.store import FORMAT
from hongxian.text import Text
from hongxian_server.hub import DATABASE, Hub
from hongxian_server.sync.incarnation import start_epoch

log = logger(__name__)
_HOW_POSTGRES = Text(
    "PostgreSQL 请用 pg_dump 和 pg_restore，然后运行：hongxian hub recover",
    "over PostgreSQL use pg_dump and pg_restore, then: hongxian hub recover",
)

_NOTE = "last-backup"
"""A file whose time is that of the newest backup: a full disk takes it still, and no restore puts it back."""
_SIZE = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"


def backup(hub: Hub, path: Path) -> int:
    """Copy the database into one file while the hub goes on serving; returns its bytes."""
    if hub.database.postgres:
        raise FileRefused(file=str(path), detail=_HOW_POSTGRES)
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
    unfinished = path.with_name(path.name + ".part")
    unfinished.unlink(missing_ok=True)
    make_private_file(unfinished)
    try:
        with hub:
            hub.database.execute_sql("VACUUM INTO ?", (str(unfinished),))
        _to_disk(unfinished)
        unfinished.replace(path)
    except BaseException as error:
        unfinished.unlink(missing_ok=True)  # where the disk is full it would keep it so
        if isinstance(error, peewee.DatabaseError):
            raise FileRefused(
                file=str(path),
                detail=Text(
                    "备份没有写成（{error}）", "the backup was not written ({error})"
                ).format(error=error),
            ) from error
        raise
    make_private_file(hub.folder / _NOTE)
    (hub.folder / _NOTE).touch()
    size = path.stat().st_size
    log.info("backed up bytes=%d", size)
    return size


def last_backup(hub: Hub) -> int | None:
    """When the newest backup was made, in milliseconds since 1970; None for never.

    Never over PostgreSQL: of what pg_dump does the hub learns nothing.
    """
    note = hub.folder / _NOTE
    return int(note.stat().st_mtime * 1000) if note.exists() else None


def restore(folder: Path, path: Path) -> Hub:
    """Put a backup in the place of the hub's database, keeping the old one beside it.

    The hub begins a new epoch: laptops then offer what it lacks. The old database is moved only
    once the copy is whole and on the disk. Raises `InUse` while it serves.
    """
    hub = Hub.open(folder)
    if hub.database.postgres:
        raise FileRefused(file=str(path), detail=_HOW_POSTGRES)
    _refuse_unless_hub(path)
    database = folder / DATABASE
    copy, kept = folder / f"{DATABASE}.part", f"before-restore-{hub.now()}-{DATABASE}"
    with hub.hold_folder():
        hub.database.close()
        try:
            make_private_file(copy)
            shutil.copyfile(path, copy)
            _to_disk(copy)
        except BaseException:
            copy.unlink(missing_ok=True)
            raise
        for suffix in ("", "-wal", "-shm"):
            old = database.with_name(DATABASE + suffix)
            if old.exists():
                old.replace(database.with_name(kept + suffix))
        copy.replace(database)
        restored = Hub.open(folder)
        with restored:
            start_epoch(restored)
    log.info("restored bytes=%d", path.stat().st_size)
    return restored


def _refuse_unless_hub(path: Path) -> None:
    """Look before the old database is moved away; raises `FileRefused`, `DatabaseTooNew`."""
    if not path.is_file():
        raise FileRefused(
            file=str(path),
            detail=Text("这里没有文件，请检查路径", "there is no such file; check its path"),
        )
    driver = peewee.sqlite3
    try:
        connection = driver.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        with closing(connection):
            sound = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            (size,) = connection.execute(_SIZE).fetchone()  # SQLite reads a cut page as zeros
            sound = sound and size == path.stat().st_size
            texts = connection.execute("SELECT name, value FROM hongxian_setting")
            state = StoreState.of(dict(texts))
    except driver.Error as error:
        raise _no_backup(path, str(error)) from None
    if state.kind != Hub.kind:
        raise _no_backup(path, f"kind: {state.kind}")
    if not sound:
        raise _no_backup(path, "damaged")
    if state.format > FORMAT:
        raise DatabaseTooNew(path=str(path), found=state.format, known=FORMAT)


def _no_backup(path: Path, why: str) -> FileRefused:
    return FileRefused(
        file=str(path),
        detail=Text(
            "不是社区主机的完整备份（{why}），请用 hongxian hub backup 做的另一个文件",
            "no whole backup of a hub ({why}); use another file that hongxian hub backup made",
        ).format(why=why),
    )


def _to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
