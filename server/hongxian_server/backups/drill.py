"""Trying a backup before it is needed: is it whole, does the sheet open it, what is in it?"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from hongxian.security.sheet import RecoverySheet
from hongxian_server.backups.backup_file import BackupFile
from hongxian_server.backups.sources import Backup, reading
from hongxian_server.folder import DATABASE

_COUNT = "SELECT coalesce(sum(count), 0) FROM hongxian_digest"


def proven(path: Path) -> BackupFile:
    """A backup whose signature holds and of which nothing is missing or changed; raises `FileRefused`."""
    file = BackupFile.of(path)
    file.check()
    return file


def records_in(path: Path, sheet: RecoverySheet, beside: Path) -> int:
    """How many live records come out of a backup; it is opened in a folder that is removed again.

    Raises `FileRefused`, `SheetRefused`. `beside` is where the hub's own database lies.
    """
    with TemporaryDirectory(dir=beside if beside.is_dir() else None) as folder:
        _, key = Backup(path).bring(Path(folder), lambda: sheet, ())
        with closing(reading(Path(folder) / DATABASE, key)) as connection:
            (count,) = connection.execute(_COUNT).fetchone()
    return int(count)
