"""A room, and one evening of it: opened, cleared, closed. Everybody may know the room; the day is its team's."""

from __future__ import annotations

from datetime import date, time

from peewee import BooleanField, CharField, DateField, DateTimeField, IntegerField, TimeField

from hongxian import (
    MembersField,
    Record,
    Reference,
    State,
    StateField,
    Text,
    Transition,
    Workflow,
)
from hongxian.checks import RecordSchema, whole_number
from hongxian.merges import First, Smallest
from hongxian.records import COMMUNITY, same_id

WEEK = (
    Text("周一", "Mon"),
    Text("周二", "Tue"),
    Text("周三", "Wed"),
    Text("周四", "Thu"),
    Text("周五", "Fri"),
    Text("周六", "Sat"),
    Text("周日", "Sun"),
)
IS_OPEN = ("open", "clearing")
"""States in which somebody is in the room, or may be."""


class RoomChecks(RecordSchema):
    """Of a room: numbers that one has."""

    seats = whole_number(1, 500)
    duty_min = whole_number(1, 12)
    per_adult = whole_number(1, 50)


class Room(Record):
    """Study rooms."""

    name = CharField(
        verbose_name=Text("名称", "Name"),
        max_length=40,
        help_text=Text("如：红管学习室。", "What it is called."),
    )
    place = CharField(
        verbose_name=Text("地点", "Place"),
        max_length=80,
        help_text=Text("在哪里。", "Where it is."),
    )
    seats = IntegerField(
        verbose_name=Text("座位", "Seats"),
        default=30,
        help_text=Text(
            "预约最多到此；门口来的孩子超过也照样写下，标“超员”。",
            "Bookings end here; a child at the door is written down beyond it, and marked.",
        ),
    )
    days = MembersField(
        verbose_name=Text("开放日", "Days"),
        usual=WEEK,
        default=frozenset({"周一", "周二", "周三", "周四", "周五"}),
        help_text=Text("每周哪几天开。", "On which days of the week it opens."),
    )
    opens = TimeField(
        verbose_name=Text("开门", "Opens"),
        default=time(16, 30),
        help_text=Text("几点开门。", "When it opens."),
    )
    closes = TimeField(
        verbose_name=Text("关门", "Closes"),
        default=time(20, 30),
        help_text=Text("几点关门。", "When it closes."),
    )
    duty_min = IntegerField(
        verbose_name=Text("至少几人值班", "Least on duty"),
        default=2,
        help_text=Text("少于此照样开，另开一件待办。", "It opens with fewer, and a task says so."),
    )
    per_adult = IntegerField(
        verbose_name=Text("一个大人带几个孩子", "Children an adult"),
        default=5,
        help_text=Text("超过只提醒，不拦。", "More is pointed out, never refused."),
    )

    class Meta:
        collection = "study_room.room"
        title = Text("学习室", "Rooms")
        scope = COMMUNITY
        menu = False
        known_by = ("name",)
        checks = RoomChecks


DAY = Workflow(
    State("planned", Text("待开", "Planned")),
    State("off", Text("停开", "Called off"), needs=("off_reason", "guardians_told"), tone="rest"),
    # Behind it: where children are in, a calling off that had not heard of it gives way.
    State("open", Text("开放", "Open"), tone="now"),
    State("clearing", Text("清场", "Clearing"), tone="wait"),
    State("closed", Text("已关闭", "Closed"), needs=("windows", "power", "locked", "closed_by")),
    Transition(
        "open_up", Text("开门", "Open"), "planned", "open", needs=("lights", "exits", "first_aid")
    ),
    Transition("clear", Text("清场", "Clear"), "open", "clearing"),
    Transition(
        "close",
        Text("关门", "Close"),
        ("open", "clearing"),
        "closed",
        asks=("handover",),
        law=Text(
            "未成年人保护法第二十一条：不让孩子无人看护",
            "No child is left unattended (Law on the Protection of Minors, 21)",
        ),
    ),
    Transition("call_off", Text("停开", "Call off"), "planned", "off", usual=False),
    Transition("plan_again", Text("照开", "Plan again"), "off", "planned"),
)
CHECKS = ("windows", "power", "locked")
"""What is seen to before the door is shut."""


def _tick(zh: str, en: str) -> BooleanField:
    told = Text("看过了再打勾。", "Ticked once somebody has looked.")
    return BooleanField(verbose_name=Text(zh, en), default=False, help_text=told)


class Day(Record):
    """Days of a room."""

    title = CharField(
        verbose_name=Text("名称", "Title"),
        max_length=80,
        help_text=Text("如：学习室 3月1日。", "What it is called."),
    )
    room = Reference(
        "study_room.room",
        verbose_name=Text("学习室", "Room"),
        index=True,
        help_text=Text("哪一间。", "Which room."),
    )
    date = DateField(
        verbose_name=Text("日期", "Date"), index=True, help_text=Text("哪一天。", "Which day.")
    )
    state = StateField(
        DAY, help_text=Text("开门、清场、关门，一步一步来。", "One step after the other.")
    )
    lights = _tick("照明", "Lights")
    exits = _tick("出口畅通", "Exits free")
    first_aid = _tick("急救箱", "First-aid box")
    windows = _tick("关窗", "Windows shut")
    power = _tick("断电", "Power off")
    locked = _tick("上锁", "Locked")
    opened = DateTimeField(
        verbose_name=Text("开门时间", "Opened"),
        null=True,
        help_text=Text("几点开的。", "When it was opened."),
    )
    closed = DateTimeField(
        verbose_name=Text("关门时间", "Closed"),
        null=True,
        help_text=Text("几点关的。", "When it was closed."),
    )
    closed_by = CharField(
        verbose_name=Text("关门人", "Closed by"),
        max_length=40,
        null=True,
        help_text=Text(
            "最后一个走、锁门的人；值班时长由此确认。",
            "Who locked up; the hours on duty are confirmed by it.",
        ),
    )
    heard = DateTimeField(
        verbose_name=Text("截至", "Heard until"),
        null=True,
        help_text=Text(
            "关门时，别的电脑写的只听到这时为止。", "What other laptops wrote was heard until then."
        ),
    )
    handover = CharField(
        verbose_name=Text("交接", "Hand-over"),
        max_length=400,
        null=True,
        help_text=Text(
            "留给下一班的话，不写孩子的隐私。", "For the next on duty; nothing private of a child."
        ),
    )
    off_reason = CharField(
        verbose_name=Text("停开原因", "Why it is off"),
        max_length=200,
        null=True,
        help_text=Text("为什么不开。", "Why it does not open."),
    )
    guardians_told = BooleanField(
        verbose_name=Text("已告知监护人", "Guardians told"),
        default=False,
        help_text=Text("停开要逐个告知到。", "Each of them has been told that it is off."),
    )

    class Meta:
        collection = "study_room.day"
        title = Text("学习室日志", "Days")
        order = "-date"
        read_only = ("opened", "closed", "heard")
        known_by = ("room", "date")
        merges = {"opened": Smallest(), "closed": Smallest(), "closed_by": First()}


def day_id(team: str, room: str, on: date) -> str:
    """The same on every laptop of a team: two that begin a day of one room make one."""
    return same_id("study_room.day", team, room, on.isoformat())


def term_ends(on: date) -> date:
    """The last day of the term of a day: 31 January or 31 August."""
    if 2 <= on.month <= 8:
        return date(on.year, 8, 31)
    return date(on.year + (on.month > 8), 1, 31)
