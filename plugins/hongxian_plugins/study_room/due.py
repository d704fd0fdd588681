"""What stands on Today: a day without duty, a door that is not shut, a child not fetched, what ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from hongxian import Due, Store, Text, local_now, local_today, reminder
from hongxian.notices import Notice, notice
from hongxian_plugins.study_room.children import Child
from hongxian_plugins.study_room.consents import Consent
from hongxian_plugins.study_room.days import children_of, duties_of, opens_on, visits_of
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
    for room in Room.select():
        day = days.get(room.id)
        if day is None and not (opens_on(room, tomorrow) and _is_ours(room)):
            continue
        n = len(duties_of(day)) if day else 0
        if n < room.duty_min and (day is None or day.state == "planned"):
            told = Text(
                "{room}明天值班 {n} 人，至少 {least} 人",
                "{room}: {n} on duty tomorrow, of at least {least}",
            )
            yield Due(
                today,
                told.format(room=room.name, n=n, least=room.duty_min),
                day or room,
                to=day.scope if day else "",
            )


def _is_ours(room: Room) -> bool:
    """Whether this laptop's teams keep the room."""
    return bool(Day.select().where(Day.room == room.id).exists())


@reminder(ahead=0)
def door_not_shut(store: Store) -> Iterator[Due]:
    """Some minutes after closing."""
    grace = timedelta(minutes=StudyRules.now(store).close_grace)
    for day, closes in _open_days():
        if local_now(store) < closes + grace:
            continue
        told = Text("{day} 还没关门", "{day} is not closed yet").format(day=day.title)
        yield Due(closes + grace, told, day, to=day.scope)


@reminder(ahead=0)
def not_fetched(store: Store) -> Iterator[Due]:
    """Who is in when it should close: call, then the leader, then the police."""
    now = local_now(store)
    rules = StudyRules.now(store)
    for day, closes in _open_days():
        if now < closes:
            continue
        visits = inside(visits_of(day))
        names = children_of(visits)
        minutes = int((now - closes).total_seconds() // 60)
        for each in visits:
            told = _what_to_do(minutes, rules).format(
                name=names[each.child].name if each.child in names else "…"
            )
            yield Due(closes, told, each, to=day.scope)


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
    enrolled = {each.id: each.name for each in Child.select().where(Child.state == "enrolled")}
    for each in Consent.select().where(Consent.until.is_null(False), Consent.state == "given"):
        later = Consent.select().where(
            Consent.child == each.child, Consent.kind == each.kind, Consent.date > each.date
        )
        if each.child in enrolled and not later.exists():
            told = Text("{name}的同意书到期", "The consent for {name} ends").format(
                name=enrolled[each.child]
            )
            yield Due(each.until, told, each, to=each.scope)
    for each in Vetting.select().where(Vetting.until.is_null(False)):
        if (
            not Vetting.select()
            .where(Vetting.person == each.person, Vetting.date > each.date)
            .exists()
        ):
            yield Due(
                each.until,
                Text("入职查询到期，再查一次", "A check of staff ends: look up anew"),
                each,
            )


@reminder()
def guardians_to_tell(store: Store) -> Iterator[Due]:
    """Of an accident at once."""
    for each in Accident.select().where(
        Accident.guardian_told.is_null(), Accident.child.is_null(False)
    ):
        yield Due(
            each.at, Text("意外还没告知监护人", "A guardian is to be told of an accident"), each
        )


@reminder(ahead=0)
def fetched_late(store: Store) -> Iterator[Due]:
    """So often late within thirty days that somebody talks with the guardian."""
    rules = StudyRules.now(store)
    late = late_by_child(store)
    for child in Child.select().where(Child.id.in_(list(late)), Child.state == "enrolled"):
        if len(days := late[child.id]) >= rules.late_times:
            told = Text(
                "{name}一个月里晚接 {n} 次，请约监护人谈一谈",
                "{name} was fetched late {n} times: talk with the guardian",
            )
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
    for day in Day.select().where(Day.state == "closed", Day.date >= recent):
        for each in inside(visits_of(day)):
            yield Notice(
                Text(
                    "学习室已关门，还有孩子显示在里面",
                    "The study room is closed and a child is shown in",
                ),
                each,
            )
