"""What is held for the keeper's word: offers that nobody can vouch for, and deletions of much.

Command line and console say of it the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from hongxian.model.row import join_rows
from hongxian.text import Text
from hongxian.words.logs import logger
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.membership.devices import numbered
from hongxian_server.sync.recovery import Offers
from hongxian_server.tables.access import Incarnation, incarnations
from hongxian_server.tables.deletions import Deletion, DeletionState, decide, held_deletions
from hongxian_server.tables.held_offers import HeldOffer, held_offers, let_go
from hongxian_server.tables.keeper_log import Act, note

log = logger(__name__)
MOST_RECORDS = 1_000_000
"""That a ceiling may let pass."""


class What(StrEnum):
    """What is held."""

    OFFER = "offer"
    """Records that a laptop gave back to a hub which had lost them, and may not write itself."""
    DELETION = "deletion"
    """Deletions of more than a laptop may delete within a day."""


@dataclass
class Held:
    """What one laptop has waiting in one collection; `device` is the number that people know it by."""

    what: What
    device: int
    collection: str
    ids: list[str] = field(default_factory=list)
    """The records."""
    since: int = 0
    """When the first of it came, in milliseconds since 1970."""
    parts: list[HeldOffer | Deletion] = field(default_factory=list)


def held_for_keeper(hub: Hub, device: int | None = None) -> list[Held]:
    """All that waits, of one laptop or of all; raises `Refused` for a number that nobody has."""
    found: dict[tuple[What, int, str], Held] = {}
    laptop = numbered(device).laptop if device else None
    called = {each.laptop: each.number for each in incarnations().order_by(Incarnation.began)}
    for offer in offers_for_keeper(hub, laptop):
        _add(found, What.OFFER, called[offer.laptop], offer, [offer.record])
    for deletion in held_deletions(laptop):
        _add(found, What.DELETION, called[deletion.laptop], deletion, deletion.record_ids())
    return [found[key] for key in sorted(found)]


def set_ceiling(hub: Hub, records: int | None, percent: int | None) -> None:
    """Let one laptop delete so much of a collection within a day unasked; None leaves a figure as it is."""
    with hub.upkeep(), HubState.changing() as state:
        state.deletions_free = state.deletions_free if records is None else records
        state.deletions_percent = state.deletions_percent if percent is None else percent
        limits = f"{state.deletions_free} / {state.deletions_percent} %"
        note(hub, Act.SETTING, Text("一天可删上限", "ceiling of deletions"), limits)


def lists_held() -> int:
    """Of how many collections something waits; a look that writes nothing, for every page has it."""
    offers = {name for (name,) in HeldOffer.select(HeldOffer.collection).distinct().tuples()}
    held = Deletion.select(Deletion.collection).where(Deletion.state == DeletionState.HELD)
    return len(offers) + len({name for (name,) in held.distinct().tuples()})


def _add(
    found: dict[tuple[What, int, str], Held],
    what: What,
    device: int,
    part: HeldOffer | Deletion,
    ids: Sequence[str],
) -> None:
    key = (what, device, part.collection)
    held = found.setdefault(key, Held(*key, since=part.at))
    held.ids += ids
    held.parts.append(part)


def let_pass(hub: Hub, held: Iterable[Held]) -> None:
    """Take the offers, and let the deletions in when their laptops come back with them."""
    for each in held:
        _say(hub, each, take_held, DeletionState.ALLOWED)
        note(hub, Act.LET_PASS, each.device, hub.title_of(each.collection), len(each.ids))


def refuse(hub: Hub, held: Iterable[Held]) -> None:
    """Let the offers go, and refuse the deletions when their laptops come back with them."""
    for each in held:
        _say(hub, each, refuse_held, DeletionState.REFUSED)
        note(hub, Act.REFUSED, each.device, hub.title_of(each.collection), len(each.ids))


def _say(
    hub: Hub, held: Held, of_offers: Callable[[Hub, list[HeldOffer]], object], state: DeletionState
) -> None:
    if held.what is What.OFFER:
        of_offers(hub, [part for part in held.parts if isinstance(part, HeldOffer)])
        return
    with hub.upkeep():
        decide((part for part in held.parts if isinstance(part, Deletion)), state)
    log.info("deletions %s device=%d records=%d", state, held.device, len(held.ids))


# -- offers ---------------------------------------------------------------------------------


def offers_for_keeper(hub: Hub, laptop: str | None = None) -> list[HeldOffer]:
    """What is held and would still change something; a look that writes nothing."""
    return [each for each in held_offers(laptop) if _is_news(hub, each)]


def let_idle_go(hub: Hub) -> None:
    """Let go of what is held and would change nothing any more: the hub has it by now."""
    with hub.upkeep():
        let_go([each for each in held_offers() if not _is_news(hub, each)])


def _is_news(hub: Hub, held: HeldOffer) -> bool:
    collection = hub.collections.get(held.collection)
    if collection is None:
        return True  # its plugin may come back
    row = collection.rows_by_id([held.record]).get(held.record)
    if row is None:
        return True
    joined = row.copy()
    changed = join_rows(joined, held.as_row(), collection.rule_of)
    return changed and not (joined.deleted and collection.emptied(joined) == row)


def take_held(hub: Hub, offers: Iterable[HeldOffer]) -> int:
    """Take these by the keeper's word; returns how many records changed."""
    by_collection: dict[str, list[HeldOffer]] = {}
    for each in offers:
        by_collection.setdefault(each.collection, []).append(each)
    taken = 0
    with hub.separately() as transaction:
        for name, held in by_collection.items():
            if name in hub.collections:
                keeper = Offers(hub, hub.writer(), hub.collections[name], transaction.clock)
                for each in held:  # one by one: several laptops may hold one record
                    taken += keeper.join([each.as_row()])
                let_go(held)
    log.info("took held offers records=%d", taken)
    return taken


def refuse_held(hub: Hub, offers: Iterable[HeldOffer]) -> None:
    """Let these go by the keeper's word; nothing else keeps them."""
    with hub.upkeep():
        let_go(offers)
