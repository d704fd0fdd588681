"""How long a town waits whose database machine breaks: `python -m bench.failover` prints the table of `failover.md`.

Three machines on a network of the kernel's own, as the manual sets them up, a hub and fifty laptops, on which something
is entered every few seconds. By root on Linux, with Patroni, etcd, haproxy and pgbouncer.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
from pathlib import Path

sys.path.append(
    str(Path(__file__).parents[1] / "tests" / "helpers")
)  # the tests' folder is no package

from breaking import FAULTS, PAUSE_SECONDS, WAYS, Fault, Town, town
from database_machines import database_machines, ways_to_the_primary
from long_work import long_work

MOST_SECONDS = 600.0


def measured(at_work: Town, fault: Fault) -> str:
    """Seconds until half of the laptops go on, and until all do; and how much was lost that was acknowledged."""
    at_work.machines.wait_until_whole()
    primary = at_work.machines.primary()
    with long_work(at_work.laptops, PAUSE_SECONDS) as work:
        work.seconds_until_all_go_on(time.monotonic(), MOST_SECONDS)
        struck_at = time.monotonic()
        fault.strike(primary)
        half, all_ = work.seconds_until_all_go_on(struck_at, MOST_SECONDS)
        told = work.acknowledged()
        lost = told - at_work.records()
        fault.mend(primary)
    return f"{half:.0f} s, {all_:.0f} s; {len(lost)} of {len(told)}"


def main() -> None:
    """Measure, and print."""
    logging.disable()  # the hub tells of each request that it could not answer meanwhile
    options = argparse.ArgumentParser(prog="bench.failover", description=__doc__)
    options.add_argument("ways", nargs="*", default=list(WAYS))
    ways = options.parse_args().ways
    print(f"| the primary | {' | '.join(f'{way}: half, all; lost' for way in ways)} |")
    print(f"|---|{'---|' * len(ways)}")
    told: dict[str, list[str]] = {name: [] for name in FAULTS}
    with database_machines() as machines, ways_to_the_primary():
        for way in ways:
            with (
                tempfile.TemporaryDirectory() as folder,
                town(machines, Path(folder), WAYS[way]) as at_work,
            ):
                for name, fault in FAULTS.items():
                    told[name].append(measured(at_work, fault))
                    print(name, told[name][-1], file=sys.stderr, flush=True)
    for name, cells in told.items():
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
