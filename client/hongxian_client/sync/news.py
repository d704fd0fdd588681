"""News: whether a laptop needs a round at all. It tells nothing else than last time, and hears nothing else.

The hub's `sync.news` answers.
"""

from __future__ import annotations

from dataclasses import dataclass

from hongxian.engine.scrub import is_due
from hongxian.errors import HongxianError, HubOutOfReach
from hongxian.words.logs import logger
from hongxian_client.replica import deeds
from hongxian_client.replica.files import are_to_be_carried
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.todo import TodoKind, is_any_to_be_done
from hongxian_client.replica.unsent import outbox
from hongxian_client.transport.link import Post

log = logger(__name__)
_SEEN_TO_BY_A_ROUND = (TodoKind.MEND, TodoKind.RECALL, TodoKind.FETCH, TodoKind.SWEEP)


@dataclass(frozen=True)
class Known:
    """How things stood when a sync ended. It lies in no file: what was put back, or copied, asks anew."""

    token: str
    """The hub's, as its last answer told."""
    told: tuple[str | int, ...]
    """What this laptop has to tell."""

    def holds(self, replica: Replica, post: Post) -> bool:
        """Whether all is as it was, here and at the hub, which is asked, and nothing else is to be done.

        No lock is taken, and nothing written. Raises `HubOutOfReach`; what the hub refuses, a round hears again.
        """
        state = LaptopState.read()
        if self._has_work(replica, state) or what_is_told(replica, state) != self.told:
            return False
        try:
            return post("/v1/news", b"").read() == self.token.encode()
        except HongxianError as error:
            log.info("news failed=%s", type(error).__name__)
            if isinstance(error, HubOutOfReach):
                raise
            return False

    def _has_work(self, replica: Replica, state: LaptopState) -> bool:
        """Whether a sync has something to do beside its rounds."""
        now = replica.now()
        return (
            is_due(state, now)
            or deeds.is_to_be_tidied(now)
            or are_to_be_carried(replica, state.epoch)
        )


def what_is_told(replica: Replica, state: LaptopState) -> tuple[str | int, ...] | None:
    """What a laptop would tell in a round that carries nothing; None where a round has something to do."""
    unsent = outbox.count(outbox.EntryState.UNSENT)
    if unsent or state.own_seqs or state.name_wanted or is_any_to_be_done(_SEEN_TO_BY_A_ROUND):
        return None
    return (
        state.laptop,
        state.salt,
        state.epoch,
        state.orders_told,
        len(replica.collections),
        *outbox.open_and_refused(),
    )
