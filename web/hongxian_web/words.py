"""Words that come from elsewhere than a page: labels, titles, reasons, errors, in its language."""

from __future__ import annotations

from typing import Any

from flask import Flask

from hongxian import wording
from hongxian.collection import Collection
from hongxian.errors import HongxianError
from hongxian.kinds.column import Column
from hongxian.text import Text
from hongxian_web.languages import language


def part(text: Any) -> str:
    """The part of a text in two languages that is in the page's."""
    return wording.part(text if isinstance(text, Text) else str(text), language())


def label(column: Column) -> str:
    """What a field is called."""
    return wording.label_in(column, language())


def title(collection: Collection) -> str:
    """What a collection is called."""
    return wording.title_in(collection, language())


def choices(column: Column) -> list[tuple[Any, str]]:
    """A field's choices with what each is called."""
    return wording.choices_in(column, language())


def message(error: HongxianError) -> str:
    """What an error says."""
    return wording.message_in(error, language())


def add_to(app: Flask) -> None:
    """Let templates use them: `{{ text|part }}`, `{{ collection|title_of }}`."""
    app.jinja_env.filters.update(part=part, label_of=label, title_of=title)
