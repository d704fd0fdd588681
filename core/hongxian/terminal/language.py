"""The language of a terminal: Chinese or English, as its reader has set for the whole system."""

from __future__ import annotations

import os
from collections.abc import Iterator

from hongxian.text import EN, ZH, Language, shown

VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
"""The variables of gettext and POSIX, the first before the others; the first may list several."""
_OF_NO_LANGUAGE = ("", "C", "POSIX")


def language() -> Language:
    """The first of the two that the environment asks for.

    English where it asks for neither but for another language; Chinese where it asks for none.
    """
    asked = [tag[:2].lower() for tag in _asked_for()]
    known: list[Language] = [ZH if tag == ZH else EN for tag in asked if tag in (ZH, EN)]
    return known[0] if known else EN if asked else ZH


def said(told: object) -> str:
    """A text, or data, as this terminal's reader reads it; None is nothing."""
    return shown(told, language())


def _asked_for() -> Iterator[str]:
    for variable in VARIABLES:
        for tag in os.environ.get(variable, "").split(":"):
            if tag.partition(".")[0] not in _OF_NO_LANGUAGE:
                yield tag
