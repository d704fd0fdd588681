"""How long a command takes from the shell, against the bare import of what the project needs."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from bench import attendance
from bench.exchange import pair
from bench.peer import Peer

IMPORT = "import flask, peewee, marshmallow"
PROGRAM = [sys.executable, "-m", "hongxian_client.cli.main"]


def start(peer: Peer, folder: Path, count: int, repeats: int) -> dict[str, float]:
    """Seconds of wall time of each command, one after the other, again and again."""
    with pair(peer, folder, count):
        pass
    laptop = folder / "reader"
    (laptop / "plugins").mkdir()
    shutil.copy(Path(str(attendance.__file__)), laptop / "plugins" / "bench_attendance.py")
    data = ["--data", str(laptop)]
    commands = {
        "import": [sys.executable, "-c", IMPORT],
        "help": [*PROGRAM, "--help"],
        "status": [*PROGRAM, "status", *data],
        "list": [*PROGRAM, "list", "bench.attendance", "--limit", "50", *data],
    }
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(repeats + 1):
        for name, command in commands.items():
            began = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            taken[name].append(time.perf_counter() - began)
    # The first of each reads files from disk and makes the tables of the installed plugins.
    return {name: median(seconds[1:]) for name, seconds in taken.items()}
