"""What is done at the door when somebody comes: a child is let in, whatever else is the matter; a seat is kept."""

from __future__ import annotations

from datetime import datetime

from peewee import CharField

from hongxian import PhoneField, Refused, Store, Text, Viewer, action
from hongxian.records import Value
from hongxian_plugins.study_room.at_the_door.days import (
    WHICH_DAY,
    duty_day,
    is_on_duty,
    moment,
    todays,
)
from hongxian_plugins.study_room.children import Card, Child
from hongxian_plugins.study_room.rooms import Day
from hongxian_plugins.study_room.visits import Booking, Visit, inside, next_visit, other_seats

_CAME = Text("{name} {at:%H:%M} 到", "{name} came at {at:%H:%M}")


@action(
    of=Child,
    title=Text("到", "In"),
    asks={"day": WHICH_DAY},
    when=lambda child: child.state != "left",
    icon="check2",
    audience=("leader", "self"),
    theirs=is_on_duty,
)
def arrive(store: Store, child: Child, viewer: Viewer, day: str | None = None) -> Text:
    """A child is at the door: it is written down; by a phone on the day on which it is on duty."""
    mine = duty_day(viewer) if viewer.audience == "self" else None
    with store.transaction():
        visit = let_in(mine or todays(store, day), child, moment(store))
    return _CAME.format(name=child.name, at=visit.came)


def let_in(day: Day, child: Child, at: datetime) -> Visit:
    """The child's visit: seen once more where it is in already, else a further one."""
    for held in inside(Visit.select().where(Visit.day == day.id, Visit.child == child.id)):
        held.seen_in = at
        held.save()
        return held
    return next_visit(child.id, day.id, scope=day.scope, came=at, seen_in=at)


@action(
    title=Text("新来的孩子", "A new child"),
    asks={
        "name": Child.name,
        "guardian": Child.guardian,
        "phone": PhoneField(verbose_name=Text("监护人电话", "Guardian's telephone")),
        "born": Child.born,
        "day": WHICH_DAY,
    },
    icon="person-plus",
    menu=False,
)
def walk_in(store: Store, day: str | None = None, **told: Value) -> Text:
    """Somebody whom nobody has entered: in at once, and the consent is asked for."""
    with store.transaction():
        held = todays(store, day)
        child = Child.create(scope=held.scope, **told)
        visit = let_in(held, child, moment(store))
    return _CAME.format(name=child.name, at=visit.came)


@action(
    title=Text("刷卡", "By card"),
    asks={"number": CharField(verbose_name=Text("卡号", "Card"), max_length=16)},
    icon="ticket-perforated",
    menu=False,
)
def by_card(store: Store, number: str) -> Text:
    """All of a household's children who are not in yet come in."""
    cards = Card.select(Card.id).where(Card.number == number.strip())
    children = list(Child.select().where(Child.card.in_(cards), Child.state != "left"))
    if not children:
        raise Refused("没有这张卡：{number}。", "There is no such card: {number}.", number=number)
    with store.transaction():
        day, at = todays(store), moment(store)
        for each in children:
            let_in(day, each, at)
    return _CAME.format(name=[each.name for each in children], at=at)


@action(
    of=Day,
    title=Text("留座位", "Keep a seat"),
    when=lambda day: day.state in ("planned", "open"),
    asks=[Booking.child],
    icon="calendar-plus",
)
def book(store: Store, day: Day, child: str) -> Text:
    """The first seat that is free; refused where all are kept, for nobody stands there yet."""
    taken = {each.seat for each in Booking.select().where(Booking.day == day.id)}
    free = [each["seat"] for each in other_seats({"day": day.id}) if each["seat"] not in taken]
    if not free:
        raise Refused(
            "这天约满了；到门口来也让进。",
            "All seats of that day are kept; at the door nobody is refused.",
        )
    Booking.create(day=day.id, child=child, seat=free[0], scope=day.scope)
    return Text("{n} 号座", "seat {n}").format(n=free[0])
