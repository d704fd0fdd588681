"""Sentences that the system writes into a record, such as what a task is about, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar  # Any: peewee's options

import peewee

from hongxian.kinds.text import TextColumn
from hongxian.text import Text, packed, unpacked
from hongxian.words.values import Value


@dataclass
class BilingualColumn(TextColumn):
    """A `BilingualField`; it travels as the JSON text of its `{"zh", "en"}`, or as what was typed."""

    kind_name: ClassVar[str] = "bilingual"
    asked_later: ClassVar[bool] = False

    def to_wire(self, value: Value) -> Value:
        return value if value is None else packed(value)

    def plain(self, value: Value) -> Value:
        return value if value is None else unpacked(value)

    def searched(self, stored: str) -> list[str]:
        said = Text.of(unpacked(stored))
        return list(dict.fromkeys((said.zh, said.en)))

    def text(self, plain: Value) -> str:
        return Text.of(plain).zh

    def said(self, plain: Value) -> Text:
        return Text.of(plain or "")

    def cell(self, value: Value) -> Text:
        return unpacked(value)

    def differs(self, held: Value, value: Value) -> bool:
        there = unpacked(held or "")
        return value not in (there.zh.strip(), there.en.strip())


class BilingualField(peewee.TextField):  # type: ignore[misc]
    """A sentence in both languages: reads as a `Text`, takes a `Text` or what somebody typed."""

    kind = BilingualColumn

    def __init__(self, *, max_length: int, **options: Any) -> None:
        self.max_length = max_length
        """Characters of both languages' JSON."""
        super().__init__(**options)

    def db_value(self, value: Value) -> Value:
        return value if value is None else packed(value)

    def python_value(self, value: Value) -> Value:
        return value if value is None else unpacked(value)
