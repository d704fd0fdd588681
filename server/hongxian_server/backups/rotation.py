"""Which backups stay: the newest of each of seven days, four weeks and twelve months."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import datetime

PERIODS: tuple[tuple[int, Callable[[datetime], Hashable]], ...] = (
    (7, lambda made: made.date()),
    (4, lambda made: made.isocalendar()[:2]),
    (12, lambda made: (made.year, made.month)),
)
"""How many of each kind of period; those without a backup do not count."""


def kept(made: Iterable[datetime]) -> set[datetime]:
    """Of backups made then, those that stay; the newest is always among them."""
    newest_first = sorted(made, reverse=True)
    stay: set[datetime] = set()
    for count, period in PERIODS:
        newest: dict[Hashable, datetime] = {}
        for each in newest_first:
            newest.setdefault(period(each), each)
        stay |= set(list(newest.values())[:count])
    return stay
