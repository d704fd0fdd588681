"""Yes or no."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from marshmallow import fields

from hongxian.kinds.cell import WrongCell, as_meant
from hongxian.kinds.column import Column, Widget

YES, NO = "是", "否"
TICKED, UNTICKED = "true", "false"
"""What a form sends."""
_TRUE = frozenset({YES, TICKED, "yes", "y", "1", "√", "✓"})
_FALSE = frozenset({NO, UNTICKED, "no", "n", "0", "×"})


@dataclass
class BooleanColumn(Column):
    """A `BooleanField`; SQLite stores it as 0 and 1."""

    kind: ClassVar[str] = "bool"
    postgres_type: ClassVar[str] = "boolean"
    usual_widget: ClassVar[Widget] = "checkbox"

    def _all_are_sound(self, types: set[type], values: Sequence[Any]) -> bool:
        return types == {bool}

    def _rules(self, **options: Any) -> fields.Field[Any]:
        return _Boolean(**options)

    def _parse(self, cell: Any) -> Any:
        if isinstance(cell, bool):
            return cell
        typed = as_meant(cell)
        if typed in _TRUE:
            return True
        if typed in _FALSE:
            return False
        raise WrongCell("应为 是 或 否。Not yes or no.")

    def _cell(self, value: Any) -> Any:
        return YES if value else NO

    def in_form(self, value: Any) -> str:
        return "" if value is None else TICKED if value else UNTICKED

    @property
    def drops_down(self) -> list[str]:
        return super().drops_down or [YES, NO]

    def to_database(self, postgres: bool) -> Callable[[Sequence[Any]], Sequence[Any]] | None:
        return None if postgres else _to_int

    def from_database(self, postgres: bool) -> Callable[[Sequence[Any]], Sequence[Any]] | None:
        return None if postgres else _to_bool


class _Boolean(fields.Boolean):
    default_error_messages = {"invalid": "应为是或否。Not true or false."}
    truthy = {True}
    falsy = {False}


def _to_bool(values: Sequence[Any]) -> list[Any]:
    return [None if value is None else bool(value) for value in values]


def _to_int(values: Sequence[Any]) -> list[Any]:
    return [None if value is None else int(value) for value in values]
