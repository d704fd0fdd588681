"""Reading texts in for the search, in the background: a search of many records need not wait for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from hongxian.collections.collection import Collection
from hongxian.words.logs import logger
from hongxian_client.replica.replica import Replica
from hongxian_client.search.index import read_on

log = logger(__name__)


class Reading:
    """One collection after the other, slice by slice, until all are read or the desk is shut."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._turn = threading.Lock()
        self._shut = threading.Event()

    def begin(self, *collections: Collection) -> None:
        """Read what a search had to look through by hand, unless something is being read."""
        if not self._shut.is_set() and self._turn.acquire(blocking=False):
            threading.Thread(target=self._read, args=(collections,), daemon=True).start()

    def end(self) -> None:
        """Stop after the slice that is under way; the next search goes on behind it."""
        self._shut.set()
        with self._turn:
            pass

    def _read(self, collections: Sequence[Collection]) -> None:
        try:
            with self._replica:
                for collection in collections:
                    self._read_one(collection)
        except Exception:  # the search looks by hand meanwhile, and begins it again
            log.exception("reading texts failed")
        finally:
            self._turn.release()

    def _read_one(self, collection: Collection) -> None:
        began = time.monotonic()
        while not self._shut.is_set() and read_on(self._replica, collection):
            took = time.monotonic() - began
            self._shut.wait(took)  # as long as it took others may write
            began = time.monotonic()
