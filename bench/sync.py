"""Push and pull of many records against a plain insert of the same rows, all in one run.

    python bench/sync.py [--rows 100000] [--rounds 3] [--memory]

Hub and laptops are processes of their own over loopback. Prints seconds, ratios to the plain
insert, and each process's peak memory. `--memory` runs a first sync of 1,000,000 records once.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
import types
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import peewee
from peewee import BooleanField, CharField, DateField, DateTimeField, IntegerField, TextField

from hongxian import Record, Reference, hookimpl, new_id
from hongxian.plugins import Plugins

DRIVER = peewee.sqlite3
FIELDS = ("person", "activity", "day", "signed_in", "minutes", "state", "late", "notes")
STATES = ("signed_up", "signed_in", "signed_out", "confirmed")
WORDS = "磨刀剪子菜刀纱窗值班巡查调解学习室红房子大篷车志愿者邻里楼道晚托班今天明天帮忙老人孩子"
CHUNK = 10_000


class Attendance(Record):
    """Attendance, as a bench sees it."""

    person = Reference("roster.person", verbose_name="志愿者")
    activity = Reference("service.activity", verbose_name="活动")
    day = DateField(verbose_name="日期")
    signed_in = DateTimeField(verbose_name="签到")
    minutes = IntegerField(verbose_name="分钟")
    state = CharField(verbose_name="状态", max_length=20, choices=[(each, each) for each in STATES])
    late = BooleanField(verbose_name="补录", default=False)
    notes = TextField(verbose_name="备注", null=True)

    class Meta:
        collection = "bench.attendance"


def plugins() -> Plugins:
    """The bench's one collection, and no other plugin."""
    module = types.ModuleType("bench")
    module.collections = hookimpl(lambda: [Attendance], specname="collections")  # type: ignore[attr-defined]
    made = Plugins(installed=False)
    made.add(module)
    return made


def rows(count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Invented rows, the same for the same seed."""
    dice = random.Random(seed)
    people = [new_id() for _ in range(3_000)]
    activities = [new_id() for _ in range(400)]
    for _ in range(count):
        day = f"2025-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}"
        yield {
            "person": dice.choice(people),
            "activity": dice.choice(activities),
            "day": day,
            "signed_in": f"{day} {dice.randint(8, 20):02d}:{dice.randint(0, 59):02d}:00",
            "minutes": dice.randint(10, 240),
            "state": dice.choice(STATES),
            "late": dice.random() < 0.1,
            "notes": "".join(dice.choices(WORDS, k=dice.randint(4, 24)))
            if dice.random() < 0.7
            else None,
        }


# -- what runs in processes of its own -------------------------------------------------------


def serve(folder: Path) -> None:
    """The hub; prints its port and two enrolment codes."""
    from hongxian_server import devices
    from hongxian_server.hub import Hub
    from hongxian_server.serve import make_server
    from hongxian_server.serve import serve as serve_hub

    hub = Hub.init(folder, "bench", plugins=plugins())
    with hub:
        devices.add_team(hub, "team")
        codes = [devices.make_code(hub, ["team"])[0] for _ in range(40)]
    server = make_server(hub, "127.0.0.1", 0)
    serve_hub(
        hub,
        server,
        lambda: print(json.dumps({"port": server.bind_addr[1], "codes": codes}), flush=True),
    )


def write(folder: Path, url: str, code: str, count: int) -> None:
    """A laptop joins and writes."""
    from hongxian_client.join import join
    from hongxian_client.replica import Replica

    replica = Replica.open(folder, plugins=plugins())
    with replica:
        join(replica, url, code)
        source = rows(count)
        began = time.perf_counter()
        for _ in range(0, count, CHUNK):
            with replica.separately():
                part = list(islice(source, CHUNK))
                Attendance.insert_many(part).execute()
    report(seconds=time.perf_counter() - began)


def sync_once(folder: Path, url: str, code: str | None) -> None:
    """A laptop syncs, joining first if it has a code."""
    from hongxian.setting import get_setting
    from hongxian_client.join import join
    from hongxian_client.link import Link
    from hongxian_client.replica import Replica
    from hongxian_client.sync import sync

    replica = Replica.open(folder, plugins=plugins())
    with replica:
        if code:
            join(replica, url, code)
        link = Link(url, get_setting("token"))
        sync_empty = time.perf_counter()
        done = sync(replica, link.post)
        seconds = time.perf_counter() - sync_empty
        began = time.perf_counter()
        nothing = sync(replica, link.post)
        no_op = time.perf_counter() - began
    assert not done.differs, done
    assert nothing.requests == 1, nothing
    report(seconds=seconds, requests=done.requests, moved=done.sent + done.received, no_op=no_op)


def plain(folder: Path, source: Path) -> None:
    """The same rows into the same kind of table by `executemany`, in one commit."""
    held = DRIVER.connect(str(source))
    names = ", ".join(("id", "scope", *FIELDS))
    data = held.execute(f"SELECT {names} FROM bench_attendance ORDER BY id").fetchall()
    held.close()
    database = DRIVER.connect(str(folder / "plain.db"), isolation_level=None)
    database.execute("PRAGMA journal_mode = wal")
    database.execute("PRAGMA synchronous = full")
    database.execute(
        "CREATE TABLE attendance (id VARCHAR(36) NOT NULL PRIMARY KEY, scope VARCHAR(40) NOT NULL, "
        "person VARCHAR(36) NOT NULL, activity VARCHAR(36) NOT NULL, day DATE NOT NULL, "
        "signed_in DATETIME NOT NULL, minutes INTEGER NOT NULL, state VARCHAR(20) NOT NULL, "
        "late INTEGER NOT NULL, notes TEXT) WITHOUT ROWID"
    )
    began = time.perf_counter()
    database.execute("BEGIN IMMEDIATE")
    database.executemany(f"INSERT INTO attendance ({names}) VALUES (?,?,?,?,?,?,?,?,?,?)", data)
    database.execute("COMMIT")
    seconds = time.perf_counter() - began
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    report(seconds=seconds, bytes=(folder / "plain.db").stat().st_size)


def report(**facts: Any) -> None:
    """One line of JSON with this process's peak memory in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**facts, "peak_mb": round(peak)}), flush=True)


# -- the run -----------------------------------------------------------------------------------


def child(*words: object) -> dict[str, Any]:
    """Run one part in a process of its own and read what it reports."""
    done = subprocess.run(
        [sys.executable, __file__, *map(str, words)], check=True, stdout=subprocess.PIPE, text=True
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def measure(count: int) -> dict[str, dict[str, Any]]:
    """One whole run: plain insert, push, pull, and a sync with nothing to do."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        hub = subprocess.Popen(
            [sys.executable, __file__, "serve", str(root / "hub")],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert hub.stdout is not None
            told = json.loads(hub.stdout.readline())
            url = f"http://127.0.0.1:{told['port']}"
            found = {"write": child("write", root / "a", url, told["codes"][0], count)}
            found["plain"] = child("plain", root, root / "a" / "laptop.db")
            found["push"] = child("sync", root / "a", url)
            found["pull"] = child("sync", root / "b", url, told["codes"][1])
            peak = Path(f"/proc/{hub.pid}/status")
            if peak.exists():
                line = next(
                    line for line in peak.read_text().splitlines() if line.startswith("VmHWM")
                )
                found["hub"] = {"peak_mb": round(int(line.split()[1]) / 1024)}
        finally:
            hub.terminate()
            hub.wait()
        found["bytes"] = {
            "plain": found["plain"]["bytes"],
            "laptop": size(root / "b" / "laptop.db"),
            "hub": size(root / "hub" / "hub.db"),
        }
        return found


def size(path: Path) -> int:
    """Bytes of a database with its log taken in."""
    database = DRIVER.connect(str(path))
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path.stat().st_size


def main() -> None:
    """Run and print."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument(
        "--memory", action="store_true", help="one first sync of 1,000,000 records"
    )
    chosen = options.parse_args()
    count, rounds = (1_000_000, 1) if chosen.memory else (chosen.rows, chosen.rounds)
    runs = [measure(count) for _ in range(rounds)]
    print(
        f"{count:,} records of ten columns, {rounds} run(s), median; plain = executemany, FULL sync"
    )
    print(f"{'':8}{'seconds':>10}{'x plain':>10}{'records/s':>12}{'peak MB':>10}")
    for name in ("plain", "write", "push", "pull"):
        seconds = median(run[name]["seconds"] for run in runs)
        ratio = median(run[name]["seconds"] / run["plain"]["seconds"] for run in runs)
        peak = max(run[name]["peak_mb"] for run in runs)
        print(f"{name:8}{seconds:10.2f}{ratio:10.2f}{count / seconds:12,.0f}{peak:10}")
    no_op = median(run["pull"]["no_op"] for run in runs) * 1000
    print(
        f"a sync with nothing to do: one request, {no_op:.1f} ms; hub's peak {runs[-1]['hub']['peak_mb']} MB"
    )
    held = runs[-1]["bytes"]
    print(
        f"bytes on disk: plain {held['plain']:,}, laptop {held['laptop']:,} "
        f"({held['laptop'] / held['plain']:.2f}x), hub with journal {held['hub']:,} "
        f"({held['hub'] / held['plain']:.2f}x)"
    )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve", folder]:
            serve(Path(folder))
        case ["write", folder, url, code, count]:
            write(Path(folder), url, code, int(count))
        case ["sync", folder, url]:
            sync_once(Path(folder), url, None)
        case ["sync", folder, url, code]:
            sync_once(Path(folder), url, code)
        case ["plain", folder, source]:
            plain(Path(folder), Path(source))
        case _:
            main()
