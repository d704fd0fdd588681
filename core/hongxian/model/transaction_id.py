"""Names of transactions: each keeps its own through new stamps, copies of its laptop and sticks.

A prefix of 80 random bits is drawn whenever a store is opened, so two copies of one laptop never
draw the same; behind it transactions are counted, so that many fit into one `Run`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from itertools import count, groupby
from operator import sub

TransactionId = tuple[str, int]
"""The prefix, 20 hex digits, and the count behind it, from 1."""
Run = tuple[str, int, int]
"""Transactions named one after the other: the prefix, the first count, and how many they are."""
PREFIX_BYTES = 10
LARGEST_COUNT = (1 << 48) - 1


class TransactionIds:
    """Draws the ids of one opening of a store, each greater than the one before."""

    def __init__(self) -> None:
        self._prefix = secrets.token_hex(PREFIX_BYTES)
        self._count = count(1)

    def draw(self) -> TransactionId:
        """An id that no transaction had, here or anywhere."""
        return self._prefix, next(self._count)


def runs_of(ids: Iterable[TransactionId]) -> list[Run]:
    """The same ids in the same order, as few runs as they come to.

    Behind a run's prefix, count less place stays the same.
    """
    prefixes, numbers = tuple(zip(*ids, strict=True)) or ((), ())
    offsets = tuple(map(sub, numbers, count()))
    if prefixes and prefixes.count(prefixes[0]) == offsets.count(offsets[0]) == len(offsets):
        return [(prefixes[0], offsets[0], len(offsets))]  # as it is nearly always
    runs: list[Run] = []
    place = 0
    for (prefix, offset), run in groupby(zip(prefixes, offsets, strict=True)):
        many = len(list(run))
        runs.append((prefix, offset + place, many))
        place += many
    return runs


def last_of(runs: Sequence[Run]) -> TransactionId | None:
    """The last id of some runs, if there is one."""
    return (runs[-1][0], runs[-1][1] + runs[-1][2] - 1) if runs else None


def ids_in(runs: Iterable[Run]) -> Iterator[TransactionId]:
    """The ids that runs name, in their order."""
    for prefix, first, many in runs:
        for number in range(first, first + many):
            yield prefix, number
