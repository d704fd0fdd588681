"""Texts that look alike to people as one: how the keys of claims are compared, on laptops and the hub."""

from __future__ import annotations

import re
import unicodedata

_PLAIN = re.compile("[!-~]+(?: [!-~]+)*")
"""What is folded already, as most keys are."""
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
"""Unicode's Default_Ignorable_Code_Point: what shows nothing, such as zero-width blanks."""


def folded(text: str) -> str:
    """A text without what nobody sees: width, composition, blanks around it and more than one, zero width.

    Case counts. To fold what is folded changes nothing.
    """
    if _PLAIN.fullmatch(text):
        return text
    return " ".join(unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).split())
