"""Stamps: 63-bit hybrid logical clock values that order every write.

42 bits of milliseconds since 1970, 6 bits of count, 15 low bits of who wrote. One integer, totally
ordered; the hub sees to it that no field of a record bears one for two transactions. After Kulkarni
et al., "Logical Physical Clocks" (2014); a stamp is never used as a cursor.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NewType

from hongxian.errors import HongxianError
from hongxian.text import Text
from hongxian.words.incarnation import LOW_BITS, Incarnation, low_bits_of

Stamp = NewType("Stamp", int)

COUNT_BITS = 6
LATEST = (1 << 42) - 1
"""The last millisecond that a stamp can tell; it is in May 2109."""
_TICK = 1 << LOW_BITS


DAY_MILLISECONDS = 24 * 3600 * 1000


class ClockWrong(HongxianError):
    """A machine's clock shows a time under which nothing can be written; its user has to set it."""

    message = Text(
        "{machine}的时钟不对，它说现在{when}。请把日期和时间设对再试；数据都在，什么也没有改动。",
        "The clock of {machine} is wrong: it shows a time {when}. Set the date and time and try "
        "again; all data is intact, and nothing was changed.",
    )
    status = 503


def make_stamp(milliseconds: int, count: int, incarnation: int) -> Stamp:
    """Pack the three parts into one integer."""
    return Stamp((milliseconds << COUNT_BITS | count) << LOW_BITS | low_bits_of(incarnation))


def milliseconds_of(stamp: int) -> int:
    """Milliseconds since 1970 that the stamp tells."""
    return stamp >> (COUNT_BITS + LOW_BITS)


def wall_clock() -> int:
    """Milliseconds since 1970 by this machine's clock."""
    try:
        return time.time_ns() // 1_000_000
    except OverflowError:  # beyond 2262, the last year of Python's own clock
        return LATEST + 1


def bounded(now: Callable[[], int], machine: Text) -> Callable[[], int]:
    """A machine's clock, which raises `ClockWrong` where no stamp can tell what it tells."""

    def checked() -> int:
        told = now()
        if not 0 <= told <= LATEST:
            raise ClockWrong(machine=machine, when=_TOO_EARLY if told < 0 else _TOO_LATE)
        return told

    return checked


_TOO_EARLY = Text("早于 1970 年", "before 1970")
_TOO_LATE = Text("晚于 2109 年", "after May 2109")


class Clock:
    """Gives an incarnation's stamps, which only grow, whatever the machine's clock does.

    `offset` (milliseconds) is what the hub's clock is ahead of ours; `last` is the largest
    stamp given so far and is kept in the database with the write that used it.
    """

    def __init__(
        self,
        incarnation: int,
        last: int = 0,
        offset: int = 0,
        now: Callable[[], int] = wall_clock,
    ) -> None:
        self.incarnation = Incarnation(incarnation)
        self.last = last
        self.offset = offset
        self._now = now

    def milliseconds(self) -> int:
        """The time of the community, as far as this store knows it."""
        return self._now() + self.offset

    def tick(self) -> Stamp:
        """A stamp larger than every one given before."""
        low = low_bits_of(self.incarnation)
        present = make_stamp(max(self.milliseconds(), 0), 0, low)
        following = (self.last >> LOW_BITS) * _TICK + _TICK + low
        self.last = max(present, following)
        return Stamp(self.last)

    def observe(self, stamp: int) -> None:
        """Take note of another's stamp: whoever edits what it wrote must come later."""
        self.last = max(self.last, stamp)
