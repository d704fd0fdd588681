"""The door: every child a card with one press, in or out, and the adults who are there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any  # Any: children, visits or duties, each with its own card

from peewee import CharField

from hongxian import Record, Store, Text, Viewer, local_today, view
from hongxian.days import day_in_words
from hongxian.shapes import Beside, Card, Cards, Facts, Go, Masked, Tag
from hongxian_plugins.study_room.at_the_door.days import (
    NO_ROOM,
    WHICH_DAY,
    day_meant,
    duty_day,
    is_on_duty,
)
from hongxian_plugins.study_room.at_the_door.evening import Evening
from hongxian_plugins.study_room.at_the_door.leaving import MUST_NOT, adults_of, cautions_of
from hongxian_plugins.study_room.children import Adult, Child
from hongxian_plugins.study_room.rooms import Day
from hongxian_plugins.study_room.sealed import Health
from hongxian_plugins.study_room.visits import Duty, Visit

SHOWN = (
    ("due", Text("还没到", "Not here")),
    ("in", Text("在里面", "Inside")),
    ("gone", Text("已走", "Gone")),
    ("adults", Text("大人", "Adults")),
)


@view(
    title=Text("门口", "The door"),
    asks={
        "day": WHICH_DAY,
        "show": CharField(verbose_name=Text("看谁", "Who"), choices=SHOWN, null=True),
    },
    icon="signpost-2",
)
def door(store: Store, day: str | None = None, show: str | None = None) -> Beside:
    """Who is to come, who is in and the adults: one press lets in, one hands over to who may fetch."""
    held = day_meant(store, day)
    return shown_of(store, held, Evening.of(store, held), show)


@view(
    title=Text("今天值班", "On duty today"),
    asks={"show": CharField(verbose_name=Text("看谁", "Who"), choices=SHOWN, null=True)},
    audience="self",
    theirs=is_on_duty,
    icon="signpost-2",
)
def my_door(store: Store, viewer: Viewer, show: str | None = None) -> Beside:
    """The same for the phone of who is on duty, of their own day and with their team's children."""
    held = duty_day(viewer)
    evening = Evening.of(store, held, *([held.scope] if held else []))
    return shown_of(store, held, evening, show)


def shown_of(store: Store, held: Day | None, evening: Evening, show: str | None) -> Beside:
    """One evening: a card each, of those who are asked for or likeliest to be looked at now."""
    today = local_today(store)
    stands: dict[str, tuple[Sequence[Any], Callable[[Any], Card], type[Record]]] = {
        "due": (evening.due, evening.due_card, Child),
        "in": (evening.there, evening.in_card, Visit),
        "gone": (evening.gone, evening.gone_card, Visit),
        "adults": (evening.adults, evening.adult_card, Duty),
    }
    shown = show or evening.likeliest
    found, card, of = stands[shown]
    ways = [
        Go(_COUNTED.format(what=name, n=len(stands[key][0])), {"show": key}, here=key == shown)
        for key, name in SHOWN
    ]
    note = "" if evening.room else NO_ROOM
    return Beside(
        [Cards([card(each) for each in found], of=of, among=ways, note=note)],
        title=Text("学习室 {day}", "Study room {day}").format(
            day=day_in_words(held.date if held else today, today)
        ),
        note=evening.told(),
        presses=evening.presses(shown),
    )


_COUNTED = Text("{what} {n}", "{what} {n}")


@view(of=Visit, title=Text("谁来接", "Who fetches it"), usual=True)
def who_fetches(store: Store, visit: Visit) -> Facts:
    """Whom to call and to whom it may go; on the laptops on duty also to whom not, and what to mind."""
    child = Child.get_or_none(Child.id == visit.child)
    if child is None:
        return Facts([])
    facts: list[tuple[Text | str, object]] = [
        (Child.guardian.verbose_name, [child.guardian, Masked(child.phone, Child, child.id)]),
        *(
            (each.relation, [each.name, Masked(each.phone or "", Adult, each.id)])
            for each in adults_of(visit)
        ),
        *(
            (Health.note.verbose_name, each.note)
            for each in Health.select().where(Health.child == child.id)
        ),
    ]
    tags = [Tag(MUST_NOT.format(who=each.who), "stop") for each in cautions_of(visit)]
    return Facts(facts, tags=tags)
