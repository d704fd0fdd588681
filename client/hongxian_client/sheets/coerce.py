"""What a person typed into one cell, as a value of a field; the reason in both languages when not.

Knows nothing of files. A cell is what openpyxl reads (text, int, float, bool, date, datetime,
time), or the text of a CSV or of a command line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import orjson

from hongxian.kinds.column import Column

CLEAR = "（清空）"
"""Typed into a cell, empties the field; a blank cell leaves it as it is."""
_CLEARS = frozenset({CLEAR, "(清空)", "(clear)", "（clear）"})
DIGITS_KEPT = 15
"""Of a number cell: Excel has replaced every later digit by 0."""

_SCIENTIFIC = re.compile(r"[+-]?\d+(\.\d+)?[eE]\+\d+")
_INTEGER = re.compile(r"[+-]?\d{1,19}")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+")
_DAY = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})"
    r"|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))(?:\s*\((?:周|星期).\))?"
)
_TIME = re.compile(r"(\d{1,2})(?::(\d{1,2})(?::(\d{1,2}))?|[时点](?:(\d{1,2})分?)?)")
_SEPARATORS = re.compile(r"[、,;，；\n]+")
_TRUE = frozenset({"是", "yes", "y", "true", "1", "√", "✓"})
_FALSE = frozenset({"否", "no", "n", "false", "0", "×"})


class Formula(str):
    """The text of a formula: it says how to get a value, but is none that can be kept."""


class CellError(str):
    """What Excel shows for a formula that failed, such as #N/A."""


class WrongCell(Exception):
    """A cell that is no value of its field; the message is the reason, Chinese then English."""


class Unresolved(str):
    """The name of a record, whose id has yet to be looked up."""


def is_blank(cell: Any) -> bool:
    """Whether nothing was typed."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def value_of(column: Column, cell: Any) -> Any:
    """The value that a cell which is not blank gives a field; raises `WrongCell`.

    A reference that is given by name comes back as `Unresolved`.
    """
    if isinstance(cell, Formula):
        raise WrongCell(
            "单元格是公式；请复制后“选择性粘贴→数值”。A formula; copy it and paste the values only."
        )
    if isinstance(cell, CellError):
        raise WrongCell(f"Excel 报错 {cell}。Excel shows the error {cell}.")
    if isinstance(cell, str):
        cell = cell.strip()
        if cell.casefold() in _CLEARS:
            return _cleared(column)
    if column.choices:
        return _choice(column, cell)
    return _BY_KIND[column.kind](column, cell)


def _cleared(column: Column) -> Any:
    if column.kind == "members":
        return frozenset()
    if column.null:
        return None
    if column.kind == "text":
        return ""
    raise WrongCell("此栏不能清空。This field may not be emptied.")


def _choice(column: Column, cell: Any) -> Any:
    typed = _plain(str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell))
    for value, label in column.choices:
        if typed in {_plain(str(value)), _plain(label), *map(_plain, label.split("·"))}:
            return value
    known = "、".join(label for _, label in column.choices)
    raise WrongCell(f"只能是：{known}。Must be one of: {known}.")


def _plain(text: str) -> str:
    """The text as people mean it: widths, case and outer spaces do not count."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _text(column: Column, cell: Any) -> str:
    if isinstance(cell, bool):
        raise WrongCell("应为文字。Not text.")
    if isinstance(cell, int | float):
        text = _digits(cell)
    elif isinstance(cell, datetime) and cell.time() == time():
        text = cell.date().isoformat()
    else:
        text = str(cell)
    if _SCIENTIFIC.fullmatch(text):
        raise _lost_digits(text)
    if column.reference is not None:
        return text.lower() if _looks_like_id(text) else Unresolved(text)
    return text


def _looks_like_id(text: str) -> bool:
    return len(text) == 36 and text.count("-") == 4


def _digits(number: float) -> str:
    """A number cell as the digits that were typed; leading zeros are gone before we see it."""
    if abs(number) >= 10**DIGITS_KEPT:
        raise _lost_digits(f"{number:.6G}" if isinstance(number, float) else str(number))
    return str(int(number)) if float(number).is_integer() else repr(number)


def _lost_digits(shown: str) -> WrongCell:
    return WrongCell(
        f"{shown} 是数字格式，Excel 可能已丢失 15 位以后的数字；请先把该列设为“文本”，再重填一次。"
        f"{shown} is a number: Excel may have lost the digits past the 15th. "
        "Format the column as text and type it again."
    )


def _integer(column: Column, cell: Any) -> int:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if abs(cell) >= 10**DIGITS_KEPT:
            raise _lost_digits(str(cell))
        if float(cell).is_integer():
            return int(cell)
    elif isinstance(cell, str):
        typed = unicodedata.normalize("NFKC", cell)
        if _GROUPED.fullmatch(typed):
            typed = typed.replace(",", "")
        if typed.isascii() and _INTEGER.fullmatch(typed):
            return int(typed)
    raise WrongCell("应为整数。Not a whole number.")


def _boolean(column: Column, cell: Any) -> bool:
    if isinstance(cell, bool):
        return cell
    typed = _plain(str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell))
    if typed in _TRUE:
        return True
    if typed in _FALSE:
        return False
    raise WrongCell("应为 是 或 否。Not yes or no.")


def _date(column: Column, cell: Any) -> str:
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return cell.isoformat()
    found = _DAY.fullmatch(_typed_moment(cell))
    try:
        return _day(found).isoformat() if found else _no_date()
    except ValueError:
        return _no_date()


def _datetime(column: Column, cell: Any) -> str:
    if isinstance(cell, datetime):
        whole = cell.replace(tzinfo=None) + timedelta(microseconds=500_000)
        return whole.strftime("%Y-%m-%d %H:%M:%S").rjust(19, "0")
    typed = _typed_moment(cell)
    day = _DAY.match(typed)
    moment = _TIME.fullmatch(typed[day.end() :].removeprefix("T").strip()) if day else None
    try:
        if day and moment:
            return f"{_day(day).isoformat()} {_clock(moment)}"
    except ValueError:
        pass
    raise WrongCell(
        "应为日期和时间（如 2023-03-01 08:30）。Not a date and time such as 2023-03-01 08:30."
    )


def _time(column: Column, cell: Any) -> str:
    if isinstance(cell, time):
        return cell.strftime("%H:%M:%S")
    found = _TIME.fullmatch(_typed_moment(cell))
    try:
        if found:
            return _clock(found)
    except ValueError:
        pass
    raise WrongCell("应为时间（如 08:30）。Not a time such as 08:30.")


def _typed_moment(cell: Any) -> str:
    """The text of a typed moment, in half-width figures; 20230301 may come as a number."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return unicodedata.normalize("NFKC", str(cell)).strip()


def _day(found: re.Match[str]) -> date:
    year, month, day = (int(part) for part in found.groups() if part is not None)
    return date(year, month, day)


def _clock(found: re.Match[str]) -> str:
    hour, minute, second, spoken = found.groups()
    return time(int(hour), int(minute or spoken or 0), int(second or 0)).isoformat()


def _no_date() -> str:
    raise WrongCell("不是有效日期（如 2023-03-01）。Not a date such as 2023-03-01.")


def _members(column: Column, cell: Any) -> frozenset[str]:
    typed = _text(column, cell)
    if typed.startswith("["):
        try:
            listed = orjson.loads(typed)
        except orjson.JSONDecodeError:
            listed = None
        if isinstance(listed, list) and all(isinstance(each, str) for each in listed):
            return frozenset(listed)
    return frozenset(each.strip() for each in _SEPARATORS.split(typed) if each.strip())


def _tally(column: Column, cell: Any) -> int:
    return _integer(column, cell)


_BY_KIND: dict[str, Callable[[Column, Any], Any]] = {
    "text": _text,
    "int": _integer,
    "bool": _boolean,
    "date": _date,
    "datetime": _datetime,
    "time": _time,
    "members": _members,
    "tally": _tally,
    "quota": _tally,
}


def shown_members(members: frozenset[str]) -> str:
    """A set as one cell, such that `value_of` reads the same set back."""
    plain = "、".join(sorted(members))
    if members and _members_of_plain(plain) != members:
        return orjson.dumps(sorted(members)).decode()
    return plain


def _members_of_plain(text: str) -> frozenset[str]:
    if text.startswith("["):
        return frozenset()
    return frozenset(each.strip() for each in _SEPARATORS.split(text) if each.strip())
