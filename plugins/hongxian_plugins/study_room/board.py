"""The door: every child a card with one press, in or out, and the adults who are there."""

from __future__ import annotations

from peewee import CharField

from hongxian import Store, Text, view
from hongxian.days import day_in_words
from hongxian.shapes import Beside, Cards, Go
from hongxian_plugins.study_room.children import Child
from hongxian_plugins.study_room.days import (
    NO_ROOM,
    WHICH_DAY,
    day_meant,
    moment,
)
from hongxian_plugins.study_room.evening import Evening
from hongxian_plugins.study_room.visits import Duty, Visit

SHOWN = (
    ("due", Text("还没到", "Not here")),
    ("in", Text("在里面", "Inside")),
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
    evening = Evening.of(store, held)
    shown = show or evening.likeliest
    cards = {"due": evening.due_cards, "in": evening.in_cards, "adults": evening.adult_cards}[
        shown
    ]()
    counts = {"due": len(evening.due), "in": len(evening.there), "adults": len(evening.adults)}
    ways = [
        Go(_COUNTED.format(what=name, n=counts[key]), {"show": key}, here=key == shown)
        for key, name in SHOWN
    ]
    of = {"due": Child, "in": Visit, "adults": Duty}[shown]
    note = "" if evening.room else NO_ROOM
    return Beside(
        [Cards(cards, of=of, among=ways, note=note)],
        title=Text("学习室 {day}", "Study room {day}").format(
            day=day_in_words((held.date if held else moment(store).date()), moment(store).date())
        ),
        note=evening.told(),
        presses=evening.presses(shown),
    )


_COUNTED = Text("{what} {n}", "{what} {n}")
