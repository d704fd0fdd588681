"""A hub's data folder: what makes it one, who holds it, and how a restored hub comes into it at once."""

from __future__ import annotations

import os
import platform
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
from filelock import FileLock, Timeout

from hongxian.collections.local_time import local_moment
from hongxian.errors import FileRefused, InUse, Refused
from hongxian.model.stamp import wall_clock
from hongxian.security.keys import write_privately
from hongxian.storage.encrypting import Contents
from hongxian.storage.files import FILE as FILES
from hongxian.storage.privacy import FILE, make_private_folder, private
from hongxian.storage.whole_file import to_disk
from hongxian.text import Text
from hongxian.words.logs import logger

log = logger(__name__)
DATABASE = "hub.db"
CONFIG = "hub.json"
TOWN = "town.json"
"""Beside the folders of a town's communities: what the town keeps for itself."""
LOCK = "hub.lock"
RESTORING = "restoring"
"""In it a hub that is to come back is made; where its process ends, nothing has happened."""
_RESTORED = "restored"
"""The same once it is whole: from then on it is what the folder's hub is."""
_REPLACED = "replaced"
"""What it took the place of, until all is in its place."""
_KEPT = "before-restore-"
"""What a restore replaced lies in a folder of this name, with the time of it behind."""
_LATER = 2
"""How many of these are kept beside the first."""
_DATABASES, _SMALL = (DATABASE, FILES), ("identity.key", "erasures.json")
CONTENTS = Contents(
    databases=(*_DATABASES, *(f"{_KEPT}*/{name}" for name in _DATABASES)),
    files=(*_SMALL, *(f"{_KEPT}*/{name}" for name in _SMALL)),
)
"""What of a hub's folder is encrypted, where it is; sealed files and backups are so in any case."""

_NO_SHARING = Text(
    "这个系统上，一台主机只能由一个进程运行。",
    "On this system a hub is served by one process alone.",
)
_HELD_BY = Text(
    "另一个程序（多半是运行着的主机：在它的窗口按 Ctrl+C；随机器启动的：sudo systemctl stop hongxian）",
    "another process (mostly the hub that serves: Ctrl+C in its window; of a service: sudo systemctl stop hongxian)",
)
_GLANCE_SECONDS = 0.2
"""So long another process may have it that only looks whether it is held."""


def configure(folder: Path, database_url: str | None) -> None:
    """Make a data folder a hub's, whose database is there, or in the folder."""
    write_privately(folder / CONFIG, orjson.dumps({"database": database_url}))


def database_of(folder: Path) -> str | None:
    """The URL of a hub's PostgreSQL database, None for SQLite; raises `FileRefused`."""
    path = folder / CONFIG
    try:
        url = orjson.loads(path.read_bytes())["database"]
    except (ValueError, KeyError, TypeError):
        raise FileRefused(
            file=str(path),
            detail=Text(
                '内容坏了；应为 {"database": null}，用 PostgreSQL 的写上它的网址',
                'is damaged; it should be {"database": null}, or the URL of its PostgreSQL database',
            ),
        ) from None
    return str(url) if url else None


@contextmanager
def held(folder: Path, *, is_shared: bool) -> Iterator[None]:
    """Hold a data folder inside, alone or beside others who share it; raises `InUse`."""
    with _shared(folder) if is_shared else hold(folder):
        yield


@contextmanager
def _shared(folder: Path) -> Iterator[None]:
    """The same lock as `hold`, which several processes have at once; whoever holds it alone has none beside."""
    try:
        import fcntl
    except ImportError:
        raise Refused(detail=_NO_SHARING) from None
    with open(folder / LOCK, "ab", opener=private) as file:
        give_up = time.monotonic() + _GLANCE_SECONDS
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > give_up:
                    raise InUse(folder=str(folder), by=_HELD_BY) from None
                time.sleep(_GLANCE_SECONDS / 20)
        yield


def town_signals_of(folder: Path) -> str | None:
    """The URL of the database that carries the signals of the town to which a hub's folder belongs, if there is one."""
    try:
        url = orjson.loads((folder.absolute().parent / TOWN).read_bytes())["signals"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return str(url) if url else None


def hold(folder: Path) -> FileLock:
    """Hold a data folder against every other process; raises `InUse`."""
    lock = FileLock(folder / LOCK, mode=FILE)
    try:
        lock.acquire(timeout=_GLANCE_SECONDS)
    except Timeout:
        raise InUse(folder=str(folder), by=_HELD_BY) from None
    return lock


def is_held(folder: Path) -> bool:
    """Whether a process holds a data folder: the one that serves its hub, mostly."""
    try:
        hold(folder).release()
    except InUse:
        return True
    return False


def own_name(folder: Path) -> str:
    """What this process is called to another hub that finds its database held."""
    return f"{platform.node()}: {folder.absolute()}, pid {os.getpid()}"


def new_restoring(folder: Path) -> Path:
    """An empty folder in which to make the hub that is to come back; the caller holds `folder`."""
    drop_restoring(folder)
    make_private_folder(folder / RESTORING)
    return folder / RESTORING


def drop_restoring(folder: Path) -> None:
    """Let go of a hub that was not made to its end."""
    shutil.rmtree(folder / RESTORING, ignore_errors=True)


def take_in_restored(folder: Path) -> None:
    """Let what was made take the place of what is there, by one rename; the caller holds `folder`."""
    made = folder / RESTORING
    for path in (*made.rglob("*"), made):
        to_disk(path)
    made.rename(folder / _RESTORED)
    to_disk(folder)
    _finish(folder)


def finish_restore(folder: Path) -> None:
    """End what a restore had begun whose process was killed; raises `InUse` while one is at it."""
    if (folder / _RESTORED).exists() or (folder / _REPLACED).exists():
        with hold(folder):
            _finish(folder)


def _finish(folder: Path) -> None:
    """Move each part in, and aside what was there. Whichever step was the last, the next is found."""
    restored, replaced = folder / _RESTORED, folder / _REPLACED
    if restored.exists():
        make_private_folder(replaced)
        for part in sorted(restored.iterdir()):
            for suffix in ("", "-wal", "-shm"):  # an old log would be read into the new database
                old = folder / f"{part.name}{suffix}"
                if old.exists():
                    old.replace(replaced / old.name)
            part.replace(folder / part.name)
        to_disk(folder)
        restored.rmdir()
    if replaced.exists() and not any(replaced.iterdir()):
        replaced.rmdir()
    if replaced.exists():
        replaced.rename(folder / f"{_KEPT}{_day_of(wall_clock())}")
        to_disk(folder)
        _, *further = sorted(folder.glob(f"{_KEPT}*"))  # the first is from before all tries
        for each in further[:-_LATER]:
            shutil.rmtree(each)
        log.info("a restored hub is in its place")


def _day_of(now: int) -> str:
    """A moment as a folder's name that people read: `2026-11-30-204501-123`, which sorts behind milliseconds."""
    return f"{local_moment(now):%Y-%m-%d-%H%M%S}-{now % 1000:03}"
