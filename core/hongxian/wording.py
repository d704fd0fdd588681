"""Text that says the same in Chinese and English: the part that a page in one of them shows.

Labels are written `借用人 · Borrower` and sentences `必须填写。Required.`; a label that is Chinese
alone reads in English as its field's name does (`due_date`: Due date).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hongxian.text import EN, LANGUAGES, ZH, Language, Text
from hongxian.values import Value

if TYPE_CHECKING:
    from hongxian.collection import Collection
    from hongxian.errors import HongxianError
    from hongxian.kinds.column import Column

_BETWEEN = " · "
"""Between the two halves of a label; a full name has its dot without spaces."""
_CHINESE = re.compile("[\u3400-\u9fff]")
_LATIN = re.compile("[A-Za-z]")
_SHARE_OF_NAMES = 0.4
_SENTENCE_ENDS = re.compile(r"(?<=[。！？])\s*(?=[A-Za-z0-9“\"'#(<])")
_STILL_CHINESE = "。！？）"


def part(text: Text | str, language: Language) -> str:
    """The part of a text in two languages that is in this one; a text in one language, whole."""
    if isinstance(text, Text):
        return text.in_(language)
    halves = _halves(text)
    return halves[LANGUAGES.index(language)] if halves else text


def label_in(column: Column, language: Language) -> str:
    """What a field is called."""
    if column.label == column.name:  # its author named it no further
        return humanised(column.name)
    return _named(column.label, column.name, language)


def title_in(collection: Collection, language: Language) -> str:
    """What a collection is called."""
    return _named(collection.title, collection.name.partition(".")[2], language)


def choices_in(column: Column, language: Language) -> list[tuple[Value, str]]:
    """A field's choices with what each is called."""
    return [(value, _named(label, str(value), language)) for value, label in column.choices]


def message_in(error: HongxianError, language: Language) -> str:
    """What an error says."""
    return part(error.text.in_(language), language)


def text_of(told: object) -> Text:
    """A text as it is; a `str` by its halves."""
    return told if isinstance(told, Text) else Text(part(str(told), ZH), part(str(told), EN))


def label_text(column: Column) -> Text:
    """What a field is called, in both languages."""
    return Text(label_in(column, ZH), label_in(column, EN))


def title_text(collection: Collection) -> Text:
    """What a collection is called, in both languages."""
    return Text(title_in(collection, ZH), title_in(collection, EN))


def choices_of(column: Column) -> list[tuple[Value, Text]]:
    """A field's choices with what each is called, in both languages."""
    english = (label for _, label in choices_in(column, EN))
    return [
        (value, Text(zh, en))
        for (value, zh), en in zip(choices_in(column, ZH), english, strict=True)
    ]


def humanised(name: str) -> str:
    """A name in code as words: `due_date` is Due date."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def is_chinese(text: str) -> bool:
    """Whether any of it is written in Chinese characters."""
    return bool(_CHINESE.search(text))


def _named(label: str, name: str, language: Language) -> str:
    shown = part(label, language)
    if language == EN and shown == label and is_chinese(label) and name.isascii():
        return humanised(name)
    return shown


def _halves(text: str) -> tuple[str, str] | None:
    """The Chinese and the English half; None where there are no two."""
    for found in _SENTENCE_ENDS.finditer(text):
        chinese, english = text[: found.start()], text[found.end() :]
        if is_chinese(chinese) and english[-1:] not in _STILL_CHINESE and _reads_english(english):
            return chinese, english
    left, between, right = text.partition(_BETWEEN)
    chinese, english = (left, right) if _share(left) >= _share(right) else (right, left)
    if between and is_chinese(chinese) and _reads_english(english):
        return chinese, english
    return None


def _share(text: str) -> float:
    """How much of it is Chinese characters, from 0 to 1."""
    return len(_CHINESE.findall(text)) / max(len(text), 1)


def _reads_english(text: str) -> bool:
    """Whether it is English, in which Chinese names may stand."""
    return bool(_LATIN.search(text)) and _share(text) < _SHARE_OF_NAMES
