"""Stamps: 63-bit hybrid logical clock values that order every write.

42 bits of milliseconds since 1970, 6 bits of count, 15 bits of device number. One integer,
totally ordered, never equal across devices. After Kulkarni et al., "Logical Physical Clocks"
(2014); a stamp is never used as a cursor.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NewType

Stamp = NewType("Stamp", int)
DeviceNumber = NewType("DeviceNumber", int)

COUNT_BITS = 6
DEVICE_BITS = 15
LARGEST_DEVICE = (1 << DEVICE_BITS) - 1
HUB = DeviceNumber(1)
"""The hub's device number, as in `pass_on(..., to=HUB)`."""

_TICK = 1 << DEVICE_BITS


def make_stamp(milliseconds: int, count: int, device: int) -> Stamp:
    """Pack the three parts into one integer."""
    return Stamp((milliseconds << COUNT_BITS | count) << DEVICE_BITS | device)


def milliseconds_of(stamp: int) -> int:
    """Milliseconds since 1970 that the stamp tells."""
    return stamp >> (COUNT_BITS + DEVICE_BITS)


def device_of(stamp: int) -> DeviceNumber:
    """The number of the device that wrote under this stamp."""
    return DeviceNumber(stamp & LARGEST_DEVICE)


def wall_clock() -> int:
    """Milliseconds since 1970 by this machine's clock."""
    return time.time_ns() // 1_000_000


class Clock:
    """Gives stamps that only grow, whatever the machine's clock does.

    `offset` (milliseconds) is what the hub's clock is ahead of ours; `last` is the largest
    stamp given so far and is kept in the database with the write that used it.
    """

    def __init__(
        self,
        device: int,
        last: int = 0,
        offset: int = 0,
        now: Callable[[], int] = wall_clock,
    ) -> None:
        self.device = device
        self.last = last
        self.offset = offset
        self._now = now

    def milliseconds(self) -> int:
        """The time of the community, as far as this device knows it."""
        return self._now() + self.offset

    def tick(self) -> Stamp:
        """A stamp larger than every one given before."""
        present = make_stamp(max(self.milliseconds(), 0), 0, self.device)
        following = (self.last >> DEVICE_BITS) * _TICK + _TICK + self.device
        self.last = max(present, following)
        return Stamp(self.last)

    def observe(self, stamp: int) -> None:
        """Take note of another's stamp: whoever edits what it wrote must come later."""
        self.last = max(self.last, stamp)
