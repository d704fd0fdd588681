"""Where the time goes in push, pull and merge, on the laptop and on the hub."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bench.exchange import Facts, merge, pair
from bench.peer import Peer
from bench.process import Process

SYNCS = 40


def profile(peer: Peer, folder: Path, count: int, merged: int) -> dict[str, Facts]:
    """Shares by function: `{stage: {"laptop": {…}, "hub": {…}}}`; its seconds count nowhere."""
    found: dict[str, Facts] = {}

    def watch(stage: str, laptop: Process, hub: Process, work: Callable[[], Facts]) -> Facts:
        for side in (laptop, hub):
            side.ask("watch")
        told = work()
        found[stage] = {
            "laptop": laptop.ask("watched")["shares"],
            "hub": hub.ask("watched")["shares"],
        }
        return told

    with pair(peer, folder / "pair", count, watch=watch) as two:
        two.settle()
        watch("nothing to do", two.reader, two.hub, lambda: _again_and_again(two.reader))
    merge(peer, folder / "merge", merged, watch=watch)
    return found


def _again_and_again(laptop: Process) -> Facts:
    """One sync with nothing to do is over too soon to be looked at."""
    for _ in range(SYNCS):
        told = laptop.ask("sync")
    return told
