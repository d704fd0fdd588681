"""A town as large as is asked: what it costs at rest, and how it bears a morning."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg

from bench.scale.crowd import Crowd, crowd, fill, joined
from bench.scale.meters import Cluster, cpu_seconds, memory_mb, open_files
from bench.scale.serving import Served, new_community, served
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.loop import SyncLoop
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import link_to_hub, post_to_hub
from hongxian_plugins.roster import Person
from hongxian_server.town.folder import Kept

PAUSE_SECONDS = 0.15
"""Between two saves."""
SETTLING_SECONDS = 3
CODES = 3
"""Laptops of a community that are real: one that works and keeps the lines of all, a writer and a reader."""


@dataclass(frozen=True)
class Layout:
    """How large a town is, and how it is served."""

    communities: int = 1
    laptops: int = 30
    """Of each community, on the channel."""
    records: int = 0
    """In the first community."""
    processes: int = 1
    on_postgres: bool = False


@dataclass(frozen=True)
class Effort:
    """How long it is looked at."""

    idle_seconds: float
    saves: int
    with_burst: bool = False


class Measured:
    """A town while it is measured."""

    def __init__(
        self, folder: Path, layout: Layout, urls: Sequence[str | None], cluster: Cluster | None
    ) -> None:
        self._folder, self._town, self._layout = folder, folder / "town", layout
        self._names = [f"c{number:04d}" for number in range(layout.communities)]
        self._cluster = cluster
        self._codes = {
            name: new_community(self._town / name, CODES, url, is_shared=layout.on_postgres)
            for name, url in zip(self._names, urls, strict=True)
        }
        self._stack = ExitStack()

    def facts(self, effort: Effort) -> dict[str, Any]:
        """All that is found."""
        with self._stack:
            serving = []
            for _ in range(self._layout.processes):
                serving.append(
                    self._stack.enter_context(served("town", self._town, self._folder / "log"))
                )
            opened = max(each.wait_for(self._layout.communities) for each in serving)
            with crowd(self._folder / "crowd") as group:
                keepers = self._join(group, serving)
                empty = self._held(serving)
                self._take_lines(keepers, serving)
                time.sleep(SETTLING_SECONDS)
                found = {"opened": opened, "mb_before": empty["mb"], **self._held(serving)}
                found |= self._idle(serving, effort.idle_seconds)
                if effort.with_burst:
                    found["burst"] = self._burst(group)
                found["seen"] = self._save_to_seen(serving, effort.saves)
                return found

    def _at(self, serving: Sequence[Served], name: str, which: int = 0) -> str:
        return f"{serving[which % len(serving)].url}/{name}"

    def _join(self, group: Crowd, serving: Sequence[Served]) -> dict[str, Replica]:
        """One laptop of each community joins, and another that works in a morning."""
        keepers = {}
        for number, name in enumerate(self._names):
            code = self._codes[name].pop()
            url = self._at(serving, name, number)
            keepers[name] = joined(self._folder / f"keeper-{name}", url, code)
        fill(keepers[self._names[0]], self._layout.records)
        group.join(
            self._folder,
            [
                (f"worker-{name}", self._at(serving, name, number), self._codes[name].pop())
                for number, name in enumerate(self._names)
            ],
        )
        return keepers

    def _take_lines(self, keepers: dict[str, Replica], serving: Sequence[Served]) -> None:
        for name, keeper in keepers.items():
            with keeper:
                known = sync(keeper, post_to_hub(keeper)).known
                assert known is not None
                links = [
                    link_to_hub(keeper, self._at(serving, name, n)) for n in range(len(serving))
                ]
                for place in range(self._layout.laptops):
                    line, _ = links[place % len(links)].stay(f"/v1/channel/{known.token}")
                    self._stack.callback(line.end)

    def _held(self, serving: Sequence[Served]) -> dict[str, float]:
        found: dict[str, float] = {
            "mb": sum(memory_mb(each.pid) for each in serving),
            "files": sum(open_files(each.pid) for each in serving),
            "threads": sum(_threads(each.pid) for each in serving),
        }
        if self._cluster:
            found["connections"] = self._cluster.connections()
            found["postgresql_mb"] = self._cluster.memory_mb()
        return found

    def _idle(self, serving: Sequence[Served], seconds: float) -> dict[str, float]:
        """Seconds of processor time in a second, of the town's processes and of PostgreSQL."""

        def spent() -> tuple[float, float]:
            of_them = sum(cpu_seconds(each.pid) for each in serving)
            return of_them, self._cluster.cpu_seconds() if self._cluster else 0

        before = spent()
        time.sleep(seconds)
        after = spent()
        return {
            "idle": (after[0] - before[0]) / seconds,
            "idle_postgresql": (after[1] - before[1]) / seconds,
        }

    def _burst(self, group: Crowd) -> dict[str, Any]:
        """As many edits as there are laptops, each a round of its own, as fast as they are taken."""
        told = group.work("write", rounds=self._layout.laptops)
        return {
            "edits": len(told["taken"]),
            "failed": len(told["failed"]),
            "seconds": told["seconds"],
            **_shares(told["taken"]),
        }

    def _save_to_seen(self, serving: Sequence[Served], saves: int) -> dict[str, float]:
        """From a save at the first process to its being at a laptop of the last, by the real loops."""
        name = self._names[0]
        code = self._codes[name].pop()
        reader = joined(self._folder / "reader", self._at(serving, name, len(serving) - 1), code)
        writer = Replica.open(self._folder / f"keeper-{name}")
        seen, taken = threading.Semaphore(0), list[float]()

        def tell(done: object) -> None:
            if getattr(done, "received", 0):
                seen.release()

        loops = [SyncLoop(writer, _post_of(writer)), SyncLoop(reader, _post_of(reader), tell)]
        for each in loops:
            each.start()
        try:
            _until(lambda: all(each.is_live for each in loops))
            for number in range(saves):
                began = time.perf_counter()
                with writer:
                    Person.create(name=f"seen·{number}")
                if seen.acquire(timeout=60):
                    taken.append(time.perf_counter() - began)
                time.sleep(PAUSE_SECONDS)
        finally:
            for each in loops:
                each.stop()
        return {"lost": saves - len(taken), **_shares(sorted(taken))}


def measure(
    folder: Path, layout: Layout, effort: Effort, cluster_url: str | None = None
) -> dict[str, Any]:
    """A town of this layout: what it costs at rest, and how it bears a morning."""
    folder.mkdir()
    urls: list[str | None] = [None] * layout.communities
    cluster = None
    if layout.on_postgres:
        assert cluster_url is not None
        cluster = Cluster(cluster_url)
        urls = [new_database(cluster_url, f"{folder.name}_{n}") for n in range(layout.communities)]
        (folder / "town").mkdir()
        kept = Kept.of(folder / "town")
        replace(kept, signals=cluster_url).keep(folder / "town")
    return Measured(folder, layout, urls, cluster).facts(effort)


def new_database(cluster_url: str, name: str) -> str:
    """An empty one of this name; returns its URL."""
    with psycopg.connect(cluster_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    return cluster_url.replace("@/postgres?", f"@/{name}?")


def _threads(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def _shares(ordered: Sequence[float]) -> dict[str, float]:
    return {
        "median": statistics.median(ordered),
        "p99": ordered[max(int(len(ordered) * 0.99) - 1, 0)],
    }


def _post_of(replica: Replica) -> Any:
    with replica:
        return post_to_hub(replica)


def _until(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 60
    while not holds() and time.monotonic() < give_up:
        time.sleep(0.02)
