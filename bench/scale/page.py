"""The part of docs/scale.md that a run writes."""

from __future__ import annotations

from typing import Any

from bench.cells import ms, number, table
from bench.scale.sizes import SIZES

TITLE = "## What was measured"
Results = dict[str, Any]
WORKS = {
    "write": "a new record and its round",
    "round": "a round without news",
    "news": "asking for news",
}
FULL = 0.85
"""Of the cores: above, they limit."""
CROWDED = 0.5
"""Of the processes that serve: where so many wait for the lock on average, it limits."""


def part(results: Results) -> str:
    """All of it."""
    return "\n\n".join(
        (
            TITLE,
            _head(results),
            _hubs(results),
            _towns(results),
            _ways(results),
            _growth(results),
            _left_out(results),
        )
    ).rstrip()


def _head(results: Results) -> str:
    told = results["told"]
    return (
        f"Written by `{told['command']}` on {told['date']}, in {told['minutes']:.0f} minutes, on {told['cores']} cores "
        f"and {told['memory_gb']:.0f} GB of memory ({told['system']}; Python {told['python']}, SQLite "
        f"{told['sqlite']}). Hubs, PostgreSQL and laptops share that machine, over the loopback, with every commit "
        "on the disk and all bundled plugins; the hubs speak plain HTTP, as behind a proxy."
    )


def _hubs(results: Results) -> str:
    laptops = SIZES[results["size"]].laptops
    cores = results["told"]["cores"]
    rows = []
    for what, title in WORKS.items():
        for count, found in (results["hubs"] or {}).items():
            if found:
                each = found[what]
                used = [each[name] for name in ("hubs", "postgresql", "laptops")]
                cells = [number(each["per_second"]), ms(each["median"])]
                cells += [f"{seconds:.2f}" for seconds in used]
                rows.append(
                    [
                        title,
                        count,
                        *cells,
                        f"{each['waiting']:.2f}",
                        str(each["failed"]),
                        _limit(sum(used), cores, each["waiting"], int(count)),
                    ]
                )
    heads = (
        *("work", "processes", "a second", "median"),
        *("cores: hubs", "PostgreSQL", "laptops", "wait for the lock", "failed", "limit"),
    )
    return (
        f"### One community on one PostgreSQL, served by several processes\n\n{laptops} laptops of one team, the real "
        "client in two processes, as fast as they are answered. A round brings what the others wrote, too. Cores are "
        "seconds of processor time in a second; *wait for the lock* is how many transactions on average waited for "
        "the community's one lock of writers.\n\n" + table(heads, rows)
    )


def _limit(used: float, cores: int, waiting: float, processes: int) -> str:
    if used > FULL * cores:
        return "the cores"
    if waiting > CROWDED * processes:
        return "the lock"
    return "the laptops' own pace, and the disk"


def _towns(results: Results) -> str:
    size = SIZES[results["size"]]
    found = results["towns"]
    what = {
        "until all are open": lambda each: number(each["opened"], " s"),
        "memory before the laptops come, MB": lambda each: number(each["mb_before"]),
        "memory with them, MB": lambda each: number(each["mb"]),
        "memory of PostgreSQL's processes, MB": lambda each: number(each.get("postgresql_mb")),
        "at rest, of one core": lambda each: f"{each['idle']:.1%}",
        "at rest, PostgreSQL, of one core": lambda each: f"{each['idle_postgresql']:.1%}",
        "open files and connections": lambda each: number(each["files"]),
        "threads": lambda each: number(each["threads"]),
        "connections at PostgreSQL": lambda each: number(each.get("connections")),
        "a morning: edits": lambda each: number(each["burst"]["edits"]),
        "a morning: failed": lambda each: number(each["burst"]["failed"]),
        "a morning: until all are in": lambda each: number(each["burst"]["seconds"], " s"),
        "a morning: an edit's round, median": lambda each: ms(each["burst"]["median"]),
        "a morning: an edit's round, p99": lambda each: ms(each["burst"]["p99"]),
        "save to seen, median": lambda each: ms(each["seen"]["median"]),
        "save to seen, p99": lambda each: ms(each["seen"]["p99"]),
        "save to seen, lost": lambda each: number(each["seen"]["lost"]),
    }
    rows = [
        [name, *(told(each) if each else "–" for each in found.values())]
        for name, told in what.items()
    ]
    return (
        f"### {size.communities} communities of {size.laptops} laptops on one machine\n\nEach community is a database "
        "of its own: a file, or one on PostgreSQL. Those on the channel are lines of one laptop of each community: "
        "to the hub each is one more that listens, and is rung; none asks behind it. In a morning each edit is a "
        "round of its own, by one real laptop of each community, as fast as it is answered. *Save to seen* is from a "
        "save on a laptop at the first process until another, at the last process, has it, by the real loops, with "
        "all lines on.\n\n" + table(["", *found], rows)
    )


def _ways(results: Results) -> str:
    found = results["ways"] or {}
    what = {
        "bytes on disk of an empty community": lambda each: number(each["bytes"]),
        "to make one": lambda each: ms(each["make"]),
        "to drop one": lambda each: ms(each["drop"]),
        "to connect": lambda each: ms(each["connect"]),
        "first queries of a new connection": lambda each: ms(each["first"]),
        "memory of a backend that knows one, MB": lambda each: number(each["mb"]),
        f"memory of a backend that knows {SIZES[results['size']].ways}, MB": lambda each: number(
            each.get("mb_all")
        ),
    }
    rows = [[name, *(told(each) for each in found.values())] for name, told in what.items()]
    return (
        "### A database or a schema for each community\n\nThe tables of all bundled plugins. The first queries ask "
        "each table for a row. A backend keeps what it has learned of each table; one of a database can know no other "
        "database's, so that there are as many as communities that are at work.\n\n"
        + table(["", *(f"a {each} each" for each in found)], rows)
    )


def _growth(results: Results) -> str:
    rows = []
    for what, steps in results["growth"].items():
        for count, each in steps.items():
            if each:
                rows.append(
                    [
                        f"{int(count):,} {what}",
                        f"{each['idle'] * 1000:.1f} ms/s",
                        number(each["mb"]),
                        ms(each["seen"]["median"]),
                        ms(each["seen"]["p99"]),
                    ]
                )
    laptops = SIZES[results["size"]].laptops
    return (
        f"### Growth\n\nOne process over SQLite; where not told otherwise one community, {laptops} laptops on the "
        "channel and no record but the measurement's own.\n\n"
        + table(("", "CPU at rest", "memory, MB", "save to seen, median", "p99"), rows)
    )


def _left_out(results: Results) -> str:
    lines = [f"- {title}: {why}" for title, why in results["left_out"].items()]
    return "\n".join(["### Left out", "", *lines]) if lines else ""
