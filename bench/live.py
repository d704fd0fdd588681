"""The channel: how soon what one saves is on the others, what thousands on it cost while nothing happens, what
is asked where nothing is new, and what an edit writes. `python -m bench.live` prints a table.

The hub is a process of its own, plain as behind a proxy, or with TLS. The thousands are lines of one laptop: to
the hub each is one more that listens.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.attendance import Attendance
from bench.ours import plugins
from bench.process import TOP
from bench.rows import rows
from hongxian.wire.news import BEAT_SECONDS
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.enrol import join
from hongxian_client.sync.loop import SyncLoop
from hongxian_client.sync.session import sync
from hongxian_client.transport.line import Staying
from hongxian_client.transport.link import link_to_hub, post_to_hub
from hongxian_server.http.community import Community
from hongxian_server.http.serve import HERE, server_of
from hongxian_server.http.serve import serve as serve_hub
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.ops.network.certificates import Certificates

SAVES = 100
PAUSE_SECONDS = 0.15
LINES = 3_000
IDLE_SECONDS = 4 * BEAT_SECONDS
QUIET_ROUNDS = 500
HELD, EDITS = 10_000, 200
TICKS = os.sysconf("SC_CLK_TCK")


class Served:
    """A hub in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        self.url, self._codes, self.pid = told["url"], told["codes"], process.pid

    def laptop(self, folder: Path) -> Replica:
        """One more that has joined, and holds what the hub holds."""
        replica = self.joined(folder)
        with replica:
            sync(replica, post_to_hub(replica))
        return replica

    def joined(self, folder: Path) -> Replica:
        """One more that has joined, and no more."""
        replica = Replica.open(folder, plugins=plugins())
        with replica:
            join(replica, self.url, self._codes.pop())
        return replica

    def cpu_seconds(self) -> float:
        """That it has taken so far."""
        parts = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(parts[11]) + int(parts[12])) / TICKS

    def written_kb(self) -> float:
        """What it has written to files so far."""
        return written_kb(self.pid)

    def memory_mb(self) -> float:
        """Of it, as the system counts it."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def written_kb(pid: int | str) -> float:
    """What a process has given to the system to be written to files so far; what goes over sockets is not in it."""
    told = Path(f"/proc/{pid}/io").read_text()
    return int(told.partition("wchar:")[2].split()[0]) / 1024


@contextmanager
def served(folder: Path, *, tls: bool) -> Iterator[Served]:
    """A new hub."""
    command = [sys.executable, "-m", "bench.live", "--serve", str(folder), *["--tls"] * tls]
    process = subprocess.Popen(
        command, cwd=TOP, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Served(process)
    finally:
        process.communicate()  # its input ends


def serve(folder: Path, *, tls: bool) -> None:
    """Be that process."""
    hub = Hub.init(folder, "bench", plugins=plugins())
    with hub:
        devices.add_team(hub, "team")
        codes = [devices.make_code(hub, ["team"])[0] for _ in range(64)]
    shown = Certificates(hub.folder, ["127.0.0.1"], hub.now()) if tls else None
    served = Community(hub, HERE, shown.authority if shown else "")
    tls_of = shown.context() if shown else None
    server = server_of(served, hub.folder, "127.0.0.1", 0, tls=tls_of)
    url = f"{'https' if tls else 'http'}://127.0.0.1:{server.port}"
    threading.Thread(target=serve_hub, args=(served, server, lambda: None), daemon=True).start()
    print(json.dumps({"url": url, "codes": codes}), flush=True)
    sys.stdin.read()
    server.stop()


def save_to_seen(folder: Path, hub: Served, listening: int) -> list[float]:
    """Seconds from a save on one laptop until the last of those that listen has it, by the real sync loop."""
    writer, *others = (hub.laptop(folder / f"of{listening}-{n}") for n in range(listening + 1))
    work, seen = iter(list(rows(SAVES, seed=listening))), threading.Semaphore(0)
    loops = [SyncLoop(each, _post_of(each), lambda done: _tell(done, seen)) for each in others]
    own = SyncLoop(writer, _post_of(writer))
    taken = []
    for loop in (own, *loops):
        loop.start()
    try:
        _until(lambda: all(each.is_live for each in (own, *loops)))
        for _ in range(SAVES):
            while seen.acquire(blocking=False):
                pass
            began = time.perf_counter()
            with writer:
                Attendance.create(**next(work))
            for _ in others:
                seen.acquire()
            taken.append(time.perf_counter() - began)
            time.sleep(PAUSE_SECONDS)
    finally:
        for loop in (own, *loops):
            loop.stop()
    return taken


def _post_of(replica: Replica):  # type: ignore[no-untyped-def]
    with replica:
        return post_to_hub(replica)


def _tell(done: object, seen: threading.Semaphore) -> None:
    if getattr(done, "received", 0):
        seen.release()


def _until(holds: Callable[[], bool]) -> None:
    while not holds():
        time.sleep(0.02)


def idle(folder: Path, hub: Served) -> tuple[float, float, float]:
    """CPU of the hub in a second with `LINES` on the channel, in milliseconds; MB of it before and with them."""
    laptop = hub.laptop(folder / "idle")
    before = hub.memory_mb()
    with ExitStack() as stack, laptop:
        known = sync(laptop, post_to_hub(laptop)).known
        assert known is not None
        link = link_to_hub(laptop)
        lines = list[Staying]()
        for _ in range(LINES):
            line, _opening = link.stay(f"/v1/channel/{known.token}")
            lines.append(line)
            stack.callback(line.end)
        time.sleep(2)
        began = hub.cpu_seconds()
        time.sleep(IDLE_SECONDS)
        spent = hub.cpu_seconds() - began
        return spent / IDLE_SECONDS * 1000, before, hub.memory_mb()


def nothing_new(folder: Path, hub: Served) -> tuple[float, float]:
    """CPU of both ends where nothing is new, in milliseconds: of a round, and of asking for news."""
    laptop = hub.laptop(folder / "quiet")
    with laptop:
        post = post_to_hub(laptop)
        known = sync(laptop, post).known
        assert known is not None

    def spent(once: Callable[[], object]) -> float:
        began = time.process_time() + hub.cpu_seconds()
        for _ in range(QUIET_ROUNDS):
            once()
        return (time.process_time() + hub.cpu_seconds() - began) / QUIET_ROUNDS * 1000

    with laptop.kept_open():  # as the sync loop does
        return spent(lambda: sync(laptop, post)), spent(lambda: sync(laptop, post, known=known))


def one_edit(folder: Path, hub: Served) -> tuple[float, float]:
    """KB that an edit and its sync write: on the laptop, and at the hub; what is moved out of their logs too."""
    laptop = hub.laptop(folder / "edits")
    with laptop:
        post, made = post_to_hub(laptop), list(rows(HELD))
        with laptop.separately():
            Attendance.insert_many(made).execute()
        sync(laptop, post)
        before, at_hub = written_kb("self"), hub.written_kb()
        for number, row in enumerate(made[:EDITS]):
            laptop.edit(Attendance, {row["id"]: {"minutes": number}})
            sync(laptop, post)
        return (written_kb("self") - before) / EDITS, (hub.written_kb() - at_hub) / EDITS


def main() -> None:
    """Measure, and print."""
    options = argparse.ArgumentParser(prog="bench.live", description=__doc__)
    options.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--tls", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.serve:
        serve(chosen.serve, tls=chosen.tls)
        return
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        with served(folder / "plain", tls=False) as hub:
            round_, news = nothing_new(folder, hub)
            print(f"nothing new, CPU of both: a round, asking {round_:8.2f} ms {news:8.2f} ms")
            own, others = one_edit(folder, hub)
            print(f"one edit, written: laptop, hub             {own:8.0f} KB {others:8.0f} KB")
            for listening in (1, 49):
                taken = sorted(save_to_seen(folder, hub, listening))
                p99 = taken[int(len(taken) * 0.99) - 1]
                title = f"save to seen by {listening}: median, p99"
                print(f"{title:41} {statistics.median(taken):8.3f} s {p99:9.3f} s")
        for tls in (False, True):
            with served(folder / f"idle-{tls}", tls=tls) as hub:
                ms, before, with_them = idle(folder / f"of-{tls}", hub)
                title = f"{LINES} on it, idle, {'TLS' if tls else 'plain'}"
                print(f"{title:41} {ms:8.2f} ms/s {before:6.0f} MB {with_them:6.0f} MB")


if __name__ == "__main__":
    main()
