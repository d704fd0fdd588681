"""The sync loop: a thread that syncs again and again, sooner after a write, later after a failure."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from hongxian.errors import DeviceRevoked, HongxianError, NotJoined, Unauthorized
from hongxian.kit.duties import run_what_is_due
from hongxian.words.logs import logger
from hongxian_client.replica.files import FROM_HUB
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent import outbox
from hongxian_client.sync.line.channel import Channel
from hongxian_client.sync.news import Known
from hongxian_client.sync.report import Report
from hongxian_client.sync.session import Progress, sync
from hongxian_client.transport.link import Post

log = logger(__name__)
SLEPT_SECONDS = 5.0
"""More than a wait should take, by which it is told that the machine slept, or its clock was set."""
ENDS_IT: tuple[type[HongxianError], ...] = (DeviceRevoked, NotJoined, Unauthorized)
"""Errors that no further try can mend."""


@dataclass(frozen=True)
class Pace:
    """Seconds to wait: after success, after failures, and between looks at what other processes wrote."""

    idle: float = 30.0
    shortest: float = 2.0
    longest: float = 300.0
    look: float = 10.0
    whole: float = 3600.0
    """After which a round is done though nothing is new: the hub hears that the laptop is there and well."""

    def after_failures(self, count: int, chance: Callable[[], float]) -> float:
        """Exponential, with jitter: laptops that lost the hub together must not return together."""
        most: float = min(self.longest, self.shortest * 2.0 ** min(count - 1, 30))
        return most * (0.5 + chance() / 2)


Told = Callable[[Report | HongxianError], None]


class SyncLoop:
    """One laptop's loop; `told` hears what each sync did, or why it failed, `progress` how far it is.

    `live` is called when the hub begins to ring, and when it rings no more.
    """

    def __init__(
        self,
        replica: Replica,
        post: Post,
        told: Told = lambda outcome: None,
        pace: Pace = Pace(),
        chance: Callable[[], float] = random.random,
        progress: Progress = lambda moved, left: None,
        has_channel: bool = True,
        live: Callable[[], None] = lambda: None,
    ) -> None:
        self.replica, self.post, self.told = replica, post, told
        self.progress = progress
        self.pace, self.chance = pace, chance
        self.failures = 0
        self._known: Known | None = None
        self._whole_at = 0.0
        self._stop, self._wake = threading.Event(), threading.Event()
        self.channel = Channel(replica, self._wake.set, live) if has_channel else None
        self._thread = threading.Thread(target=self._run, name="hongxian-sync", daemon=True)

    def start(self) -> None:
        """Begin; from now on a write in this process wakes the loop."""
        self._on_write, self.replica.on_write = self.replica.on_write, self.wake
        self._thread.start()

    def wake(self) -> None:
        """Sync soon; in any thread."""
        self._wake.set()

    def stop(self) -> None:
        """End after the request that is under way."""
        self._stop.set()
        self._wake.set()
        self._thread.join()
        self._hang_up()
        self.replica.on_write = self._on_write

    @property
    def running(self) -> bool:
        """False once stopped, or ended by an error that no further try can mend."""
        return self._thread.is_alive()

    def _run(self) -> None:
        with self.replica.kept_open():
            self._go_round()

    def _go_round(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            try:
                outcome: Report | HongxianError = self._sync()
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
                self._hang_up()
                return
            self._run_what_is_due()
            if not (isinstance(outcome, Report) and (outcome.files_left or outcome.program_left)):
                self._wait()

    @property
    def is_live(self) -> bool:
        """Whether the hub rings when there is something new."""
        return self.channel is not None and self.channel.is_live

    def _hang_up(self) -> None:
        if self.channel is not None:
            self.channel.stop()

    def _sync(self) -> Report:
        now = time.monotonic()
        known = self._known if now - self._whole_at < self.pace.whole else None
        self._known = None
        report = sync(self.replica, self.post, self.progress, known)
        self._known = report.known
        if known is None:
            self._whole_at = now
        if self.channel is not None and report.known is not None:
            self.channel.listen(report.known.token)
        return report

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
        left = self._idle() * (0.75 + self.chance() / 2)
        while left > 0:
            look, before = min(self.pace.look, left), time.time()
            if self._wake.wait(look) or self._has_work():
                return
            left -= look
            if time.time() - before > look + SLEPT_SECONDS and self.channel is not None:
                self.channel.hang_up()  # it may lead nowhere, which would be noticed late
                return

    def _idle(self) -> float:
        """Seconds until it asks by itself: where the hub rings, only what it does not ring for is asked for."""
        waits = self._known is None or self._waits_for_files()
        return self.pace.idle if waits or not self.is_live else self.pace.whole

    def _waits_for_files(self) -> bool:
        """Whether somebody wants to see a file that the hub may not have yet."""
        with self.replica:
            return self.replica.files.exist and bool(self.replica.files.wishes(FROM_HUB, 1))

    def _has_work(self) -> bool:
        """Whether another process has written: its writes wake nobody here."""
        with self.replica:
            return outbox.count(outbox.EntryState.UNSENT) > 0
