"""The people of one laptop: a name each, and a PIN of which only an argon2 hash is kept.

They live on this laptop alone. A PIN tells its people apart; it does not keep the data from
whoever may read this account's files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum

from hongxian.errors import AlreadyThere, Refused
from hongxian.kinds.text import can_be_kept
from hongxian.model.record import LONGEST_NAME, new_id
from hongxian.security.secret import hash_of, is_secret
from hongxian.storage.state import State
from hongxian.text import Text
from hongxian_client.replica.replica import Replica

SHORTEST_PIN, LONGEST_PIN = 4, 12
"""Digits."""
USUAL_MINUTES, FEWEST_MINUTES, MOST_MINUTES = 10, 1, 240
"""Minutes without a touch after which the desk locks."""
MOST_NOTES = 50


class WrongPin(Refused):
    """A PIN that is not this person's."""

    message = Text("PIN 不对。", "This PIN is wrong.")
    status = 403


class PinRefused(Refused):
    """A PIN that is too short, too long or not of digits."""

    message = Text(
        "PIN 要有 {shortest} 到 {longest} 位数字。",
        "A PIN needs {shortest} to {longest} digits.",
    )


class NameRefused(Refused):
    """A name of a person that is empty or too long."""

    message = Text("名字要有 1 到 {longest} 个字。", "A name needs 1 to {longest} characters.")


class NobodyCalled(Refused):
    """No person of this laptop has this name."""

    message = Text(
        "这台电脑上没有人叫“{name}”。现有：{known}",
        "Nobody on this laptop is called {name!r}. There are: {known}",
    )
    status = 404


@dataclass(frozen=True)
class Person:
    """One of them."""

    id: str
    name: str
    pin: str
    """Its hash."""


class Deed(StrEnum):
    """What was done with a person, for all of them to see."""

    ADDED = "added"
    REMOVED = "removed"
    RESET = "reset"
    """Another person gave them a new PIN."""
    RESET_BY_KEEPER = "reset by keeper"
    RESET_BY_COMMAND = "reset by command"


@dataclass(frozen=True)
class Note:
    """One such deed."""

    at: int
    """In milliseconds since 1970."""
    deed: str
    name: str
    by: str
    """The name of who did it, "" where the deed tells."""


@dataclass
class PeopleState(State):
    """What a laptop keeps of its people."""

    people: list[dict[str, str]] = field(default_factory=list)
    """Each a `Person`, by its fields."""
    people_notes: list[dict[str, str | int]] = field(default_factory=list)
    """The newest `MOST_NOTES`, each a `Note` by its fields; the newest last."""
    lock_minutes: int = USUAL_MINUTES


def people() -> list[Person]:
    """All of them, in the order in which they came; none on a laptop that asks for nobody."""
    return [Person(**each) for each in PeopleState.read().people]


def person_of(id: str) -> Person | None:
    """One of them by the id, if they are still here."""
    return next((each for each in people() if each.id == id), None)


def person_called(name: str) -> Person:
    """One of them by the name; raises `NobodyCalled`."""
    for each in people():
        if each.name == name:
            return each
    raise NobodyCalled(name=name, known=[each.name for each in people()] or "-")


def add_person(replica: Replica, name: str, pin: str) -> Person:
    """One more. Raises `NameRefused`, `AlreadyThere` or `PinRefused`."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME or not can_be_kept(name):
        raise NameRefused(longest=LONGEST_NAME)
    made = Person(new_id(), name, _hash(pin))
    with replica.upkeep():
        held = people()
        if name in (each.name for each in held):
            raise AlreadyThere(what=name)
        _keep([*held, made])
        _note(replica, Deed.ADDED, name, replica.person or "")
    return made


def set_pin(replica: Replica, person: Person, pin: str) -> Person:
    """Give a person another PIN. Raises `PinRefused`."""
    changed = replace(person, pin=_hash(pin))
    with replica.upkeep():
        _keep([changed if each.id == person.id else each for each in people()])
    return changed


def reset_pin(replica: Replica, person: Person, pin: str, deed: Deed, by: str = "") -> None:
    """Give another PIN to who forgot theirs. Raises `PinRefused`."""
    with replica.upkeep():
        set_pin(replica, person, pin)
        _note(replica, deed, person.name, by)


def remove_person(replica: Replica, id: str) -> None:
    """Let a person go; what they wrote keeps their name."""
    with replica.upkeep():
        held = people()
        _keep([each for each in held if each.id != id])
        for gone in held:
            if gone.id == id:
                _note(replica, Deed.REMOVED, gone.name, replica.person or "")


def notes() -> list[Note]:
    """What was done with people, the newest first."""
    return [Note(**each) for each in reversed(PeopleState.read().people_notes)]  # type: ignore[arg-type]


def refuse_wrong_pin(person: Person, pin: str) -> None:
    """Raise `WrongPin` unless it is this person's."""
    if not _is_pin(pin) or not is_secret(person.pin, pin):
        raise WrongPin()


def minutes_to_lock() -> int:
    """After how many minutes without a touch the desk locks."""
    return PeopleState.read().lock_minutes


def set_minutes_to_lock(replica: Replica, minutes: int) -> None:
    """Change it."""
    with replica.upkeep(), PeopleState.changing() as state:
        state.lock_minutes = minutes


def _is_pin(pin: str) -> bool:
    return pin.isascii() and pin.isdigit() and SHORTEST_PIN <= len(pin) <= LONGEST_PIN


def _hash(pin: str) -> str:
    if not _is_pin(pin):
        raise PinRefused(shortest=SHORTEST_PIN, longest=LONGEST_PIN)
    return hash_of(pin)


def _note(replica: Replica, deed: Deed, name: str, by: str) -> None:
    made = asdict(Note(replica.now(), deed, name, by))
    with PeopleState.changing() as state:
        state.people_notes = [*state.people_notes, made][-MOST_NOTES:]


def _keep(held: Sequence[Person]) -> None:
    with PeopleState.changing() as state:
        state.people = [asdict(each) for each in held]
