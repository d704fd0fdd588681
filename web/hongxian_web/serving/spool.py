"""Bodies and answers on their way: in memory while small, then in a file; their sum is bounded."""

from __future__ import annotations

import threading
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from hongxian_web.serving.limits import Limits


class Full(Exception):
    """All bodies and answers together would be too large."""


class Store:
    """Where the spools of a server lie; their files in a folder, else where the system has them."""

    def __init__(self, limits: Limits, folder: Path | None) -> None:
        self._memory, self._most, self._folder = (
            limits.memory,
            limits.held,
            str(folder) if folder else None,
        )
        self._held = 0
        self._lock = threading.Lock()

    def spool(self) -> Spool:
        """A new one, empty."""
        file = SpooledTemporaryFile(max_size=self._memory, dir=self._folder)  # noqa: SIM115
        return Spool(self, cast(BinaryIO, file))

    def hold(self, size: int) -> None:
        """Count bytes more, or less; raises `Full`."""
        with self._lock:
            if size > 0 and self._held + size > self._most:
                raise Full
            self._held += size


class Spool:
    """One body or answer, written from its beginning, then read; any thread may."""

    def __init__(self, store: Store, file: BinaryIO) -> None:
        self._store = store
        self.file = file
        self.size = 0

    def write(self, part: bytes) -> None:
        """Add a part; raises `Full`."""
        self._store.hold(len(part))
        self.size += len(part)
        self.file.write(part)

    def close(self) -> None:
        """Let it go."""
        self.file.close()
        self._store.hold(-self.size)
        self.size = 0
