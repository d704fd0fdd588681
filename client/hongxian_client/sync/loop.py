"""The sync loop: a thread that syncs again and again, sooner after a write, later after a failure."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass

from hongxian.errors import DeviceRevoked, HongxianError, NotJoined, Unauthorized
from hongxian.kit.duties import run_what_is_due
from hongxian.words.logs import logger
from hongxian_client.replica import outbox
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.session import Progress, Report, sync
from hongxian_client.transport.link import Post

log = logger(__name__)
ENDS_IT: tuple[type[HongxianError], ...] = (DeviceRevoked, NotJoined, Unauthorized)
"""Errors that no further try can mend."""


@dataclass(frozen=True)
class Pace:
    """Seconds to wait: after success, after failures, and between looks at the outbox."""

    idle: float = 30.0
    shortest: float = 2.0
    longest: float = 300.0
    look: float = 1.0

    def after_failures(self, count: int, chance: Callable[[], float]) -> float:
        """Exponential, with jitter: laptops that lost the hub together must not return together."""
        most: float = min(self.longest, self.shortest * 2.0 ** min(count - 1, 30))
        return most * (0.5 + chance() / 2)


Told = Callable[[Report | HongxianError], None]


class SyncLoop:
    """One laptop's loop; `told` hears what each sync did, or why it failed, `progress` how far it is."""

    def __init__(
        self,
        replica: Replica,
        post: Post,
        told: Told = lambda outcome: None,
        pace: Pace = Pace(),
        chance: Callable[[], float] = random.random,
        progress: Progress = lambda moved, left: None,
    ) -> None:
        self.replica, self.post, self.told = replica, post, told
        self.progress = progress
        self.pace, self.chance = pace, chance
        self.failures = 0
        self._stop, self._wake = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="hongxian-sync", daemon=True)

    def start(self) -> None:
        """Begin; from now on a write in this process wakes the loop."""
        self.replica.on_write = self._wake.set
        self._thread.start()

    def stop(self) -> None:
        """End after the request that is under way."""
        self._stop.set()
        self._wake.set()
        self._thread.join()
        self.replica.on_write = lambda: None

    @property
    def running(self) -> bool:
        """False once stopped, or ended by an error that no further try can mend."""
        return self._thread.is_alive()

    def _run(self) -> None:
        self.replica.keep_connection()
        while not self._stop.is_set():
            self._wake.clear()
            try:
                outcome: Report | HongxianError = sync(self.replica, self.post, self.progress)
                self.failures = 0
            except HongxianError as error:
                outcome = error
                self.failures += 1
            except Exception as error:  # a locked database must not end the loop
                log.exception("the sync failed")
                outcome = HongxianError(detail=f"{type(error).__name__}: {error}")
                self.failures += 1
            self.told(outcome)
            if isinstance(outcome, ENDS_IT):
                return
            self._run_what_is_due()
            if not (isinstance(outcome, Report) and outcome.files_left):
                self._wait()

    def _run_what_is_due(self) -> None:
        """What plugins do from time to time; it must not end the loop either."""
        try:
            with self.replica:
                run_what_is_due(self.replica)
        except Exception:
            log.exception("what plugins do from time to time failed")

    def _wait(self) -> None:
        """Wait until it is time or something was written; after a failure never shorter than a bit."""
        if self.failures:
            seconds = self.pace.after_failures(self.failures, self.chance)
            if not self._stop.wait(min(seconds, self.pace.shortest)):
                self._wake.wait(seconds - self.pace.shortest)
            return
        left = self.pace.idle * (0.75 + self.chance() / 2)
        while left > 0 and not self._wake.wait(min(self.pace.look, left)):
            left -= self.pace.look
            if self._has_work():
                return

    def _has_work(self) -> bool:
        """Whether another process has written: its writes wake nobody here."""
        with self.replica:
            return outbox.count(outbox.EntryState.UNSENT) > 0
