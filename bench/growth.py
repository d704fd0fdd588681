"""Whether history costs: the same questions before and after everything was edited many times."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from bench.exchange import Facts, pair
from bench.peer import Peer


def history(peer: Peer, folder: Path, count: int, rounds: int, repeats: int) -> list[Facts]:
    """A sync with nothing to do, and a newcomer's first pull."""
    found = []
    with pair(peer, folder, count) as two:
        for edited in (0, rounds):
            for seed in range(edited):
                two.edit(two.writer, two.ids, ("minutes", "notes"), seed)
                two.writer.ask("sync")
            two.settle()
            nothing = median(two.reader.ask("sync")["seconds"] for _ in range(repeats))
            with peer.laptop(folder / f"new{edited}", two.told, 2 + bool(edited)) as newcomer:
                pull = newcomer.ask("pull")["seconds"]
            found.append({"rows": count, "edited": edited, "no_op": nothing, "pull": pull})
    return found
