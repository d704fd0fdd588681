"""Words that come from elsewhere than a page: labels, titles, reasons, errors, in its language."""

from __future__ import annotations

from flask import Flask

from hongxian import text
from hongxian.kinds.column import Column
from hongxian.values import Value
from hongxian_web.languages import language


def shown(told: object) -> str:
    """A text in the language of the page; data as it is."""
    return text.shown(told, language())


def choices(column: Column) -> list[tuple[Value, str]]:
    """A field's choices with what each is called."""
    return [(value, shown(label)) for value, label in column.choices]


def add_to(app: Flask) -> None:
    """Let templates use it: `{{ collection.title|shown }}`."""
    app.jinja_env.filters.update(shown=shown)
