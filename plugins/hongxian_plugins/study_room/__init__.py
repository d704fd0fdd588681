"""Study room: children in, children out to a named adult, and a door that is shut when nobody is in."""

from __future__ import annotations

from datetime import date

from hongxian import Record, Store, Text, hookimpl
from hongxian.shapes import CalendarEntry
from hongxian_plugins.study_room.children import Adult, Card, CardBook, Child
from hongxian_plugins.study_room.enrol import Consent
from hongxian_plugins.study_room.rooms import Day, Room
from hongxian_plugins.study_room.sealed import (
    Accident,
    Caution,
    Harm,
    Health,
    Vetting,
    Watch,
)
from hongxian_plugins.study_room.sealing import Look, SealedLook, note_looks
from hongxian_plugins.study_room.settings import StudyRules
from hongxian_plugins.study_room.visits import Booking, Duty, Visit

__all__ = [
    "Accident",
    "Adult",
    "Booking",
    "Card",
    "Caution",
    "Child",
    "Consent",
    "Day",
    "Duty",
    "Harm",
    "Health",
    "Look",
    "Room",
    "SealedLook",
    "StudyRules",
    "Vetting",
    "Visit",
    "Watch",
]

title = Text("学习室", "Study room")
icon = "book"


@hookimpl
def hongxian_collections() -> list[type[Record]]:
    people = [Child, Adult, Consent, Card, CardBook, Visit, Booking, Duty]
    sealed = [Watch, Caution, Health, Accident, Vetting, Harm, Look, SealedLook]
    return [Day, *people, Room, *sealed, StudyRules]


@hookimpl
def hongxian_records_were_read(store: Store, collection: str, ids: list[str], how: str) -> None:
    note_looks(store, collection, ids, how)


@hookimpl
def hongxian_calendar_entries(first: date, last: date) -> list[CalendarEntry]:
    days = Day.select().where(Day.date.between(first, last))
    rooms = {each.id: each for each in Room.select()}
    return [
        CalendarEntry(
            each.date,
            each.title,
            of=Day,
            id=each.id,
            hour=rooms[each.room].opens if each.room in rooms else None,
            place=rooms[each.room].place if each.room in rooms else "",
        )
        for each in days
    ]


@hookimpl(trylast=True)  # the people come first, and the roster makes them
def hongxian_demo_was_asked(store: Store, seed: int) -> None:
    from hongxian_plugins.study_room.demo import fill

    fill(store, seed)
