"""Lines as a kernel makes them: slow, cut, or a hole after so many bytes; by root on Linux."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import require

from places import HELPERS
from system_packages import IPROUTE, IPTABLES, SYSTEM_PATH

PROGRAM = HELPERS / "alone_on_a_line.py"
SLOW = "tc qdisc add dev lo root tbf rate {rate} burst 3000 limit 30000"
AFTER = (
    "iptables -A {way} -p tcp {port} -m connbytes --connbytes 20000: --connbytes-dir both "
    "--connbytes-mode bytes -j {end}"
)
UP, DOWN = "--dport {port}", "--sport {port}"

pytestmark = pytest.mark.thorough


def played(folder: Path, records: int, still: float, *commands: str) -> dict[str, Any]:
    """What became of it, in a network of its own; skips where the kernel makes none."""
    require(IPROUTE)
    require(IPTABLES)
    alone = ["unshare", "--net", "--", "true"]
    try:
        subprocess.run(alone, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no network of our own here: {error}")
    told = [str(folder), str(records), str(still), *commands]
    run = subprocess.run(
        [*alone[:-1], sys.executable, str(PROGRAM), *told],
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": SYSTEM_PATH},
    )
    if run.returncode and any(each in run.stderr for each in ("'tc'", "'iptables'", "'ip'")):
        pytest.skip(f"the kernel makes no such line here: {run.stderr.splitlines()[-1]}")
    assert run.returncode == 0, run.stderr
    answer: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return answer


@pytest.mark.parametrize("rate", ["64kbit", "192kbit"])
def test_a_slow_line_that_moves_is_never_given_up(tmp_path: Path, rate: str) -> None:
    told = played(tmp_path, 800, 20, SLOW.format(rate=rate))
    assert told == {"failures": [], "unsent": 0}


def test_a_line_that_is_reset_after_so_many_bytes_brings_all_through_in_one_sync(
    tmp_path: Path,
) -> None:
    reset = AFTER.format(way="OUTPUT", port=UP, end="REJECT --reject-with tcp-reset")
    told = played(tmp_path, 800, 20, reset)
    assert told == {"failures": [], "unsent": 0}


@pytest.mark.parametrize("port", [UP, DOWN])
def test_a_line_that_becomes_a_hole_brings_all_through_in_a_few_syncs(
    tmp_path: Path, port: str
) -> None:
    told = played(tmp_path, 800, 2, AFTER.format(way="OUTPUT", port=port, end="DROP"))
    assert told["unsent"] == 0
    assert all("stood still" in each or "too slow" in each for each in told["failures"])
