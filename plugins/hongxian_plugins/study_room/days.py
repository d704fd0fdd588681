"""Which day is meant, how one begins, and its steps: opened by an adult, closed when nobody is in."""

from __future__ import annotations

from datetime import date, datetime

from hongxian import Reference, Refused, Store, Text, local_now, local_today, step
from hongxian.records import known_until, team_for
from hongxian_plugins.study_room.children import Child
from hongxian_plugins.study_room.rooms import IS_OPEN, WEEK, Day, Room, day_id
from hongxian_plugins.study_room.visits import Duty, Visit, inside, on_duty

WHICH_DAY = Reference(
    "study_room.day",
    verbose_name=Text("哪天", "Day"),
    help_text=Text("留空就是今天。", "Empty for today."),
    null=True,
)
NO_ROOM = Text("还没有学习室，先新增一间。", "There is no room yet: make one first.")


def day_meant(store: Store, id: str | None = None) -> Day | None:
    """The day that was named, or the one that is open, or today's; begun where one room opens today."""
    if id:
        found: Day | None = Day.get_or_none(Day.id == id)
        return found
    today = Day.select().where(Day.date == local_today(store))
    found = Day.select().where(Day.state.in_(IS_OPEN)).order_by(Day.date.desc()).first()
    return found or today.order_by(Day.id).first()


def todays(store: Store, id: str | None = None) -> Day:
    """The same, begun where there is none: somebody stands at the door. Raises `Refused` without a room."""
    found = day_meant(store, id)
    if found is not None:
        return found
    room = Room.select().order_by(Room.id).first()
    if room is None:
        raise Refused(NO_ROOM)
    return start(store, room, local_today(store))


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


def children_of(visits: list[Visit]) -> dict[str, Child]:
    """The children of visits, by their ids."""
    ids = {each.child for each in visits}
    return {each.id: each for each in Child.select().where(Child.id.in_(list(ids)))}


@step(Day, "open_up")
def open_up(store: Store, day: Day) -> Text:
    """An adult is there first; with fewer than there should be it opens all the same, and is marked."""
    if not (there := on_duty(duties_of(day))):
        raise Refused("先有大人签到，才能开门。", "An adult signs in before it opens.")
    day.opened = moment(store)
    return Text("值班 {n} 人", "{n} on duty").format(n=len(there))


def who_is_in(day: Day) -> Text | None:
    """Who is shown in, before it is closed; None for nobody."""
    there = inside(visits_of(day))
    if not there:
        return None
    children = children_of(there)
    names = [children[each.child].name for each in there if each.child in children]
    return _STILL_IN.format(n=len(there), names=names)


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
