"""Some of a day's laptops, by the real client, in one process: started by `day`.

Each has a folder, a database and a plan of its own; a few threads take whichever is due. What is
timed is a sync from its start to its end, and within it the wait for the hub's answers.
"""

from __future__ import annotations

import heapq
import json
import random
import sys
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO

from bench.agent import say
from bench.attendance import Attendance
from bench.ours import plugins
from bench.rows import rows
from hongxian.errors import HongxianError
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.enrol import join
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import post_to_hub

THREADS = 4


class Person:
    """One laptop and the work that its owner does."""

    def __init__(self, folder: Path, place: int, url: str, code: str, count: int) -> None:
        self.replica = Replica.open(folder / f"laptop{place}", plugins=plugins())
        with self.replica:
            join(self.replica, url, code)
            self._post = post_to_hub(self.replica)
        self.work = list(rows(count, seed=10_000 + place))
        self.waited = 0.0
        self.refused = 0

    def write(self, count: int) -> None:
        """One record after the other, as a person would."""
        with self.replica:
            for _ in range(count):
                Attendance.create(**self.work.pop())

    def sync(self) -> tuple[float, float]:
        """Seconds of a sync, and of its waits for the hub."""
        self.waited, began = 0.0, time.perf_counter()
        done = sync(self.replica, self.post)
        self.refused += done.refused + len(done.differs)
        return time.perf_counter() - began, self.waited

    def post(self, path: str, body: bytes) -> BinaryIO:
        """The way to the hub, with the wait for its answer measured."""
        began = time.perf_counter()
        try:
            return self._post(path, body)
        finally:
            self.waited += time.perf_counter() - began


class Plan:
    """Who is due next; shared by the threads."""

    def __init__(self, people: list[Person], told: dict[str, Any]) -> None:
        self.told, self.dice, self.lock = told, random.Random(told["places"][0]), threading.Lock()
        self.began = time.time()
        self.due = [
            (self.dice.random() * told["seconds"], place, person, told["syncs"])
            for place, person in enumerate(people)
        ]
        heapq.heapify(self.due)
        self.rounds: list[float] = []
        self.waits: list[float] = []
        self.failed = 0

    def work(self) -> None:
        """Take whoever is due, until nobody is."""
        while True:
            with self.lock:
                if not self.due:
                    return
                moment, place, person, left = heapq.heappop(self.due)
            time.sleep(max(self.began + moment - time.time(), 0))
            person.write(self.told["records"])
            try:
                whole, waited = person.sync()
            except HongxianError as error:
                print(place, error, file=sys.stderr)
                self.failed += 1
            else:
                with self.lock:
                    self.rounds.append(whole)
                    self.waits.append(waited)
            if left > 1:
                pause = self.told["seconds"] * (0.5 + self.dice.random())
                with self.lock:
                    heapq.heappush(self.due, (moment + pause, place, person, left - 1))


def main(told: dict[str, Any]) -> None:
    """Join, wait for the word, live the day, and tell of it."""
    count = told["syncs"] * told["records"]
    people = [
        Person(Path(told["folder"]), place, url, code, count)
        for place, url, code in zip(told["places"], told["urls"], told["codes"], strict=True)
    ]
    say(ready=len(people))
    sys.stdin.readline()
    plan = Plan(people, told)
    threads = [threading.Thread(target=plan.work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ended = time.time()
    say(
        rounds=plan.rounds,
        waits=plan.waits,
        failed=plan.failed,
        refused=sum(person.refused for person in people),
        began=plan.began,
        ended=ended,
    )


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
