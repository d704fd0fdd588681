"""Laptops that are on the channel, and ask for nothing by the clock."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from hongxian_client.replica.replica import Replica
from hongxian_client.sync.loop import Pace, SyncLoop
from hongxian_client.transport.link import post_to_hub

NEVER = Pace(idle=600, whole=600, look=600, shortest=0.05, longest=0.2)
"""Nothing is asked for by the clock."""
DEADLINE = 20


class Asking:
    """The way to the hub, which notes what is asked for."""

    def __init__(self, replica: Replica) -> None:
        with replica:
            self._post = post_to_hub(replica)
        self.paths: list[str] = []

    def __call__(self, path: str, body: bytes) -> BinaryIO:
        self.paths.append(path)
        return self._post(path, body)


def soon(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


@contextmanager
def running(replica: Replica, pace: Pace = NEVER) -> Iterator[tuple[SyncLoop, Asking]]:
    """A laptop that is on the channel."""
    asking = Asking(replica)
    loop = SyncLoop(replica, asking, pace=pace)
    loop.start()
    try:
        soon(lambda: loop.is_live)
        yield loop, asking
    finally:
        loop.stop()
