"""Duty: who is to come this week and next, who is there, and the hours that follow once the door is shut."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from peewee import DateField

from hongxian import Reference, Seen, Store, Text, action, gives, local_today, view
from hongxian.contracts import Presence
from hongxian.records import asked_as
from hongxian.shapes import Board, Button, Head, Held, Tone
from hongxian_plugins.study_room.at_the_door.days import (
    NO_ROOM,
    PEOPLE,
    WHICH_DAY,
    duties_of,
    is_on_duty,
    moment,
    opens_on,
    start,
    the_room,
    todays,
)
from hongxian_plugins.study_room.rooms import WEEK, Day, Room
from hongxian_plugins.study_room.settings import StudyRules
from hongxian_plugins.study_room.visits import Duty, duty_id

WEEKS = 2
_WHO = asked_as(Duty.person)


@action(
    title=Text("排值班", "Put on duty"),
    menu=False,
    asks={
        "person": _WHO,
        "date": DateField(verbose_name=Text("日期", "Date"), default=local_today),
        "room": Reference("study_room.room", verbose_name=Text("学习室", "Room"), null=True),
        "place": Duty.place,
    },
)
def join(
    store: Store, person: str, date: date, room: str | None = None, place: int | None = None
) -> Text:
    """Put somebody on a day's duty; a place is held by one."""
    with store.transaction():
        day = start(store, Room.get_by_id(room) if room else the_room(), date)
        _duty(day, person, place=place)
    return Text("已排在 {day}", "On duty on {day}").format(day=day.date)


@action(
    title=Text("大人签到", "An adult signs in"), menu=False, asks={"person": _WHO, "day": WHICH_DAY}
)
def sign_on(store: Store, person: str, day: str | None = None) -> Text:
    """Whoever comes without having been planned."""
    with store.transaction():
        return come(store, _duty(todays(store, day), person))


def _duty(day: Day, person: str, **told: int | None) -> Duty:
    """Somebody's duty on a day: the one that stands, or a further one after what is void or over."""
    own = Duty.select().where(Duty.day == day.id, Duty.person == person)
    stands: Duty | None = own.where(Duty.voided == False, Duty.left.is_null()).first()  # noqa: E712
    id = duty_id(day.id, person, own.count() + 1)
    return stands or Duty.create(id=id, day=day.id, person=person, scope=day.scope, **told)


@action(
    of=Duty,
    title=Text("签到", "In"),
    when=lambda duty: duty.came is None and not duty.voided,
    audience=("leader", "self"),
    theirs=is_on_duty,
    icon="check2",
)
def come(store: Store, duty: Duty) -> Text:
    """They are here."""
    if duty.came is None:
        duty.came = moment(store)
        duty.save()
    return Text("{at:%H:%M} 到", "in at {at:%H:%M}").format(at=duty.came)


@action(
    of=Duty,
    title=Text("签退", "Out"),
    when=lambda duty: bool(duty.came) and duty.left is None and not duty.voided,
    audience=("leader", "self"),
    theirs=is_on_duty,
)
def go(store: Store, duty: Duty) -> Text:
    """They leave before the door is shut; who stays is out with it."""
    duty.left = moment(store)
    duty.save()
    return Text("{at:%H:%M} 离", "out at {at:%H:%M}").format(at=duty.left)


@gives(Presence, of=Duty, through=("day",), person="person", day="day.date")
def presence_of(duty: Duty, seen: Seen) -> Presence | None:
    """Once the door is shut, by whoever shut it; until then nothing is confirmed."""
    day = seen.get(Day, duty.day)
    if day is None or day.state != "closed" or day.closed is None or duty.came is None:
        return None
    room = seen.get(Room, day.room)
    # Of two laptops that shut it without sight of each other both count to the same hour.
    shut = datetime.combine(day.date, room.closes) if room else day.closed
    ends = duty.left or min(shut, day.closed)
    if ends <= duty.came:
        return None
    return Presence(
        person=duty.person,
        begins=duty.came,
        ends=ends,
        about=day.id,
        activity=day.title,
        day=day.date,
        place=room.place if room else "",
        kind="shift",
        confirmed_by=day.closed_by or "",
        void=(duty.void_reason or "作废") if duty.voided else "",
    )


# -- the rota ------------------------------------------------------------------------------------------------


@view(title=Text("值班表", "Rota"), icon="people")
def rota(store: Store) -> Board:
    """This week and next: a free place is pressed to put somebody there."""
    room = Room.select().order_by(Room.id).first()
    if room is None:
        return Board((), (), (), Duty, note=NO_ROOM)
    today, places = local_today(store), StudyRules.now(store).duty_places
    days = dates_of(store, room)
    there = _days_of(room, days)
    duties = {on: duties_of(day) for on, day in there.items()}
    names = store.names_of(PEOPLE, [each.person for found in duties.values() for each in found])
    return Board(
        rows=[
            Head(
                Text(f"{WEEK[on.weekday()].zh[-1]} {on.day}", f"{WEEK[on.weekday()].en} {on.day}"),
                {"date": str(on)},
                open=on >= today and (on not in there or there[on].state != "off"),
            )
            for on in days
        ],
        columns=[
            Head(
                Text(f"{n} 号位", f"Place {n}"),
                {"place": n},
                note=_LEAST if n <= room.duty_min else "",
            )
            for n in range(1, places + 1)
        ],
        held=[
            _held(days.index(on), place - 1, duty, names.get(duty.person, "…"), there[on])
            for on, found in duties.items()
            for place, duty in _placed(found, places)
        ],
        of=Duty,
        book="study_room.join",
        move="study_room.swap",
        given={"room": room.id},
    )


_LEAST = Text("必须有人", "needed")


@action(
    of=Duty,
    title=Text("换到", "Move to"),
    when=lambda duty: duty.came is None and not duty.voided,
    asks={
        "date": DateField(verbose_name=Text("日期", "Date")),
        "place": Duty.place,
        "room": Reference("study_room.room", verbose_name=Text("学习室", "Room")),
    },
)
def swap(store: Store, duty: Duty, date: date, room: str, place: int | None = None) -> Text:
    """Somebody who has not come yet to another place: within a day it moves, on another day it is a new one."""
    with store.transaction():
        day = start(store, Room.get_by_id(room), date)
        if day.id == duty.day:
            store.edit(Duty, {duty.id: {"place": place}})
        else:
            store.edit(Duty, {duty.id: {"voided": True, "void_reason": f"换到 {date}"}})
            _duty(day, duty.person, place=place)
    return Text("已换到 {day}", "Moved to {day}").format(day=day.date)


def dates_of(store: Store, room: Room) -> list[date]:
    """The days of this week and next on which a room opens, and those that were made besides."""
    today = local_today(store)
    monday = today - timedelta(days=today.weekday())
    days = [monday + timedelta(days=n) for n in range(7 * WEEKS)]
    made = _days_of(room, days)
    return [each for each in days if opens_on(room, each) or each in made]


def _days_of(room: Room, dates: list[date]) -> dict[date, Day]:
    query = Day.select().where(Day.room == room.id, Day.date.in_(dates))
    return {each.date: each for each in query}


def _placed(duties: list[Duty], places: int) -> list[tuple[int, Duty]]:
    """Each at its place; who came unplanned at the first that is free."""
    taken = {each.place for each in duties}
    free = iter([n for n in range(1, places + 1) if n not in taken])
    found = [(each.place or next(free, 0), each) for each in duties]
    return [(place, each) for place, each in found if 0 < place <= places]


def _held(row: int, column: int, duty: Duty, name: str, day: Day) -> Held:
    state: tuple[Tone, Text] = ("plan", Text("排好了", "Planned"))
    if duty.came:
        state = ("now", Text("在场", "Here"))
        if duty.left or day.state == "closed":
            state = ("done", Text("值过了", "Served"))
    void = Button(Text("作废", "Void"), "study_room.void_duty", id=duty.id)
    return Held(
        row,
        column,
        name,
        duty.id,
        state=state[1],
        tone=state[0],
        moves=duty.came is None,
        presses=[] if duty.came else [void],
    )
