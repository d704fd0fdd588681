"""The tests of reading_room.py: `pytest docs/examples`."""

import pytest

import reading_room
from hongxian import Refused
from hongxian.records import Task
from reading_room import Guest, Room

pytestmark = pytest.mark.plugins(reading_room)


def open_tasks(where):
    with where:
        return [task.text.en for task in Task.select().where(~Task.done)]


def test_a_room_is_not_closed_over_somebody_and_is_when_all_leave_with_it(neighbourhood, hub):
    red = neighbourhood.laptop("示例·红队")
    with red:
        room = Room.create(name="南屋")
        Guest.create(name="示例·甲", room=room.id)
    neighbourhood.meet()
    with red:
        room.closed = True
        with pytest.raises(Refused, match="still in"):
            room.save()
    red.do("reading_room.close", room.id)
    neighbourhood.meet()
    with hub:
        assert Room.get_by_id(room.id).closed


def test_one_more_than_there_are_seats_is_kept_with_a_task_that_closes_by_itself(
    neighbourhood, hub
):
    red, blue = neighbourhood.laptop("示例·红队"), neighbourhood.laptop("示例·红队")
    with red:
        room = Room.create(name="南屋", seats=1)
        first = Guest.create(name="示例·甲", room=room.id)
        Guest.create(name="示例·乙", room=room.id)
    assert open_tasks(red) == ["南屋 is full."]
    neighbourhood.meet()
    with blue:
        Guest.update(inside=False).where(Guest.id == first.id).execute()
    neighbourhood.meet()
    assert open_tasks(hub) == open_tasks(red) == open_tasks(blue) == []
