"""Values as the journal's page tells them: a text shortened, a counter by what was added to it."""

from __future__ import annotations

import orjson

from hongxian.kinds.boolean import NO, YES
from hongxian.kinds.column import Column
from hongxian.words.values import Value
from hongxian_web import words

SHORT = 80
"""Characters of a value that are shown."""


def value_before(column: Column | None, value: Value) -> str:
    """What a change replaced; "" where the change tells by itself what it did."""
    return "" if column is not None and column.merge.keeps_both else value_after(column, value)


def value_after(column: Column | None, value: Value) -> str:
    """What a change wrote."""
    if value is None:
        return "—"
    if column is None or (column.merge.keeps_both and not isinstance(value, dict)):
        return _short(_plain(value))
    return _short(words.shown(column.told(value)))


def _plain(value: Value) -> str:
    """What is of no field that is known here."""
    if isinstance(value, bool):
        return words.shown(YES if value else NO)
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _short(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"
