"""Who is to hold how many rights of a quota: arithmetic alone, over plain numbers.

The hub is a holder like any other. About two thirds of what is left are dealt, to each its share by
recent use: to the laptops, and to the hub itself as far as phones spend there. The rest stays with
the hub too, for whoever comes with more need than was foreseen. Rights are handed out only to a
laptop that is in contact: passed to one that is away they would lie idle until it comes, and so
might others'. What an absent one lacks is owed to it; what others hold beyond their share is called
back, and what the hub lacks of its own.

How rights move without ever being spent twice is the bounded counter's (`hongxian.merges.quota`, after
Balegas et al.). To whom they go is this rule's, which is of our own making: an exponentially
weighted sum of past use, under a Dirichlet prior that follows what each device uses otherwise, so
that a record which few have used yet is shared out as its like are. `bench/offline.py` measures
what comes of it, against one who knows the future.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from hongxian.model.stamp import DAY_MILLISECONDS

HALF_LIFE_MILLISECONDS = 7 * DAY_MILLISECONDS
"""After so long a use counts half."""
DEALT_PART = 0.65
"""The part of what is left that is dealt by use; more of it would lie where it is not used."""
NEWCOMER_MILLISECONDS = 7 * DAY_MILLISECONDS
"""For so long a new laptop is taken to need what others do, ever less so."""
PRIOR = 5.0
"""Units of use that a device's use of all records of the collection counts for in a single one."""


@dataclass(frozen=True)
class Holder:
    """One device that may hold rights of a quota, and what speaks for its having them."""

    used: float
    """Units of this quota that it used of late, as `worth_now` counts them."""
    usual: float
    """The same of this field in all records of the collection."""
    newness: float
    """From 1, for one that has just come, to 0."""
    held: int
    """Rights that it holds and is not called upon to pass back."""
    by_hand: int = 0
    """Of these, what other laptops passed to it and it has not spent: not for the hub to call back."""


@dataclass(frozen=True)
class Own:
    """What speaks for the hub's keeping rights itself, for phones; nothing where none ever spend there."""

    used: float = 0.0
    usual: float = 0.0
    wanted: int = 0
    """What somebody wanted there and did not find."""
    coming: int = 0
    """Rights that are called back and have not come."""


@dataclass(frozen=True)
class Standing:
    """One quota of one record: what is left, and who holds it."""

    left: int
    """What may be given out of all rights together."""
    hub: int
    """Of these the hub's own; below zero after more was given out than there was, or without a right."""
    holders: Mapping[int, Holder]
    """By incarnation."""
    own: Own = Own()


def worth_now(amount: float, age: int) -> float:
    """What a use counts for, `age` milliseconds later."""
    return float(amount * 0.5 ** (max(age, 0) / HALF_LIFE_MILLISECONDS))


def newness(age: int) -> float:
    """From 1, for a device that has just come (or by a clock that was ahead), to 0; `age` in ms."""
    return min(max(1 - age / NEWCOMER_MILLISECONDS, 0.0), 1.0)


def shares(standing: Standing) -> dict[int, int]:
    """What each device is to hold of what is left, in whole pieces, rounded up."""
    weights, whole = _weights(standing)
    return {
        device: ceil(DEALT_PART * standing.left * weight / whole)
        for device, weight in weights.items()
    }


def hubs_share(standing: Standing) -> int:
    """What the hub is to keep for phones: by their recent use, and at least what they wanted and did not find.

    It is rounded to the nearest, for at the hub a right serves whoever is in contact.
    """
    weights, whole = _weights(standing)
    weight = whole - sum(weights.values())
    by_use = round(DEALT_PART * standing.left * weight / whole) if whole else 0
    return min(max(by_use, standing.own.wanted), standing.left)


def _weights(standing: Standing) -> tuple[dict[int, float], float]:
    """How much each device is to hold beside the others, and what that comes to with the hub itself."""
    holders, own = standing.holders, standing.own
    known = sum(each.usual for each in holders.values()) + len(holders) + own.usual
    weights = {
        device: each.used + PRIOR * (each.usual + 1) / known for device, each in holders.items()
    }
    average = sum(weights.values()) / max(len(weights), 1)
    for device, each in holders.items():
        weights[device] += average * each.newness
    hubs = own.used + PRIOR * own.usual / known if own.usual else 0.0
    return weights, sum(weights.values()) + hubs


def lacking(standing: Standing) -> dict[int, int]:
    """What each device lacks of its share; below zero what it holds beyond it."""
    return {
        device: share - standing.holders[device].held for device, share in shares(standing).items()
    }


def handed(standing: Standing, lacks: int) -> int:
    """How many a device in contact is handed of what it lacks: as many as the hub has beyond its own share."""
    return max(min(lacks, standing.hub - hubs_share(standing)), 0)


def called_back(standing: Standing, lacks: Mapping[int, int]) -> dict[int, int]:
    """What is called back: from each device what it holds beyond its share, and what the hub lacks still.

    The first is never more than the hub is short of for its own part and for those who lack something,
    since all the shares and that part are what is left. The second is of few pieces, where shares
    are rounded up, or of many that somebody wants there at once.
    """
    free = {device: each.held - each.by_hand for device, each in standing.holders.items()}
    beyond = {device: max(min(-lacks[device], free[device]), 0) for device in lacks}
    there = standing.hub + standing.own.coming + sum(beyond.values())
    left = {device: free[device] - beyond[device] for device in lacks}
    more = called_for(hubs_share(standing) - there, left)
    calls = {device: beyond[device] + more.get(device, 0) for device in lacks}
    return {device: amount for device, amount in calls.items() if amount}


def met(asked: Mapping[int, int], hub: int) -> dict[int, int]:
    """What each is passed of what it asks for, in this order, as far as the hub has it."""
    passed = {}
    for holder, amount in asked.items():
        passed[holder] = max(min(amount, hub), 0)
        hub -= passed[holder]
    return {holder: amount for holder, amount in passed.items() if amount}


def called_for(short: int, held: Mapping[int, int]) -> dict[int, int]:
    """From whom so many are called, those first who hold most; never more than one holds."""
    calls = {}
    for holder in sorted(held, key=lambda each: (-held[each], each)):
        calls[holder] = max(min(short, held[holder]), 0)
        short -= calls[holder]
    return {holder: amount for holder, amount in calls.items() if amount}
