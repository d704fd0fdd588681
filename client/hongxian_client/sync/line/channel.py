"""The channel: a line to the hub that stays, over which it rings when a round would bring something.

A thread listens, and asks for the line anew when it ends, later after each failure. While it is not there, or
something in between holds back what goes over it, the sync loop asks from time to time, as ever.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable

from hongxian.errors import HongxianError
from hongxian.wire.news import BEAT_SECONDS, LINE_BYTES, Said, words
from hongxian.words.logs import logger
from hongxian_client.replica.replica import Replica
from hongxian_client.transport.line import Staying
from hongxian_client.transport.link import link_to_hub

log = logger(__name__)
SILENT_SECONDS = 1.5 * BEAT_SECONDS
"""Without a word, after which a channel is given up."""
SHORTEST, LONGEST = 1.0, 300.0
"""Seconds until the next try, after the first failure and at most."""


class Channel:
    """One laptop's; `rings` is called when there is something to sync for, and when the line was lost or is back.

    `changed` is called when it has become live, and when it is so no more.
    """

    def __init__(
        self, replica: Replica, rings: Callable[[], None], changed: Callable[[], None]
    ) -> None:
        self._replica, self._rings, self._changed = replica, rings, changed
        self._token = ""
        self._line: Staying | None = None
        self._failures = 0
        self._stops = False
        self._wanted = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self.is_live = False
        """Whether the hub has said a word on it, and not fallen silent since."""

    def listen(self, token: str) -> None:
        """Be on the channel from now on, for what comes after this token."""
        self._token = token
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="hongxian-channel", daemon=True)
            self._thread.start()
        self._wanted.set()

    def hang_up(self) -> None:
        """End the line, to ask for it anew: a laptop that slept may hold one that leads nowhere."""
        with self._lock:
            if self._line is not None:
                self._line.end()

    def stop(self) -> None:
        """Be on it no more."""
        self._stops = True
        self.hang_up()
        self._wanted.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stops:
            self._wanted.clear()
            try:
                self._hear()
            except (HongxianError, OSError, ValueError) as error:
                log.info("channel failed=%s", type(error).__name__)
            was_live, self.is_live = self.is_live, False
            self._failures += 1
            if was_live and not self._stops:
                self._changed()
                self._rings()
            # Laptops that lost the hub together must not return together.
            most = min(LONGEST, SHORTEST * 2.0 ** min(self._failures, 30))
            if not self._stops:
                self._wanted.wait(most * (0.5 + random.random() / 2))

    def _hear(self) -> None:
        with self._replica:
            link = link_to_hub(self._replica)
        line, opening = link.stay(f"/v1/channel/{self._token}")
        with self._lock:
            self._line = line
        try:
            for said in words(link.shared, opening, line.lines(LINE_BYTES, SILENT_SECONDS)):
                if self._stops:
                    return
                was_away, was_live = self._failures > 0, self.is_live
                self.is_live, self._failures = True, 0
                if not was_live:
                    self._changed()
                if said is Said.RINGS or was_away:
                    self._rings()
        finally:
            with self._lock:
                self._line = None
            line.end()
