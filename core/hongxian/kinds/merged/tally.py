"""Tallies: counters that many laptops count on at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar  # Any: peewee's and marshmallow's options

import orjson

from hongxian.kinds.column import Widget
from hongxian.kinds.integer import LARGEST_INTEGER, number_cell, refuse_beyond, whole_number_of
from hongxian.kinds.merged.merge_state import MergeStateColumn, MergeStateField, Moving
from hongxian.merges.changes import Counted
from hongxian.merges.merge import Merge, Tally, TallyState
from hongxian.text import Text
from hongxian.words.incarnation import is_name
from hongxian.words.values import Cell, Value, Values


@dataclass
class TallyColumn(MergeStateColumn):
    """A `TallyField`."""

    kind_name: ClassVar[str] = "tally"
    usual_widget: ClassVar[Widget] = "number"
    merging: ClassVar[Merge] = Tally()
    asked_later: ClassVar[bool] = False
    counts_on: ClassVar[bool] = True

    @staticmethod
    def is_entry(item: tuple[object, object]) -> bool:
        owner, counts = item
        return (
            is_name(owner)
            and isinstance(counts, list)
            and len(counts) in (2, 4)
            and all(type(count) is int and 0 <= count <= LARGEST_INTEGER for count in counts)
            and all(before <= after for before, after in zip(counts[2:], counts, strict=False))
        )

    def _part(self, held: Value, value: Counted | int | None, owner: int) -> TallyState:
        amount = value.amount if isinstance(value, Counted) else (value or 0) - Tally.total(held)
        return Tally.change(held, amount, owner) if amount else {}

    @staticmethod
    def is_own_part(part: Value, owner: int) -> bool:
        return set(part) <= {str(owner)}

    def taken_back(self, parts: Sequence[TallyState]) -> Counted:
        steps = (Tally.added(share) for part in parts for share in part.values())
        return Counted(-sum(added - taken for added, taken in steps))

    def part_again(self, held: Value, wanted: Value, parts: Sequence[Value], owner: int) -> Value:
        """What these parts counted, on top of what stands without them."""
        counted = [Tally.added(share) for part in parts for share in part.values()]
        if not counted:
            return {}
        plus, minus = map(sum, zip(*counted, strict=True))
        return {str(owner): Tally.counted_on((held or {}).get(str(owner), [0, 0]), plus, minus)}

    @classmethod
    def moved(cls, part: TallyState, moving: Moving) -> TallyState:
        """The same counting on top of what went before; what another incarnation counted stays its own."""
        own = part.get(str(moving.old))
        if own is None:
            return part
        share = Tally.counted_on(moving.entry(str(moving.new), [0, 0]), *Tally.added(own))
        moving.put(str(moving.new), share[:2])
        return {str(moving.new): share}

    @classmethod
    def pass_over(cls, part: TallyState, moving: Moving) -> None:
        own = part.get(str(moving.old))
        if own is not None:
            moving.put(str(moving.old), own[:2])

    def told(self, part: Value) -> Text:
        steps = (added - taken for added, taken in map(Tally.added, part.values()))
        return Text.of(f"{sum(steps):+d}")

    @staticmethod
    def standing(state: Value) -> int:
        return Tally.total(state)

    def parse(self, cell: Cell) -> Value:
        return whole_number_of(cell)

    def assign(self, values: Values, sign: str, text: str) -> None:
        """A total, or with a sign before or after the `=` what is counted on."""
        self._refuse_second(values)
        text = text.strip()
        counts_on = sign or text[:1] in ("+", "-")
        refuse_beyond(text)
        amount = self.from_cell(text or "0")
        values[self.name] = Counted(-amount if sign == "-" else amount) if counts_on else amount

    def cell(self, value: Value) -> Cell | Text:
        return number_cell(Tally.total(value))

    def holds(self, held: Value, wanted: Value) -> bool:
        number = wanted.amount if isinstance(wanted, Counted) else wanted
        return bool(Tally.total(held) == number)


class TallyField(MergeStateField):
    """A counter that many laptops count on at once and that never loses a count.

    Reads as an int. Write a new total, or `plus(n)` to count on from whatever is there.
    """

    kind = TallyColumn

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"default": 0, **options})

    def python_value(self, value: str | None) -> int:
        return Tally.total(orjson.loads(value) if value else None)
