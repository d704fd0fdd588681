"""What a laptop keeps about itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from hongxian.model.record import COMMUNITY
from hongxian.storage.state import State, StoreState
from hongxian.wire.round import PORTION
from hongxian.wire.signed import Asker
from hongxian.wire.verdicts import SeqRange


@dataclass
class LaptopId(State):
    """Which laptop this is."""

    laptop: str = ""
    """The hash of its key; "" before it joined for the first time."""


@dataclass
class LaptopState(StoreState, LaptopId):
    """A laptop's facts beside those of every store."""

    hub_url: str = ""
    hub_key: str = ""
    """The public key of its hub; "" before it joined, and again once the hub ended its access."""
    hub_sealing: str = ""
    """The key to seal for it, of which it told."""
    salt: str = ""
    """With which it drew its present incarnation."""
    name_wanted: str = ""
    """Another name that its people gave it, until the hub has told it to all; "" for none."""
    number: int = 0
    """What people may call it by, as the hub told last."""
    teams: dict[str, str] = field(default_factory=dict)
    """Their names by scope."""
    circles: dict[str, bool] = field(default_factory=dict)
    """By scope those that the hub told of: whether this laptop is of it, or no more."""
    grant: str = ""
    """What the hub told of them, sealed: for the hub, should it be put back to a time before."""
    kept: list[str] = field(default_factory=list)
    """The files of unsent work that stayed when the hub ended its access."""

    kept_changes: int = 0
    """Changes that wait for a team's return; so one need not look for them where there are none."""
    held: bool = False
    """Whether the hub's keeper has still to say of anything that was deleted here."""
    collections: list[str] | None = None
    """Those that the hub has; None before it told."""
    sent_out: list[str] = field(default_factory=list)
    """Of these, what comes by releases of plugins that were not on this laptop then."""
    own_seqs: Sequence[Sequence[int]] = field(default_factory=list)
    """Those that its own work got ahead of its cursors."""
    hub_head: str = ""
    """How far the hub's journal had come, signed, as it told last."""
    hub_heads: list[str] = field(default_factory=list)
    """Blocks of the hub's journal that it was told of, the newest first."""
    last_sync: int | None = None
    """When a sync was complete, to the minute, in milliseconds since 1970."""

    plugins_told: str = ""
    """Stands for the report of its plugins that the hub had last."""
    orders_told: str = ""
    """Stands for the releases of plugins that the hub ordered, as far as they were seen to."""
    orders_at: int = 0
    """The hub's time at which it ordered these, in milliseconds since 1970: no older stick takes them back."""
    portion: int = PORTION
    """Bytes of pages that one request or answer may carry over the line to the hub, as was learnt."""
    sent_last: list[str | int] = field(default_factory=list)
    """The id of the last transaction of the last request that was answered."""
    attempts: list[list[str | int]] = field(default_factory=list)
    """Those of the requests since then, and of a few before: of each prefix the one with the largest count."""

    @property
    def scopes(self) -> list[str]:
        """Those whose records it holds, as the hub told; what it has just begun itself is not told yet."""
        return [*self.teams, *(each for each, is_of in self.circles.items() if is_of), COMMUNITY]

    @property
    def asker(self) -> Asker:
        """As whom it asks the hub."""
        return Asker(self.laptop, self.salt)

    @property
    def own_ranges(self) -> list[SeqRange]:
        """`own_seqs` as messages hold them."""
        return [(after, upto) for after, upto in self.own_seqs]
