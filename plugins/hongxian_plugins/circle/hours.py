"""Opening hours as people tell them: read from what they type, kept in one form, and said in both languages.

The form that is kept is Chinese, `周一至周五 8:00–11:30 13:00–17:00；周六 9:00–12:00；周日 休息`: who has no such
plugin reads it too. Of several parts the later goes before the earlier on its days.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from hongxian import Text
from hongxian.text import joined

CLOSED, USUAL = "休息", "照常"
DAY = 24 * 60
"""Minutes."""
Spans = tuple[tuple[int, int], ...]
"""From when to when, in minutes after midnight; what ends past `DAY` ends on the next day."""
Week = dict[int, Spans]
"""Of Monday (1) to Sunday (7)."""

_ZH = "一二三四五六日"
_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_EVERY = tuple(range(1, 8))
_WORDS = {
    "每天": "1-7",
    "每日": "1-7",
    "天天": "1-7",
    "全周": "1-7",
    "everyday": "1-7",
    "daily": "1-7",
    "工作日": "1-5",
    "weekdays": "1-5",
    "workdays": "1-5",
    "双休日": "6,7",
    "周末": "6,7",
    "weekends": "6,7",
    "weekend": "6,7",
}
_ALL_DAY = ("24小时", "全天", "24hours", "24h")
_SHUT = ("休息", "不开门", "不开", "不营业", "关门", "放假", "休", "closed")
_AS_EVER = ("照常营业", "照常", "正常营业", "asusual", "usual")
_LATER = ("下午", "傍晚", "晚上", "夜里", "晚")
_SOONER = ("上午", "早上", "中午", "凌晨", "早")
_TIME = rf"({'|'.join((*_LATER, *_SOONER))})?(\d{{1,2}})(?:[:.点时](\d{{2}}|半)?分?)?"
_SPAN = re.compile(rf"{_TIME}-{_TIME}")
_DAYS = re.compile(r"[1-7](-[1-7])?(,[1-7](-[1-7])?)*")
_PARTS = re.compile(
    "[;\n]|(?<=[\\d半点息门业假时分]),?(?=周|工作日|双休日|每天|每日|天天"
    "|mon|tue|wed|thu|fri|sat|sun|week|work|daily|every)"
)
"""Where other days begin: after a semicolon, or after hours where a day is named."""
_REST = re.compile(rf"(?:{'|'.join((*_SHUT, *_LATER, *_SOONER, *_ALL_DAY))}|\d{{1,2}}[:.点时-]).*")


class Unreadable(ValueError):
    """What nobody can read as hours."""


@lru_cache(maxsize=4_000)
def week_of(text: str) -> Week:
    """The hours of each day of a week; of days that nothing is said of none. Raises `Unreadable`."""
    week: Week = {}
    for part in filter(None, _PARTS.split(_even(text))):
        days, spans = _split(part)
        week.update(dict.fromkeys(_days(days) if days else _EVERY, spans))
    if not week:
        raise Unreadable(text)
    return {day: week.get(day, ()) for day in _EVERY}


@lru_cache(maxsize=4_000)
def day_of(text: str) -> Spans | None:
    """The hours of one day, none where it is closed, None where they are the usual ones. Raises `Unreadable`."""
    even = _even(text)
    return None if even in _AS_EVER else _spans(even)


def kept_week(text: str) -> str:
    """The one form of a week's hours."""
    return _parts(week_of(text))


def kept_day(text: str) -> str:
    """The one form of a day's."""
    spans = day_of(text)
    return USUAL if spans is None else spans_text(spans)


def week_lines(kept: str) -> list[Text]:
    """A week's hours for a reader of either language, days of the same hours in a line.

    What a later release keeps, and this one cannot read, stands as it is.
    """
    try:
        week = week_of(kept)
    except Unreadable:
        return [Text.of(kept)]
    return [joined([_days_said(days), _spans_said(spans)], " ") for days, spans in _grouped(week)]


def week_said(kept: str) -> Text:
    """The same in one line."""
    return joined(week_lines(kept), Text("；", "; "))


def day_said(kept: str) -> Text:
    """A day's."""
    try:
        spans = day_of(kept)
    except Unreadable:
        return Text.of(kept)
    return Text("照常", "as usual") if spans is None else _spans_said(spans)


def spans_text(spans: Spans) -> str:
    """`8:00–11:30 13:00–17:00`, or 休息."""
    return " ".join(f"{_clock(one)}–{_clock(other)}" for one, other in spans) or CLOSED


def clock(minute: int) -> str:
    """A minute of a day as people write it; 24:00 stays."""
    return _clock(minute)


# -- reading -------------------------------------------------------------------------------------


def _even(text: str) -> str:
    """Without what people type differently: widths, blanks, dashes, names of days."""
    even = unicodedata.normalize("NFKC", text).casefold().strip(" ;。\n")
    even = re.sub("[—–−~～至到]+", "-", even).replace("。", ";").replace("、", ",")
    even = re.sub(r"\s*([-;:,\n])\s*", r"\1", even)
    even = re.sub("星期|礼拜|每周", "周", even)
    return re.sub(r"[ \t]+(?=\D)|(?<=\D)[ \t]+", "", even)


def _split(part: str) -> tuple[str, Spans]:
    """The days of a part, and their hours."""
    for begins in range(len(part) + 1):
        if _REST.fullmatch(part, begins):
            return part[:begins].strip(",:"), _spans(part[begins:])
    raise Unreadable(part)


def _days(text: str) -> list[int]:
    for word, days in _WORDS.items():
        text = text.replace(word, days)
    for number, name in enumerate(_EN, 1):
        text = re.sub(rf"{name.casefold()}[a-z]*", str(number), text)
    text = text.replace("周", "").replace("天", "日").replace("和", ",").replace("及", ",")
    text = "".join(str(_ZH.index(each) + 1) if each in _ZH else each for each in text)
    text = re.sub(r"(?<=[1-7])(?=[1-7])", ",", text)
    if not _DAYS.fullmatch(text):
        raise Unreadable(text)
    return [day for each in text.split(",") for day in _run(*each.split("-"))]


def _run(first: str, last: str = "") -> list[int]:
    one, other = int(first), int(last or first)
    return list(range(one, other + 1)) if one <= other else [*range(one, 8), *range(1, other + 1)]


def _spans(text: str) -> Spans:
    if text in _SHUT:
        return ()
    if text in _ALL_DAY:
        return ((0, DAY),)
    spans = []
    for each in re.split("[, ]+", re.sub(r"(?<=[\d半点时分])(?=[上下早中晚傍夜])", " ", text)):
        found = _SPAN.fullmatch(each)
        if found is None:
            raise Unreadable(text)
        half, hour, minute, half_too, hour_too, minute_too = found.groups()
        begins = _minute(half, hour, minute)
        ends = _minute(half_too or half, hour_too, minute_too)
        spans.append((begins, ends if ends > begins else ends + DAY))
    spans.sort()
    over = [one[1] > two[0] for one, two in pairwise(spans)]
    if any(over) or any(begins >= DAY for begins, _ in spans):
        raise Unreadable(text)
    return tuple(spans)


def _minute(half: str | None, hour: str, minute: str | None) -> int:
    hours = int(hour) + (12 if half in _LATER and int(hour) < 12 else 0)
    found = hours * 60 + (30 if minute == "半" else int(minute or 0))
    if hours > 24 or found > DAY or ((minute or "0").isdigit() and int(minute or 0) > 59):
        raise Unreadable(f"{hour}:{minute}")
    return found


# -- saying --------------------------------------------------------------------------------------


def _clock(minute: int) -> str:
    minute = minute - DAY if minute > DAY else minute
    return f"{minute // 60}:{minute % 60:02}"


def _grouped(week: Week) -> Iterator[tuple[list[int], Spans]]:
    """Days of the same hours together, in their order; what is closed last, and not said where all else is."""
    found: dict[Spans, list[int]] = {}
    for day, spans in week.items():
        found.setdefault(spans, []).append(day)
    yield from ((days, spans) for spans, days in found.items() if spans)
    if () in found:
        yield found[()], ()


def _parts(week: Week) -> str:
    return "；".join(f"{_days_said(days).zh} {spans_text(spans)}" for days, spans in _grouped(week))


def _days_said(days: list[int]) -> Text:
    if len(days) == len(_EVERY):
        return Text("每天", "Daily")
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return joined([_run_said(run) for run in runs], Text("、", ", "))


def _run_said(run: list[int]) -> Text:
    first, last = run[0] - 1, run[-1] - 1
    if len(run) < 3:
        return Text("、".join(f"周{_ZH[n - 1]}" for n in run), ", ".join(_EN[n - 1] for n in run))
    return Text(f"周{_ZH[first]}至周{_ZH[last]}", f"{_EN[first]}–{_EN[last]}")


def _spans_said(spans: Spans) -> Text:
    return Text.of(spans_text(spans)) if spans else Text("休息", "closed")
