"""A working day in short: many laptops that write and sync against one hub."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.ours import beside
from bench.peer import Peer
from bench.process import Process
from bench.sizes import Day


def day(
    peer: Peer, folder: Path, plan: Day, database_url: str | None = None, hubs: int = 1
) -> dict[str, Any]:
    """Rounds a second and the times that laptops waited."""
    folder.mkdir(parents=True)
    with ExitStack() as stack:
        options = [database_url] if database_url else []
        teams = [plan.teams, *options]
        told, process = stack.enter_context(peer.hub(folder / "hub", *teams))
        processes, urls = [process], [told["url"]]
        for number in range(1, hubs):
            further = beside(folder / "hub", folder / f"hub{number}")
            answer, process = stack.enter_context(peer.hub(further, *teams))
            processes.append(process)
            urls.append(answer["url"])
        groups = []
        for number in range(plan.processes):
            places = list(range(number, plan.laptops, plan.processes))
            words = {
                "places": places,
                "codes": [told["codes"][place] for place in places],
                "urls": [urls[place % hubs] for place in places],
                "folder": str(folder),
                "syncs": plan.syncs,
                "records": plan.records,
                "seconds": plan.seconds,
            }
            command = [sys.executable, "-m", "bench.day_laptops", json.dumps(words)]
            groups.append(stack.enter_context(Process(command, folder / f"group{number}.log")))
        for group in groups:
            group.hear(patience=300)  # all have joined
        for group in groups:
            group.send("begin")
        heard = [group.hear(patience=300) for group in groups]
        written = plan.laptops * plan.syncs * plan.records
        return {
            **_summary(heard),
            "missing": written - processes[0].ask("count")["count"],
            "hub_mb": sum(each.peak_mb() or 0 for each in processes),
        }


def _summary(heard: list[dict[str, Any]]) -> dict[str, Any]:
    rounds = sorted(seconds for told in heard for seconds in told["rounds"])
    waits = sorted(seconds for told in heard for seconds in told["waits"])
    span = max(told["ended"] for told in heard) - min(told["began"] for told in heard)
    return {
        "rounds": len(rounds),
        "rounds_per_second": len(rounds) / span,
        "p50": _at(rounds, 0.5),
        "p99": _at(rounds, 0.99),
        "wait_p50": _at(waits, 0.5),
        "wait_p99": _at(waits, 0.99),
        "refused": sum(told["refused"] for told in heard),
        "failed": sum(told["failed"] for told in heard),
    }


def _at(ordered: list[float], share: float) -> float:
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]
