"""What is done at the door: a child comes, is handed to somebody, or left some other way; a seat is kept."""

from __future__ import annotations

from datetime import datetime

from peewee import CharField

from hongxian import PhoneField, Refused, Store, Text, action
from hongxian.records import Value, Values, asked_as
from hongxian.text import joined
from hongxian_plugins.study_room.children import Card, Child, why_not_alone
from hongxian_plugins.study_room.days import WHICH_DAY, moment, todays
from hongxian_plugins.study_room.fetching import (
    ASKED_GUARDIAN,
    listed,
    must_not,
    of_the_list,
    taken_by,
)
from hongxian_plugins.study_room.rooms import Day
from hongxian_plugins.study_room.settings import StudyRules
from hongxian_plugins.study_room.visits import (
    LEAVES,
    Booking,
    Visit,
    inside,
    is_gone,
    is_in,
    other_seats,
    visit_id,
)

_CAME = Text("{name} {at:%H:%M} 到", "{name} came at {at:%H:%M}")


@action(
    of=Child,
    title=Text("到", "In"),
    asks={"day": WHICH_DAY},
    when=lambda child: child.state != "left",
    icon="check2",
)
def arrive(store: Store, child: Child, day: str | None = None) -> Text:
    """A child is at the door: it is written down, whatever else is to be looked into."""
    with store.transaction():
        visit = let_in(todays(store, day), child, moment(store))
    return _CAME.format(name=child.name, at=visit.came)


def let_in(day: Day, child: Child, at: datetime) -> Visit:
    """The child's visit: seen once more where it is in already, else a further one."""
    told = {"child": child.id, "day": day.id}
    there = inside(Visit.select().where(Visit.day == day.id, Visit.child == child.id))
    for held in there:
        held.seen_in = at
        held.save()
        return held
    return _next(told | {"scope": day.scope, "came": at, "seen_in": at})


def _next(told: Values) -> Visit:
    """A visit of the turn that comes; what was deleted keeps its own."""
    own = Visit.day == told["day"], Visit.child == told["child"]
    turn = 1 + max((each.turn for each in Visit.with_deleted().where(*own)), default=0)
    visit: Visit = Visit.create(
        id=visit_id(told["child"], told["day"], turn), **{**told, "turn": turn}
    )
    return visit


@action(
    title=Text("新来的孩子", "A new child"),
    asks={
        "name": Child.name,
        "guardian": asked_as(Child.guardian),
        "phone": PhoneField(verbose_name=Text("监护人电话", "Guardian's telephone")),
        "born": Child.born,
        "day": WHICH_DAY,
    },
    icon="person-plus",
    menu=False,
)
def walk_in(
    store: Store, name: str, guardian: str, phone: str, born: Value, day: str | None = None
) -> Text:
    """Somebody whom nobody has entered: in at once, and the consent is asked for."""
    with store.transaction():
        held = todays(store, day)
        told = {"name": name, "guardian": guardian, "phone": phone, "born": born}
        visit = let_in(held, Child.create(scope=held.scope, **told), moment(store))
    return _CAME.format(name=name, at=visit.came)


@action(
    title=Text("刷卡", "By card"),
    asks={"number": CharField(verbose_name=Text("卡号", "Card"), max_length=16)},
    icon="ticket-perforated",
    menu=False,
)
def by_card(store: Store, number: str) -> Text:
    """All of a household's children who are not in yet come in."""
    card = Card.get_or_none(Card.number == number.strip())
    children = (
        list(Child.select().where(Child.card == card.id, Child.state != "left")) if card else []
    )
    if not children:
        raise Refused("没有这张卡：{number}。", "There is no such card: {number}.", number=number)
    with store.transaction():
        day, at = todays(store), moment(store)
        for each in children:
            let_in(day, each, at)
    return _CAME.format(name=[each.name for each in children], at=at)


# -- out -------------------------------------------------------------------------------------------------

_WHO_ELSE = Text("名单外的人：姓名和关系。", "Who is not on the list: name and relation.")
_NO_WAY_BACK = Text(
    "没有走的，在门口“已走”里按“没走”",
    "who has not gone is shown in again at the door, under Gone",
)


@action(
    of=Visit,
    title=Text("接走", "Hand over"),
    when=is_in,
    final=_NO_WAY_BACK,
    says=must_not,
    asks=lambda visit: {"adult": of_the_list(visit)},
    icon="people",
)
def hand_over(store: Store, visit: Visit, adult: str) -> Text:
    """To somebody of the list."""
    return _let_out(store, visit, how="adult", **listed(visit, adult))


@action(
    of=Visit,
    title=Text("离开", "Out"),
    when=is_in,
    final=_NO_WAY_BACK,
    says=must_not,
    asks=lambda visit: {
        "how": asked_as(Visit.how, null=False, choices=LEAVES),
        "fetched_by": of_the_list(visit, null=True),
        "out_to": asked_as(Visit.out_to, help_text=_WHO_ELSE),
        "asked": ASKED_GUARDIAN,
        "said_by": Visit.said_by,
    },
    icon="box-arrow-right",
)
def leave(
    store: Store,
    visit: Visit,
    how: str,
    fetched_by: str | None = None,
    out_to: str | None = None,
    asked: bool = False,
    said_by: str | None = None,
) -> Text:
    """Any other way, and who says so."""
    child = Child.get_or_none(Child.id == visit.child)
    if how == "alone" and child is not None:
        why = why_not_alone(child, moment(store), StudyRules.now(store).alone_age)
        if why is not None:
            raise Refused(joined([why, _SLIPPED], Text("；", "; ")))
    told = {"out_to": out_to}
    if how == "adult":
        told = taken_by(visit, fetched_by, out_to, is_agreed=asked)
    return _let_out(store, visit, how=how, **told, said_by=said_by)


_SLIPPED = Text("自己走了请写“擅自离开”。", "who went all the same has slipped away.")


def _let_out(store: Store, visit: Visit, **told: Value) -> Text:
    """Its leaving, in a turn of its own where one is written that was a mistake, or came before it was seen."""
    at = moment(store)
    with store.transaction():
        if visit.left is None:
            told = {name: value for name, value in told.items() if value is not None}
            store.edit(Visit, {visit.id: {"left": at, **told}})
        else:
            came = visit.came if visit.how == "mistaken" else visit.seen_in
            seen = {"scope": visit.scope, "came": came, "seen_in": visit.seen_in}
            _next({"child": visit.child, "day": visit.day, **seen, "left": at, **told})
    child = Child.get_or_none(Child.id == visit.child)
    told_ = Text("{name} {at:%H:%M} 离", "{name} left at {at:%H:%M}")
    return told_.format(name=child.name if child else "", at=at)


@action(
    of=Visit,
    title=Text("没走，还在里面", "Not gone: still inside"),
    when=is_gone,
    final=Text("真走了再按一次", "let it out once more when it goes"),
    icon="arrow-counterclockwise",
)
def still_in(store: Store, visit: Visit) -> Text:
    """Its leaving was written by mistake: nobody took it, and it is in, on every laptop that hears of this."""
    at = moment(store)
    store.edit(Visit, {visit.id: {"how": "mistaken", "seen_in": at}})
    child = Child.get_or_none(Child.id == visit.child)
    told = Text("{name}还在里面", "{name} is still inside")
    return told.format(name=child.name if child else "")


# -- bookings -----------------------------------------------------------------------------------------------


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
    free = (each["seat"] for each in other_seats({"day": day.id}) if each["seat"] not in taken)
    seat = next(free, None)
    if seat is None:
        raise Refused(
            "这天约满了；到门口来也让进。",
            "All seats of that day are kept; at the door nobody is refused.",
        )
    Booking.create(day=day.id, child=child, seat=seat, scope=day.scope)
    return Text("{n} 号座", "seat {n}").format(n=seat)
