"""Rounds: routes walked by pairs, what they find and what becomes of it, waste sorting, clean-ups."""

from __future__ import annotations

from datetime import date

from hongxian import Record, Store, Text, hookimpl
from hongxian.shapes import CalendarEntry, on_calendar
from hongxian_plugins.rounds.cleanups import Cleaner, Cleanup
from hongxian_plugins.rounds.findings import Finding, FindingBook
from hongxian_plugins.rounds.places import Checkpoint, Route
from hongxian_plugins.rounds.setting import RoundRules
from hongxian_plugins.rounds.sorting.records import Deduction, Household, Inspection
from hongxian_plugins.rounds.tools import Move, Tool
from hongxian_plugins.rounds.walks import Round, Tick, Walker

__all__ = [
    "Checkpoint",
    "Cleaner",
    "Cleanup",
    "Deduction",
    "Finding",
    "FindingBook",
    "Household",
    "Inspection",
    "Move",
    "Round",
    "RoundRules",
    "Route",
    "Tick",
    "Tool",
    "Walker",
]

title = Text("巡查", "Rounds")
icon = "signpost-2"


@hookimpl
def hongxian_collections() -> list[type[Record]]:
    walked = [Round, Finding, Inspection, Household, Cleanup]
    return [
        *walked,
        Route,
        Checkpoint,
        Walker,
        Tick,
        FindingBook,
        Deduction,
        Cleaner,
        Tool,
        Move,
        RoundRules,
    ]


@hookimpl
def hongxian_calendar_entries(first: date, last: date) -> list[CalendarEntry]:
    return [
        *on_calendar(Round.day, first, last, Round.state != "off", opens="rounds.walk"),
        *on_calendar(Cleanup.day, first, last, place="area"),
    ]


@hookimpl(trylast=True)  # the people come first, and the roster makes them
def hongxian_demo_was_asked(store: Store, seed: int) -> None:
    from hongxian_plugins.rounds.demo import fill

    fill(store, seed)
