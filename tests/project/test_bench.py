"""`python -m bench` as a person runs it, at its smallest: the bench must not rot. No time is asserted."""

import json
import re
import subprocess
import sys

import pytest

from places import TOP
from system_packages import POSTGRESQL, postgres_programs

pytestmark = pytest.mark.thorough
TABLES = (
    "What it must reach",
    "First push and first pull of 300 records",
    "An ordinary sync",
    "A merge",
    "Growth",
    "Storage and wire",
    "A working day",
    "Memory",
    "Start",
    "The pages of the desk",
    "Where the time goes",
)
DEADLINE = 300  # seconds


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The page of one tiny run: Hongxian and the limit, nothing downloaded."""
    folder = tmp_path_factory.mktemp("bench")
    options = ["--size", "tiny", "--page", folder / "page.md", "--results", folder / "results.json"]
    words = [sys.executable, "-m", "bench", *map(str, options), "--cache", str(folder / "cache")]
    done = subprocess.run(words, cwd=TOP, capture_output=True, text=True, timeout=DEADLINE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (folder / "cache").exists()
    return folder / "page.md"


def test_the_bench_writes_a_page_with_every_table_filled(page):
    sections = dict(
        re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", page.read_text("utf-8"), re.M | re.S)
    )
    for title in TABLES:
        rows = [line for line in sections[title].splitlines() if line.startswith("| ")]
        assert len(rows) > 2, title


def test_the_bench_leaves_nothing_of_its_own_out_and_nothing_refused(page):
    results = json.loads(page.with_name("results.json").read_text("utf-8"))
    assert results["left_out"] == {}
    day = results["day"]["SQLite"]
    assert (day["refused"], day["failed"], day["missing"]) == (0, 0, 0)


def test_every_chart_that_the_page_shows_is_there(page):
    shown = re.findall(r"!\[.*?\]\((.+?)\)", page.read_text("utf-8"))
    assert shown
    for name in shown:
        assert (page.parent / name).read_text("utf-8").rstrip().endswith("</svg>")


def test_the_bench_of_scale_fills_every_table_and_loses_nothing(tmp_path):
    if postgres_programs() is None:
        pytest.skip(POSTGRESQL.without_it)
    page, results = tmp_path / "page.md", tmp_path / "results.json"
    options = ["--size", "tiny", "--page", str(page), "--results", str(results)]
    words = [sys.executable, "-m", "bench.scale", *options]
    done = subprocess.run(words, cwd=TOP, capture_output=True, text=True, timeout=3 * DEADLINE)
    assert done.returncode == 0, done.stdout + done.stderr
    tables = page.read_text("utf-8").split("\n### ")[1:]
    assert len(tables) == 4
    for each in tables:
        assert len([line for line in each.splitlines() if line.startswith("| ")]) > 2, each
    found = json.loads(results.read_text("utf-8"))
    assert all(
        each["seen"]["lost"] == each["burst"]["failed"] == 0 for each in found["towns"].values()
    )
    assert all(work["failed"] == 0 for each in found["hubs"].values() for work in each.values())


def test_the_bench_of_servers_asks_ours_without_any_other():
    part = "8 × 64 MiB of strangers, more MiB"
    words = [sys.executable, "-m", "bench.serving", "--only", "ours", "--part", part]
    done = subprocess.run(words, cwd=TOP, capture_output=True, text=True, timeout=DEADLINE)
    head, _, line = done.stdout.splitlines()
    assert head == f"| server | {part} |", done.stderr
    assert re.fullmatch(r"\| ours \| \d+, 413, in reach \|", line)
