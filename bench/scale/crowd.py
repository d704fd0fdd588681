"""Laptops by the real client, some in one process: `python -m bench.scale.crowd`, told what to do by lines."""

from __future__ import annotations

import itertools
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bench.agent import obey
from bench.process import Failed, Process
from hongxian.plugins.loading import keep_what_is_loaded
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.enrol import join
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import post_to_hub
from hongxian_plugins.roster import Person

THREADS = 8
"""Of each: so many of its laptops are at it at once."""
PROCESSES = 2
CHUNK = 5_000
PATIENCE_SECONDS = 3_600


def joined(folder: Path, url: str, code: str) -> Replica:
    """A new laptop, which holds what the hub holds."""
    replica = Replica.open(folder)
    with replica:
        join(replica, url, code)
        sync(replica, post_to_hub(replica))
    return replica


def fill(replica: Replica, count: int) -> None:
    """Bring the hub so many people."""
    for start in range(0, count, CHUNK):
        people = [{"name": f"示例·甲{n}"} for n in range(start, min(start + CHUNK, count))]
        with replica, replica.separately():
            Person.insert_many(people).execute()
    with replica:
        sync(replica, post_to_hub(replica))


class Laptop:
    """One that has joined, with its connections kept open, as the sync loop does."""

    def __init__(self, folder: Path, url: str, code: str) -> None:
        self.replica = joined(folder, url, code)
        self._open = ExitStack()
        self._open.enter_context(self.replica.kept_open())
        with self.replica:
            self._post = post_to_hub(self.replica)
            self._known = sync(self.replica, self._post).known
        self._numbers = itertools.count(1)

    def write(self) -> None:
        """A new person, brought to the hub."""
        with self.replica:
            Person.create(name=f"{self.replica.folder.name}·{next(self._numbers)}")
        self.round()

    def round(self) -> None:
        """A round, whether there is anything to say or not."""
        done = sync(self.replica, self._post)
        if done.refused or done.differs:
            raise Failed(f"after the sync: {done}")
        self._known = done.known

    def news(self) -> None:
        """Ask whether there is anything new."""
        sync(self.replica, self._post, known=self._known)


class Servant:
    """Laptops that work when they are told to."""

    def __init__(self) -> None:
        keep_what_is_loaded()
        self._laptops: list[Laptop] = []

    def join(self, folder: str, places: Sequence[Sequence[str]]) -> dict[str, Any]:
        """More of them, each by its name, the hub's address and a code."""
        self._laptops += [Laptop(Path(folder) / name, url, code) for name, url, code in places]
        return {}

    def work(self, what: str, rounds: int = 0, seconds: float = 0) -> dict[str, Any]:
        """Each of them in turn so often, or for so long, by a few threads: what each took, and when all were done."""
        until = time.monotonic() + seconds
        taken, failed = list[float](), list[str]()

        def run(own: Sequence[Laptop]) -> None:
            for laptop in itertools.chain.from_iterable(
                own for _ in (itertools.count() if seconds else range(rounds))
            ):
                if seconds and time.monotonic() > until:
                    return
                began = time.perf_counter()
                try:
                    getattr(laptop, what)()
                    taken.append(time.perf_counter() - began)
                except Exception as error:
                    failed.append(f"{type(error).__name__}: {error}"[:200])

        began = time.time()
        shares = [self._laptops[place::THREADS] for place in range(THREADS)]
        threads = [threading.Thread(target=run, args=[each]) for each in shares if each]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        return {"began": began, "ended": time.time(), "taken": taken, "failed": failed}


class Crowd:
    """Laptops in a few processes."""

    def __init__(self, processes: Sequence[Process]) -> None:
        self._processes = processes
        self.pids = [each.pid for each in processes]

    def join(self, folder: Path, places: Sequence[tuple[str, str, str]]) -> None:
        """More of them: names, addresses and codes."""
        count = len(self._processes)
        self._all(lambda at: {"do": "join", "folder": str(folder), "places": places[at::count]})

    def work(self, what: str, rounds: int = 0, seconds: float = 0) -> dict[str, Any]:
        """What all of them took, and the seconds from the first's beginning to the last's end."""
        told = self._all(
            lambda _: {"do": "work", "what": what, "rounds": rounds, "seconds": seconds}
        )
        return {
            "seconds": max(each["ended"] for each in told) - min(each["began"] for each in told),
            "taken": sorted(itertools.chain.from_iterable(each["taken"] for each in told)),
            "failed": [why for each in told for why in each["failed"]],
        }

    def _all(self, command: Callable[[int], dict[str, Any]]) -> list[dict[str, Any]]:
        for place, each in enumerate(self._processes):
            each.send(json.dumps(command(place)))
        told = [each.hear(PATIENCE_SECONDS) for each in self._processes]
        for each in told:
            if "error" in each:
                raise Failed(each["error"])
        return told


@contextmanager
def crowd(log: Path) -> Iterator[Crowd]:
    """Processes for laptops that have yet to join."""
    with ExitStack() as stack:
        made = []
        for number in range(PROCESSES):
            command = [sys.executable, "-m", "bench.scale.crowd"]
            made.append(stack.enter_context(Process(command, log.with_suffix(f".{number}.log"))))
        for each in made:
            each.hear()
        yield Crowd(made)


if __name__ == "__main__":
    obey(Servant())
