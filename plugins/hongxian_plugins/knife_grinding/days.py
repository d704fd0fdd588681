"""A day of grinding: its hours, cut into slots, its benches, and the places that these make."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from peewee import CharField, DateField, IntegerField, TimeField

from hongxian import Record, Reference, Text
from hongxian.checks import RecordSchema
from hongxian.records import Values
from hongxian_plugins.knife_grinding.settings import PLACES, GrindingRules


class DayChecks(RecordSchema):
    """Of a day: numbers that a stall can have."""

    slot_minutes, benches, book_size = PLACES.values()


class Day(Record):
    """Grinding days."""

    title = CharField(
        verbose_name=Text("名称", "Title"),
        max_length=80,
        help_text=Text("如：红管大篷车 5月，或 上门磨刀 5月8日。", "What it is called."),
    )
    date = DateField(
        verbose_name=Text("日期", "Date"), index=True, help_text=Text("哪一天。", "Which day.")
    )
    place = CharField(
        verbose_name=Text("地点", "Place"),
        max_length=80,
        null=True,
        help_text=Text(
            "在哪里摆摊；只上门则留空。", "Where the stall is; empty for home visits only."
        ),
    )
    activity = Reference(
        "service.activity",
        verbose_name=Text("所属活动", "Activity"),
        null=True,
        index=True,
        help_text=Text("属于哪次大篷车；没有就留空。", "The caravan that it is part of, if any."),
    )
    begins = TimeField(
        verbose_name=Text("开始", "Begins"),
        default=GrindingRules.usual("begins"),
        help_text=Text("第一个时段的开始。", "When slots begin."),
    )
    ends = TimeField(
        verbose_name=Text("结束", "Ends"),
        default=GrindingRules.usual("ends"),
        help_text=Text("最后一个时段不晚于此。", "When slots end."),
    )
    slot_minutes = IntegerField(
        verbose_name=Text("每段分钟", "Slot minutes"),
        default=GrindingRules.usual("slot_minutes"),
        help_text=Text("一个时段多少分钟，5 到 240。", "Minutes of one slot, 5 to 240."),
    )
    benches = IntegerField(
        verbose_name=Text("工位数", "Benches"),
        default=GrindingRules.usual("benches"),
        help_text=Text(
            "几个磨刀工位；0 表示这天只上门。", "Benches; 0 on a day of home visits only."
        ),
    )
    book_size = IntegerField(
        verbose_name=Text("号簿每本号数", "Book size"),
        default=GrindingRules.usual("book_size"),
        help_text=Text("现场取号的号簿一本多少号。", "Numbers in one number book."),
    )

    stall = CharField(
        verbose_name=Text("所属摊位", "Stall"),
        max_length=36,
        null=True,
        help_text=Text(
            "由哪个摊位得来；手工登记的没有。", "The stall that it was made of, if any."
        ),
    )

    class Meta:
        collection = "knife_grinding.day"
        title = Text("磨刀日", "Grinding days")
        order = "-date"
        checks = DayChecks
        hidden = ("stall",)


def slots_between(begins: time, ends: time, minutes: int) -> list[time]:
    """The beginnings of all slots that are over by the end."""
    step, found = timedelta(minutes=minutes), []
    moment, end = datetime.combine(date.min, begins), datetime.combine(date.min, ends)
    while moment + step <= end:
        found.append(moment.time())
        moment += step
    return found


def slots_of(day: Day) -> list[time]:
    """The beginnings of a day's slots."""
    return slots_between(day.begins, day.ends, day.slot_minutes)


def day_here(id: str | None) -> Day | None:
    """A day by its id; None while it has not arrived here."""
    return Day.get_or_none(Day.id == id) if id else None


def other_benches(wanted: Values) -> Iterator[Values]:
    """The day's other places, the same hour's first, then the nearest hours."""
    day = day_here(wanted["day"])
    if day is not None:
        for slot in _nearest(day, wanted["slot"]):
            for bench in range(1, day.benches + 1):
                yield {**wanted, "slot": slot, "bench": bench}


def other_hours(wanted: Values) -> Iterator[Values]:
    """The same grinder's other hours on the day, the nearest first."""
    day = day_here(wanted["day"])
    if day is not None:
        for slot in _nearest(day, wanted["slot"]):
            yield {**wanted, "slot": slot}


def _nearest(day: Day, slot: str) -> list[time]:
    wanted = _minute(time.fromisoformat(slot))
    return sorted(slots_of(day), key=lambda each: abs(_minute(each) - wanted))


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute
