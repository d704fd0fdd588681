"""What claims cost: bookings pushed with a claim against the same rows without; and one spend.

    python bench/claims.py [--rows 100000] [--rounds 3] [--spends 1000]

The hub is a process of its own over loopback. Prints rows a second and their ratio within each
run, and the median of a quota's spend on the laptop in milliseconds, its commit (FULL) included.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import types
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from peewee import CharField, DateField, IntegerField, TextField

from hongxian import QuotaField, Record, hookimpl
from hongxian.plugins.loading import Plugins
from hongxian.quotas import spend
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.enrol import join
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import post_to_hub
from hongxian_server.http.community import Community
from hongxian_server.http.serve import HERE, server_of
from hongxian_server.http.serve import serve as serve_hub
from hongxian_server.hub import Hub
from hongxian_server.membership import devices

BENCHES, SLOTS, CHUNK = 10, 24, 10_000


class _Place(Record):
    day = DateField()
    bench = IntegerField()
    slot = CharField(max_length=5)
    resident = CharField(max_length=40)
    items = TextField(null=True)
    state = CharField(max_length=10, default="slotted")


class Plain(_Place):
    """Bookings without a claim."""

    class Meta:
        collection = "bench.plain"


class Booking(_Place):
    """Bookings of which no two hold the same place."""

    class Meta:
        collection = "bench.booking"
        claims = [("day", "bench", "slot")]


class Shelf(Record):
    """Something to spend."""

    stock = QuotaField(unit="件")

    class Meta:
        collection = "bench.shelf"


def plugins() -> Plugins:
    """The bench's collections, and no other plugin."""
    module = types.ModuleType("bench")
    models = [Plain, Booking, Shelf]
    module.hongxian_collections = hookimpl(lambda: models, specname="hongxian_collections")  # type: ignore[attr-defined]
    made = Plugins(installed=False)
    made.add(module)
    return made


def rows(first: int, count: int) -> list[dict[str, Any]]:
    """Bookings of places that no other has."""
    return [
        {
            "day": (date(2026, 1, 1) + timedelta(place // (BENCHES * SLOTS))).isoformat(),
            "bench": place % BENCHES + 1,
            "slot": f"{8 + place // BENCHES % SLOTS // 3:02d}:{place // BENCHES % 3 * 20:02d}",
            "resident": f"示例·{place}",
            "items": "剪刀 2 菜刀 1" if place % 3 else None,
        }
        for place in range(first, first + count)
    ]


def serve(folder: Path) -> None:
    """The hub; prints its address and an enrolment code."""
    hub = Hub.init(folder, "bench", plugins=plugins())
    with hub:
        devices.add_team(hub, "team")
        code, _ = devices.make_code(hub, ["team"])
    served = Community(hub, HERE)
    server = server_of(served, hub.folder, "127.0.0.1", 0)
    told = {"url": f"http://127.0.0.1:{server.port}", "code": code}
    serve_hub(served, server, lambda: print(json.dumps(told), flush=True))


def pushed(replica: Replica, model: type[Record], first: int, count: int) -> dict[str, float]:
    """Seconds to write rows on the laptop and to push them."""
    began = time.perf_counter()
    for start in range(0, count, CHUNK):
        with replica.separately():
            part = rows(first + start, min(CHUNK, count - start))
            model.insert_many(part).execute()
    written = time.perf_counter()
    done = sync(replica, post_to_hub(replica))
    assert (done.sent, done.refused) == (count, 0), done
    return {"write": written - began, "push": time.perf_counter() - written}


def spends(replica: Replica, count: int) -> list[tuple[float, float]]:
    """Milliseconds of each of many spends, each a transaction of its own: all, and of the processor."""
    shelf = Shelf.create(stock=count)
    sync(replica, post_to_hub(replica))
    taken = []
    for _ in range(count // 2):
        began, worked = time.perf_counter(), time.process_time()
        spend(shelf, "stock", 1)
        taken.append(((time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000))
    return taken


def main() -> None:
    """Run and print."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--spends", type=int, default=1_000)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        hub = subprocess.Popen(
            [sys.executable, __file__, "serve", f"{name}/hub"], stdout=subprocess.PIPE, text=True
        )
        try:
            assert hub.stdout is not None
            told = json.loads(hub.stdout.readline())
            replica = Replica.open(Path(name) / "laptop", plugins=plugins())
            with replica:
                join(replica, told["url"], told["code"])
                runs = []
                for place in range(chosen.rounds):
                    first = place * chosen.rows
                    plain = pushed(replica, Plain, first, chosen.rows)
                    runs.append((plain, pushed(replica, Booking, first, chosen.rows)))
                taken = spends(replica, chosen.spends)
        finally:
            hub.terminate()
            hub.wait()
    print(f"{chosen.rows:,} bookings, {chosen.rounds} run(s), median")
    for what in ("write", "push"):
        plain, claimed = (median(chosen.rows / run[side][what] for run in runs) for side in (0, 1))
        ratio = median(run[0][what] / run[1][what] for run in runs)
        print(f"{what:6} plain {plain:9,.0f}/s  with a claim {claimed:9,.0f}/s  {ratio:.2f}x")
    whole, worked = (median(column) for column in zip(*taken, strict=True))
    print(f"one spend on the laptop: {whole:.2f} ms, of which the processor works {worked:.2f} ms")


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(Path(sys.argv[2]))
    else:
        main()
