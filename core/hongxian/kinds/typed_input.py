"""What a person typed: in a cell of a sheet, in a form's input, or as a word of a command line.

Knows nothing of files. A cell is what openpyxl reads (text, int, float, bool, date, datetime,
time), or the text of a CSV, of a form or of a command line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, time

from hongxian.text import Text
from hongxian.words.values import Cell

CLEAR = Text("（清空）", "(clear)")
"""Typed into a cell, empties the field; a blank cell leaves it as it is."""
CLEARS = frozenset({CLEAR.zh, CLEAR.en, "(清空)", "（clear）"})
DIGITS_KEPT = 15
"""Of a number cell: Excel has replaced every later digit by 0."""

_SCIENTIFIC = re.compile(r"[+-]?\d+(\.\d+)?[eE]\+\d+")
_WEEKDAY = re.compile("^(?:星期|礼拜)")


_READ_OTHERWISE = re.compile(
    rf"'*(?:{_SCIENTIFIC.pattern}|{'|'.join(map(re.escape, sorted(CLEARS)))})", re.IGNORECASE
)


def as_it_is(text: str) -> str:
    """A text for a cell, with an apostrophe before what a cell would be read as something else."""
    return f"'{text.strip()}" if _READ_OTHERWISE.fullmatch(text.strip()) else text


def was_as_it_is(cell: Cell) -> str | None:
    """The text that `as_it_is` wrote; None for any other cell."""
    text = cell.strip() if isinstance(cell, str) else ""
    return text[1:] if text[:1] == "'" and _READ_OTHERWISE.fullmatch(text) else None


class Formula(str):
    """The text of a formula: it says how to get a value, but is none that can be kept."""


class CellError(str):
    """What Excel shows for a formula that failed, such as #N/A."""


class WrongCell(Exception):
    """A cell that is no value of its field, with the reason.

    `offers` are what it may have meant, by a short name: what a person reads, and the cell instead.
    """

    def __init__(self, why: Text, offers: Mapping[str, tuple[Text, Cell]] | None = None) -> None:
        self.why = why
        self.offers = dict(offers or {})
        super().__init__(why.en)


class Unresolved(str):
    """The name of a record, whose id has yet to be looked up."""


def is_blank(cell: Cell) -> bool:
    """Whether nothing was typed."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def as_meant(cell: Cell) -> str:
    """The text of a cell as people mean it: widths, case and outer spaces do not count."""
    return halfwidth(cell).casefold()


def as_chosen(cell: Cell) -> str:
    """The same of a choice: 星期三 is 周三."""
    return _WEEKDAY.sub("周", as_meant(cell))


def halfwidth(cell: Cell) -> str:
    """The text of a cell in half-width figures; what is whole is so, also from a number cell."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return unicodedata.normalize("NFKC", str(cell)).strip()


def text_of(cell: Cell) -> str:
    """The text that a cell gives a field of text; raises `WrongCell`."""
    if isinstance(cell, bool):
        raise WrongCell(Text("应为文字。", "Not text."))
    if isinstance(cell, int | float):
        text = _digits(cell)
    elif isinstance(cell, datetime) and cell.time() == time():
        text = cell.date().isoformat()
    else:
        text = str(cell)
    if _SCIENTIFIC.fullmatch(text):
        raise lost_digits(text)
    return text


def _digits(number: float) -> str:
    """A number cell as the digits that were typed; leading zeros are gone before we see it."""
    if abs(number) >= 10**DIGITS_KEPT:
        raise lost_digits(f"{number:.6G}" if isinstance(number, float) else str(number))
    return str(int(number)) if float(number).is_integer() else repr(number)


def lost_digits(shown: str) -> WrongCell:
    """Why a number of more digits than Excel keeps is refused."""
    return WrongCell(
        Text(
            "{shown} 成了数字格式，末几位可能已丢；请照原件重填，该列先设为“文本”。",
            "{shown} is a number, and its last digits may be lost; type it again, in a column of text.",
        ).format(shown=shown)
    )


def refuse_broken(cell: Cell) -> None:
    """Raise `WrongCell` for what a spreadsheet has instead of a value."""
    if isinstance(cell, Formula):
        raise WrongCell(
            Text(
                "单元格是公式；请复制后“选择性粘贴→数值”。",
                "A formula; copy it and paste the values only.",
            )
        )
    if isinstance(cell, CellError):
        raise WrongCell(
            Text("Excel 报错 {cell}。", "Excel shows the error {cell}.").format(cell=cell)
        )
