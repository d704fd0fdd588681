"""Sets of short texts, to which many laptops add at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self  # Any: peewee's and marshmallow's options

import orjson
import peewee

from hongxian.kinds.column import Widget
from hongxian.kinds.integer import LARGEST_INTEGER
from hongxian.kinds.merged.merge_state import MergeStateColumn, MergeStateField, Moving
from hongxian.kinds.text import can_be_kept
from hongxian.kinds.typed_input import WrongCell, text_of
from hongxian.merges.changes import Regrouped
from hongxian.merges.merge import Members, MembersState, Merge
from hongxian.text import LISTED, Text, joined
from hongxian.words.incarnation import is_name
from hongxian.words.values import Cell, Value, Values

LONGEST_MEMBER = 80
"""Characters."""
_SEPARATORS = re.compile(r"[、,;，；\n]+")


@dataclass
class MembersColumn(MergeStateColumn):
    """A `MembersField`."""

    kind_name: ClassVar[str] = "members"
    typed_as: ClassVar[Text] = Text("几项用、隔开", "several, with commas")
    usual_widget: ClassVar[Widget] = "members"
    hint: ClassVar[Text] = Text("多项之间用逗号或顿号分开", "Separate several by commas")
    says_itself: ClassVar[bool] = True
    is_of_several: ClassVar[bool] = True
    sheet_width: ClassVar[int] = 24
    nothing: ClassVar[Value] = frozenset()
    merging: ClassVar[Merge] = Members()

    usual: tuple[Text, ...] = ()
    """Members that a form offers to be pressed, as people read them; the Chinese is what is stored."""

    @classmethod
    def of(cls, field: peewee.Field, merge: Merge | None = None, **own: Any) -> Self:
        usual = tuple(map(Text.of, getattr(field, "usual", ())))
        return super().of(field, merge, usual=usual, **own)

    @staticmethod
    def is_entry(item: tuple[object, object]) -> bool:
        member, counts = item
        return (
            isinstance(member, str)
            and 0 < len(member) <= LONGEST_MEMBER
            and can_be_kept(member)
            and isinstance(counts, dict)
            and counts != {}
            and all(map(_is_count, counts.items()))
        )

    def _part(
        self, held: Value, value: Regrouped | Iterable[str] | None, owner: int
    ) -> MembersState:
        present = Members.present(held)
        if isinstance(value, Regrouped):
            add, remove = value.add - present, value.remove & present
        else:
            wanted = frozenset(value or ())
            add, remove = wanted - present, present - wanted
        return Members.change(held, sorted(add), sorted(remove), owner)

    @staticmethod
    def is_own_part(part: Value, owner: int) -> bool:
        """Whether all additions are its own; it may remove anyone's."""
        own = str(owner)
        return all(
            name == own or not added for each in part.values() for name, (added, _) in each.items()
        )

    def taken_back(self, parts: Sequence[MembersState]) -> Regrouped:
        joined = {member for part in parts for member in Members.present(part)}
        left = {member for part in parts for member in part.keys() - Members.present(part)}
        return Regrouped(add=frozenset(left - joined), remove=frozenset(joined - left))

    @classmethod
    def moved(cls, part: MembersState, moving: Moving) -> MembersState:
        return {member: _moved(member, counts, moving) for member, counts in part.items()}

    @classmethod
    def pass_over(cls, part: MembersState, moving: Moving) -> None:
        for member, counts in part.items():
            known = {member: moving.entry(member, {})}
            moving.put(member, cls.merging.join(known, 0, {member: counts}, 0)[0][member])

    def told(self, part: Value) -> Text:
        there = Members.present(part)
        changes = (f"{'+' if member in there else '−'}{member}" for member in part)
        return Text.of(" ".join(changes))

    @staticmethod
    def standing(state: Value) -> frozenset[str]:
        return Members.present(state)

    def plain(self, value: Value) -> Value:
        return sorted(self.standing(value))

    def parse(self, cell: Cell) -> Value:
        typed = text_of(cell)
        if typed.startswith("["):
            try:
                listed = orjson.loads(typed)
            except orjson.JSONDecodeError:
                listed = None
            if isinstance(listed, list) and all(isinstance(each, str) for each in listed):
                return frozenset(listed)
        return _separated(typed)

    def _cleared(self) -> Value:
        return frozenset()

    def assign(self, values: Values, sign: str, text: str) -> None:
        """A whole set, or with a sign what is added to it or taken from it."""
        if not sign:
            super().assign(values, sign, text)
            return
        old, named = values.get(self.name), self.typed(text)
        old = old if isinstance(old, Regrouped) else Regrouped()
        more = Regrouped(add=named) if sign == "+" else Regrouped(remove=named)
        values[self.name] = Regrouped(old.add | more.add, old.remove | more.remove)

    def assignments(self, was: str, text: str) -> list[tuple[str, str]]:
        """What was added and what was taken away: others may have changed the rest."""
        if not was:
            return super().assignments(was, text)
        try:
            before, after = self.from_cell(was), self.from_cell(text) if text else frozenset()
        except WrongCell:
            return super().assignments(was, text)
        changes = (("+", after - before), ("-", before - after))
        return [(sign, shown_members(part)) for sign, part in changes if part]

    def in_form(self, value: Value) -> str:
        return shown_members(self.standing(value))

    def text(self, plain: Value) -> str:
        return "、".join(plain)

    def said(self, plain: Value) -> Text:
        words = {each.zh: each for each in self.usual}
        return joined([words.get(each, each) for each in plain or ()], LISTED)

    def cell(self, value: Value) -> Cell | Text:
        return shown_members(self.standing(value)) or None

    def holds(self, held: Value, wanted: Value) -> bool:
        """Whether all that was named are in; none for the empty set."""
        return self.standing(held) >= wanted if wanted else not self.standing(held)


class MembersField(MergeStateField):
    """A set of short texts in which adding wins over a removal that had not seen it.

    Reads as a frozenset. Write a new set, or `adding(...)` / `removing(...)`. A form offers the
    `usual` ones to be pressed.
    """

    kind = MembersColumn

    def __init__(self, *, usual: Sequence[Text | str] = (), **options: Any) -> None:
        self.usual = tuple(usual)
        super().__init__(**{"default": frozenset, **options})

    def python_value(self, value: str | None) -> frozenset[str]:
        return Members.present(orjson.loads(value) if value else None)


def shown_members(members: frozenset[str]) -> str:
    """A set as one cell, which reads back as the same set."""
    plain = "、".join(sorted(members))
    if members and (plain.startswith("[") or _separated(plain) != members):
        return orjson.dumps(sorted(members)).decode()
    return plain


def _separated(text: str) -> frozenset[str]:
    return frozenset(each.strip() for each in _SEPARATORS.split(text) if each.strip())


def _is_count(item: tuple[object, object]) -> bool:
    owner, counts = item
    return (
        is_name(owner)
        and isinstance(counts, list)
        and len(counts) == 2
        and all(type(count) is int and 0 <= count <= LARGEST_INTEGER for count in counts)
    )


def _moved(member: str, counts: dict[str, list[int]], moving: Moving) -> dict[str, list[int]]:
    """One member's counts as the new incarnation tells them; what the hub has of the old one stays its own."""
    old = str(moving.old)
    if moving.old == moving.new or old not in counts:
        return counts
    added, removed = counts[old]
    known = moving.entry(member, {}).get(old, [0, 0])[0]
    moved = {owner: each for owner, each in counts.items() if owner != old}
    if min(removed, known):
        moved[old] = [0, min(removed, known)]
    if added or removed > known:
        moved[str(moving.new)] = [added, removed if removed > known else 0]
    return moved
