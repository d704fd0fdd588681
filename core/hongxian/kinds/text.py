"""Texts, short and long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self  # Any: peewee's and marshmallow's options

import peewee
from marshmallow import fields, validate

from hongxian.kinds.column import Column, Widget
from hongxian.kinds.saying import Saying
from hongxian.kinds.typed_input import as_it_is, text_of, was_as_it_is
from hongxian.merges.merge import Merge
from hongxian.text import Text
from hongxian.words.values import Cell, Value

LONGEST_TEXT = 20_000
"""Characters in a text whose field names no max_length."""
LONG = 200
"""Characters from which a text gets a box of several lines."""


@dataclass
class TextColumn(Column):
    """A `CharField` or `TextField`."""

    kind_name: ClassVar[str] = "text"
    typed_as: ClassVar[Text] = Text("文字", "text")
    says_itself: ClassVar[bool] = True
    sheet_width: ClassVar[int] = 18

    max_length: int = LONGEST_TEXT

    @classmethod
    def of(cls, field: peewee.Field, merge: Merge | None = None, **own: Any) -> Self:
        longest = getattr(field, "max_length", None) or LONGEST_TEXT
        return super().of(field, merge, max_length=longest, **own)

    @property
    def is_free_text(self) -> bool:
        return not self.choices

    @property
    def is_searched(self) -> bool:
        """Whether records are found by its words."""
        return self.is_free_text

    def searched(self, stored: str) -> list[str]:
        """The words by which a record is found that holds this."""
        return [stored]

    @property
    def widget(self) -> Widget:
        is_long = not self.choices and self.max_length >= LONG
        return "long" if is_long else super().widget

    def all_sound(self, types: set[type], values: Sequence[Value]) -> bool:
        return (
            types == {str}
            and max(map(len, values)) <= self.max_length
            and can_be_kept("".join(values))
        )

    def rule(self, **options: Any) -> fields.Field[Any]:
        return _Text(**options)

    def validators(self) -> Iterator[validate.Validator]:
        most = self.max_length
        too_long = Text(f"最多 {most} 个字。", f"At most {most} characters.")
        yield Saying(validate.Length(max=most), too_long)
        yield from super().validators()

    def from_cell(self, cell: Cell) -> Value:
        plain = was_as_it_is(cell) if self.is_free_text else None
        return super().from_cell(cell) if plain is None else plain

    def parse(self, cell: Cell) -> Value:
        return text_of(cell)

    def cell(self, value: Value) -> Cell | Text:
        shown = super().cell(value)
        return as_it_is(shown) if isinstance(shown, str) else shown

    def _cleared(self) -> Value:
        return None if self.null else ""

    def _typed(self, text: str) -> Value:
        return text if self.is_free_text else self.from_cell(text)


class _Text(fields.String):
    default_error_messages: dict[str, Any] = {
        "invalid": Text("应为文字。", "Not text."),
        "nul": Text("含有不能保存的字符。", "Contains a character that cannot be kept."),
    }

    def _deserialize(self, value: object, attr: object, data: object, **kwargs: object) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if not can_be_kept(text):
            raise self.make_error("nul")
        return text


def can_be_kept(text: str) -> bool:
    """Whether both databases and JSON can hold a text: no NUL, no half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text
