"""What commands cost from the shell: wall time, CPU and the most memory of each. `python -m bench.commands`.

`--records` are on the laptop; of each command the median of three is told, but for those that take long.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import attendance
from bench.attendance import Attendance
from bench.live import served
from bench.rows import rows
from bench.start import PROGRAM
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import post_to_hub

CHUNK = 10_000
NAME = "bench.attendance"


@dataclass(frozen=True)
class Cost:
    """Of one command."""

    wall: float
    cpu: float
    megabytes: float


def cost(command: list[str]) -> Cost:
    """Run it; what it says goes nowhere. Raises `CalledProcessError`."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def made_laptop(folder: Path, records: int) -> None:
    """A laptop that has joined and holds so many records, which the hub has too."""
    with served(folder / "hub", tls=False) as hub:
        laptop = hub.laptop(folder / "laptop")
        with laptop:
            work = list(rows(records, seed=1))
            for place in range(0, records, CHUNK):
                with laptop.separately():
                    laptop.create(Attendance, work[place : place + CHUNK])
            sync(laptop, post_to_hub(laptop))
    (laptop.folder / "plugins").mkdir(exist_ok=True)
    shutil.copy(Path(str(attendance.__file__)), laptop.folder / "plugins" / "bench_attendance.py")


def without_ids(sheet: Path) -> Path:
    """The same rows as new ones: what people type has no ids."""
    lines = sheet.read_text("utf-8-sig").splitlines()
    new = sheet.with_name("new.csv")
    new.write_text("\n".join(line.partition(",")[2] for line in lines), "utf-8-sig")
    return new


def main() -> None:
    """Measure, and print."""
    options = argparse.ArgumentParser(prog="bench.commands", description=__doc__)
    options.add_argument("--records", type=int, default=100_000)
    options.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.make:
        made_laptop(chosen.make, chosen.records)
        return
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        # By a process of its own: the system counts a child's memory from its parent's on.
        of_own = [sys.executable, "-m", "bench.commands", "--records", str(chosen.records)]
        subprocess.run([*of_own, "--make", str(folder)], check=True)
        laptop = folder / "laptop"
        of = ["--data", str(laptop)]
        sheet, table = folder / "all.xlsx", folder / "all.csv"
        _print("--help", [*PROGRAM, "--help"], 3)
        _print("hub --help", [*PROGRAM, "hub", "--help"], 3)
        _print("status", [*PROGRAM, "status", *of], 3)
        _print("list, 50 of all", [*PROGRAM, "list", NAME, "--limit", "50", *of], 3)
        _print("list, all, JSON", [*PROGRAM, "list", NAME, "--limit", "0", "--json", *of], 1)
        _print("list, all", [*PROGRAM, "list", NAME, "--limit", "0", *of], 1)
        _print("export, xlsx", [*PROGRAM, "export", NAME, str(sheet), *of], 1)
        _print("export, csv", [*PROGRAM, "export", NAME, str(table), *of], 1)
        _print("import, xlsx, unchanged", [*PROGRAM, "import", NAME, str(sheet), *of], 1)
        new = without_ids(table)
        _print("import, csv, new", [*PROGRAM, "import", NAME, str(new), *of], 1)


def _print(title: str, command: list[str], times: int) -> None:
    told = [cost(command) for _ in range(times)]
    wall, cpu = median(each.wall for each in told), median(each.cpu for each in told)
    most = max(each.megabytes for each in told)
    print(f"{title:28} {wall:8.3f} s {cpu:8.3f} s CPU {most:8.1f} MB")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
