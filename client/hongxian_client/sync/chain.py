"""This laptop's place in its chain of rounds, kept so that a copy of it is noticed.

Each request that carries something names itself, the round whose answer was taken in last, and the
requests since then that had no answer. The hub's own last round must be among those; when it is not,
this laptop was restored from a backup, or another copy of it has been there since. A request that
carries nothing leaves nothing at the hub that a copy could do twice: it shows its place and takes none.
"""

from __future__ import annotations

from hongxian.record import new_id
from hongxian.wire.round import Place
from hongxian_client.replica.laptop_state import LaptopState

REMEMBERED = 900
"""Unanswered requests that are named; one request tells at most 1,000."""
RECENT_HEADS = 16


def present_place(state: LaptopState) -> Place:
    """The place of a request that carries nothing."""
    return _place(state, "")


def next_round() -> Place:
    """A new request's place, on disk before it is sent; inside the caller's transaction."""
    with LaptopState.changing() as state:
        place = _place(state, new_id())
        state.round_attempts = [*state.round_attempts[-REMEMBERED:], place.id]
    return place


def _place(state: LaptopState, id: str) -> Place:
    return Place(
        number=state.round_number,
        id=id,
        previous=state.round_answered,
        attempts=state.round_attempts,
    )


def round_was_answered(id: str, number: int) -> None:
    """The answer to a request is being taken in; `number` is the hub's count with it."""
    with LaptopState.changing() as state:
        asked = state.round_attempts
        state.round_attempts = asked[asked.index(id) + 1 :] if id in asked else []
        state.round_number, state.round_answered = number, id


def new_chain() -> None:
    """Begin anew, under a new device number."""
    with LaptopState.changing() as state:
        state.round_number, state.round_answered, state.round_attempts = 0, "", []


def with_head(heads: list[str], head: str) -> list[str]:
    """The hub's heads that this laptop remembers, with a newer one before them.

    All of the last few, and before those ever fewer, each at least twice as far back as the one
    after it: whichever copy a hub is restored from, one from not long before it is among them.
    """
    if not head or head in heads[:1]:
        return heads
    kept = [head]
    for each in heads:
        if len(kept) < RECENT_HEADS or _blocks(each, head) >= 2 * _blocks(kept[-1], head):
            kept.append(each)
    return kept


def _blocks(older: str, newer: str) -> int:
    return int(newer.partition("-")[0]) - int(older.partition("-")[0])
