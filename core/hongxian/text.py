"""What people read, in Chinese and in English, as a type of its own.

A label or a sentence is a `Text`; a `str` is what somebody typed, or a name that is the same in
both languages: it is shown as it is, whatever it looks like, and never cut. Which language a
person reads is asked only where a text is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from hongxian.values import Json

Language = Literal["zh", "en"]
ZH: Language = "zh"
EN: Language = "en"
LANGUAGES = (ZH, EN)


@dataclass(frozen=True, slots=True)
class Text:
    """A label or a sentence in both languages: `Text("借用人", "Borrower")`.

    It has no text of its own before a language is chosen: `str()` of it tells that it is a `Text`.
    """

    zh: str
    en: str

    @classmethod
    def of(cls, said: Text | str) -> Text:
        """A text as it is; a plain `str` says the same in both languages."""
        return said if isinstance(said, Text) else cls(said, said)

    def in_(self, language: Language) -> str:
        """What a reader of this language reads."""
        return self.zh if language == ZH else self.en

    def format(self, **facts: object) -> Text:
        """The text with its braces filled as by `str.format`.

        A fact that is a `Text` fills each language with its own; a list is listed as that
        language lists.
        """
        return Text(*(self.in_(each).format_map(_facts_in(facts, each)) for each in LANGUAGES))

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


def joined(said: Iterable[object], between: Text) -> Text:
    """Texts and data as one text, with `between` between each two."""
    every = list(said)
    return Text(*(between.in_(each).join(shown(one, each) for one in every) for each in LANGUAGES))


def sentences(said: Iterable[Text]) -> Text:
    """Sentences one after the other, as each language sets them."""
    return joined(said, _SENTENCES)


def revived(value: Json) -> Json:
    """A value out of JSON with its texts, which travel as `{"zh": …, "en": …}`."""
    if isinstance(value, Mapping):
        if value.keys() == set(LANGUAGES) and all(isinstance(each, str) for each in value.values()):
            return Text(**value)
        return {key: revived(each) for key, each in value.items()}
    return [revived(each) for each in value] if isinstance(value, list) else value


def _facts_in(facts: Mapping[str, object], language: Language) -> dict[str, object]:
    said = (Text, list, tuple)
    return {
        name: shown(fact, language) if isinstance(fact, said) else fact
        for name, fact in facts.items()
    }
