"""Quotas: amounts that laptops hold rights to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self  # Any: peewee's and marshmallow's options

import orjson
import peewee

from hongxian.kinds.column import Widget
from hongxian.kinds.integer import number_cell, whole_number_of
from hongxian.kinds.merged.merge_state import MergeStateColumn, MergeStateField, Moving
from hongxian.merges.merge import Merge, Quota
from hongxian.merges.quota import (
    Amounts,
    Entry,
    State,
    Step,
    amounts,
    free_at_hub,
    is_entry,
    left,
    part_of,
    rights,
    step_of,
    together,
    total,
)
from hongxian.model.lines import Lines
from hongxian.text import Text, joined
from hongxian.words.incarnation import HUB
from hongxian.words.values import Cell, Value

_USES = (
    Text("新增", "granted"),
    Text("发出", "given out"),
    Text("退回", "given back"),
    Text("无额发出", "given out without a right"),
    Text("转出", "passed on"),
)
_DEALT_ANEW = Text("重新分配", "dealt anew")


@dataclass
class QuotaColumn(MergeStateColumn):
    """A `QuotaField`; what step a use of it is, `hongxian.quotas` tells."""

    kind_name: ClassVar[str] = "quota"
    usual_widget: ClassVar[Widget] = "number"
    asked_at_first: ClassVar[bool] = False
    asked_later: ClassVar[bool] = False
    merging: ClassVar[Merge] = Quota()
    is_entry = staticmethod(is_entry)

    deal: str = "shared"
    """"shared" or "kept"."""
    at_once: bool = True
    """Whether an own grant may be spent before the hub has taken it in."""
    grants: Lines | None = None
    """What must stand in the books for it to be granted; None for no more than the word."""
    gives_back: Lines | None = None
    """And for it to be given back."""
    spends: Lines | None = None
    """And for it to be spent."""

    @classmethod
    def of(cls, field: peewee.Field, merge: Merge | None = None, **own: Any) -> Self:
        told = ("deal", "at_once", "grants", "gives_back", "spends")
        own |= {name: getattr(field, name) for name in told}
        return super().of(field, merge, **own)

    def at_hub(self, state: State) -> int:
        """What the hub may give out; of rights that stay where they are, whatever it holds."""
        return free_at_hub(state) if self.deal == "shared" else rights(state, HUB)

    def there(self, state: State) -> int:
        """How many may be given out by all together: of shared ones, what is left that nothing uncovered took."""
        beyond = total(state, "u") if self.deal == "shared" else 0
        return max(left(state) - beyond, 0)

    def debt(self, state: State) -> int:
        """How many of what is granted here go to the hub, for what went out uncovered.

        A grant that waits for the hub cannot be passed on yet.
        """
        return max(-self.at_hub(state), 0) if self.deal == "shared" and self.at_once else 0

    @staticmethod
    def is_own_part(part: Value, owner: int) -> bool:
        return set(part) <= {str(owner)}

    def _part(self, held: Value, value: Step, owner: int) -> dict[str, Entry]:
        """What this step changes on top of the owner's entry."""
        before = (held or {}).get(str(owner), {})
        return part_of(owner, before, value) if value != Step() else {}

    def part_again(self, held: Value, wanted: Value, parts: Sequence[Value], owner: int) -> Value:
        """What these parts did to this laptop's own entry, on top of what stands without them."""
        return self._part(held, together(map(step_of, parts)), owner)

    def own_part(self, held: Value, owner: int) -> Value:
        """Its rights, granted anew."""
        mine = max(rights(held or {}, owner), 0)
        return self._part({}, Step(granted=mine), owner)

    @classmethod
    def moved(cls, part: dict[str, Entry], moving: Moving) -> dict[str, Entry]:
        """The same change after all that went before, under the new incarnation.

        Rights stay with the old one, for its twin may hold them: what was spent under them is
        uncovered under the new one, and what was passed on is not.
        """
        step = step_of(part)
        if moving.new != moving.old:
            gone = max(step.spent - step.given_back, 0)
            moving.uncovered += gone
            step = Step(granted=step.granted, uncovered=step.uncovered + gone)
        return cls._follow(moving.new, step, moving)

    @classmethod
    def pass_over(cls, part: dict[str, Entry], moving: Moving) -> None:
        cls._follow(moving.old, step_of(part), moving)

    @staticmethod
    def _follow(owner: int, step: Step, moving: Moving) -> dict[str, Entry]:
        now = moving.entry(str(owner), {})
        moving.put(str(owner), step.after(now))
        return part_of(owner, now, step)

    def told(self, part: Value) -> Text:
        step = step_of(part)
        passed = sum((step.passed or {}).values())
        amounts = (step.granted, step.spent, step.given_back, step.uncovered, passed)
        said = [
            joined(filter(None, (word, amount, self.unit)), Text.of(" "))
            for word, amount in zip(_USES, amounts, strict=True)
            if amount
        ]
        return joined(said, Text.of(" · ")) if said else _DEALT_ANEW

    @staticmethod
    def standing(state: Value) -> int:
        return left(state or {})

    def parse(self, cell: Cell) -> Value:
        return whole_number_of(cell)

    def cell(self, value: Value) -> Cell | Text:
        return number_cell(left(value))

    def holds(self, held: Value, wanted: Value) -> bool:
        return bool(self.standing(held) == wanted)


class QuotaField(MergeStateField):
    """An amount that laptops hold rights to, so that offline nothing is given twice.

    Reads as `Amounts`. Written by `grant`, `spend`, `give_back` and `pass_on`; a number given with
    a new record is granted. `deal`: "shared", the hub deals rights by recent use; "kept", they
    stay where they were granted. `at_once`: whether an own grant may be spent before the hub has
    it. `grants`, `gives_back`, `spends`: the `Lines` of the plugin's books without which the hub refuses that.
    `unit` may be a `Text`.
    """

    kind = QuotaColumn

    def __init__(
        self,
        *,
        unit: Text | str = "",
        deal: str = "shared",
        at_once: bool = True,
        grants: Lines | None = None,
        gives_back: Lines | None = None,
        spends: Lines | None = None,
        **options: Any,
    ) -> None:
        if deal not in ("shared", "kept"):
            raise ValueError('deal is "shared" or "kept"')
        self.unit, self.deal, self.at_once = unit, deal, at_once
        self.grants, self.gives_back, self.spends = grants, gives_back, spends
        super().__init__(**{"default": 0, **options})

    def python_value(self, value: str | None) -> Amounts:
        return amounts(orjson.loads(value) if value else None)
