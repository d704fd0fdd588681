"""`python -m bench`: Hongxian and its peers, on this machine, with the same rows, in one run.

Writes a page of ratios and charts; nothing is asserted on times.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from bench import report_desk, report_year
from bench.process import TOP
from bench.report import write_page
from bench.report_desk import put_into
from bench.run import Results, Run
from bench.sizes import SIZES

PARTS = {
    "desk": (Run.desk, report_desk.TITLE, report_desk.pages),
    "year": (Run.year, report_year.TITLE, report_year.year),
}
"""What can be measured by itself: how, and the part of the page that tells of it."""


def cache_folder() -> Path:
    """Where the peers' environments are kept, as the XDG base directories have it."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "hongxian-bench"


def main() -> int:
    """Run, write the page; 1 when a part of Hongxian's own could not be measured."""
    options = argparse.ArgumentParser(
        prog="bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--size", choices=SIZES, default="full")
    options.add_argument(
        "--page",
        type=Path,
        help="default: docs/benchmarks.md after a full run, else build/benchmarks.md",
    )
    options.add_argument(
        "--cache", type=Path, default=cache_folder(), help="the peers' environments"
    )
    options.add_argument(
        "--only", choices=PARTS, help="measure this part, and put it into a page that is there"
    )
    options.add_argument("--results", type=Path, help="keep what was measured, as JSON")
    options.add_argument(
        "--again", type=Path, help="write the page from such a file, measuring nothing"
    )
    chosen = options.parse_args()
    held = json.loads(chosen.again.read_text("utf-8")) if chosen.again else None
    results = held or measured(chosen.size, chosen.cache, chosen.only)
    if chosen.results:
        chosen.results.write_text(json.dumps(results, indent=1), "utf-8")
    full = results["size"] == "full"
    page = chosen.page or TOP / ("docs" if full else "build") / "benchmarks.md"
    if chosen.only:
        _, title, told = PARTS[chosen.only]
        put_into(page, title, told(results))
    else:
        write_page(results, page)
    print(f"written: {page}")
    return int(
        any(
            title.startswith(("Hongxian", "a day", "the desk", "a year"))
            for title in results["left_out"]
        )
    )


def measured(size: str, cache: Path, only: str | None = None) -> Results:
    """What a run finds, and when, by which command and on what it ran."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="hongxian-bench-") as work:
        run = Run(SIZES[size], Path(work), cache)
        results = PARTS[only][0](run) if only else run.all()
    return {
        **results,
        "told": {**machine(), "command": command(size), "minutes": (time.monotonic() - began) / 60},
    }


def command(size: str) -> str:
    """What a person would type for this run."""
    usual = {"full": "make bench", "quick": "make bench QUICK=1"}
    return usual.get(size) or shlex.join(["python", "-m", "bench", "--size", size])


def machine() -> dict[str, object]:
    """What the page tells of the machine, and no name of it."""
    from sqlcipher3 import dbapi2 as sqlite

    memory = (
        os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 0
    )
    return {
        "date": date.today().isoformat(),
        "cores": os.cpu_count(),
        "memory_gb": memory / 2**30,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "sqlite": sqlite.sqlite_version,
    }


if __name__ == "__main__":
    sys.exit(main())
