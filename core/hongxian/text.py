"""What people read, in Chinese and in English, as a type of its own.

A label or a sentence is a `Text`; a `str` is what somebody typed, or a name that is the same in
both languages: it is shown as it is, whatever it looks like, and never cut. Which language a
person reads is asked only where a text is shown. A text that was filled knows which of its words
are data, until it travels or is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from string import Formatter
from typing import Literal, NamedTuple

import orjson

from hongxian.words.values import Json

__all__ = [
    "joined",
    "sentences",
]

Language = Literal["zh", "en"]
ZH: Language = "zh"
EN: Language = "en"
LANGUAGES = (ZH, EN)


class Piece(NamedTuple):
    """A part of what is said: our own words, or data, which is the same in every language."""

    said: str
    is_data: bool = False


class _Made:
    """What a text was made of; missing where nobody filled it. It is neither compared nor sent, so
    it is no field of the dataclass.
    """

    __slots__ = ("made",)
    made: Mapping[Language, tuple[Piece, ...]]


@dataclass(frozen=True, slots=True)
class Text(_Made):
    """A label or a sentence in both languages: `Text("借用人", "Borrower")`.

    It has no text of its own before a language is chosen: `str()` of it tells that it is a `Text`.
    """

    zh: str
    en: str

    @classmethod
    def of(cls, said: Text | str) -> Text:
        """A text as it is; a plain `str` is data, and says the same in both languages."""
        if isinstance(said, Text):
            return said
        return _made_of(dict.fromkeys(LANGUAGES, (Piece(said, is_data=True),)))

    def in_(self, language: Language) -> str:
        """What a reader of this language reads."""
        return self.zh if language == ZH else self.en

    def pieces(self, language: Language) -> tuple[Piece, ...]:
        """The same in parts, data by itself; one part where nobody filled it."""
        made = getattr(self, "made", None)
        return made[language] if made else (Piece(self.in_(language)),)

    def format(self, **facts: object) -> Text:
        """The text with its braces filled as by `str.format`.

        A fact that is a `Text` fills each language with its own; a list is listed as that
        language lists. A `str` or a path is data. `{n:helper|helpers}` is the word for one, or for more.
        """
        return _made_of({each: tuple(_filled(self.in_(each), facts, each)) for each in LANGUAGES})

    def __bool__(self) -> bool:
        """Whether it says anything."""
        return bool(self.zh or self.en)


NOTHING = Text("", "")
LISTED = Text("、", ", ")
"""Between the parts of a list."""
_SENTENCES = Text("", " ")


def shown(said: object, language: Language) -> str:
    """A text, or data, as a reader of this language reads it; None is nothing."""
    if isinstance(said, Text):
        return said.in_(language)
    if isinstance(said, list | tuple):
        return joined(said, LISTED).in_(language)
    return "" if said is None else str(said)


def pieces(said: object, language: Language) -> Iterator[Piece]:
    """What `shown` shows, in parts."""
    if isinstance(said, Text):
        yield from said.pieces(language)
    elif isinstance(said, list | tuple):
        yield from _between(said, LISTED, language)
    elif said is not None:
        yield Piece(str(said), isinstance(said, _DATA))


def joined(said: Iterable[object], between: Text | str) -> Text:
    """Texts and data as one text, with `between` between each two: a mark that is the same in both may be a `str`."""
    every, mark = list(said), Text(between, between) if isinstance(between, str) else between
    return _made_of({each: tuple(_between(every, mark, each)) for each in LANGUAGES})


def sentences(said: Iterable[Text]) -> Text:
    """Sentences one after the other, as each language sets them."""
    return joined(said, _SENTENCES)


def clause(said: Text) -> Text:
    """A sentence without its stop, to stand within another."""
    return _made_of({each: tuple(_without_stop(said.pieces(each))) for each in LANGUAGES})


def _without_stop(pieces: tuple[Piece, ...]) -> Iterator[Piece]:
    yield from pieces[:-1]
    for said, is_data in pieces[-1:]:
        yield Piece(said if is_data else said.rstrip("。."), is_data)


def worded(said: Text | str, en: str, facts: Mapping[str, object]) -> Text | str:
    """What whoever says something gave, a `Text` or its Chinese and its English, filled with the facts."""
    text = Text(said, en) if en and isinstance(said, str) else said
    return text.format(**facts) if facts and isinstance(text, Text) else text


def packed(said: Text | str) -> str:
    """A text as one stored `str`, which `unpacked` reads: JSON, or what somebody typed."""
    return orjson.dumps(said).decode() if isinstance(said, Text) else said


def unpacked(stored: str) -> Text:
    """A text that was stored, all of it data: nobody can tell its own words any more."""
    try:
        said = revived(orjson.loads(stored))
    except orjson.JSONDecodeError:
        said = stored
    if not isinstance(said, Text):
        return Text.of(stored)
    return _made_of({each: (Piece(said.in_(each), is_data=True),) for each in LANGUAGES})


def revived(value: Json) -> Json:
    """A value out of JSON with its texts, which travel as `{"zh": …, "en": …}`."""
    if isinstance(value, Mapping):
        if value.keys() == set(LANGUAGES) and all(isinstance(each, str) for each in value.values()):
            return Text(**value)
        return {key: revived(each) for key, each in value.items()}
    return [revived(each) for each in value] if isinstance(value, list) else value


_DATA = (str, PurePath)
"""What a fact is that nobody translates; a number is no word."""
_FORMATTER = Formatter()


def _made_of(made: Mapping[Language, tuple[Piece, ...]]) -> Text:
    text = Text(*("".join([each.said for each in made[language]]) for language in LANGUAGES))
    object.__setattr__(text, "made", made)
    return text


def _between(every: Iterable[object], between: Text, language: Language) -> Iterator[Piece]:
    for place, each in enumerate(every):
        if place:
            yield Piece(between.in_(language))
        yield from pieces(each, language)


def _filled(pattern: str, facts: Mapping[str, object], language: Language) -> Iterator[Piece]:
    """A pattern of `str.format` in parts; raises KeyError for a fact that is not there."""
    for ours, name, spec, conversion in _FORMATTER.parse(pattern):
        if ours:
            yield Piece(ours)
        if name is None:
            continue
        fact, _ = _FORMATTER.get_field(name, (), facts)
        one, is_counted, more = (spec or "").partition("|")
        if is_counted:
            yield Piece(one if fact in (1, "1") else more)
            continue
        if not spec and not conversion:
            yield from pieces(fact, language)
        else:
            is_data = isinstance(fact, _DATA)
            if isinstance(fact, Text | list | tuple):
                fact = shown(fact, language)
            fact = _FORMATTER.convert_field(fact, conversion)
            yield Piece(_FORMATTER.format_field(fact, spec or ""), is_data)
