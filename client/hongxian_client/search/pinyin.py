"""How Chinese texts are spelt in pinyin, for whoever types letters: `zhangsan` and `zs` find 张三."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import product

WHOLE, INITIALS = 2, 4
"""Ways to read one text that are told: 乐 is le or yue."""
IN_ORDER = "hongxian_in_order"
SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "区": "ou", "查": "zha", "任": "ren",
    "朴": "piao", "翟": "zhai", "盖": "ge", "乐": "yue", "华": "hua", "覃": "qin", "缪": "miao",
    "员": "yun", "黑": "he", "折": "she", "冼": "xian", "洗": "xian", "种": "chong", "祭": "zhai",
    "宓": "mi", "逄": "pang", "郇": "xun", "燕": "yan", "纪": "ji", "那": "na", "宁": "ning",
    "车": "che", "召": "shao", "繁": "po", "阚": "kan", "郗": "xi", "尉": "yu", "万": "wan",
    "俞": "yu", "谌": "chen", "叶": "ye", "戴": "dai", "石": "shi", "长": "zhang", "沈": "shen",
    "令": "ling", "牟": "mou", "能": "nai", "句": "gou", "隗": "wei", "相": "xiang", "於": "yu",
}  # fmt: skip
"""How a character is read that begins a name; the usual reading of many is another."""


def spellings(text: str) -> list[str]:
    """The whole pinyin and the first letters of a text, by each of the first ways to read it; [] without Chinese.

    Other characters stand as they are in the whole, and are left out of the first letters.
    """
    readings = [_readings_of(character) for character in text]
    if not any(readings):
        return []
    if readings[0] and (surname := SURNAMES.get(text[0])):
        readings[0] = tuple(dict.fromkeys((surname, *readings[0])))
    whole = _spelt(text, readings, lambda reading, character: reading or character, WHOLE)
    first = _spelt(
        text, readings, lambda reading, character: reading[:1] or _letter(character), INITIALS
    )
    return list(dict.fromkeys([*whole, *first]))


@lru_cache(maxsize=50_000)
def in_order(text: object) -> object:
    """What puts texts in the order of a Chinese directory: by syllables, those alike by their characters.

    What is no text is its own place. Known to the database as `IN_ORDER`.
    """
    if not isinstance(text, str):
        return text
    return " ".join(_place(at, character) for at, character in enumerate(text.casefold()))


def _place(at: int, character: str) -> str:
    surname = SURNAMES.get(character) if at == 0 else None
    spelt = surname or next(iter(_readings_of(character)), "")
    return f"{spelt} {character}" if spelt else character


def _spelt(
    text: str, readings: list[tuple[str, ...]], shown: Callable[[str, str], str], most: int
) -> list[str]:
    """Spellings that differ; a first character's other readings come before those of the last."""
    ways = [
        tuple(dict.fromkeys(shown(each, character) for each in found or ("",)))
        for character, found in zip(text, readings, strict=True)
    ]
    backwards = product(*reversed(ways))
    found: dict[str, None] = {}
    for way in backwards:
        found["".join(reversed(way))] = None
        if len(found) == most:
            break
    return list(found)


def _letter(character: str) -> str:
    """What stands beside initials: 示例·甲001 is slj001."""
    return character if character.isascii() and character.isalnum() else ""


class _Readings(dict[str, tuple[str, ...]]):
    """A character's readings without tones, the usual one first; found once each."""

    def __missing__(self, character: str) -> tuple[str, ...]:
        found: tuple[str, ...] = ()
        if "\u3400" <= character <= "\u9fff":
            from pypinyin import Style, pinyin  # a fifth of a second, for those who search

            told = pinyin(character, style=Style.NORMAL, heteronym=True)[0]
            found = tuple(dict.fromkeys(each.lower() for each in told if each.isascii()))
        self[character] = found
        return found


_readings = _Readings()


def _readings_of(character: str) -> tuple[str, ...]:
    return _readings[character]
