"""One hub and two laptops of any system: first push and pull, nothing to do, a few edits, a merge."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.peer import Peer
from bench.process import Failed, Process
from bench.rows import edits, ids_of, rows, write_lines
from bench.storage import bytes_in

Facts = dict[str, Any]
FEW = 100


@dataclass
class Pair:
    """Two laptops that hold the same rows, one of which wrote them."""

    folder: Path
    ids: list[str]
    told: Facts
    hub: Process
    writer: Process
    reader: Process
    facts: Facts

    def edit(self, laptop: Process, ids: Sequence[str], fields: Sequence[str], seed: int) -> None:
        """New values on one laptop."""
        laptop.ask("edit", edits=write_lines(self.folder / "edits", edits(ids, fields, seed)))

    def settle(self) -> None:
        """Both sync until nothing is left to do, unmeasured."""
        for laptop in (self.writer, self.reader, self.writer):
            laptop.ask("sync")


Watch = Callable[[str, Process, Process, Callable[[], Facts]], Facts]
"""Called with a stage's name, the laptop, the hub, and what is to be watched."""


def _unwatched(stage: str, laptop: Process, hub: Process, work: Callable[[], Facts]) -> Facts:
    return work()


@contextmanager
def pair(
    peer: Peer, folder: Path, count: int, *options: object, watch: Watch = _unwatched
) -> Iterator[Pair]:
    """The rows written on one laptop, pushed, and pulled by the other; raises `Failed`."""
    folder.mkdir(parents=True)
    source = write_lines(folder / "rows", rows(count))
    with ExitStack() as stack:
        told, hub = stack.enter_context(peer.hub(folder / "hub", *options))
        writer = stack.enter_context(peer.laptop(folder / "writer", told, 0))
        reader = stack.enter_context(peer.laptop(folder / "reader", told, 1))
        written = writer.ask("write", rows=source)
        push = watch("push", writer, hub, lambda: writer.ask("push"))
        pull = watch("pull", reader, hub, lambda: reader.ask("pull"))
        found = reader.ask("count")["count"]
        if found != count:
            raise Failed(f"of {count:,} records {found:,} arrived")
        facts = {
            "rows": count,
            "write": written["seconds"],
            "push": push["seconds"],
            "pull": pull["seconds"],
            "wire_push": push.get("wire"),
            "wire_pull": pull.get("wire"),
            "writer_mb": push["peak_mb"],
            "reader_mb": pull["peak_mb"],
            "hub_mb": hub.peak_mb(),
        }
        yield Pair(folder, ids_of(count), told, hub, writer, reader, facts)


def exchange(peer: Peer, folder: Path, count: int, repeats: int, *options: object) -> Facts:
    """Seconds and sizes of the first push and pull and of what follows on an ordinary day."""
    with pair(peer, folder, count, *options) as two:
        two.settle()
        nothing = [two.reader.ask("sync") for _ in range(repeats)]
        facts = {
            **two.facts,
            "no_op": median(each["seconds"] for each in nothing),
            "requests": nothing[-1].get("requests"),
            "edits": _each_way(two, min(FEW, count // 2), repeats),
            "edit": _each_way(two, 1, repeats),
        }
    facts["laptop_bytes"] = bytes_in(folder / "reader")
    facts["hub_bytes"] = bytes_in(folder / "hub")
    return facts


def _each_way(two: Pair, few: int, repeats: int) -> float:
    """The median of `edited_each_way`."""
    return median(edited_each_way(two, few, seed) for seed in range(repeats))


def edited_each_way(two: Pair, few: int, seed: int) -> float:
    """Seconds of a sync that sends so many edits and fetches as many of the other laptop's."""
    two.edit(two.writer, two.ids[:few], ("minutes", "notes"), seed)
    two.edit(two.reader, two.ids[-few:], ("minutes", "notes"), 1_000 + seed)
    two.writer.ask("sync")
    seconds = float(two.reader.ask("sync")["seconds"])
    two.writer.ask("sync")
    return seconds


def merge(
    peer: Peer, folder: Path, count: int, *options: object, watch: Watch = _unwatched
) -> Facts:
    """Seconds to bring together two laptops that edited every row, half of the fields alike."""
    with pair(peer, folder, count, *options) as two:
        two.settle()
        two.edit(two.writer, two.ids, ("minutes", "notes"), 1)
        two.edit(two.reader, two.ids, ("minutes", "state"), 2)
        sent = two.writer.ask("sync")
        merged = watch("merge", two.reader, two.hub, lambda: two.reader.ask("sync"))
        seen = two.writer.ask("sync")
        return {
            "rows": count,
            "push": sent["seconds"],
            "merge": merged["seconds"] + seen["seconds"],
            "hub_mb": two.hub.peak_mb(),
        }
