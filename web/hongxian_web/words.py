"""Words that come from elsewhere than a page: labels, titles, reasons, errors, in its language."""

from __future__ import annotations

from flask import Flask
from markupsafe import Markup, escape

from hongxian import text
from hongxian.kinds.column import Column
from hongxian.words.values import Value
from hongxian_web.languages import language


def shown(told: object) -> str:
    """A text in the language of the page; data as it is."""
    return text.shown(told, language())


def marked(told: object) -> Markup:
    """The same for the running text of a page: what is data in it is marked as not to translate.

    Not for a title, an attribute or an option, which hold no elements.
    """
    if isinstance(told, Markup):
        return told
    return Markup("").join(
        _DATA.format(each.said) if each.is_data else escape(each.said)
        for each in text.pieces(told, language())
    )


def filled(sentence: str, **facts: object) -> Markup:
    """A translated sentence with its `%(facts)s`, each as `marked` has it."""
    return escape(sentence) % {name: marked(fact) for name, fact in facts.items()}


_DATA = Markup('<span translate="no">{}</span>')


def megabytes(bytes: int) -> str:
    """A size in megabytes, in gigabytes from one on, in kilobytes where it is less than a tenth."""
    if bytes >= 2**30:
        return f"{bytes / 2**30:.1f} GB"
    return f"{bytes / 2**20:.1f} MB" if bytes >= 2**20 / 10 else f"{-(-bytes // 2**10)} KB"


def choices(column: Column) -> list[tuple[Value, str]]:
    """A field's choices with what each is called."""
    return [(value, shown(label)) for value, label in column.choices]


def add_to(app: Flask) -> None:
    """Let templates use them: `{{ collection.title|shown }}`, `{{ each.name|marked }}`."""
    app.jinja_env.filters.update(shown=shown, marked=marked, megabytes=megabytes)
