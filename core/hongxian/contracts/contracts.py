"""What plugins exchange without knowing each other: typed contracts that one gives and another takes.

`WHOSE` and `WHEN` of a contract name what it tells by which one may ask; without them "person" and "day".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class Hours:
    """Confirmed service of one person on one day; `minutes` are those that count."""

    person: str
    """The id of a roster's person."""
    day: date
    minutes: int
    activity: str = ""
    """What it was, for people to read."""
    late: bool = False
    """Whether it was entered afterwards."""


@dataclass(frozen=True, kw_only=True)
class Matter:
    """Something that somebody is to look into, reported at a place."""

    WHOSE: ClassVar[str] = "by"
    WHEN: ClassVar[str] = "reported"
    title: str
    place: str = ""
    reported: date | None = None
    by: str = ""
    """The id of a roster's person."""


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A time that is taken of a place or a person."""

    WHEN: ClassVar[str] = "begins"
    begins: datetime
    ends: datetime
    title: str
    place: str = ""
    person: str = ""
    """The id of a roster's person."""


@dataclass(frozen=True, kw_only=True)
class Goods:
    """Pieces of one thing that change hands."""

    WHOSE: ClassVar[str] = "to"
    item: str
    pieces: int
    day: date
    unit: str = ""
    to: str = ""
    """The id of a roster's person."""
