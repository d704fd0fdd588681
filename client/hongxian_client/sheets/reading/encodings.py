"""In which encoding a text file was written: by its marks, else by how its characters look.

A guess from bytes alone is made of what people write most: whoever reads Big5 as GB18030 meets
characters that hardly anybody uses. Libraries that count letters need far more text than a list
of names has.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from hongxian.errors import FileRefused
from hongxian.text import Text

ENCODINGS = {
    "utf-8-sig": Text.of("UTF-8"),
    "gb18030": Text("简体 GB18030", "Simplified Chinese, GB18030"),
    "big5hkscs": Text("繁体 Big5", "Traditional Chinese, Big5"),
    "cp932": Text("日文 Shift-JIS", "Japanese, Shift-JIS"),
    "utf-16": Text.of("UTF-16"),
}
"""What a person may say a file is written in."""
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_LOOKED_AT = 1 << 16
"""Characters at the beginning that are looked at for how usual they are."""
_CHUNK = 1 << 20
_USUAL = {
    "gb18030": ((0xB0, 0xD7), (0xA1, 0xA3)),  # the first level of GB2312, and signs
    "big5hkscs": ((0xA4, 0xC6), (0xA1, 0xA3)),
    "cp932": ((0x88, 0x97), (0x81, 0x83)),  # the first level of JIS, signs and both kana
}
"""The first bytes of the characters that people use most."""
_CLEARLY = 0.15
"""By which share of usual characters one guess is better than the next."""


class EncodingUnsure(FileRefused):
    """A text file may be written in several encodings: a person has to say in which."""

    message = Text(
        "{file}：文字编码认不准，可能是 {known}；请选一种。",
        "{file}: its encoding may be {known}; say which.",
    )


def encoding_of(path: Path, start: bytes) -> str:
    """The encoding of a whole file that begins so; raises `EncodingUnsure`, or `FileRefused` where none reads it."""
    for mark, encoding in _MARKS.items():
        if start.startswith(mark):
            return _only(path, [encoding])
    if start[1:2] == b"\0" or start[:1] == b"\0":
        return _only(path, ["utf-16-le" if start[1:2] == b"\0" else "utf-16-be"])
    if _reads(path, "utf-8-sig"):
        return "utf-8-sig"
    found = sorted(((_share_of_usual(path, each), each) for each in _USUAL), reverse=True)
    fit = [(share, each) for share, each in found if share >= 0]
    if not fit:
        return _only(path, [])
    near = [each for share, each in fit if share > fit[0][0] - _CLEARLY]
    if len(near) > 1:
        raise EncodingUnsure(file=path.name, known=[ENCODINGS[each] for each in near])
    return near[0]


def _only(path: Path, encodings: list[str]) -> str:
    for each in encodings:
        if _reads(path, each):
            return each
    raise FileRefused(
        file=path.name,
        detail=Text(
            "文字编码认不出；请另存为“CSV UTF-8”。", "Unknown text encoding; save it as CSV UTF-8."
        ),
    )


def _reads(path: Path, encoding: str) -> bool:
    with suppress(UnicodeDecodeError), path.open(encoding=encoding, newline="") as file:
        while file.read(_CHUNK):
            pass
        return True
    return False


def _share_of_usual(path: Path, encoding: str) -> float:
    """The share of usual ones among the characters that are not ASCII; below 0 where it reads not."""
    if not _reads(path, encoding):
        return -1
    with path.open(encoding=encoding, newline="") as file:
        first = [each.encode(encoding)[0] for each in _foreign(file.read(_LOOKED_AT))]
    usual = sum(any(low <= each <= high for low, high in _USUAL[encoding]) for each in first)
    return usual / len(first) if first else 1


def _foreign(text: str) -> Iterator[str]:
    return (each for each in text if ord(each) > 0x7F)
