"""What people ask for in a drawn month at laptops that are offline, and the account of what they got."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

OPENS, CLOSES = 9.0, 18.0
"""Hours between which people ask."""
WEEK = 7
ITEMS = ("水", "雨伞", "口罩", "毛巾")
MEAN = 3.0
"""Pieces of one item that one laptop is asked for in a day, over all laptops and items."""
BUSY, TASTE, DRIFT = 0.7, 0.5, 0.08
"""Deviations of demand's logarithm: between laptops, between their items, from week to week."""
BENCHES, SLOTS, BOOKED = 2, 12, 0.7
"""Places of a day, and the part of them that is asked for during the week before."""


class Request(NamedTuple):
    """What one person asks for at one laptop: a piece of an item, or a place."""

    hour: float
    laptop: int
    item: str = ""
    place: tuple[int, int, int] = (0, 0, 0)


class Demand:
    """Draws what is asked for, day by day."""

    def __init__(self, chance: random.Random, laptops: int) -> None:
        self.chance = chance
        self.busy = [self._factor(BUSY) for _ in range(laptops)]
        self.draw_anew()

    def draw_anew(self) -> None:
        """Forget all that was usual, but for how busy each laptop is."""
        self.rates = [
            {item: MEAN * busy * self._factor(TASTE) for item in ITEMS} for busy in self.busy
        ]

    def drift(self) -> None:
        """A week later, people ask for nearly the same."""
        for rates in self.rates:
            for item in ITEMS:
                rates[item] *= self._factor(DRIFT)

    def _factor(self, deviation: float) -> float:
        """A factor around one, with one as its mean."""
        return self.chance.lognormvariate(-(deviation**2) / 2, deviation)

    def in_a_day(self, item: str) -> float:
        """Pieces of an item that all laptops together are asked for."""
        return sum(rates[item] for rates in self.rates)

    def requests(self, day: int) -> list[Request]:
        """What is asked for on one day, in order of time."""
        drawn = [
            Request(hour, laptop, item)
            for laptop, rates in enumerate(self.rates)
            for item in ITEMS
            for hour in self._hours(rates[item])
        ]
        drawn += [
            Request(hour, self.chance.randrange(len(self.rates)), place=self._place(day))
            for hour in self._hours(BENCHES * SLOTS * BOOKED)
        ]
        return sorted(drawn)

    def _hours(self, a_day: float) -> Iterator[float]:
        """A Poisson process over the hours that are open."""
        hour = OPENS
        while (hour := hour + self.chance.expovariate(a_day / (CLOSES - OPENS))) < CLOSES:
            yield hour

    def _place(self, day: int) -> tuple[int, int, int]:
        ahead, bench, slot = (self.chance.randint(1, most) for most in (WEEK, BENCHES, SLOTS))
        return day + ahead, bench, slot


@dataclass
class Account:
    """What was asked for and served, and what a clairvoyant would have served."""

    asked: Counter[tuple[int, str]] = field(default_factory=Counter)
    """Pieces by the contact after which they were asked for, and item."""
    served: Counter[tuple[bool, str]] = field(default_factory=Counter)
    """Pieces given out, by whether the first week was over at the laptop's last contact, and item."""
    delivered: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Pieces of each item, by the contact with which the hub heard of them."""
    settled: list[bool] = field(default_factory=list)
    """For each contact, whether the first week was over."""
    uncovered: int = 0
    """Pieces that the restored laptop gave out before anybody could tell it."""
    booked: int = 0
    bumped: int = 0
    full: int = 0
    """Requests for places that were confirmed as asked for offline, bumped later, or hopeless."""

    def clairvoyant(self) -> Counter[bool]:
        """Pieces by whether the first week was over; after it he begins with what is really there.

        Giving at the earliest contact is never worse: a piece serves one person, whoever it is.
        """
        came: Counter[str] = Counter()
        there: Counter[str] = Counter()
        served: Counter[bool] = Counter()
        for contact, settled in enumerate(self.settled):
            if settled and not served[True]:
                there = Counter({item: came[item] - self.served[False, item] for item in ITEMS})
            came.update(self.delivered[contact])
            there.update(self.delivered[contact])
            for item in ITEMS:
                given = min(self.asked[contact, item], there[item])
                there[item] -= given
                served[settled] += given
        return served

    def share(self, *, settled: bool) -> float:
        """What was served of what a clairvoyant would have served."""
        given = sum(self.served[settled, item] for item in ITEMS)
        return given / max(self.clairvoyant()[settled], 1)
