"""A transaction: what is written together, under one stamp, and taken in or refused as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from hongxian.errors import TransactionTooLarge
from hongxian.row import Change
from hongxian.stamp import Clock, Stamp

LARGEST_TRANSACTION = 5_000
"""Records that one transaction may write."""


class Transaction:
    """What is being written together.

    `shared` is one stamp for all, unless the records are written `separately`: then each record is a
    transaction of its own and gets a stamp of its own, in one commit.
    """

    def __init__(self, clock: Clock, separate: bool) -> None:
        self.clock = clock
        self.separate = separate
        self.changes: dict[str, list[Change]] = {}
        self.shared = None if separate else clock.tick()

    def stamp(self) -> Stamp:
        """The stamp for the next record."""
        return self.shared or self.clock.tick()

    def add(self, collection: str, changes: Sequence[Change]) -> None:
        """Take note of changes; refuses more records than may travel together."""
        self.changes.setdefault(collection, []).extend(changes)
        count = sum(map(len, self.changes.values()))
        if not self.separate and count > LARGEST_TRANSACTION:
            raise TransactionTooLarge(count=count, limit=LARGEST_TRANSACTION)
