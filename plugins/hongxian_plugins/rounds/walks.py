"""A round: a route walked by a pair in one shift of a day, and a tick for each checkpoint. The team alone holds it.

There are ticks at checkpoints and nothing between them: no trace of where anybody went.
"""

from __future__ import annotations

from datetime import date

from peewee import BooleanField, CharField, DateField, DateTimeField

from hongxian import (
    Lasting,
    Record,
    Reference,
    State,
    StateField,
    Text,
    Transition,
    Workflow,
)
from hongxian.merges import First, Furthest, Largest, Smallest
from hongxian.records import same_id

SHIFTS = (
    ("morning", Text("上午", "Morning")),
    ("afternoon", Text("下午", "Afternoon")),
    ("evening", Text("晚上", "Evening")),
    ("night", Text("夜间", "Night")),
)
KINDS = (
    ("patrol", Text("治安巡逻", "Patrol")),
    ("sorting", Text("垃圾分类", "Waste sorting")),
    ("cleaning", Text("大扫除", "Clean-up")),
)
HOW = (
    ("missed", Text("没到", "Missed")),
    ("list", Text("点名单", "List")),
    ("scan", Text("扫码", "Scan")),
)
OVER = ("unfinished", "done")

ROUND = Workflow(
    State("planned", Text("计划", "Planned")),
    State("off", Text("没去", "Called off"), needs=("note",), tone="rest"),
    State("under_way", Text("进行中", "Under way"), tone="now"),
    State("unfinished", Text("未完成", "Unfinished"), needs=("confirmed_by",), tone="wait"),
    State("done", Text("完成", "Done"), needs=("confirmed_by",), tone="done"),
    Transition("set_out", Text("出发", "Set out"), "planned", "under_way"),
    Transition("call_off", Text("不去了", "Call off"), "planned", "off", usual=False),
    Transition("finish", Text("走完了", "Finish"), ("under_way", "unfinished"), "done"),
    Transition("stop_short", Text("没走完，收队", "Stop short"), "under_way", "unfinished"),
)
"""What two laptops did: done stands over unfinished, and either over a round that goes on."""


class Round(Record):
    """Rounds."""

    title = CharField(
        verbose_name=Text("名称", "Title"),
        max_length=80,
        help_text=Text("路线、日期、班次。", "Route, day and shift."),
    )
    route = Reference(
        "rounds.route",
        verbose_name=Text("路线", "Route"),
        index=True,
        help_text=Text("走哪条路线。", "Which one is walked."),
    )
    day = DateField(
        verbose_name=Text("日期", "Day"), index=True, help_text=Text("哪一天。", "Which day.")
    )
    shift = CharField(
        verbose_name=Text("班次", "Shift"),
        max_length=10,
        choices=SHIFTS,
        help_text=Text(
            "一天四班，一个队每班一条路线走一次。", "A team walks a route once a shift."
        ),
    )
    kind = CharField(
        verbose_name=Text("类别", "Kind"),
        max_length=10,
        choices=KINDS,
        default="patrol",
        help_text=Text("去做什么。", "What for."),
    )
    state = StateField(ROUND, help_text=Text("一步一步来。", "One step after the other."))
    started = DateTimeField(
        verbose_name=Text("出发", "Set out"),
        null=True,
        help_text=Text("几点出发。", "When they set out."),
    )
    ended = DateTimeField(
        verbose_name=Text("收队", "Ended"),
        null=True,
        help_text=Text("几点收队。", "When they were back."),
    )
    confirmed_by = CharField(
        verbose_name=Text("带队人", "Led by"),
        max_length=40,
        null=True,
        help_text=Text("谁带队，谁确认。", "Who led, and confirms."),
    )
    note = CharField(
        verbose_name=Text("说明", "Note"),
        max_length=200,
        null=True,
        help_text=Text("没去写原因。", "Why it was called off."),
    )

    class Meta:
        collection = "rounds.round"
        title = Text("巡查", "Rounds")
        order = "-day"
        merges = {
            "started": Smallest(tells=False),
            "ended": Largest(tells=False),
            "confirmed_by": First(),
        }


class Walker(Record):
    """Who walks a round: a pair, mostly."""

    round = Reference(
        "rounds.round",
        verbose_name=Text("巡查", "Round"),
        index=True,
        help_text=Text("哪一次。", "Which round."),
    )
    person = Reference(
        "roster.person",
        verbose_name=Text("志愿者", "Person"),
        index=True,
        help_text=Text("谁去，两人一组。", "Who goes; two go together."),
    )
    voided = BooleanField(
        verbose_name=Text("作废", "Voided"),
        default=False,
        help_text=Text("没去的人，收队后作废。", "Who had not gone, after all."),
    )
    void_reason = CharField(
        verbose_name=Text("作废原因", "Void reason"),
        max_length=200,
        null=True,
        help_text=Text("为什么作废。", "Why it is void."),
    )

    class Meta:
        collection = "rounds.walker"
        title = Text("巡查人员", "Walkers")
        menu = False
        lasting = Lasting(voided="voided", why="void_reason")


class Tick(Record):
    """That a checkpoint was looked at, or was missed and why."""

    round = Reference(
        "rounds.round",
        verbose_name=Text("巡查", "Round"),
        index=True,
        help_text=Text("哪一次。", "Which round."),
    )
    checkpoint = Reference(
        "rounds.checkpoint",
        verbose_name=Text("点位", "Checkpoint"),
        help_text=Text("哪一个点。", "Which one."),
    )
    at = DateTimeField(
        verbose_name=Text("时间", "At"),
        null=True,
        help_text=Text("几点到的。", "When they were there."),
    )
    how = CharField(
        verbose_name=Text("怎么打的", "How"),
        max_length=6,
        choices=HOW,
        default="list",
        help_text=Text("扫码，或点名单；没到写原因。", "By its code, or on the list."),
    )
    why = CharField(
        verbose_name=Text("没到的原因", "Why missed"),
        max_length=200,
        null=True,
        help_text=Text("没到才写。", "Of one that was missed."),
    )

    class Meta:
        collection = "rounds.tick"
        title = Text("打卡", "Ticks")
        menu = False
        merges = {
            "at": Smallest(tells=False),
            "how": Furthest(*(name for name, _ in HOW), tells=False),
        }


def round_id(scope: str, route: str, day: date, shift: str) -> str:
    """One for a team, route, day and shift, on whichever laptops it is begun."""
    return same_id("rounds.round", scope, route, str(day), shift)


def tick_id(round: str, checkpoint: str) -> str:
    """One for a round and a checkpoint: a pair with two laptops ticks once."""
    return same_id("rounds.tick", round, checkpoint)


def walker_id(round: str, person: str) -> str:
    """One for a round and a person: nobody has its hours twice."""
    return same_id("rounds.walker", round, person)
