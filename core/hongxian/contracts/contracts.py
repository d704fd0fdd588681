"""What plugins exchange without knowing each other: typed contracts that one gives and another takes.

`WHOSE` and `WHEN` of a contract name what it tells by which one may ask; without them "person" and "day".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
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
    about: str = ""
    """The id of what they served at: hours of one are one activity."""
    late: bool = False
    """Whether it was entered afterwards."""
    begins: datetime | None = None
    """When they came, and left, as far as it is told."""
    ends: datetime | None = None
    note: str = ""
    """What they did there, where that says more than the activity."""
    platform_no: str = ""
    """The number under which a city's or the ministry's system knows the activity."""


@dataclass(frozen=True, kw_only=True)
class Presence:
    """That one person was at work from then to then, as whoever led them has confirmed.

    What keeps attendances makes one of it, and hours come of that: whoever gives a presence gives no
    `Hours` for it too.
    """

    WHEN: ClassVar[str] = "begins"
    person: str
    """The id of a roster's person."""
    begins: datetime
    ends: datetime
    about: str
    """The id of the fair, the round or the call that they were at: those of one are one activity."""
    activity: str
    """What that is called, for people to read."""
    day: date
    """The activity's."""
    place: str = ""
    kind: str = "shift"
    """Of the activity: "shift", "caravan", "patrol", "class", "visit", "emergency" or "other"."""
    platform_no: str = ""
    """The number under which a city's or the ministry's system knows the activity."""
    confirmed_by: str
    note: str = ""
    """What they did there: a stall, a post."""
    late: bool = False
    """Whether it was entered afterwards."""
    void: str = ""
    """Why it does not count after all, once it was given: a mistake is voided, never deleted."""


@dataclass(frozen=True, kw_only=True)
class Matter:
    """Something that somebody is to look into, reported at a place."""

    WHOSE: ClassVar[str] = "by"
    WHEN: ClassVar[str] = "reported"
    title: str
    place: str = ""
    kind: str = ""
    """What it is to become, where that was decided: a "finding", a "booking" or a "case"."""
    reported: date | None = None
    by: str = ""
    """The id of a roster's person."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a matter at whoever took it."""

    WHOSE: ClassVar[str] = "matter"
    matter: str
    """The id of what gave the `Matter`."""
    said: str
    """For people to read."""
    day: date
    settled: bool = False
    """Whether nothing more is to come."""


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
    donor: str = ""
    """Who gave them, as it is to be called in public."""
    purpose: str = ""
    """What the donor means them for."""


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """A day on which a service is offered somewhere."""

    service: str
    """Which one: "grinding", or what else somebody takes."""
    title: str
    day: date
    place: str = ""
    opens: time | None = None
    closes: time | None = None
    team: str = ""
    """The scope of the team that offers it: there lies what is made of it."""


@dataclass(frozen=True, kw_only=True)
class Turnout:
    """How many came to an occasion, as whoever keeps its queue counts them."""

    WHOSE: ClassVar[str] = "about"
    about: str
    """The id of what gave the `Occasion`."""
    day: date
    numbers: int
    """That were given out."""
    waiting: int
    served: int
    skipped: int = 0
    visits: int = 0
    """Turned into visits at home."""


@dataclass(frozen=True, kw_only=True)
class Institution:
    """A unit or a merchant that the community works with."""

    name: str
    branch: str = ""
    """Its party branch."""
    contact: str = ""


@dataclass(frozen=True, kw_only=True)
class Offering:
    """Pieces of one thing that an institution gives away for a purpose."""

    WHEN: ClassVar[str] = "until"
    item: str
    pieces: int
    unit: str = ""
    donor: str
    """What it is to be called in public."""
    purpose: str = ""
    until: date | None = None
