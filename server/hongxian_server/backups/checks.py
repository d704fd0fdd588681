"""What was found when a backup was read whole, kept beside it, so that it is known before it is needed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from hongxian.errors import FileRefused
from hongxian.security.keys import write_privately
from hongxian.text import Text
from hongxian_server.backups.backup_file import BackupFile

_ENDING = ".checked"


@dataclass(frozen=True)
class Check:
    """What one look at a backup found."""

    at: int
    """When, in milliseconds since 1970."""
    of: tuple[int, int]
    """Bytes and time of the file that was read: of another one it tells nothing."""
    trouble: dict[str, str] | None = None
    """Why it is not whole, in both languages; None where it is."""

    records: int | None = None
    """How many came out of it when it was opened by its sheet; None where it was only read."""

    @property
    def why(self) -> Text | None:
        """Why it is not whole."""
        return Text(**self.trouble) if self.trouble else None


def check(path: Path, now: int) -> Check:
    """Read a backup whole, and keep what was found beside it: is anything missing or changed?"""
    try:
        BackupFile.of(path).check()
        found = Check(now, _seen(path))
    except FileRefused as error:
        found = Check(now, _seen(path), asdict(Text.of(error.facts["detail"])))
    keep(path, found)
    return found


def whole(path: Path, now: int, records: int | None = None) -> Check:
    """The check of a file that was read whole just now, as every backup is when it is made.

    `records` came out of it, where it was opened too.
    """
    return Check(now, _seen(path), records=records)


def keep(path: Path, found: Check) -> None:
    """Keep it beside the backup."""
    write_privately(_beside(path), orjson.dumps(asdict(found)))


def last_check(path: Path) -> Check | None:
    """What was found last, of the file as it is now; None for never."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        told = orjson.loads(_beside(path).read_bytes())
        found = Check(int(told["at"]), tuple(told["of"]), told["trouble"], told.get("records"))
        return found if found.of == _seen(path) else None
    return None


def forget(path: Path) -> None:
    """Let go of what was found, with the backup."""
    _beside(path).unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    return path.with_name(path.name + _ENDING)


def _seen(path: Path) -> tuple[int, int]:
    told = path.stat()
    return told.st_size, told.st_mtime_ns
