"""What grows with the data, and whether history costs: the same questions again and again."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from statistics import median

from bench.exchange import FEW, Facts, edited_each_way, pair
from bench.peer import Peer


def growth(peer: Peer, folder: Path, counts: tuple[int, ...], repeats: int) -> list[Facts]:
    """A hub and two laptops for each count, all at once and asked in turn: what else runs on the
    machine meanwhile then slows each of them alike."""
    with ExitStack() as stack:
        pairs = [stack.enter_context(pair(peer, folder / str(count), count)) for count in counts]
        for two in pairs:
            two.settle()
        taken: list[dict[str, list[float]]] = [
            {"no_op": [], "edits": [], "edit": []} for _ in pairs
        ]
        for seed in range(repeats):
            for two, seconds in zip(pairs, taken, strict=True):
                seconds["no_op"].append(two.reader.ask("sync")["seconds"])
                few = min(FEW, len(two.ids) // 2)
                seconds["edits"].append(edited_each_way(two, few, seed))
                seconds["edit"].append(edited_each_way(two, 1, seed))
        return [
            {**two.facts, **{what: median(each) for what, each in seconds.items()}}
            for two, seconds in zip(pairs, taken, strict=True)
        ]


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
