"""Telephone numbers: whatever people write is taken, and one form of it is stored."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar  # Any: peewee's options

import peewee
from marshmallow import validate

from hongxian.kinds.saying import Saying
from hongxian.kinds.text import TextColumn
from hongxian.kinds.typed_input import WrongCell, text_of
from hongxian.text import Text
from hongxian.words.values import Cell, Value

HERE = "CN"
"""Where a number without a country's code is of."""
_OWN_CODE = 86
LONGEST_PHONE = 60
"""Characters."""
_SOUND = re.compile(r"(?:[^0-9]*[0-9]){3,30}[^0-9]*")
"""A short number, a long one with an extension, or two with a word between them."""
_FIGURES = re.compile(r"\+?[0-9 ().-]+")
_EXTENSION = re.compile(r"(.*?)\s*(?:转|轉|分机|分機|ext\.?|x|#)\s*([0-9]{1,6})", re.IGNORECASE)
_LANDLINE = re.compile(r"(\(?0[0-9]{2,3}\)?[ -]*[0-9]{3,4}[ -]?[0-9]{4})-([0-9]{1,6})")
_NO_PHONE = Text(
    "不像电话号码：应有 3 到 30 个数字。", "Not a telephone number: 3 to 30 figures are wanted."
)

_STORED = re.compile(r"(\+?[0-9]+)(x[0-9]{1,6})?")


@dataclass
class PhoneColumn(TextColumn):
    """A telephone number: figures as one dials them here, or +44… of another country's."""

    kind_name: ClassVar[str] = "phone"
    typed_as: ClassVar[Text] = Text("电话号码", "a telephone number")
    is_sortable: ClassVar[bool] = False

    def all_sound(self, types: set[type], values: Sequence[Value]) -> bool:
        return super().all_sound(types, values) and all(map(_SOUND.fullmatch, values))

    def validators(self) -> Iterator[validate.Validator]:
        yield Saying(validate.Regexp(re.compile(_SOUND.pattern + r"\Z")), _NO_PHONE)
        yield from super().validators()

    def to_wire(self, value: Value) -> Value:
        return stored_phone(value) if isinstance(value, str) else value

    def parse(self, cell: Cell) -> Value:
        text = stored_phone(text_of(cell))
        if not _SOUND.fullmatch(text) or len(text) > self.max_length:
            raise WrongCell(_NO_PHONE)
        return text

    def _typed(self, text: str) -> Value:
        return self.from_cell(text)

    def text(self, plain: Value) -> str:
        return grouped_phone(str(plain))


class PhoneField(peewee.CharField):  # type: ignore[misc]
    """A telephone number: `+86 138-0000-0000`, `（0571）8888 0000 转 801` and `12345` are taken.

    Stored are the figures, as one dials them here; another country's begin with +. What is no one
    number is stored as it was typed, for it is better than none.
    """

    kind = PhoneColumn

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LONGEST_PHONE, **options)


def stored_phone(typed: str) -> str:
    """The one form of what people write; what is no number stays as it is, but for widths and blanks."""
    text = " ".join(unicodedata.normalize("NFKC", typed).split())
    found = _EXTENSION.fullmatch(text) or _LANDLINE.fullmatch(text)
    number, extension = (found[1], f"x{found[2]}") if found else (text, "")
    if not _FIGURES.fullmatch(number):
        return text
    return (_figures(number) or re.sub("[^0-9]", "", number)) + extension


@lru_cache(maxsize=10_000)
def _figures(text: str) -> str | None:
    """The figures of one number; None for what is none, or a short one."""
    import phonenumbers  # it reads a table of all countries, which few commands need

    try:
        number = phonenumbers.parse(text, HERE)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    if number.country_code != _OWN_CODE:
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    own = phonenumbers.national_significant_number(number)
    if phonenumbers.is_valid_number(number):
        national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
        return re.sub("[^0-9]", "", national)
    typed = re.sub("[^0-9]", "", text)
    return f"0{own}" if typed.endswith(f"0{own}") else str(own)


@lru_cache(maxsize=10_000)
def grouped_phone(stored: str) -> str:
    """A stored number as people read it, in groups; `stored_phone` gives the same again."""
    import phonenumbers

    found = _STORED.fullmatch(stored)
    if found is None or _figures(number := found[1]) != number:
        return stored
    known = phonenumbers.parse(number, HERE)
    form = phonenumbers.PhoneNumberFormat
    here = known.country_code == _OWN_CODE
    shown = phonenumbers.format_number(known, form.NATIONAL if here else form.INTERNATIONAL)
    return f"{shown} {found[2] or ''}".strip() if stored_phone(shown) == number else stored
