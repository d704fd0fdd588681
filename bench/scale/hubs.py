"""One community on one PostgreSQL, served by one process or several: what they carry, and what limits them."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from pathlib import Path
from statistics import fmean
from typing import Any

from bench.scale.crowd import crowd
from bench.scale.meters import Cluster, cpu_seconds
from bench.scale.serving import new_community, served
from hongxian_server.folder import CONFIG
from hongxian_server.identity import IDENTITY

WORKS = ("write", "round", "news")


def hubs(
    folder: Path, database_url: str, count: int, laptops: int, seconds: float
) -> dict[str, Any]:
    """Of each kind of work, how much a second `laptops` have done by so many processes, and who was busy with it."""
    folder.mkdir()
    first = folder / "hub0"
    codes = new_community(first, laptops, database_url, is_shared=True)
    with ExitStack() as stack:
        places = [first]
        for number in range(1, count):
            places.append(folder / f"hub{number}")
            places[-1].mkdir()
            for name in (CONFIG, IDENTITY):
                shutil.copy(first / name, places[-1])
        serving = [stack.enter_context(served("hub", each, folder / "log")) for each in places]
        group = stack.enter_context(crowd(folder / "crowd"))
        # Each of the crowd's processes takes every second laptop: each has some at each hub.
        urls = [serving[place // 2 % count].url for place in range(laptops)]
        group.join(
            folder,
            [
                (f"laptop{n}", url, code)
                for n, (url, code) in enumerate(zip(urls, codes, strict=True))
            ],
        )
        cluster = Cluster(database_url)
        group.work("write", rounds=1)
        group.work("round", rounds=2)  # all hold what all wrote
        found = {}
        for what in WORKS:
            pids = [each.pid for each in serving]
            before = _spent(cluster, pids, group.pids)
            with cluster.waiting() as waiting:
                told = group.work(what, seconds=seconds)
            after = _spent(cluster, pids, group.pids)
            taken = told["taken"]
            found[what] = {
                "per_second": len(taken) / told["seconds"],
                "median": taken[len(taken) // 2],
                "failed": len(told["failed"]),
                "waiting": fmean(waiting or [0]),
                **{who: (after[who] - before[who]) / told["seconds"] for who in before},
            }
        return found


def _spent(cluster: Cluster, hubs: list[int], laptops: list[int]) -> dict[str, float]:
    return {
        "hubs": sum(map(cpu_seconds, hubs)),
        "postgresql": cluster.cpu_seconds(),
        "laptops": sum(map(cpu_seconds, laptops)),
    }
