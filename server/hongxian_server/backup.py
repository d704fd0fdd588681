"""One file to back up, and the way back: a restored hub begins a new life and says so."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import peewee

from hongxian.errors import FileRefused
from hongxian_server.hub import DATABASE, Hub
from hongxian_server.lives import start_epoch

_HOW_POSTGRES = (
    "over PostgreSQL use pg_dump and pg_restore, then: hongxian hub recover · 请用 pg_dump"
)


def backup(hub: Hub, path: Path) -> int:
    """Copy the database into one file while the hub goes on serving; returns its bytes."""
    if hub.database.postgres:
        raise FileRefused(file=str(path), detail=_HOW_POSTGRES)
    if path.exists():
        raise FileRefused(file=str(path), detail="is there already · 文件已存在")
    unfinished = path.with_name(path.name + ".part")
    unfinished.unlink(missing_ok=True)
    with hub:
        hub.database.execute_sql("VACUUM INTO ?", (str(unfinished),))
    with unfinished.open("rb+") as file:
        os.fsync(file.fileno())
    unfinished.replace(path)
    return path.stat().st_size


def restore(folder: Path, path: Path) -> Hub:
    """Put a backup in the place of the hub's database, keeping the old one beside it.

    The hub begins a new epoch: laptops then offer what it lacks. Raises `InUse` while it serves.
    """
    hub = Hub.open(folder)
    if hub.database.postgres:
        raise FileRefused(file=str(path), detail=_HOW_POSTGRES)
    _refuse_unless_hub(path)
    with hub.hold_folder():
        hub.database.close()
        database = folder / DATABASE
        for suffix in ("", "-wal", "-shm"):
            old = database.with_name(DATABASE + suffix)
            if old.exists():
                old.replace(database.with_name(f"before-restore-{hub.now()}-{DATABASE}{suffix}"))
        shutil.copyfile(path, database)
        restored = Hub.open(folder)
        with restored:
            start_epoch(restored)
    return restored


def _refuse_unless_hub(path: Path) -> None:
    """Look before the old database is moved away."""
    driver = peewee.sqlite3
    try:
        with driver.connect(f"file:{path}?mode=ro", uri=True) as connection:
            sound = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            kind = connection.execute(
                "SELECT value FROM hongxian_setting WHERE name = 'kind'"
            ).fetchone()
    except driver.Error as error:
        raise FileRefused(
            file=str(path), detail=f"no backup of a hub ({error}) · 不是社区主机的备份"
        ) from None
    if not sound or kind != ('"hub"',):
        raise FileRefused(file=str(path), detail="no backup of a hub · 不是社区主机的备份")
