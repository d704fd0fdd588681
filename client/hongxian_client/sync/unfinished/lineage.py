"""What this laptop last sent, and which heads of the hub it was told of.

Each request tells the last transaction of the request whose answer was taken in last, and of those
since then that had no answer, with a few from before: a hub that was put back, unknown to itself, to
before a request of which it took nothing in has lost that alone. The last that the hub was sent must
be among them; when it is not, this laptop was restored from a backup, or another copy of it has been
there since: whatever a copy writes is named behind a prefix that this laptop never drew.
"""

from __future__ import annotations

from hongxian.model.transaction_id import TransactionId
from hongxian.wire.hub.head import Head, seq_of
from hongxian.wire.round import ATTEMPTS, Lineage
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica

RECENT_HEADS = 16
STILL_TOLD = 8
"""Prefixes of requests that were answered."""


def lineage_of(state: LaptopState) -> Lineage:
    """As a request tells it."""
    after = _id(state.sent_last) if state.sent_last else None
    return Lineage(after=after, attempts=[_id(each) for each in state.attempts])


def note_attempt(last: TransactionId) -> LaptopState:
    """A request is going out, `last` its last transaction; inside a commit before it goes.

    Returns the state as it is then.
    """
    with LaptopState.changing() as state:
        prefix, count = last
        reached = max(
            [count, *(seen for drawn, seen in map(_id, state.attempts) if drawn == prefix)]
        )
        others = [each for each in state.attempts if each[0] != prefix]
        others.append([prefix, reached])
        state.attempts = others[-ATTEMPTS:]
    return state


def note_answer(last: TransactionId) -> None:
    """The answer to a request is being taken in, `last` its last transaction.

    One that is answered a second time, as a stick may be, changes nothing.
    """
    with LaptopState.changing() as state:
        prefix, count = last
        attempts = list(map(_id, state.attempts))
        place = next((n for n, each in enumerate(attempts) if each[0] == prefix), None)
        if place is not None and count <= attempts[place][1]:
            done = count == attempts[place][1]
            first = max(place + done - STILL_TOLD, 0)
            state.sent_last, state.attempts = [*last], state.attempts[first:]


def take_back_attempts(replica: Replica, before: list[list[str | int]]) -> None:
    """Nothing of a sync has left: its attempts count for nothing."""
    with replica.upkeep(), LaptopState.changing() as state:
        state.attempts = before


def new_lineage() -> None:
    """Begin anew: as another incarnation, or in a new life of the hub."""
    with LaptopState.changing() as state:
        state.sent_last, state.attempts = [], []


def _id(kept: list[str | int]) -> TransactionId:
    prefix, count = kept
    return str(prefix), int(count)


def note_head(state: LaptopState, told: str) -> None:
    """Keep a head that the hub told, and which blocks it had told of before.

    Of those all of the last few, and before those ever fewer, each at least twice as far back as
    the one after it: whichever copy a hub is restored from, one from not long before it is among
    them. What a hub that went back has lost is let go, and a stick's answer may come late.
    """
    head, last = _head(told), _head(state.hub_head)
    if head is None or (last and head.life == last.life and head.seq < last.seq):
        return
    block = head.block
    state.hub_head, kept = told, [block]
    for each in state.hub_heads:
        back = seq_of(block) - seq_of(each)
        if back > 0 and (
            len(kept) < RECENT_HEADS or back >= 2 * (seq_of(block) - seq_of(kept[-1]))
        ):
            kept.append(each)
    state.hub_heads = kept


def _head(told: str) -> Head | None:
    read = Head.read(told)
    return read and read[0]
