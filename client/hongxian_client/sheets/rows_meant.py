"""Which rows below a header are meant: not those that are hidden, sum up, or say who made the sheet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from hongxian.kinds.typed_input import is_blank
from hongxian.text import Text
from hongxian_client.sheets.choices import Choices
from hongxian_client.sheets.reading.line import Line

MOST_TOLD = 200
"""Rows that were left out of which is told."""
_TOTAL = re.compile(
    r"(?:合计|总计|小计|共计|总数|累计|total|sum|subtotal)\s*[:(0-9人]?.*", re.IGNORECASE
)
_SIGNED = re.compile(
    r"(?:制表|填表|填报|审核|复核|负责|经办|联系|统计|盖章|日期|备注|说明|注)(?:人|单位|时间|日期)?\s*:.*"
)
_FEW = 2
"""Cells that a line below the rows has, such as who made the sheet and when."""


def rows_meant(
    lines: Iterator[Line], choices: Choices, left_out: list[tuple[int, Text]]
) -> Iterator[Line]:
    """The rows that are records; the others are put into `left_out` with the reason."""
    for line in lines:
        why = _NOT_WANTED if line.number in choices.left_out else _why_none(line)
        if why is None:
            yield line
        elif len(left_out) < MOST_TOLD:
            left_out.append((line.number, why))


_NOT_WANTED = Text("不要", "not wanted")
_HIDDEN = Text("隐藏的行", "hidden")
_LIKE_A_TOTAL = Text("像合计", "like a total")
_LIKE_A_NOTE = Text("像落款", "like a note below")


def _why_none(line: Line) -> Text | None:
    if line.is_hidden:
        return _HIDDEN
    cell = next((each for each in line.cells if not is_blank(each)), None)
    if not isinstance(cell, str):
        return None
    first = unicodedata.normalize("NFKC", "".join(cell.split()))
    if _TOTAL.fullmatch(first):
        return _LIKE_A_TOTAL
    if _SIGNED.fullmatch(first) and sum(not is_blank(each) for each in line.cells) <= _FEW:
        return _LIKE_A_NOTE
    return None
