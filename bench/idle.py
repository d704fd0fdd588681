"""What a desk and a hub cost while nothing happens: wakeups of all threads, CPU and memory. `python -m bench.idle`.

Both are processes from the shell, as people start them; the page that is open is its lines to the desk: the one
over which it hears of news, and what it asks from time to time.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.desk import led_in
from bench.process import TOP

PROGRAM = [sys.executable, "-m", "hongxian_client.cli.main"]
SETTLED_SECONDS = 20
"""After the start, and after a page was opened."""
HOUR = 3600
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Spent:
    """By a process until now."""

    switches: int
    """How often one of its threads began to run again."""
    cpu: float
    """Seconds."""

    @classmethod
    def by(cls, pid: int) -> Spent:
        switches = sum(
            int(found)
            for status in Path(f"/proc/{pid}/task").glob("*/status")
            for found in re.findall(r"^voluntary_ctxt_switches:\s+(\d+)", status.read_text(), re.M)
        )
        parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return cls(switches, (int(parts[11]) + int(parts[12])) / TICKS)


def watched(pids: dict[str, int], seconds: float) -> dict[str, tuple[float, float, float]]:
    """Of each process: wakeups in an hour, milliseconds of CPU in a minute, MB that are its own."""
    before = {name: Spent.by(pid) for name, pid in pids.items()}
    time.sleep(seconds)
    found = {}
    for name, pid in pids.items():
        after = Spent.by(pid)
        wakeups = (after.switches - before[name].switches) * HOUR / seconds
        cpu = (after.cpu - before[name].cpu) * 60 / seconds * 1000
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        own = sum(map(int, re.findall(r"^Private_\w+:\s+(\d+)", rollup, re.M))) / 1024
        found[name] = wakeups, cpu, own
    return found


@contextmanager
def started(*words: str, folder: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """A command that stays: its process, and what it said of itself."""
    command = [*PROGRAM, *words, "--json", "--data", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=TOP) as process:
        try:
            assert process.stdout is not None
            yield process.pid, json.loads(process.stdout.readline())
        finally:
            process.terminate()


def run(*words: str, folder: Path) -> dict[str, str]:
    """A command that ends, and what it answered."""
    command = [*PROGRAM, *words, "--json", "--data", str(folder)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=TOP)
    told: dict[str, str] = json.loads(done.stdout)
    return told


@contextmanager
def open_page(page: str) -> Iterator[None]:
    """Today, as a browser holds it open: the line of news, and the line on top asked for as often as it says."""
    where, cookie, text = led_in(Path(page.removeprefix("file://")))
    headers = {"Host": where, "Cookie": cookie}
    port = int(where.rpartition(":")[2])
    live = http.client.HTTPConnection("127.0.0.1", port)
    live.request("GET", "/live", headers=headers)
    answer = live.getresponse()
    assert answer.status == http.client.OK, answer.status
    ends = threading.Event()

    def ask() -> None:
        said = text
        while found := re.search(r'id="sync-line"[^>]*every (\d+)s', said):
            if ends.wait(int(found[1])):
                return
            asking = http.client.HTTPConnection("127.0.0.1", port)
            asking.request("GET", "/sync-line", headers=headers)
            said = asking.getresponse().read().decode()

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield
    finally:
        ends.set()
        thread.join()
        live.close()


def main() -> None:
    """Measure, and print."""
    options = argparse.ArgumentParser(prog="bench.idle", description=__doc__)
    options.add_argument("--seconds", type=float, default=300.0, help="of each")
    seconds = options.parse_args().seconds
    with tempfile.TemporaryDirectory() as made:
        hub, laptop = Path(made) / "hub", Path(made) / "laptop"
        run("hub", "init", "--community", "示例社区", folder=hub)
        run("hub", "team", "add", "队一", folder=hub)
        serving = ("hub", "serve", "--port", "0", "--no-announce")
        with started(*serving, folder=hub) as (hub_pid, told_hub):
            time.sleep(SETTLED_SECONDS)
            _print("a hub alone", watched({"hub": hub_pid}, seconds))
            code = run("hub", "enrol", "队一", folder=hub)["code"]
            run("join", told_hub["url"], code, folder=laptop)
            with started("desk", "--no-browser", "--port", "0", folder=laptop) as (pid, told):
                pids = {"hub": hub_pid, "desk": pid}
                time.sleep(SETTLED_SECONDS)
                _print("a desk, no page open", watched(pids, seconds))
                with open_page(told["page"]):
                    time.sleep(SETTLED_SECONDS)
                    _print("a desk, one page open", watched(pids, seconds))


def _print(title: str, found: dict[str, tuple[float, float, float]]) -> None:
    for name, (wakeups, cpu, own) in found.items():
        print(f"{title:24} {name:5} {wakeups:8.0f} wakeups/h {cpu:8.1f} ms/min {own:7.1f} MB")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
