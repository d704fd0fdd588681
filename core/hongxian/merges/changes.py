"""What is written to a field that many write at once: a step, in the place of a whole value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Counted:
    """Count on by `amount`, which may be negative."""

    amount: int


def plus(amount: int) -> Counted:
    """Count on: `Tally.update(people=plus(3))`."""
    return Counted(amount)


@dataclass(frozen=True)
class Regrouped:
    """Add and remove these members, leaving the others."""

    add: frozenset[str] = frozenset()
    remove: frozenset[str] = frozenset()


def adding(*members: str) -> Regrouped:
    """Add members: `Person.update(skills=adding("磨刀"))`."""
    return Regrouped(add=frozenset(members))


def removing(*members: str) -> Regrouped:
    """Remove members that are there now."""
    return Regrouped(remove=frozenset(members))
