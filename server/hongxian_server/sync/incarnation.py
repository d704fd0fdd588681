"""Lives at the hub: a new one of its own has a new epoch and is filled again from the laptops.

A laptop's own are left behind here. The laptop's `sync.incarnation` enters them.
"""

from __future__ import annotations

from collections.abc import Sequence

from hongxian.errors import PageRefused
from hongxian.model.record import new_id
from hongxian.model.transaction_id import Run
from hongxian.wire.hub.head import Head, seq_of
from hongxian.wire.incarnation import LeaveReply, LeaveRequest
from hongxian.words.incarnation import new_hub_incarnation
from hongxian.words.logs import logger
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.membership.sessions import end_all
from hongxian_server.sync.double_grants import tell_double_grants
from hongxian_server.tables import journal
from hongxian_server.tables.access import Incarnation, live_ones
from hongxian_server.tables.keeper_log import Act, note
from hongxian_server.tables.taken import taken_of

log = logger(__name__)
OPEN_TRANSACTIONS = 2_000_000
"""That a laptop may ask about at once."""


def start_epoch(hub: Hub, lost: Head | None = None, older: Sequence[str] = ()) -> str:
    """Begin a new life, in which laptops offer what the hub lacks; returns the epoch.

    What was taken in after `epoch_seq` was written without sight of what was lost. Whoever
    restores the hub knows that this is now; a laptop that proves it later, by the head that is
    `lost`, names blocks that are `older`, and the first of them that is here is as late as the copy
    can be told to be. A life that begins before the last one was filled has lost from there on.
    """
    epoch = new_id()
    with hub.transaction(), HubState.changing() as state:
        shared = state.seq
        if lost:
            shared = next((seq_of(each) for each in (lost.block, *older) if journal.holds(each)), 0)
        lives = {lost.life: shared} if lost else {}
        lives |= {life: min(seq, shared) for life, seq in state.lives.items()}
        state.lives = lives | {state.epoch: shared}
        began = min(shared, state.epoch_seq) if state.recovering else shared
        state.epoch, state.epoch_seq, state.recovering = epoch, began, True
        state.incarnation = new_hub_incarnation()
        Incarnation.update(back="[]").execute()
        end_all(hub)  # a copy may hold some that have ended since
        note(hub, Act.RECOVERY_BEGUN)
    log.info("began a new life epoch=%s since_seq=%d", epoch, began)
    return epoch


def asks_for_offers(by: Incarnation, state: HubState) -> bool:
    """Whether a laptop is to offer what the hub lacks: while the hub is being filled, and until this
    laptop has once been back in the hub's present life, however late it comes.
    """
    return state.recovering or by.epoch != state.epoch


def takes_offers(by: Incarnation, state: HubState, name: str) -> bool:
    """Whether a laptop may offer records of a collection: until it has once been back with it in the
    hub's present life, which is not its first. It may come late, or its plugin may.
    """
    return bool(state.lives) and (state.recovering or name not in by.back_with)


def note_offer(by: Incarnation) -> None:
    """A laptop has offered what the hub lacked, inside the caller's commit."""
    with HubState.changing() as state:
        state.offered = sorted({*state.offered, by.id})


def end_recovery(hub: Hub) -> None:
    """The keeper's word that claims and quotas wait for no further laptop."""
    with hub.transaction():
        if hub.recovering:
            note(hub, Act.RECOVERY_ENDED)
        _was_filled(hub)


def came_back(hub: Hub, state: HubState, by: Incarnation) -> None:
    """A laptop has been back, with all that it had to offer; when all have, claims wait no longer.

    What was given out twice is looked for when nobody is in the middle of offering.
    """
    if state.recovering:
        away = (Incarnation.epoch != state.epoch) | Incarnation.due
        if live_ones().where(away).exists():
            return
    elif by.id not in state.offered:
        return
    _was_filled(hub)


def _was_filled(hub: Hub) -> None:
    with HubState.changing() as state:
        was_recovering, state.recovering = state.recovering, False
        offered, state.offered = state.offered, []
    if was_recovering:
        log.info("was filled again")
    if offered:
        tell_double_grants(hub)


# -- a laptop's lives ------------------------------------------------------------------------


def leave(hub: Hub, by: Incarnation, request: LeaveRequest) -> LeaveReply:
    """A restored or copied laptop leaves its incarnation, to go on as another.

    It stays with a copy, if there is one: until that is seen, nobody waits for it.
    """
    taken = taken_of(_bounded(request.transactions))
    stamps = journal.stamps_of(taken.values())
    with hub.upkeep():
        Incarnation.update(left_behind=True).where(Incarnation.id == by.id).execute()
    log.info("left an incarnation device=%d taken=%d", by.number, len(taken))
    return LeaveReply(taken=[(*id, seq, stamps[seq]) for id, seq in taken.items()])


def _bounded(runs: Sequence[Run]) -> Sequence[Run]:
    if sum(many for _, _, many in runs) > OPEN_TRANSACTIONS:
        raise PageRefused(detail=f"more than {OPEN_TRANSACTIONS} transactions")
    return runs
