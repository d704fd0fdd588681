"""Rules: judged alike on the laptop and at the hub, over the whole of a transaction."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from peewee import BooleanField, CharField, DateField, IntegerField

from hongxian import COMMUNITY, Mark, Record, Reference, Refused, Seen, TallyField, Task, Text, rule
from hongxian_client.replica.replica import Replica
from hongxian_client.review import attention
from meeting import Meeting, meeting
from samples import plugin

STILL_IN = Text("还有人在里面。", "Somebody is still in.")
OVER_CAP = Text("超过上限 {cap}。", "Over the cap of {cap}.")
UNKNOWN_ROOM = Text("没有这间屋。", "There is no such room.")


class Thing(Record):
    """A door, or somebody who came in."""

    name = CharField(max_length=40)
    inside = BooleanField(default=False)
    closed = BooleanField(default=False)

    class Meta:
        collection = "room.thing"


@rule(of=Thing, when=("closed",))
def nobody_is_inside(thing: Thing, before: Thing | None, seen: Seen) -> None:
    if thing.closed and seen.all(Thing, inside=True):
        raise Refused(STILL_IN)


class Activity(Record):
    """An activity with the most minutes that it counts for."""

    day = DateField()
    cap = IntegerField()

    class Meta:
        collection = "club.activity"
        scope = "any"


class Stay(Record):
    """Somebody's minutes."""

    activity = Reference("club.activity")
    minutes = IntegerField()
    heads = TallyField()

    class Meta:
        collection = "club.stay"


@rule(of=Stay, when=("minutes", "activity"))
def within_the_cap(stay: Stay, before: Stay | None, seen: Seen) -> None:
    activity = seen.get(Activity, stay.activity)
    if activity is None:
        raise Refused(UNKNOWN_ROOM)
    if stay.minutes > activity.cap:
        raise Refused(OVER_CAP.format(cap=activity.cap))


@rule(of=Stay)
def no_two_are_alike(stay: Stay, before: Stay | None, seen: Seen) -> Mark | None:
    others = [
        each
        for each in seen.all(Stay, activity=stay.activity)
        if each.minutes == stay.minutes and each.id != stay.id
    ]
    return Mark(Text("分钟相同。", "The same minutes.")) if others else None


ROOM = plugin("room", Thing, nobody_is_inside=nobody_is_inside)
CLUB = plugin(
    "club", Activity, Stay, within_the_cap=within_the_cap, no_two_are_alike=no_two_are_alike
)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Meeting, Replica, Replica]]:
    with meeting(tmp_path, ROOM, CLUB) as all_:
        all_.team("east")
        yield all_, all_.laptop("east"), all_.laptop("east")


def refused(laptop: Replica) -> list[Any]:
    with laptop:
        return [attention.as_json(laptop, each) for each in attention.rejected_transactions()]


def edit(record: Record, **values: Any) -> None:
    model = type(record)
    model.update(**values).where(model.id == record.id).execute()


def open_marks(where: Any) -> list[str]:
    with where:
        return sorted(
            task.record for task in Task.select().where(~Task.done, Task.rule.is_null(False))
        )


# -- refusing ------------------------------------------------------------------------------------


def test_a_rule_is_judged_over_the_whole_transaction_on_both_sides(two: Any) -> None:
    all_, laptop, other = two
    with laptop:
        door, guest = Thing.create(name="门"), Thing.create(name="客", inside=True)
        all_.sync(laptop)
        with pytest.raises(Refused, match=r"Somebody is still in\."):
            edit(door, closed=True)
        assert not Thing.get_by_id(door.id).closed
        with laptop.transaction():
            edit(door, closed=True)  # what is not right at this moment is right at the end
            edit(guest, inside=False)
    all_.agree()
    assert not refused(laptop)
    with other:
        assert Thing.get_by_id(door.id).closed


def test_cap_and_minutes_are_raised_together(two: Any) -> None:
    all_, laptop, _ = two
    with laptop:
        activity = Activity.create(day="2026-03-01", cap=60)
        stay = Stay.create(activity=activity.id, minutes=60)
        all_.sync(laptop)
        with pytest.raises(Refused, match="Over the cap of 60"):
            edit(stay, minutes=90)
        with laptop.transaction():
            edit(stay, minutes=90)
            edit(activity, cap=120)
    all_.agree()
    assert not refused(laptop)
    with all_.hub:
        assert Stay.get_by_id(stay.id).minutes == 90


def test_new_records_of_one_transaction_see_each_other_at_the_hub(two: Any) -> None:
    all_, laptop, _ = two
    with laptop, laptop.transaction():
        id = Stay.create(
            activity=(other := Activity.create(day="2026-03-02", cap=30)).id, minutes=30
        ).id
        edit(other, cap=45)
    all_.agree()
    with all_.hub:
        assert Stay.get_by_id(id).minutes == 30


def test_records_that_are_imported_are_judged_one_after_the_other(two: Any) -> None:
    all_, laptop, _ = two
    with laptop:
        with laptop.separately():
            activity = Activity.create(day="2026-03-01", cap=60).id
            Stay.insert_many([{"activity": activity, "minutes": n} for n in range(50)]).execute()
            with pytest.raises(Refused):
                Stay.insert_many([{"activity": activity, "minutes": n} for n in (7, 90)]).execute()
        assert Stay.select().count() == 50
    all_.agree()
    with all_.hub:
        assert Stay.select().count() == 50


def test_the_hub_refuses_what_is_right_on_the_laptop_alone(two: Any) -> None:
    all_, laptop, other = two
    with laptop:
        activity = Activity.create(day="2026-03-01", cap=60, scope=COMMUNITY)
    all_.agree()
    with other:
        edit(activity, cap=30)
    with laptop:
        Stay.create(activity=activity.id, minutes=60)
    all_.sync(other, laptop)
    [waits] = refused(laptop)
    assert "Over the cap of 30" in str(waits)


# -- marking -------------------------------------------------------------------------------------


def test_what_is_marked_is_kept_with_a_task_that_closes_when_it_is_right(two: Any) -> None:
    all_, laptop, other = two
    with laptop:
        activity = Activity.create(day="2026-03-01", cap=60).id
        Stay.create(activity=activity, minutes=10)
        second = Stay.create(activity=activity, minutes=10)
    assert open_marks(laptop) == [second.id]
    all_.agree()
    assert open_marks(all_.hub) == open_marks(other) == [second.id]
    with other:
        edit(second, minutes=11)
    assert open_marks(other) == []
    all_.agree()
    assert open_marks(all_.hub) == open_marks(laptop) == []


def test_a_mark_closes_when_what_its_rule_looked_at_changes(two: Any) -> None:
    all_, laptop, other = two
    with laptop:
        activity = Activity.create(day="2026-03-01", cap=60).id
        first = Stay.create(activity=activity, minutes=10)
        Stay.create(activity=activity, minutes=10)
    all_.agree()
    with other:
        Stay.delete().where(Stay.id == first.id).execute()
    all_.agree()
    assert open_marks(all_.hub) == open_marks(laptop) == open_marks(other) == []


def test_two_laptops_that_mark_the_same_open_one_task(two: Any) -> None:
    all_, laptop, other = two
    with laptop:
        activity = Activity.create(day="2026-03-01", cap=60).id
        first, second = (Stay.create(activity=activity, minutes=n) for n in (10, 11))
    all_.agree()
    for each in (laptop, other):
        with each:
            edit(second, minutes=10)
    all_.agree()
    with all_.hub:
        assert [task.record for task in Task.select()] == [second.id]
    assert open_marks(laptop) == open_marks(other) == [second.id]
    with laptop:
        edit(first, minutes=12)
    all_.agree()
    assert open_marks(all_.hub) == open_marks(other) == []
