"""What stands on Today: a day without duty, a door that is not shut, a child not fetched, what ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from hongxian import Due, Store, Text, local_now, local_today, reminder
from hongxian.notices import Notice, notice
from hongxian_plugins.study_room.at_the_door.days import duties_of, opens_on, visits_of
from hongxian_plugins.study_room.children import Child, called
from hongxian_plugins.study_room.enrol import Consent
from hongxian_plugins.study_room.rooms import IS_OPEN, Day, Room
from hongxian_plugins.study_room.sealed import Accident, Vetting
from hongxian_plugins.study_room.settings import StudyRules
from hongxian_plugins.study_room.visits import Visit, inside, left_at


@reminder(ahead=0)
def nobody_on_duty(store: Store) -> Iterator[Due]:
    """The evening before: too few are put on duty for tomorrow."""
    today = local_today(store)
    tomorrow = today + timedelta(days=1)
    days = {each.room: each for each in Day.select().where(Day.date == tomorrow)}
    kept = {room for (room,) in Day.select(Day.room).distinct().tuples()}
    told = Text(
        "{room}明天值班 {n} 人，至少 {least} 人",
        "{room}: {n} on duty tomorrow, of at least {least}",
    )
    for room in Room.select().where(Room.id.in_(list(kept))):
        day = days.get(room.id)
        if day.state != "planned" if day else not opens_on(room, tomorrow):
            continue
        n = len(duties_of(day)) if day else 0
        if n < room.duty_min:
            said = told.format(room=room.name, n=n, least=room.duty_min)
            yield Due(today, said, day or room, to=day.scope if day else "")


@reminder(ahead=0)
def door_not_shut(store: Store) -> Iterator[Due]:
    """Some minutes after closing."""
    grace = timedelta(minutes=StudyRules.now(store).close_grace)
    told = Text("{day} 还没关门", "{day} is not closed yet")
    for day, closes in _open_days():
        if local_now(store) >= closes + grace:
            yield Due(closes + grace, told.format(day=day.title), day, to=day.scope)


@reminder(ahead=0)
def not_fetched(store: Store) -> Iterator[Due]:
    """Who is in when it should close: call, then the leader, then the police."""
    now, rules = local_now(store), StudyRules.now(store)
    for day, closes in _open_days():
        if now >= closes:
            told = _what_to_do((now - closes) // timedelta(minutes=1), rules)
            for each in inside(visits_of(day)):
                yield Due(closes, told.format(name=called(each.child)), each, to=day.scope)


def _what_to_do(minutes: int, rules: StudyRules) -> Text:
    if minutes >= rules.police_after:
        return Text(
            "{name}还在：联系不上就打 110", "{name} is still in: call 110 if nobody can be reached"
        )
    if minutes >= rules.leader_after:
        return Text("{name}还在：告诉社区负责人", "{name} is still in: tell the community's leader")
    if minutes >= rules.call_after:
        return Text("{name}还在：打监护人电话", "{name} is still in: call the guardian")
    return Text("{name}还没接走", "{name} is not fetched yet")


@reminder(ahead=30)
def what_ends(store: Store) -> Iterator[Due]:
    """Consents and checks of staff that are to be had anew."""
    ends = Text("{name}的同意书到期", "The consent for {name} ends")
    enrolled = {each.id: each.name for each in Child.select().where(Child.state == "enrolled")}
    mine = Consent.select().where(Consent.child.in_(list(enrolled))).order_by(Consent.date)
    for each in {(each.child, each.kind): each for each in mine}.values():
        if each.until and each.state == "given":
            yield Due(each.until, ends.format(name=enrolled[each.child]), each, to=each.scope)
    for each in {each.person: each for each in Vetting.select().order_by(Vetting.date)}.values():
        if each.until:
            yield Due(each.until, _LOOK_UP, each)


_LOOK_UP = Text("入职查询到期，再查一次", "A check of staff ends: look up anew")


@reminder()
def guardians_to_tell(store: Store) -> Iterator[Due]:
    """Of an accident at once."""
    told = Text("意外还没告知监护人", "A guardian is to be told of an accident")
    untold = Accident.guardian_told.is_null(), Accident.child.is_null(False)
    for each in Accident.select().where(*untold):
        yield Due(each.at, told, each)


@reminder(ahead=0)
def fetched_late(store: Store) -> Iterator[Due]:
    """So often late within thirty days that somebody talks with the guardian."""
    least, late = StudyRules.now(store).late_times, late_by_child(store)
    told = Text(
        "{name}一个月里晚接 {n} 次，请约监护人谈一谈",
        "{name} was fetched late {n} {n:time|times}: talk with the guardian",
    )
    for child in Child.select().where(Child.id.in_(list(late)), Child.state == "enrolled"):
        if len(days := late[child.id]) >= least:
            yield Due(max(days), told.format(name=child.name, n=len(days)), child, to=child.scope)


def late_by_child(store: Store) -> dict[str, list[date]]:
    """By child the days of the last 30 on which it left later than the call."""
    call = timedelta(minutes=StudyRules.now(store).call_after)
    closes = {each.id: each.closes for each in Room.select()}
    recent = Day.select().where(Day.date >= local_today(store) - timedelta(days=30))
    days = {each.id: each for each in recent if each.room in closes}
    found: dict[str, list[date]] = {}
    for each in Visit.select().where(Visit.day.in_(list(days)), Visit.left.is_null(False)):
        day = days[each.day]
        left = left_at(each)
        if left and left > datetime.combine(day.date, closes[day.room]) + call:
            found.setdefault(each.child, []).append(day.date)
    return found


def _open_days() -> Iterator[tuple[Day, datetime]]:
    rooms = {each.id: each for each in Room.select()}
    for day in Day.select().where(Day.state.in_(IS_OPEN)):
        if day.room in rooms:
            yield day, datetime.combine(day.date, rooms[day.room].closes)


@notice()
def closed_with_somebody_in(store: Store) -> Iterator[Notice]:
    """Heard of at once on every laptop of the team, also where the news came by a sync."""
    recent = local_today(store) - timedelta(days=7)
    told = Text(
        "学习室已关门，还有孩子显示在里面", "The study room is closed and a child is shown in"
    )
    for day in Day.select().where(Day.state == "closed", Day.date >= recent):
        yield from (Notice(told, each) for each in inside(visits_of(day)))
