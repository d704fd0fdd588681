"""The queue at a stall: books of numbers, like rolls of paper tickets, and the slips torn off them.

Two stalls without a network must not give one number twice: each tears numbers off a book of its own.
"""

from __future__ import annotations

from peewee import BooleanField, CharField, DateTimeField, IntegerField

from hongxian import (
    Book,
    Lasting,
    Record,
    Reference,
    SeriesField,
    State,
    StateField,
    Text,
    Transition,
    Workflow,
)

SERVICES = (
    ("scissors", Text("磨剪刀", "Scissors")),
    ("knives", Text("磨菜刀", "Knives")),
    ("screens", Text("换纱窗", "Screens")),
)

_ON_PAPER = Text("号码已在纸上，请取新号", "it is out on paper: draw another number")

SLIP = Workflow(
    State("taken", Text("已取号", "Taken")),
    State("called", Text("已叫号", "Called")),
    State("serving", Text("正在磨", "Serving")),
    State("skipped", Text("过号", "Skipped")),
    State("at_home", Text("转上门", "Turned into a home visit")),
    State("done", Text("已完成", "Done")),
    State("handed_back", Text("已取走", "Handed back"), needs=("to_adult",)),
    Transition("call", Text("叫号", "Call"), "taken", "called"),
    Transition("serve", Text("开始磨", "Serve"), "called", "serving"),
    Transition("finish", Text("磨好", "Done"), ("called", "serving"), "done"),
    Transition("skip", Text("过号", "Pass over"), ("taken", "called"), "skipped"),
    Transition("call_again", Text("再叫", "Call again"), "skipped", "called"),
    Transition(
        "visit_at_home",
        Text("转上门", "Turn into a home visit"),
        ("called", "serving"),
        "at_home",
    ),
    Transition(
        "hand_back",
        Text("交还成年人", "Hand back to an adult"),
        "done",
        "handed_back",
        law=Text(
            "未成年人保护法第六十条：刀剪只交给成年人",
            "Blades go to adults alone (Law on the Protection of Minors, 60)",
        ),
    ),
)


class NumberBook(Book):
    """Number books."""

    day = Reference(
        "knife_grinding.day",
        verbose_name=Text("磨刀日", "Day"),
        index=True,
        help_text=Text("用在哪一天。", "The day that it is for."),
    )
    service = CharField(
        verbose_name=Text("项目", "Service"),
        max_length=8,
        choices=SERVICES,
        help_text=Text("哪一项的号。", "What its numbers are for."),
    )

    class Meta:
        collection = "knife_grinding.number_book"
        title = Text("号簿", "Number books")
        menu = False


class Slip(Record):
    """Queue slips."""

    day = Reference(
        "knife_grinding.day",
        verbose_name=Text("磨刀日", "Day"),
        index=True,
        help_text=Text("哪一天的号。", "The day that it is of."),
    )
    service = CharField(
        verbose_name=Text("项目", "Service"),
        max_length=8,
        choices=SERVICES,
        help_text=Text("排哪一项。", "What they wait for."),
    )
    number = SeriesField(
        NumberBook,
        per=("day", "service"),
        apart="{laptop}-{number}",
        verbose_name=Text("号码", "Number"),
        max_length=12,
        help_text=Text(
            "号簿上的号；没有号簿时是 电脑号-序号。",
            "From a book; without one, the laptop's number and a count.",
        ),
    )
    stall = IntegerField(
        verbose_name=Text("摊位电脑", "Stall"),
        help_text=Text("在哪台电脑取的号。", "The laptop that gave it."),
    )
    taken_at = DateTimeField(
        verbose_name=Text("取号时间", "Taken at"),
        help_text=Text("几点取的号。", "When it was given."),
    )
    called_at = DateTimeField(
        verbose_name=Text("叫号时间", "Called at"),
        null=True,
        help_text=Text("最近一次几点叫的。", "When it was last called."),
    )
    state = StateField(
        SLIP,
        help_text=Text(
            "取号、叫号、正在磨、完成；不在就过号。", "Waiting, called, served; or passed over."
        ),
    )
    tag = CharField(
        verbose_name=Text("寄放牌", "Tag"),
        max_length=20,
        null=True,
        help_text=Text(
            "东西先放下、人先走时挂的牌号。", "The tag on things that were left behind."
        ),
    )
    to_adult = BooleanField(
        verbose_name=Text("交给成年人", "To an adult"),
        default=False,
        help_text=Text("刀剪只交还给成年人。", "Blades are handed to adults alone."),
    )
    booking = Reference(
        "knife_grinding.booking",
        verbose_name=Text("上门预约", "Booking"),
        null=True,
        help_text=Text("转上门后的预约。", "The booking that it was turned into."),
    )

    class Meta:
        collection = "knife_grinding.slip"
        title = Text("排队号", "Queue slips")
        menu = False
        lasting = Lasting(stays=("day", "service", "number"), instead=_ON_PAPER)
