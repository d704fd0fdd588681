"""Masks for what is pasted where others read along: 张*, 138****5678, 示例苑***.

A field is taken for a name or an address by what it is called; telephone and identity numbers are
masked wherever they stand.
"""

from __future__ import annotations

import re

from hongxian.kinds.column import Column
from hongxian.text import Text

_NAMES = re.compile(r"姓名|名字|师傅|调解员|给谁|转给|代表|(?:人|者)$|\bname\b", re.IGNORECASE)
_ADDRESSES = re.compile(r"住址|地址|门牌|\baddress\b", re.IGNORECASE)
_MOBILE = re.compile(r"(?<!\d)(1\d{2})[ -]?\d{4}[ -]?(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3}[ -]?)\d{3,4} ?(\d{4})(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)(?:\d{14}|\d{11})(\d{3}[\dXx])(?!\d)")
_WORD = re.compile(r"(\w)\w+")
_BEFORE_THE_HOUSE = re.compile(r"[^\d–—\-]*")


def masked(column: Column, text: str, *, names: bool = False) -> str:
    """A field's shown value as strangers may read it; with whole `names`, as those may who know each other."""
    if not column.is_free_text:
        return text
    if _tells(_NAMES, column.label):
        return text if names else mask_name(text)
    if _tells(_ADDRESSES, column.label):
        return mask_address(text)
    return mask_numbers(text)


def _tells(words: re.Pattern[str], label: Text) -> bool:
    """Whether a field's label has one of these words in either language."""
    return any(words.search(each) for each in (label.zh, label.en))


def mask_name(name: str) -> str:
    """The first letter of each word of a name, and a star."""
    return _WORD.sub(r"\1*", name)


def mask_numbers(text: str) -> str:
    """A text with its telephone and identity numbers masked, but for the last four digits."""
    text = _IDENTITY.sub(r"****\1", text)
    return _LANDLINE.sub(r"\1****\2", _MOBILE.sub(r"\1****\2", text))


def mask_address(address: str) -> str:
    """An address down to the estate or street, without the house."""
    found = _BEFORE_THE_HOUSE.match(address)
    kept = found[0] if found else ""
    return kept if kept == address else f"{kept}***"
