"""Words that come from elsewhere than a page: labels, titles, reasons, errors, in its language."""

from __future__ import annotations

import re
from contextlib import suppress

from flask import Flask
from markupsafe import Markup, escape

from hongxian import text
from hongxian.collections.refusals import told_among
from hongxian.collections.store_protocol import present_store
from hongxian.errors import HongxianError, Refused
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
        _data(each.said) if each.is_data else escape(each.said)
        for each in text.pieces(told, language())
    )


def _data(said: str) -> Markup:
    """What people typed; a code or a day is not broken at its hyphens."""
    return (_WHOLE if _IN_GROUPS.fullmatch(said) else _DATA).format(said)


def refused(error: HongxianError) -> Markup:
    """Why something was refused, for a page: a collection that is here, and its fields, as people call them."""
    with suppress(Refused):
        return marked(told_among(error, present_store().collections))
    return marked(error.text)


def filled(sentence: str, **facts: object) -> Markup:
    """A translated sentence with its `%(facts)s`, each as `marked` has it."""
    return escape(sentence) % {name: marked(fact) for name, fact in facts.items()}


_DATA = Markup('<span translate="no">{}</span>')
_WHOLE = Markup('<span translate="no" class="whole">{}</span>')
_IN_GROUPS = re.compile(r"[0-9A-Z]{2,6}(?:-[0-9A-Z]{2,6}){1,3}")


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
