"""Whole numbers of 64 bits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, ClassVar  # Any: marshmallow's options

from marshmallow import fields, validate

from hongxian.kinds.column import Column, Widget
from hongxian.kinds.saying import Saying
from hongxian.kinds.typed_input import DIGITS_KEPT, WrongCell, halfwidth, lost_digits
from hongxian.text import Text
from hongxian.words.values import Cell, Value

SMALLEST_INTEGER, LARGEST_INTEGER = -(2**63), 2**63 - 1
NOT_WHOLE = Text("应为整数。", "Not a whole number.")
BEYOND = Text("数超出 64 位范围。", "Beyond a 64-bit number.")
_DIGITS = re.compile(r"[+-]?\d+")
_INTEGER = re.compile(r"[+-]?\d{1,19}")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+")


@dataclass
class IntegerColumn(Column):
    """An `IntegerField`, a `BigIntegerField` or another of peewee's whole numbers."""

    kind_name: ClassVar[str] = "int"
    typed_as: ClassVar[Text] = Text("整数", "a whole number")
    blank: ClassVar[Value] = 0
    usual_widget: ClassVar[Widget] = "number"

    def all_sound(self, types: set[type], values: Sequence[Value]) -> bool:
        return types == {int} and min(values) >= SMALLEST_INTEGER and max(values) <= LARGEST_INTEGER

    def rule(self, **options: Any) -> fields.Field[Any]:
        return _Integer(strict=True, **options)

    def validators(self) -> Iterator[validate.Validator]:
        yield Saying(validate.Range(SMALLEST_INTEGER, LARGEST_INTEGER), BEYOND)
        yield from super().validators()

    def parse(self, cell: Cell) -> Value:
        return whole_number_of(cell)

    def _typed(self, text: str) -> Value:
        refuse_beyond(text)
        return self.from_cell(text)

    def around(self, value: Value) -> Iterator[Value]:
        return super().around(value) if self.choices else _from_one(value)

    def cell(self, value: Value) -> Cell | Text:
        return number_cell(value)


class _Integer(fields.Integer):
    default_error_messages: dict[str, Any] = {
        "invalid": NOT_WHOLE,
        "too_large": Text("数太大。", "Too large."),
    }


def whole_number_of(cell: Cell) -> int:
    """The whole number that a cell gives; raises `WrongCell`."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if abs(cell) >= 10**DIGITS_KEPT:
            raise lost_digits(str(cell))
        if float(cell).is_integer():
            return int(cell)
    elif isinstance(cell, str):
        typed = halfwidth(cell)
        if _GROUPED.fullmatch(typed):
            typed = typed.replace(",", "")
        if typed.isascii() and _INTEGER.fullmatch(typed):
            return int(typed)
    raise WrongCell(NOT_WHOLE)


def refuse_beyond(text: str) -> None:
    """Raise `WrongCell` for a number that is too large, before Python reads its digits."""
    if _DIGITS.fullmatch(text.strip()):
        digits = text.strip().lstrip("+-0") or "0"
        if len(digits) > 19 or not SMALLEST_INTEGER <= int(text) <= LARGEST_INTEGER:
            raise WrongCell(BEYOND)


def number_cell(number: int) -> int | str:
    """A whole number as a cell that keeps all its digits."""
    return number if abs(number) < 10**DIGITS_KEPT else str(number)


def _from_one(number: int) -> Iterator[int]:
    """The numbers from 1, those near this one first."""
    for step in count(1):
        yield number + step
        if number - step >= 1:
            yield number - step
