"""Yes or no."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar  # Any: marshmallow's options

from marshmallow import fields

from hongxian.kinds.column import Column, Stored, Widget
from hongxian.kinds.typed_input import WrongCell, as_meant
from hongxian.text import NOTHING, Text
from hongxian.words.values import Cell, Value

YES, NO = Text("是", "yes"), Text("否", "no")
TICKED, UNTICKED = "true", "false"
"""What a form sends."""
_TRUE = frozenset({YES.zh, YES.en, TICKED, "y", "1", "√", "✓", "✔", "☑", "☒", "■"})
_FALSE = frozenset({NO.zh, NO.en, UNTICKED, "n", "0", "×", "✗", "✘", "☐", "□"})


@dataclass
class BooleanColumn(Column):
    """A `BooleanField`; SQLite stores it as 0 and 1."""

    kind_name: ClassVar[str] = "bool"
    typed_as: ClassVar[Text] = Text("是/否", "yes or no")
    stored: ClassVar[Stored] = Stored.AS_NUMBER
    blank: ClassVar[Value] = False
    usual_widget: ClassVar[Widget] = "checkbox"

    def all_sound(self, types: set[type], values: Sequence[Value]) -> bool:
        return types == {bool}

    def rule(self, **options: Any) -> fields.Field[Any]:
        return _Boolean(**options)

    def parse(self, cell: Cell) -> Value:
        if isinstance(cell, bool):
            return cell
        typed = as_meant(cell)
        if typed in _TRUE:
            return True
        if typed in _FALSE:
            return False
        for label in map(as_meant, (self.label.zh, self.label.en)):  # 党员 in the column 党员
            if typed in (label, f"中共{label}"):
                return True
            if typed in (f"非{label}", f"不是{label}", f"not {label}"):
                return False
        raise WrongCell(Text("应为 是 或 否。", "Not yes or no."))

    def in_form(self, value: Value) -> str:
        return "" if value is None else TICKED if value else UNTICKED

    def text(self, plain: Value) -> str:
        return self.said(plain).zh

    def said(self, plain: Value) -> Text:
        return NOTHING if plain is None else YES if plain else NO

    def cell(self, value: Value) -> Text:
        return self.said(value)

    @property
    def options(self) -> list[tuple[str, Text]]:
        return super().options or [(TICKED, YES), (UNTICKED, NO)]

    def to_database(self, postgres: bool) -> Callable[[Sequence[Value]], Sequence[Value]] | None:
        return None if postgres else _to_int

    def from_database(self, postgres: bool) -> Callable[[Sequence[Value]], Sequence[Value]] | None:
        return None if postgres else _to_bool


class _Boolean(fields.Boolean):
    default_error_messages: dict[str, Any] = {"invalid": Text("应为是或否。", "Not true or false.")}
    truthy = {True}
    falsy = {False}


def _to_bool(values: Sequence[Value]) -> list[Value]:
    return [None if value is None else bool(value) for value in values]


def _to_int(values: Sequence[Value]) -> list[Value]:
    return [None if value is None else int(value) for value in values]
