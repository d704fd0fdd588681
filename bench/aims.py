"""What the project set out to reach, each as a number out of one run beside its aim."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench.ratios import Results, against_limit, fact, grown, quotient, rates_against

POUCHDB = ("pouchdb_memory", "pouchdb_leveldb")


@dataclass(frozen=True)
class Aim:
    """A measure, what this run found, and the bound."""

    measure: str
    found: float | None
    least: float | None = None
    most: float | None = None
    unit: str = "×"

    @property
    def bound(self) -> str:
        """The aim in words."""
        return (
            f"≥ {self.least:g}{self.unit}"
            if self.least is not None
            else f"≤ {self.most:g}{self.unit}"
        )

    @property
    def verdict(self) -> str:
        """Whether it is met."""
        if self.found is None:
            return "not measured"
        met = self.found >= self.least if self.least is not None else self.found <= (self.most or 0)
        return "met" if met else "**missed**"


def aims(results: Results, count: int) -> list[Aim]:
    """All of them; the sizes of the run may be smaller than those that the aims were set for."""
    return [
        *_against_peers(results, count),
        Aim("push, time against the limit", _limit(results, count, "push"), most=5),
        Aim("pull, time against the limit", _limit(results, count, "pull"), most=2.5),
        Aim(
            "nothing to do: requests", fact(results, count, "hongxian", "requests"), most=1, unit=""
        ),
        Aim("nothing to do, time against the fastest peer", _no_op(results, count), most=0.5),
        Aim("100 edits each way, time against PouchDB", _edits(results, count), most=0.33),
        Aim(
            "nothing to do, at the most records against the fewest",
            grown(results, "no_op"),
            most=1.3,
        ),
        Aim(
            "100 edits each way, at the most records against the fewest",
            grown(results, "edits"),
            most=1.3,
        ),
        Aim(
            "laptop's disk against the plain table", _disk(results, count, "laptop_bytes"), most=1.5
        ),
        Aim(
            "hub's disk, journal included, against the plain table",
            _disk(results, count, "hub_bytes"),
            most=2.2,
        ),
        *_wire(results, count),
        *_day((results.get("day") or {}).get("SQLite") or {}),
        *_year(results.get("year") or {}),
        Aim("start of `hongxian status` against the bare import", _start(results), most=1.5),
    ]


def _against_peers(results: Results, count: int) -> Iterator[Aim]:
    for title, keys, least, ways in (
        ("Anki", ("anki",), 1, ("push", "pull")),
        ("PouchDB", POUCHDB, 10, ("push", "pull")),
        ("Morango", ("morango",), 100, ("push", "pull")),
        ("Kinto", ("kinto",), 100, ("push",)),
    ):
        for way in ways:
            found = [rates_against(results, count, key, way) for key in keys]
            known = [each for each in found if each is not None]
            yield Aim(
                f"{way}, records a second against {title}", min(known, default=None), least=least
            )


def _limit(results: Results, count: int, what: str) -> float | None:
    return against_limit(results, count, "hongxian", what)


def _no_op(results: Results, count: int) -> float | None:
    peers = results["exchanges"].get(str(count), {}).keys() - {"limit", "hongxian"}
    times = [fact(results, count, key, "no_op") for key in peers]
    fastest = min((each for each in times if each is not None), default=None)
    return quotient(fact(results, count, "hongxian", "no_op"), fastest)


def _edits(results: Results, count: int) -> float | None:
    times = [fact(results, count, key, "edits") for key in POUCHDB]
    fastest = min((each for each in times if each is not None), default=None)
    return quotient(fact(results, count, "hongxian", "edits"), fastest)


def _disk(results: Results, count: int, what: str) -> float | None:
    return quotient(fact(results, count, "hongxian", what), fact(results, count, "limit", "bytes"))


def _wire(results: Results, count: int) -> Iterator[Aim]:
    plain = fact(results, count, "limit", "compressed")
    for way in ("push", "pull"):
        found = quotient(fact(results, count, "hongxian", f"wire_{way}"), plain)
        yield Aim(f"{way}, bytes on the wire against the plain values' zstd", found, most=1.3)


def _day(facts: dict[str, Any]) -> Iterator[Aim]:
    lost = [facts[name] for name in ("refused", "failed", "missing") if name in facts]
    yield Aim(
        "a day on SQLite: refused, failed or missing", sum(lost) if lost else None, most=0, unit=""
    )
    yield Aim("a day on SQLite: p99 of a sync", facts.get("p99"), most=1, unit=" s")


def _year(facts: dict[str, Any]) -> Iterator[Aim]:
    if facts:
        pages = [each for page in facts["pages"].values() for each in page.values()]
        slowest = max(each["cpu"] for each in pages)
        yield Aim("a year of all plugins: CPU of the slowest page", slowest, most=0.1, unit=" s")
        first = facts["first sync"]["wall"]
        yield Aim("a year of all plugins: a first sync", first, most=10, unit=" s")


def _start(results: Results) -> float | None:
    found = results.get("start") or {}
    return quotient(found.get("status"), found.get("import"))
