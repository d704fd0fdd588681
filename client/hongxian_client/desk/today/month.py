"""What every plugin knows of the days: one, two weeks on the first page, and a month."""

from __future__ import annotations

import re
from calendar import Calendar
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask import url_for
from flask_babel import format_date

from hongxian.collections.local_time import local_now
from hongxian.collections.rights import may_write
from hongxian.errors import BadPlugin
from hongxian.kit.duties import due_between
from hongxian.plugins.offering import Offered, offers
from hongxian.plugins.offers import View
from hongxian.shapes.calendar import CalendarEntry
from hongxian.shapes.cells import name_of
from hongxian.text import ZH
from hongxian_client.desk.formatting import shown, tone_of
from hongxian_client.desk.menu import hidden_plugins
from hongxian_client.desk.review.due import address_of
from hongxian_client.desk.review.waiting import duties_told
from hongxian_client.plugins.offers import leader
from hongxian_client.replica.replica import Replica
from hongxian_client.text.format import plain_value
from hongxian_web import words
from hongxian_web.languages import language
from hongxian_web.navigation import with_query

DAYS_BEFORE, DAYS_IN_STRIP, SHOWN_IN_STRIP = 3, 14, 3
SHOWN = 4
"""Entries that are drawn on one day; the others are counted."""
_ASKED = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Day:
    """One day of the calendar; `entries` are (title, address of the record or "")."""

    day: date
    title: str
    is_today: bool
    is_outside: bool
    entries: list[tuple[str, str]]
    more: int


class Month:
    """One month, for its template: `2026-05` as an address asks for it, or the present one."""

    def __init__(self, replica: Replica, today: date, asked: str) -> None:
        found = _ASKED.fullmatch(asked)
        self.first = date(int(found[1]), int(found[2]), 1) if found else today.replace(day=1)
        self.title = format_date(self.first, "y年M月" if language() == ZH else "MMMM y")
        self.before = f"{self.first - timedelta(days=1):%Y-%m}"
        self.after = f"{self.first + timedelta(days=31):%Y-%m}"
        self._today = today
        days = Calendar().monthdatescalendar(self.first.year, self.first.month)
        self._entries = _entries(replica, days[0][0], days[-1][-1])
        self.weeks = [[self._day(each) for each in week] for week in days]

    @property
    def weekdays(self) -> list[str]:
        """What the columns are called, Monday first."""
        return [format_date(each.day, "EEE") for each in self.weeks[0]]

    def _day(self, day: date) -> Day:
        entries = self._entries[day]
        return Day(
            day,
            format_date(day, "MMMd日 EEEE" if language() == ZH else "EEEE d MMMM"),
            day == self._today,
            day.month != self.first.month,
            entries[:SHOWN],
            max(len(entries) - SHOWN, 0),
        )


@dataclass(frozen=True)
class StripDay:
    """One day of the first page's two weeks: `titles` of what happens, the first few."""

    day: date
    head: str
    url: str
    is_today: bool
    is_past: bool
    titles: list[str]


def two_weeks(replica: Replica, today: date, around: date) -> list[StripDay]:
    """The days around today, from three before; with another day than today in sight, around that."""
    days = _strip(today, around)
    entries = _entries(replica, days[0], days[-1])
    return [
        StripDay(
            day,
            format_date(day, "EEEEE" if language() == ZH else "EEE"),
            url_for("today.show", day=day.isoformat(), _anchor="day"),
            day == today,
            day < today,
            [title for title, _url in entries[day][:SHOWN_IN_STRIP]],
        )
        for day in days
    ]


def _strip(today: date, around: date) -> list[date]:
    first = today - timedelta(days=DAYS_BEFORE)
    first += timedelta(days=(around - first).days // DAYS_IN_STRIP * DAYS_IN_STRIP)
    return [first + timedelta(days=each) for each in range(DAYS_IN_STRIP)]


@dataclass(frozen=True)
class OpenedDay:
    """One day that was pressed: what is on it, and what may be added to it, each `(title, address)`."""

    day: date
    title: str
    month: str
    entries: list[tuple[str, str]]
    kinds: list[tuple[str, str]]


def opened_day(replica: Replica, day: date) -> OpenedDay:
    """All that is on one day, and each kind of record that says of which day it is."""
    title = format_date(day, "MMMd日 EEEE" if language() == ZH else "EEEE d MMMM")
    entries = _entries(replica, day, day)[day]
    return OpenedDay(day, title, f"{day:%Y-%m}", entries, list(kinds_of_day(replica, day)))


def kinds_of_day(replica: Replica, day: date) -> Iterator[tuple[str, str]]:
    """Those that a person plans here by hand: with a day that must be told, which its form begins with."""
    hidden, writer = hidden_plugins(), replica.writer()
    for name, kind in replica.collections.items():
        owner = replica.owners.get(name)
        day_of = next(
            (
                e
                for e in kind.shown.values()
                if e.widget == "date" and e.required and not e.read_only
            ),
            None,
        )
        if owner is None or owner.name in hidden or day_of is None or not kind.in_menu:
            continue
        if may_write(kind, None, "", writer) and may_write(kind, None, day_of.name, writer):
            address = url_for("records.new", name=name)
            yield words.shown(kind.title), with_query(address, {day_of.name: day.isoformat()})


@dataclass(frozen=True)
class Happening:
    """One line of what is planned for today: at what hour, what, where, how it stands, and its button."""

    hour: str
    title: str
    url: str
    place: str
    note: str
    state: tuple[str, str] | None
    """`(tone, word)`."""
    button: tuple[str, str] | None
    """`(title, address)`."""

    @property
    def is_done(self) -> bool:
        """Whether it is over."""
        return self.state is not None and self.state[0] == "done"

    @property
    def is_now(self) -> bool:
        """Whether it is under way."""
        return self.state is not None and self.state[0] == "now"


def on_day(replica: Replica, day: date) -> list[Happening]:
    """What is planned for one day, by the hour; what has none comes last."""
    around = _strip(day, day)  # with what the two weeks show, plugins are asked once
    told = [each for each in _told(replica, around[0], around[-1]) if each.day == day]
    told.sort(key=lambda each: (each.hour is None, each.hour or 0))
    views = offers(replica, View, leader(replica))
    return [_happening(replica, each, views) for each in told]


def _happening(
    replica: Replica, entry: CalendarEntry, views: Mapping[str, Offered[View]]
) -> Happening:
    opened = views.get(entry.opens)
    button = None
    if opened is not None:
        id = entry.id if opened.collection else None
        address = url_for("offers.view", name=opened.name, id=id)
        button = (words.shown(opened.offer.title), address)
    return Happening(
        f"{entry.hour:%H:%M}" if entry.hour else "",
        words.marked(entry.title),
        _address(entry),
        entry.place,
        words.shown(entry.note),
        _state(replica, entry),
        button,
    )


def _state(replica: Replica, entry: CalendarEntry) -> tuple[str, str] | None:
    """The state of the record behind an entry, where it has one."""
    kind = replica.collections.get(name_of(entry.of)) if entry.of and entry.id else None
    if kind is None or not kind.states:
        return None
    row = kind.rows_by_id([entry.id]).get(entry.id)
    name = next(iter(kind.states)).name
    return (
        (tone_of(kind, row, name), shown(kind, name, plain_value(kind, name, row.values.get(name))))
        if row
        else None
    )


def _address(entry: CalendarEntry) -> str:
    if not (entry.of and entry.id):
        return ""
    return url_for("records.show", name=name_of(entry.of), id=entry.id)


def _entries(replica: Replica, first: date, last: date) -> dict[date, list[tuple[str, str]]]:
    """What happens on each of these days, both included; of one day by title."""
    found = [(each.day, each.title, _address(each)) for each in _told(replica, first, last)]
    for due in due_between(duties_told(replica), replica.teams(), first, last):
        found.append((due.on, due.title, address_of(due.record)))
    days: dict[date, list[tuple[str, str]]] = defaultdict(list)
    for day, title, url in sorted(found, key=lambda each: words.shown(each[1])):
        days[day].append((words.marked(title), url))
    return days


def _told(replica: Replica, first: date, last: date) -> list[CalendarEntry]:
    """Every plugin's entries, asked for once a minute while nothing is written."""
    minute = local_now(replica).replace(second=0)
    return replica.database.kept(
        (_told, first, last), lambda: list(_asked(replica, first, last)), at=minute
    )


def _asked(replica: Replica, first: date, last: date) -> Iterator[CalendarEntry]:
    """What is none is kept as its plugin's trouble and left out."""
    hook = "hongxian_calendar_entries"
    for plugin, answer in replica.plugins.answers(hook, store=replica, first=first, last=last):
        try:
            listed = list(answer or ())
            strange = [each for each in listed if not isinstance(each, CalendarEntry)]
            if strange:
                raise BadPlugin(detail=f"{type(strange[0]).__name__} is no CalendarEntry")
            yield from [each for each in listed if first <= each.day <= last]
        except Exception as error:
            plugin.failed(hook, error)
