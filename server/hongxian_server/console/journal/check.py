"""Reading the whole journal from the console: once at a time, and in a thread, for it may be large."""

from __future__ import annotations

import threading

from hongxian_server.hub import Hub
from hongxian_server.ops.journal_check import check_journal


class JournalCheck:
    """Whether the journal of a hub is being read, and the beginning of it."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._checking = threading.Lock()

    @property
    def is_under_way(self) -> bool:
        """Whether it is being read."""
        return self._checking.locked()

    def begin(self) -> None:
        """Read it from now on, unless it is being read."""
        if self._checking.acquire(blocking=False):
            threading.Thread(target=self._check, daemon=True).start()

    def _check(self) -> None:
        try:
            with self._hub:
                check_journal(self._hub, whole=True)
        finally:
            self._checking.release()
