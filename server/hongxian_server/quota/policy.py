"""Who is to hold how many rights of a quota: arithmetic alone, over plain numbers.

The hub is a holder like any other. About two thirds of what is left are the laptops', each its
share by recent use; the rest stays with the hub, for whoever comes with more need than was
foreseen. Rights are handed out only to a laptop that is in contact: passed to one that is away they
would lie idle until it comes, and so might others'. What an absent one lacks is owed to it; what
others hold beyond their share is called back.

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
LAPTOPS_PART = 0.65
"""The part of what is left that laptops are to hold; more of it would lie where it is not used."""
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
class Standing:
    """One quota of one record: what is left, and who holds it."""

    left: int
    """What may be given out of all rights together."""
    hub: int
    """Of these the hub's own; below zero after more was given out than there was, or without a right."""
    holders: Mapping[int, Holder]
    """By incarnation."""


def worth_now(amount: float, age: int) -> float:
    """What a use counts for, `age` milliseconds later."""
    return float(amount * 0.5 ** (max(age, 0) / HALF_LIFE_MILLISECONDS))


def newness(age: int) -> float:
    """From 1, for a device that has just come (or by a clock that was ahead), to 0; `age` in ms."""
    return min(max(1 - age / NEWCOMER_MILLISECONDS, 0.0), 1.0)


def shares(standing: Standing) -> dict[int, int]:
    """What each device is to hold of what is left, in whole pieces, rounded up."""
    holders = standing.holders
    known = sum(each.usual for each in holders.values()) + len(holders)
    weights = {
        device: each.used + PRIOR * (each.usual + 1) / known for device, each in holders.items()
    }
    average = sum(weights.values()) / max(len(weights), 1)
    for device, each in holders.items():
        weights[device] += average * each.newness
    whole = sum(weights.values())
    return {
        device: ceil(LAPTOPS_PART * standing.left * weight / whole)
        for device, weight in weights.items()
    }


def lacking(standing: Standing) -> dict[int, int]:
    """What each device lacks of its share; below zero what it holds beyond it."""
    return {
        device: share - standing.holders[device].held for device, share in shares(standing).items()
    }


def handed(standing: Standing, lacks: int) -> int:
    """How many a device in contact is handed of what it lacks: as many as the hub has."""
    return max(min(lacks, standing.hub), 0)


def called_back(standing: Standing, lacks: Mapping[int, int]) -> dict[int, int]:
    """What is called back from each device that holds more than its share.

    It is never more than the hub is short of for its own part and for those who lack something,
    since all the shares and that part are what is left.
    """
    beyond = {
        device: min(-amount, standing.holders[device].held - standing.holders[device].by_hand)
        for device, amount in lacks.items()
    }
    return {device: amount for device, amount in beyond.items() if amount > 0}


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
