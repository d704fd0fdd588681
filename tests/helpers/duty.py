"""A plugin that gives presences: a duty that somebody did, once it is confirmed."""

from __future__ import annotations

from peewee import CharField, DateTimeField

from hongxian import Record, Reference, gives, hookimpl
from hongxian.contracts import Presence


class Turn(Record):
    """One person's turn on duty."""

    person = Reference("roster.person")
    begins = DateTimeField()
    ends = DateTimeField()
    confirmed_by = CharField(null=True)
    void = CharField(default="")

    class Meta:
        collection = "duty.turn"
        title = "Turns"


@gives(Presence, of=Turn, person="person", day="begins")
def presence_of(turn: Turn) -> Presence | None:
    """Once it is confirmed."""
    if not turn.confirmed_by:
        return None
    return Presence(
        person=turn.person,
        begins=turn.begins,
        ends=turn.ends,
        about=f"{turn.begins:%Y-%m-%d}",
        activity=f"学习室值班 {turn.begins:%Y-%m-%d}",
        day=turn.begins.date(),
        confirmed_by=turn.confirmed_by,
        void=turn.void,
    )


@hookimpl
def hongxian_collections() -> list[type[Record]]:
    return [Turn]
