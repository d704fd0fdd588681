"""Mobilisation: units and members who report, calls and who answers them, posts, presences, letters."""

from __future__ import annotations

from datetime import date

from hongxian import Record, Store, Text, hookimpl
from hongxian.shapes import CalendarEntry, on_calendar
from hongxian_plugins.mobilise.calls import Answer, Call, Post, Shift
from hongxian_plugins.mobilise.covers import Accident, Cover, Training
from hongxian_plugins.mobilise.letters import Letter, LetterBook
from hongxian_plugins.mobilise.presences import Presence
from hongxian_plugins.mobilise.reporting.members import Report
from hongxian_plugins.mobilise.reporting.units import Need, Unit, UnitReport
from hongxian_plugins.mobilise.setting import MobiliseRules

__all__ = [
    "Accident",
    "Answer",
    "Call",
    "Cover",
    "Letter",
    "MobiliseRules",
    "Need",
    "Post",
    "Presence",
    "Report",
    "Shift",
    "Training",
    "Unit",
    "UnitReport",
]

title = Text("双报到与召集", "Mobilisation")
icon = "person-plus"


@hookimpl
def hongxian_collections() -> list[type[Record]]:
    return [
        Call,
        Report,
        Need,
        Unit,
        UnitReport,
        Presence,
        Answer,
        Post,
        Shift,
        Cover,
        Training,
        Letter,
        Accident,
        LetterBook,
        MobiliseRules,
    ]


@hookimpl
def hongxian_calendar_entries(first: date, last: date) -> list[CalendarEntry]:
    return [
        *on_calendar(Call.begins, first, last, place="place"),
        *on_calendar(Need.day, first, last, note="hour"),
    ]


@hookimpl(trylast=True)  # the people come first, and the roster makes them
def hongxian_demo_was_asked(store: Store, seed: int) -> None:
    from hongxian_plugins.mobilise.demo import fill

    fill(store, seed)
