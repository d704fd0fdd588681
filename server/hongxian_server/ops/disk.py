"""The disks that a hub writes to: how much is left, and when they are full if they go on filling as they did.

Once a day is noted what is left of each, beside the database, for a month.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import orjson

from hongxian.model.stamp import DAY_MILLISECONDS
from hongxian.security.keys import write_privately
from hongxian.words.logs import logger
from hongxian_server.backups.backup import LEAST_FREE_BYTES
from hongxian_server.backups.schedule import Schedule
from hongxian_server.hub import Hub

log = logger(__name__)
SOON_DAYS, AT_ONCE_DAYS = 60, 7
"""Within which a disk that fills is told of, and pressed for."""
LEAST_FREE = 2**30
"""Bytes left below which the hub may stop soon, however slowly the disk fills."""
_FILE = "disks.json"
_NOTED_DAYS = 30
_LEAST_DAYS = 3
"""Of notes, before anything is said of the pace: one large import is none."""
Notes = dict[str, list[tuple[int, int]]]
"""Bytes left, by folder: when (milliseconds since 1970), and how many."""


@dataclass(frozen=True)
class Disk:
    """One that the hub writes to."""

    folder: str
    free: int
    """Bytes that are left."""
    days: int | None
    """Until too little is left for a backup, at the pace of its notes; None where it does not fill."""

    @property
    def is_short(self) -> bool:
        """Whether it is time to make room now."""
        return self.free < LEAST_FREE or (self.days is not None and self.days < AT_ONCE_DAYS)


def disks(hub: Hub) -> list[Disk]:
    """The data folder's first, then those of the further places of backups that are there."""
    notes = _notes(hub)
    return [_disk(folder, notes.get(str(folder), []), hub.now()) for folder in _folders(hub)]


def filling(found: Iterable[Disk]) -> list[Disk]:
    """Those of which the keeper has to know."""
    return [
        each for each in found if each.is_short or (each.days is not None and each.days < SOON_DAYS)
    ]


def note_disks(hub: Hub) -> None:
    """Note once a day what is left, and let the log tell of what fills up."""
    notes, now = _notes(hub), hub.now()
    last = max((at for noted in notes.values() for at, _free in noted), default=0)
    if 0 <= now - last < DAY_MILLISECONDS:
        return
    since = now - _NOTED_DAYS * DAY_MILLISECONDS
    kept: Notes = {
        str(folder): [
            *((at, free) for at, free in notes.get(str(folder), []) if since < at < now),
            (now, shutil.disk_usage(folder).free),
        ]
        for folder in _folders(hub)
    }
    write_privately(hub.folder / _FILE, orjson.dumps(kept))
    for number, each in enumerate(disks(hub)):
        if filling([each]):
            log.warning("a disk fills place=%d free=%d days=%s", number, each.free, each.days)


def _folders(hub: Hub) -> list[Path]:
    """One of each disk, as far as they are there."""
    found: dict[int, Path] = {}
    for folder in (hub.folder, *map(Path, Schedule.of(hub).places)):
        with suppress(OSError):
            found.setdefault(folder.stat().st_dev, folder)
    return list(found.values())


def _disk(folder: Path, noted: list[tuple[int, int]], now: int) -> Disk:
    free = shutil.disk_usage(folder).free
    days: int | None = None
    if noted and now - noted[0][0] >= _LEAST_DAYS * DAY_MILLISECONDS:
        passed, used = now - noted[0][0], noted[0][1] - free
        if used > 0:
            left = max(0, free - LEAST_FREE_BYTES)
            days = int(left * passed / used / DAY_MILLISECONDS)
    return Disk(str(folder), free, days)


def _notes(hub: Hub) -> Notes:
    try:
        told = orjson.loads((hub.folder / _FILE).read_bytes())
        return {
            folder: [(int(at), int(free)) for at, free in noted] for folder, noted in told.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
