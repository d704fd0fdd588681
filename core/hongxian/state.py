"""What every store keeps about itself; the laptop's and the hub's states say what is theirs alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hongxian.stamp import Clock
from hongxian.storage.setting import State


@dataclass
class ClockState(State):
    """The clock of a store: every write reads these, and leaves its last stamp."""

    device: int = 0
    """The store's number, which its stamps bear; 0 before it was given one."""
    last_stamp: int = 0
    """The newest that it gave."""
    observed: int = 0
    """The newest that came from the hub: an edit comes after what it edits."""
    clock_offset: int = 0
    """Milliseconds by which the hub's clock is ahead of this machine's."""

    def clock(self, now: Callable[[], int]) -> Clock:
        """The clock as this state leaves it."""
        last = max(self.last_stamp, self.observed)
        return Clock(self.device, last=last, offset=self.clock_offset, now=now)


@dataclass
class StoreState(ClockState):
    """The facts that a laptop and a hub have in common."""

    format: int = 0
    """Of the engine's own tables."""
    kind: str = ""
    """"laptop" or "hub"."""
    community: str = ""
    """The community's name."""
    epoch: str = ""
    """The life of the hub's database, as far as it is known here."""
    recovering: bool = False
    """Whether the hub is being refilled from the laptops, as far as it is known here."""
