"""What a hub keeps about itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from hongxian.storage.state import State, StoreState


@dataclass
class HubState(StoreState):
    """A hub's facts beside those of every store."""

    seq: int = 0
    """The newest that was given."""
    lives: dict[str, int] = field(default_factory=dict)
    """Other lives of this hub, each with the seq up to which it and the present one are the same."""
    keep_days: int = 30
    """So long the journal keeps what was deleted or written over."""
    epoch_seq: int = 0
    """The seq after which this life wrote without sight of what was lost."""
    deletions_free: int = 20
    """Records of a collection that one laptop may delete within a day, whatever share they are."""
    deletions_percent: int = 10
    """Of the records that it may see, beyond which the keeper is asked."""
    offered: list[int] = field(default_factory=list)
    """Incarnations that offered what the hub lacked, since it was last looked for what was given out twice."""
    let_in: int = 0
    """How often laptops were let into scopes, or taken out of them."""
    put_back_at: int = 0
    """When it was put back from a backup without sight of whose access had ended since; 0 for never."""
    damaged: int = 0
    """How many rows wait for a copy, because the hub's disk has changed them."""
    mended: int = 0
    """How many such rows were put right, ever."""


@dataclass
class KeptIdentity(State):
    """Who a hub is, as every backup of it tells; its key only sealed."""

    identity: str = ""
    """Its public key."""
    sealed_identity: str = ""
    """Its key, which the recovery sheet opens; "" before there was a sheet."""
    sheet: str = ""
    """The public key to which backups are encrypted, which the letters of the recovery sheet open."""
    retired_identities: list[str] = field(default_factory=list)
    """The public keys of the hubs whose place it took, the oldest first."""
