"""What the system tells of processes: their time, memory and files; and of a PostgreSQL and who waits in it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from hongxian.storage.lease import WRITERS

TICKS = os.sysconf("SC_CLK_TCK")
LOOK_SECONDS = 0.02


def _times(pid: int) -> tuple[int, float, float]:
    """Its parent, and its seconds of processor time without and with those of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own, ended = (sum(map(int, fields[place : place + 2])) / TICKS for place in (11, 13))
    return int(fields[1]), own, own + ended


def cpu_seconds(pid: int) -> float:
    """Processor time so far."""
    return _times(pid)[1]


def memory_mb(pid: int, name: str = "VmRSS") -> float:
    """Memory now (MiB)."""
    return int(Path(f"/proc/{pid}/status").read_text().split(f"{name}:")[1].split()[0]) / 1024


def open_files(pid: int) -> int:
    """Files and connections that it has open."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


class Cluster:
    """A PostgreSQL server, looked at over a connection of its own."""

    def __init__(self, url: str) -> None:
        self._own = psycopg.connect(url, autocommit=True)
        self._first = _times(self._own.info.backend_pid)[0]

    def _pids(self) -> list[int]:
        told = Path(f"/proc/{self._first}/task/{self._first}/children").read_text()
        return [int(each) for each in told.split()]

    def cpu_seconds(self) -> float:
        """Processor time so far of all its processes, those that have ended too."""
        total = _times(self._first)[2]
        for pid in self._pids():
            try:
                total += cpu_seconds(pid)
            except OSError:  # it has ended since
                continue
        return total

    def memory_mb(self) -> float:
        """What its processes hold each for itself (MiB); what they share is left out."""
        return sum(memory_mb(pid, "RssAnon") for pid in [self._first, *self._pids()])

    def connections(self) -> int:
        """Of others than this one."""
        sql = "SELECT count(*) - 1 FROM pg_stat_activity WHERE backend_type = 'client backend'"
        return int(self._own.execute(sql).fetchone()[0])  # type: ignore[index]

    def bytes_of(self, database: str) -> int:
        """On disk."""
        return int(self._own.execute("SELECT pg_database_size(%s)", [database]).fetchone()[0])  # type: ignore[index]

    @contextmanager
    def waiting(self) -> Iterator[list[int]]:
        """How many wait for a community's lock of writers, looked at again and again inside."""
        seen, ended = list[int](), threading.Event()

        def look() -> None:
            sql = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted"
            while not ended.wait(LOOK_SECONDS):
                seen.append(int(self._own.execute(sql, [WRITERS]).fetchone()[0]))  # type: ignore[index]

        watching = threading.Thread(target=look)
        watching.start()
        try:
            yield seen
        finally:
            ended.set()
            watching.join()
