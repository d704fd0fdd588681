"""One file to back up, while the hub goes on serving; `ops.restore` is the way back."""

from __future__ import annotations

from pathlib import Path

import peewee

from hongxian.errors import FileRefused
from hongxian.logs import logger
from hongxian.storage.privacy import make_private_file
from hongxian.storage.whole_file import to_disk
from hongxian.text import Text
from hongxian_server.hub import Hub

log = logger(__name__)
HOW_POSTGRES = Text(
    "PostgreSQL 请用 pg_dump 和 pg_restore，然后运行：hongxian hub recover",
    "over PostgreSQL use pg_dump and pg_restore, then: hongxian hub recover",
)

_NOTE = "last-backup"
"""A file whose time is that of the newest backup: a full disk takes it still, and no restore puts it back."""


def backup(hub: Hub, path: Path) -> int:
    """Copy the database into one file while the hub goes on serving; returns its bytes."""
    if hub.database.postgres:
        raise FileRefused(file=str(path), detail=HOW_POSTGRES)
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
        to_disk(unfinished)
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
