"""What stands in the calendar of itself: a record of each model that a plugin names, on its day."""

from datetime import date, datetime, time

import pytest
from peewee import CharField, DateField, DateTimeField, TimeField

from hongxian import Record
from hongxian.shapes import on_calendar
from samples import plugin

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 14)


class Meeting(Record):
    name = CharField(max_length=40)
    day = DateField()
    begins = TimeField(null=True)
    room = CharField(max_length=40, null=True)

    class Meta:
        collection = "calendar.meeting"


class Call(Record):
    title = CharField(max_length=40)
    at = DateTimeField()

    class Meta:
        collection = "calendar.call"


pytestmark = pytest.mark.plugins(plugin("calendar", Meeting, Call))


def test_both_ends_count_and_what_is_left_out_is_not_there(laptop):
    days = [date(2026, 2, 28), FIRST, LAST, date(2026, 3, 15)]
    for day in days:
        Meeting.create(name=f"示例·{day}", day=day)
    told = [*on_calendar(Meeting.day, FIRST, LAST, Meeting.day != LAST)]
    assert [(each.day, each.title) for each in told] == [(FIRST, "示例·2026-03-01")]
    assert [each.day for each in on_calendar(Meeting.day, FIRST, LAST)] == [FIRST, LAST]


def test_a_day_has_the_hour_and_the_place_that_fields_tell(laptop):
    made = Meeting.create(name="示例·例会", day=FIRST, begins=time(9, 30))
    [told] = on_calendar(Meeting.day, FIRST, LAST, hour="begins", place="room", opens="calendar.x")
    assert (told.hour, told.place, told.opens, told.id) == (time(9, 30), "", "calendar.x", made.id)


def test_a_moment_is_on_its_day_until_the_last_minute_of_it(laptop):
    Call.create(title="示例·防汛", at=datetime(2026, 3, 14, 23, 59))
    Call.create(title="示例·第二天", at=datetime(2026, 3, 15, 0, 0))
    [told] = on_calendar(Call.at, FIRST, LAST)
    assert (told.day, told.hour, told.title) == (LAST, time(23, 59), "示例·防汛")
