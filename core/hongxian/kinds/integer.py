"""Whole numbers of 64 bits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from marshmallow import fields, validate

from hongxian.kinds.column import Column, Widget

SMALLEST_INTEGER, LARGEST_INTEGER = -(2**63), 2**63 - 1
NOT_WHOLE = "应为整数。Not a whole number."


@dataclass
class IntegerColumn(Column):
    """An `IntegerField`, a `BigIntegerField` or another of peewee's whole numbers."""

    kind: ClassVar[str] = "int"
    usual_widget: ClassVar[Widget] = "number"

    def _all_are_sound(self, types: set[type], values: Sequence[Any]) -> bool:
        return types == {int} and min(values) >= SMALLEST_INTEGER and max(values) <= LARGEST_INTEGER

    def _rules(self, **options: Any) -> fields.Field[Any]:
        return _Integer(strict=True, **options)

    def _validators(self) -> Iterator[validate.Validator]:
        error = "数超出 64 位范围。Beyond a 64-bit number."
        yield validate.Range(SMALLEST_INTEGER, LARGEST_INTEGER, error=error)
        yield from super()._validators()


class _Integer(fields.Integer):
    default_error_messages = {"invalid": NOT_WHOLE, "too_large": "数太大。Too large."}
