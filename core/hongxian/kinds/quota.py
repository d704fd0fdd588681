"""Quotas: amounts that laptops hold rights to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import orjson
import peewee

from hongxian.kinds.column import Widget
from hongxian.kinds.integer import number_cell, whole_number_of
from hongxian.kinds.state import StateColumn, StateField
from hongxian.merge import Merge, Quota
from hongxian.quota import Amounts, amounts, is_entry, left


@dataclass
class QuotaColumn(StateColumn):
    """A `QuotaField`; what a use of it changes is told by `hongxian.spending`."""

    kind: ClassVar[str] = "quota"
    usual_widget: ClassVar[Widget] = "number"
    asked_at_first: ClassVar[bool] = False
    asked_later: ClassVar[bool] = False
    merging: ClassVar[Merge] = Quota()
    is_entry = staticmethod(is_entry)

    deal: str = "shared"
    """"shared" or "kept"."""
    at_once: bool = True
    """Whether an own grant may be spent before the hub has taken it in."""

    @classmethod
    def of(cls, field: peewee.Field, merge: Merge | None = None, **own: Any) -> Self:
        return super().of(field, merge, deal=field.deal, at_once=field.at_once, **own)

    @staticmethod
    def standing(state: Any) -> int:
        return left(state or {})

    def _parse(self, cell: Any) -> Any:
        return whole_number_of(cell)

    def _cell(self, value: Any) -> Any:
        return number_cell(left(value))

    def holds(self, held: Any, wanted: Any) -> bool:
        return bool(self.standing(held) == wanted)


class QuotaField(StateField):
    """An amount that laptops hold rights to, so that offline nothing is given twice.

    Reads as `Amounts`. Written by `grant`, `spend`, `give_back` and `pass_on`; a number given with
    a new record is granted. `deal`: "shared", the hub deals rights by recent use; "kept", they
    stay where they were granted. `at_once`: whether an own grant may be spent before the hub has
    it. `unit` may be in both languages: `件 · pcs`.
    """

    kind = QuotaColumn

    def __init__(
        self, *, unit: str = "", deal: str = "shared", at_once: bool = True, **options: Any
    ) -> None:
        if deal not in ("shared", "kept"):
            raise ValueError('deal is "shared" or "kept"')
        self.unit, self.deal, self.at_once = unit, deal, at_once
        super().__init__(**{"default": 0, **options})

    def python_value(self, value: Any) -> Amounts:
        return amounts(orjson.loads(value) if value else None)
