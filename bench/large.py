"""What grows with a community: `hub status` over many journal blocks, the first search of many records while others
write, and the first contact of a laptop among thousands. `python -m bench.large`.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from bench.attendance import Attendance
from bench.commands import CHUNK, cost
from bench.live import Served, served
from bench.ours import plugins
from bench.rows import rows
from bench.start import PROGRAM
from hongxian.collections.builtin import Device
from hongxian_client.replica.replica import Replica
from hongxian_client.search.index import read_on
from hongxian_client.sync.session import sync
from hongxian_client.text.query import select_rows
from hongxian_client.transport.link import post_to_hub
from hongxian_server.hub import Hub
from hongxian_server.ops.overview import overview

BLOCKS = """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
INSERT INTO hongxian_journal (number, first_seq, last_seq, incarnation, kind, at, first_stamp, last_stamp, body, hash)
SELECT i, i * 3, i * 3 + 2, 1, 'push', i * 1000, i, i, randomblob(300), hex(randomblob(32)) FROM n"""
"""Blocks as requests leave them, but for what stands in them."""
PAUSE_SECONDS = 0.005


def status(folder: Path, blocks: int) -> None:
    """Of `hongxian hub status`: the whole command, and what it reads."""
    hub = Hub.init(folder / "hub", "bench", plugins=plugins())
    with hub, hub.upkeep():
        hub.database.execute_sql(BLOCKS, (blocks,))
    with hub:
        began = time.perf_counter()
        overview(hub)
        read = time.perf_counter() - began
    whole = cost([*PROGRAM, "hub", "status", "--data", str(hub.folder)])
    print(
        f"hub status, {blocks:,} blocks: {whole.wall:.2f} s, of which it reads {read * 1000:.1f} ms"
    )


def first_search(folder: Path, records: int) -> None:
    """Of the first search of all, and of what others wait who write while its texts are read in behind it."""
    with served(folder / "hub", tls=False) as hub:
        laptop = hub.laptop(folder / "laptop")
    with laptop:
        work = rows(records, seed=1)
        for _ in range(0, records, CHUNK):
            with laptop.separately():
                laptop.create(Attendance, [next(work) for _ in range(CHUNK)])
        kind = laptop.collection("bench.attendance")
        began = time.perf_counter()
        select_rows(laptop, kind, [], search="学志", limit=50)
        first = time.perf_counter() - began
        ends, waits = threading.Event(), list[float]()
        other = threading.Thread(target=_write, args=(folder / "laptop", ends, waits))
        other.start()
        began = time.perf_counter()
        while read_on(laptop, kind):
            time.sleep(PAUSE_SECONDS)
        read = time.perf_counter() - began
        ends.set()
        other.join()
        began = time.perf_counter()
        select_rows(laptop, kind, [], search="学志", limit=50)
        next_one = time.perf_counter() - began
    waits.sort()
    print(
        f"search of {records:,}: first {first:.2f} s, read in behind it in {read:.1f} s, then {next_one:.3f} s; "
        f"{len(waits)} writes beside it waited {statistics.median(waits) * 1000:.1f} ms, "
        f"p99 {waits[int(len(waits) * 0.99) - 1] * 1000:.0f} ms, {waits[-1] * 1000:.0f} ms at most"
    )


def _write(folder: Path, ends: threading.Event, waits: list[float]) -> None:
    other = Replica.open(folder, plugins=plugins())
    work = rows(10**9, seed=2)
    with other:
        while not ends.wait(PAUSE_SECONDS):
            began = time.perf_counter()
            Attendance.create(**next(work))
            waits.append(time.perf_counter() - began)


def first_contact(folder: Path, laptops: int) -> None:
    """Of a laptop's first sync among so many others, of which the hub holds nothing but who they are."""
    with served(folder / "hub", tls=False) as hub:
        told = Hub.open(folder / "hub", plugins=plugins())
        with told, told.transaction():
            drawn = random.Random(1)
            for n in range(laptops):
                of_own = {"incarnation": drawn.getrandbits(52), "laptop": drawn.randbytes(16).hex()}
                Device.create(number=10 + n, name=f"示例·{n}", teams=[], **of_own)
        bytes_, received, seconds = _first_sync(hub, folder)
    print(
        f"first contact among {laptops:,}: {received} rows, {bytes_ / 1000:.0f} KB, {seconds:.2f} s"
    )


def _first_sync(hub: Served, folder: Path) -> tuple[int, int, float]:
    laptop = hub.joined(folder / "laptop")
    moved = 0
    with laptop:
        way: Callable[[str, bytes], BinaryIO] = post_to_hub(laptop)

        def post(path: str, body: bytes) -> BinaryIO:
            nonlocal moved
            answer = way(path, body).read()
            moved += len(body) + len(answer)
            return BytesIO(answer)

        began = time.perf_counter()
        report = sync(laptop, post)
        return moved, report.received, time.perf_counter() - began


def main() -> None:
    """Measure, and print; each by a process of its own, for the memory of one is not the next's."""
    options = argparse.ArgumentParser(prog="bench.large", description=__doc__)
    options.add_argument("--blocks", type=int, default=1_000_000)
    options.add_argument("--records", type=int, default=1_000_000)
    options.add_argument("--laptops", type=int, default=2_940)
    options.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if not chosen.part:
        for part in PARTS:
            subprocess.run(
                [sys.executable, "-m", "bench.large", *sys.argv[1:], "--part", part], check=True
            )
        return
    with tempfile.TemporaryDirectory() as made:
        measure, sized = PARTS[chosen.part]
        measure(Path(made), getattr(chosen, sized))


PARTS: dict[str, tuple[Callable[[Path, int], None], str]] = {
    "status": (status, "blocks"),
    "search": (first_search, "records"),
    "contact": (first_contact, "laptops"),
}

if __name__ == "__main__":
    main()
