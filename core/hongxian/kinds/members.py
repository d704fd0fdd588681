"""Sets of short texts, to which many laptops add at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

import orjson

from hongxian.kinds.column import Widget
from hongxian.kinds.integer import LARGEST_INTEGER
from hongxian.kinds.state import StateColumn, StateField
from hongxian.kinds.text import can_be_kept
from hongxian.merge import Members, Merge

LONGEST_MEMBER = 80
"""Characters."""


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


@dataclass
class MembersColumn(StateColumn):
    """A `MembersField`."""

    kind: ClassVar[str] = "members"
    usual_widget: ClassVar[Widget] = "members"
    merging: ClassVar[Merge] = Members()

    @staticmethod
    def is_entry(item: tuple[Any, Any]) -> bool:
        member, stamps = item
        return (
            isinstance(member, str)
            and 0 < len(member) <= LONGEST_MEMBER
            and can_be_kept(member)
            and isinstance(stamps, list)
            and len(stamps) == 2
            and all(
                isinstance(each, list)
                and all(type(s) is int and 0 < s <= LARGEST_INTEGER for s in each)
                for each in stamps
            )
        )

    def _part(
        self, held: Any, value: Regrouped | Iterable[str] | None, stamp: int
    ) -> dict[str, Any]:
        present = Members.present(held)
        if isinstance(value, Regrouped):
            add, remove = value.add - present, value.remove & present
        else:
            wanted = frozenset(value or ())
            add, remove = wanted - present, present - wanted
        return Members.change(held, sorted(add), sorted(remove), stamp)


class MembersField(StateField):
    """A set of short texts in which adding wins over a removal that had not seen it.

    Reads as a frozenset. Write a new set, or `adding(...)` / `removing(...)`.
    """

    kind = MembersColumn

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"default": frozenset, **options})

    def python_value(self, value: Any) -> frozenset[str]:
        return Members.present(orjson.loads(value) if value else None)
