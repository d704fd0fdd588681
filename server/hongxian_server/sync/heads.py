"""Heads of the journal: what the hub tells and signs, and what a laptop that shows one proves by it.

Only what this hub, or the one whose place it took, has signed says that its database went back.
"""

from __future__ import annotations

from functools import lru_cache

from hongxian.wire.hub.head import Head
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.identity import Identity
from hongxian_server.tables import journal


def told_head(hub: Hub, state: HubState) -> str:
    """The journal's newest block as it travels."""
    seq, hash = journal.head()
    return _signed(hub.identity, Head(state.epoch, seq, hash, state.last_stamp))


@lru_cache(maxsize=16)
def _signed(identity: Identity, head: Head) -> str:
    """Signed once, however often it is told."""
    return head.signed(identity.key.sign)


def news_in(hub: Hub, state: HubState, told: str) -> Head | None:
    """The head that a laptop shows, where it proves what this database does not know.

    That is a past which it has lost, or a later stamp. What nobody signed proves nothing, and is
    only looked at where it would be news.
    """
    read = Head.read(told)
    if read is None:
        return None
    head, signature = read
    if head.stamp <= state.last_stamp and not is_lost(state, head):
        return None
    return head if hub.identity.has_signed(head.said(), signature) else None


def is_lost(state: HubState, head: Head) -> bool:
    """Whether this database has lost what a head stands for, and does not know it yet."""
    if head.life != state.epoch:
        return head.life not in state.lives
    return not journal.holds(head.block)
