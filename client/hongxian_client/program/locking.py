"""One lock that many may hold together, or one alone: all that run a version, against whoever changes over."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from hongxian.storage.privacy import FILE, make_private_folder

_LOOK_SECONDS = 0.2
_PLACES = 64
"""Bytes of the file that stand for a holder each, where the system shares no lock (Windows)."""


class RunningLock:
    """Taken from a file of the home; let go when it is closed, or when whoever has its file ends."""

    def __init__(self, path: Path) -> None:
        make_private_folder(path.parent)
        self.file = os.open(path, os.O_RDWR | os.O_CREAT, FILE)

    def close(self) -> None:
        """Let go."""
        os.close(self.file)

    def alone(self) -> bool:
        """Take it alone, if nobody else has it."""
        return self._take(is_shared=False)

    def share(self) -> bool:
        """Take it together with others, if nobody has it alone; one's own that was alone becomes shared."""
        return self._take(is_shared=True)

    def wait(self) -> None:
        """Sleep a moment, between two tries."""
        time.sleep(_LOOK_SECONDS)

    if sys.platform == "win32":

        def _take(self, *, is_shared: bool) -> bool:
            import msvcrt

            self._let_go()
            spans = [(place, 1) for place in range(_PLACES)] if is_shared else [(0, _PLACES)]
            for start, length in spans:
                os.lseek(self.file, start, os.SEEK_SET)
                try:
                    msvcrt.locking(self.file, msvcrt.LK_NBLCK, length)
                except OSError:
                    continue
                self._held = start, length
                return True
            return False

        _held: tuple[int, int] | None = None

        def _let_go(self) -> None:
            import msvcrt

            if self._held is not None:
                os.lseek(self.file, self._held[0], os.SEEK_SET)
                msvcrt.locking(self.file, msvcrt.LK_UNLCK, self._held[1])
                self._held = None

    else:

        def _take(self, *, is_shared: bool) -> bool:
            import fcntl

            kind = fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX
            try:
                fcntl.flock(self.file, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True
