"""The three fields that peewee does not have: a reference, a counter and a set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from peewee import CharField, TextField

from hongxian.merge import Members, Quota, Tally
from hongxian.quota import Amounts, amounts


class Reference(CharField):  # type: ignore[misc]
    """The id of a record of another collection: `Reference("roster.person")`.

    Not a foreign key: the other record may not have arrived yet, or may never be seen here.
    """

    def __init__(self, to: str, **options: Any) -> None:
        self.to = to
        super().__init__(max_length=36, **options)


class _StateField(TextField):  # type: ignore[misc]
    """Keeps a merge's state as JSON text and shows the value that it stands for."""

    def db_value(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str) else orjson.dumps(value).decode()


class TallyField(_StateField):
    """A counter that many laptops count on at once and that never loses a count.

    Reads as an int. Write a new total, or `plus(n)` to count on from whatever is there.
    """

    merge = Tally()

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"default": 0, **options})

    def python_value(self, value: Any) -> int:
        return Tally.total(orjson.loads(value) if value else None)


class MembersField(_StateField):
    """A set of short texts in which adding wins over a removal that had not seen it.

    Reads as a frozenset. Write a new set, or `adding(...)` / `removing(...)`.
    """

    merge = Members()

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"default": frozenset, **options})

    def python_value(self, value: Any) -> frozenset[str]:
        return Members.present(orjson.loads(value) if value else None)


class QuotaField(_StateField):
    """An amount that laptops hold rights to, so that offline nothing is given twice.

    Reads as `Amounts`. Written by `grant`, `spend`, `give_back` and `pass_on`; a number given with
    a new record is granted. `deal`: "shared", the hub deals rights by recent use; "kept", they
    stay where they were granted. `at_once`: whether an own grant may be spent before the hub has
    it. `unit` may be in both languages: `件 · pcs`.
    """

    merge = Quota()

    def __init__(
        self, *, unit: str = "", deal: str = "shared", at_once: bool = True, **options: Any
    ) -> None:
        if deal not in ("shared", "kept"):
            raise ValueError('deal is "shared" or "kept"')
        self.unit, self.deal, self.at_once = unit, deal, at_once
        super().__init__(**{"default": 0, **options})

    def python_value(self, value: Any) -> Amounts:
        return amounts(orjson.loads(value) if value else None)


@dataclass(frozen=True)
class Counted:
    """Count on by `amount`, which may be negative."""

    amount: int


@dataclass(frozen=True)
class Regrouped:
    """Add and remove these members, leaving the others."""

    add: frozenset[str] = frozenset()
    remove: frozenset[str] = frozenset()


def plus(amount: int) -> Counted:
    """Count on: `Tally.update(people=plus(3))`."""
    return Counted(amount)


def adding(*members: str) -> Regrouped:
    """Add members: `Person.update(skills=adding("磨刀"))`."""
    return Regrouped(add=frozenset(members))


def removing(*members: str) -> Regrouped:
    """Remove members that are there now."""
    return Regrouped(remove=frozenset(members))


def part_of_members(state: Any, value: Regrouped | Iterable[str], stamp: int) -> dict[str, Any]:
    """The change that brings a set's state to `value` under `stamp`."""
    present = Members.present(state)
    if isinstance(value, Regrouped):
        add, remove = value.add - present, value.remove & present
    else:
        wanted = frozenset(value)
        add, remove = wanted - present, present - wanted
    return Members.change(state, sorted(add), sorted(remove), stamp)


def part_of_tally(state: Any, value: Counted | int, device: int) -> dict[str, Any]:
    """The change that counts a tally's state on to `value` on `device`."""
    amount = value.amount if isinstance(value, Counted) else value - Tally.total(state)
    return Tally.change(state, amount, device) if amount else {}
