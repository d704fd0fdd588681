"""Which day is meant, how one begins, and its steps: opened by an adult, closed when nobody is in."""

from __future__ import annotations

from datetime import date, datetime

from hongxian import (
    Record,
    Reference,
    Refused,
    Store,
    Text,
    Viewer,
    local_now,
    local_today,
    step,
)
from hongxian.doubles import group
from hongxian.entries import entry
from hongxian.records import asked_as, known_until, team_for
from hongxian_plugins.study_room.children import Child, called
from hongxian_plugins.study_room.rooms import IS_OPEN, WEEK, Day, Room, day_id
from hongxian_plugins.study_room.visits import Duty, Visit, inside, on_duty

WHICH_DAY = Reference(
    "study_room.day",
    verbose_name=Text("哪天", "Day"),
    help_text=Text("留空就是今天。", "Empty for today."),
    null=True,
)
PEOPLE = "roster.person"
NO_ROOM = Text("还没有学习室，先新增一间。", "There is no room yet: make one first.")


def day_meant(store: Store, id: str | None = None) -> Day | None:
    """The day that was named, or the one that is open, or today's."""
    days = Day.select()
    if id:
        days = days.where(Day.id == id)
    else:
        days = days.where(Day.state.in_(IS_OPEN) | (Day.date == local_today(store)))
        days = days.order_by(Day.state.in_(IS_OPEN).desc(), Day.date.desc(), Day.id)
    found: Day | None = days.first()
    return found


def todays(store: Store, id: str | None = None) -> Day:
    """The same, begun where there is none: somebody stands at the door. Raises `Refused` without a room."""
    return day_meant(store, id) or start(store, the_room(), local_today(store))


def the_room() -> Room:
    """The community's first room; raises `Refused` where there is none."""
    room: Room | None = Room.select().order_by(Room.id).first()
    if room is None:
        raise Refused(NO_ROOM)
    return room


def start(store: Store, room: Room, on: date) -> Day:
    """The day of a room, made where it is not there yet: the same on every laptop of the team."""
    kept = Day.select(Day.scope).order_by((Day.room == room.id).desc(), Day.date.desc()).first()
    team = team_for(store, like=kept and kept.scope)
    id = day_id(team, room.id, on)
    found: Day | None = Day.get_or_none(Day.id == id)
    return found or Day.create(
        id=id, scope=team, room=room.id, date=on, title=f"{room.name} {on.month}月{on.day}日"
    )


def opens_on(room: Room, on: date) -> bool:
    """Whether a room usually opens on a day of the week."""
    return WEEK[on.weekday()].zh in room.days


def visits_of(day: Day) -> list[Visit]:
    """All visits of a day, by when they came."""
    return list(Visit.select().where(Visit.day == day.id).order_by(Visit.came, Visit.id))


def duties_of(day: Day) -> list[Duty]:
    """Who is on duty on a day, or was to be; without what is void."""
    mine = Duty.select().where(Duty.day == day.id, Duty.voided == False)  # noqa: E712
    return sorted(mine, key=lambda each: (each.place or 99, each.id))


def duty_day(viewer: Viewer) -> Day | None:
    """The day of today, or the one that is open still, on which who asks is on duty; None where they are on none."""
    mine = Duty.person.in_(group(PEOPLE, viewer.person or "")), Duty.left.is_null()
    stands = Duty.select(Duty.day).where(*mine, Duty.voided == False)  # noqa: E712
    is_now = Day.state.in_(IS_OPEN) | (Day.date == local_today())
    found: Day | None = Day.select().where(Day.id.in_(stands), is_now).order_by(Day.id).first()
    return found


def is_on_duty(record: Record | None, viewer: Viewer) -> bool:
    """Whether who asks is on duty now: of a day or what belongs to it on that one, of a child in its team."""
    day = duty_day(viewer)
    if day is None or record is None:
        return day is not None
    if isinstance(record, Visit | Duty):
        return bool(record.day == day.id)
    return record.id == day.id or (isinstance(record, Child) and record.scope == day.scope)


@entry(
    makes=Day,
    title=Text("新增一天", "New day"),
    asks=[Day.room, asked_as(Day.date, default=local_today)],
)
def new_day(store: Store, room: str, date: date) -> Text:
    """A day of a room; the one that is there already is that day."""
    with store.transaction():
        day = start(store, Room.get_by_id(room), date)
    return Text("已排：{day}", "Planned: {day}").format(day=day.title)


@step(Day, "open_up", audience=("leader", "self"), theirs=is_on_duty)
def open_up(store: Store, day: Day) -> Text:
    """An adult is there first; with fewer than there should be it opens all the same, and is marked."""
    if not (there := on_duty(duties_of(day))):
        raise Refused("先有大人签到，才能开门。", "An adult signs in before it opens.")
    day.opened = moment(store)
    return Text("值班 {n} 人", "{n} on duty").format(n=len(there))


def who_is_in(day: Day) -> Text | None:
    """Who is shown in, before it is closed; None for nobody."""
    names = [called(each.child) for each in inside(visits_of(day))]
    return _STILL_IN.format(n=len(names), names=names) if names else None


_STILL_IN = Text(
    "还有 {n} 个孩子显示在里面：{names}。请逐个写明怎么走的（有人看见、电话问到），再关门。",
    "Still shown in ({n}): {names}. Say of each how it left (seen, telephoned), then close.",
)


@step(
    Day,
    "close",
    says=who_is_in,
    final=Text(
        "值班时长由此确认；之后来的孩子照样按“到”",
        "it confirms the hours on duty; who comes after it is let in all the same",
    ),
    audience=("leader", "self"),
    theirs=is_on_duty,
)
def close(store: Store, day: Day) -> Text:
    """Nobody is shown in, or it is said of each how they left; and it says until when others were heard."""
    if (there := who_is_in(day)) is not None:
        raise Refused(there)
    day.closed, day.heard = moment(store), known_until()
    if day.heard is None:
        return Text("别的电脑还没有同步过", "no other laptop was heard of yet")
    told = Text(
        "截至 {at:%H:%M}，之后别的电脑写的还没听到",
        "heard until {at:%H:%M}; what others wrote later may still come",
    )
    return told.format(at=day.heard)


def moment(store: Store) -> datetime:
    """Now, to the second."""
    return local_now(store).replace(microsecond=0)
