"""How the page writes tables and numbers, and which systems it has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bench.catalogue import CRSQLITE, HONGXIAN, PEERS
from bench.ratios import Results

TITLES = {peer.key: peer.title for peer in (HONGXIAN, *PEERS, CRSQLITE)}


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; all but the first column are numbers."""
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def times(value: float | None) -> str:
    """A ratio."""
    if value is None:
        return "–"
    return f"{value:,.0f}×" if value >= 100 else f"{value:.1f}×" if value >= 10 else f"{value:.2f}×"


def number(value: float | None, unit: str = "") -> str:
    """A number with three digits or so."""
    if value is None:
        return "–"
    return f"{value:,.0f}{unit}" if abs(value) >= 100 else f"{value:.3g}{unit}"


def ms(seconds: float | None) -> str:
    """Seconds in milliseconds."""
    return number(None if seconds is None else seconds * 1000, " ms")


def systems(results: Results, count: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Those that were measured at a count, by key, with their rounds."""
    found = results["exchanges"].get(str(count), {})
    for key in TITLES:
        if found.get(key):
            yield key, found[key]
