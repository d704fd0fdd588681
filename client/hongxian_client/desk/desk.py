"""What every room of the desk works with: the laptop, and its sync loop while one runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from hongxian.errors import HongxianError
from hongxian_client.replica import Replica
from hongxian_client.sync import Report


@dataclass
class Desk:
    """One laptop's desk."""

    replica: Replica
    token: str
    """Opens the desk once, in the address that `hongxian` opens; as Jupyter's."""
    last: Report | HongxianError | None = None
    """What the last sync did, or why it failed; None before the first."""
    sync_soon: Callable[[], None] = field(default=lambda: None)
    """Wakes the sync loop."""
    was_joined: Callable[[], None] = field(default=lambda: None)
    """Tells that the laptop has joined a community: its sync loop may begin."""

    @property
    def in_reach(self) -> bool:
        """Whether the hub answered last time."""
        return isinstance(self.last, Report)
