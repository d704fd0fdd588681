"""Ratios out of a run's results: each within one round, then the median of the rounds."""

from __future__ import annotations

from statistics import median
from typing import Any

Results = dict[str, Any]


def rate(facts: dict[str, Any], what: str) -> float:
    """Records a second."""
    return float(facts["rows"] / facts[what])


def middle(rounds: list[dict[str, Any]], what: str) -> float | None:
    """The median of a fact over the rounds that have it."""
    found = [each[what] for each in rounds if each.get(what) is not None]
    return float(median(found)) if found else None


def rates_against(results: Results, count: int, key: str, what: str) -> float | None:
    """How many times as many records a second Hongxian moves as another system.

    The other may have been given fewer rows; where it had fewer rounds, its one is held against each of ours.
    """
    found = results["exchanges"].get(str(count), {})
    ours, theirs = found.get("hongxian", []), found.get(key, [])
    if not ours or not theirs:
        return None
    if len(theirs) < len(ours):
        theirs = [theirs[0]] * len(ours)
    pairs = zip(ours, theirs, strict=False)
    return median(rate(our, what) / rate(their, what) for our, their in pairs)


def against_limit(results: Results, count: int, key: str, what: str) -> float | None:
    """How many times the limit's time a system takes; the limit runs before and after each round."""
    found = results["exchanges"].get(str(count), {})
    limits, theirs = found.get("limit", []), found.get(key, [])
    if not limits or not theirs:
        return None
    ratios = []
    for number, facts in enumerate(theirs):
        around = limits[2 * number : 2 * number + 2] or limits
        plain = count / (sum(each["seconds"] for each in around) / len(around))
        ratios.append(plain / rate(facts, what))
    return median(ratios)


def fact(results: Results, count: int, key: str, what: str) -> float | None:
    """The median of one fact of one system at a count."""
    return middle(results["exchanges"].get(str(count), {}).get(key, []), what)


def quotient(one: float | None, other: float | None) -> float | None:
    """One by the other, where there are both."""
    return one / other if one is not None and other else None


def grown(results: Results, what: str) -> float | None:
    """What a question costs at the most records, against the fewest."""
    found = results.get("growth") or []
    return quotient(found[-1][what], found[0][what]) if len(found) > 1 else None
