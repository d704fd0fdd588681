"""Yes or no."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from marshmallow import fields

from hongxian.kinds.column import Column, Widget


@dataclass
class BooleanColumn(Column):
    """A `BooleanField`; SQLite stores it as 0 and 1."""

    kind: ClassVar[str] = "bool"
    usual_widget: ClassVar[Widget] = "checkbox"

    def _all_are_sound(self, types: set[type], values: Sequence[Any]) -> bool:
        return types == {bool}

    def _rules(self, **options: Any) -> fields.Field[Any]:
        return _Boolean(**options)

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
