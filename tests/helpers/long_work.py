"""Laptops on which somebody enters something every few seconds, whatever becomes of the hub; the loop carries it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count, cycle

from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent.outbox import Entry, EntryState
from hongxian_client.sync.loop import SyncLoop
from hongxian_client.transport.link import post_to_hub
from samples import Visit

LOOK_SECONDS = 0.2


@dataclass
class Works:
    """One laptop's, and when the hub acknowledged each."""

    laptop: Replica
    written: dict[str, float] = field(default_factory=dict)
    """When, by record; as `time.monotonic` counts."""
    acknowledged: dict[str, float] = field(default_factory=dict)

    def write(self, name: str) -> None:
        """One more."""
        with self.laptop:
            record = Visit.create(name=name)
        self.written[str(record.id)] = time.monotonic()

    def look(self) -> None:
        """See which have been acknowledged since."""
        waiting = dict(self.written)
        with self.laptop:
            unsent = {
                each.record for each in Entry.select().where(Entry.state == EntryState.UNSENT)
            }
        for record in waiting.keys() - unsent - self.acknowledged.keys():
            self.acknowledged[record] = time.monotonic()

    def went_on_at(self, since: float) -> float | None:
        """When the hub first acknowledged what was written after this moment."""
        told = [at for record, at in self.acknowledged.items() if self.written[record] > since]
        return min(told, default=None)


class LongWork:
    """All laptops'."""

    def __init__(self, laptops: Sequence[Replica], pause: float) -> None:
        self.works = [Works(each) for each in laptops]
        self._each_seconds, self._ended = pause / len(laptops), threading.Event()
        self._writer = threading.Thread(target=self._write)

    def seconds_until_all_go_on(self, since: float, most: float) -> tuple[float, float]:
        """Until half of the laptops, and until each, had something acknowledged that was written after this moment.

        Raises `TimeoutError`.
        """
        while True:
            told = [each.went_on_at(since) for each in self.works]
            there = sorted(at - since for at in told if at is not None)
            if len(there) == len(told):
                return there[len(there) // 2], there[-1]
            if time.monotonic() > since + most:
                raise TimeoutError(f"{told.count(None)} of {len(told)} laptops do not go on")
            time.sleep(LOOK_SECONDS)

    def wait_until_all_is_acknowledged(self, most: float) -> None:
        """Once nobody writes any more; raises `TimeoutError`."""
        give_up = time.monotonic() + most
        while any(each.written.keys() != each.acknowledged.keys() for each in self.works):
            if time.monotonic() > give_up:
                raise TimeoutError("the hub does not acknowledge all")
            time.sleep(LOOK_SECONDS)

    def acknowledged(self) -> set[str]:
        """All records that the hub has."""
        return set[str]().union(*(each.acknowledged for each in self.works))

    def _write(self) -> None:
        """On one laptop after the other, until the end."""
        for number, each in zip(count(), cycle(self.works)):
            if self._ended.wait(self._each_seconds):
                return
            each.write(f"来访 {number}")

    def start(self) -> None:
        """Somebody writes on each."""
        self._writer.start()

    def end(self) -> None:
        """Nobody writes any more."""
        self._ended.set()
        self._writer.join()


@contextmanager
def long_work(laptops: Sequence[Replica], pause: float) -> Iterator[LongWork]:
    """Each laptop writes something every `pause` seconds."""
    work = LongWork(laptops, pause)
    with ThreadPoolExecutor(len(laptops)) as threads, ExitStack() as alive:
        for each in work.works:
            with each.laptop:
                post = post_to_hub(each.laptop)
            loop = SyncLoop(each.laptop, post, lambda _outcome, each=each: each.look())
            loop.start()
            alive.callback(threads.submit, loop.stop)
        work.start()
        alive.callback(work.end)
        yield work
