"""Meetings of the alliance, and what was promised there. Of the team that holds them."""

from __future__ import annotations

from peewee import CharField, DateField, TextField, TimeField

from hongxian import Record, Reference, State, StateField, Text, Transition, Workflow

PROMISE = Workflow(
    State("open", Text("待办", "Open")),
    State("dropped", Text("不办了", "Dropped"), needs=("why",)),
    State("kept", Text("已兑现", "Kept")),
    Transition("keep", Text("办好了", "Kept"), "open", "kept"),
    Transition("drop", Text("不办了", "Drop"), "open", "dropped", usual=False),
)


class Meeting(Record):
    """Meetings."""

    title = CharField(
        verbose_name=Text("会议", "Meeting"),
        max_length=60,
        help_text=Text("如：三月联席会议。", "What it is called."),
    )
    day = DateField(
        verbose_name=Text("日期", "Day"), index=True, help_text=Text("哪天开。", "Its day.")
    )
    begins = TimeField(
        verbose_name=Text("几点", "At"), null=True, help_text=Text("几点开始。", "When it begins.")
    )
    place = CharField(
        verbose_name=Text("地点", "Place"),
        max_length=60,
        null=True,
        help_text=Text("在哪里。", "Where."),
    )
    came = CharField(
        verbose_name=Text("到会单位", "Who came"),
        max_length=400,
        null=True,
        help_text=Text("哪些单位到了。", "Which members came."),
    )
    minutes = TextField(
        verbose_name=Text("纪要", "Minutes"),
        null=True,
        help_text=Text("议了什么。", "What was talked about."),
    )

    class Meta:
        collection = "alliance.meeting"
        title = Text("联席会议", "Meetings")
        menu = False
        order = "-day"


class Promise(Record):
    """Promises of a meeting."""

    title = CharField(
        verbose_name=Text("承诺", "Promise"),
        max_length=100,
        help_text=Text("答应办什么。", "What was promised."),
    )
    meeting = Reference(
        "alliance.meeting",
        on_delete="with",
        verbose_name=Text("会议", "Meeting"),
        index=True,
        help_text=Text("在哪次会上。", "At which meeting."),
    )
    who = CharField(
        verbose_name=Text("谁办", "Who"),
        max_length=60,
        help_text=Text("哪家或哪位来办。", "Who does it."),
    )
    by = DateField(
        verbose_name=Text("期限", "By"), index=True, help_text=Text("哪天前。", "By which day.")
    )
    state = StateField(PROMISE, help_text=Text("办好了就按一下。", "Kept by one press."))
    why = CharField(
        verbose_name=Text("为什么不办了", "Why not"),
        max_length=200,
        null=True,
        help_text=Text("不办了要写原因。", "Why it was dropped."),
    )

    class Meta:
        collection = "alliance.promise"
        title = Text("会议承诺", "Promises")
        menu = False
