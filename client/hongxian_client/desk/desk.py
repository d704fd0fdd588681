"""What every room of the desk works with: the laptop, and its sync loop while one runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from hongxian.collection import Collection
from hongxian.errors import HongxianError
from hongxian.row import Row
from hongxian.security.throttle import Throttle
from hongxian_client.desk.auth.presence import Presence
from hongxian_client.replica.people import WrongPin
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.session import Report


@dataclass
class Desk:
    """One laptop's desk."""

    replica: Replica
    token: str
    """Opens the desk once, in the address that `hongxian` opens; as Jupyter's."""
    last: Report | HongxianError | None = None
    """What the last sync did, or why it failed; None before the first."""
    moving: tuple[int, int] | None = None
    """Of the sync under way, records moved and records left; None between syncs."""
    imported: int = 0
    """Rows that the import under way has been through."""
    sync_soon: Callable[[], None] = field(default=lambda: None)
    """Wakes the sync loop."""
    was_joined: Callable[[], None] = field(default=lambda: None)
    """Tells that the laptop has joined a community: its sync loop may begin."""
    list_links: list[Callable[[Collection], tuple[str, str] | None]] = field(default_factory=list)
    """Further links above a collection's list, (title, address): a room adds its own, as import does."""
    bulk_links: list[Callable[[Collection], tuple[str, str]]] = field(default_factory=list)
    """What can be done with the records that are ticked in a list, (title, address that is posted to)."""
    record_parts: list[Callable[[Collection, Row], str]] = field(default_factory=list)
    """Further parts of a record's page, as safe HTML: a room adds its own, as buttons of plugins."""

    watch: Presence = field(init=False)
    """Who is in front of this laptop."""
    throttle: Throttle = field(init=False)
    """Counts wrong PINs by person."""

    def __post_init__(self) -> None:
        self.watch = Presence(self.replica.now)
        self.throttle = Throttle(self.replica.now, WrongPin)

    @property
    def in_reach(self) -> bool:
        """Whether the hub answered last time."""
        return isinstance(self.last, Report)
