"""Numbers at a stall: books that a laptop holds whole, and the slips torn off them.

A slip's id follows from its stall and number: what is written down from paper on another laptop, while
the one that gave it is away, is the same record. `caller` is the laptop that may call it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from peewee import BooleanField, CharField, DateTimeField, IntegerField

from hongxian import (
    Book,
    Keep,
    Record,
    Reference,
    SeriesField,
    State,
    StateField,
    Text,
    Transition,
    Workflow,
    local_now,
)
from hongxian.checks import RecordSchema, plain_text, whole_number
from hongxian.merges import Smallest
from hongxian.records import present_store

SLIP = Workflow(
    State("taken", Text("已取", "Taken")),
    State("called", Text("叫号", "Called"), tone="now"),
    State("skipped", Text("过号", "Passed over"), tone="wait"),
    State("serving", Text("服务中", "Being served"), tone="now"),
    State("unserved", Text("未服务", "Not served"), tone="wait"),
    State("next_time", Text("下次优先", "First next time"), tone="rest"),
    State("at_home", Text("转上门", "Visit at home"), tone="rest"),
    # Last, for whoever was served was, whatever another laptop thought of them.
    State("done", Text("完成", "Done"), tone="done"),
    Transition("call", Text("叫号", "Call"), "taken", "called"),
    Transition("serve", Text("开始", "Serve"), ("taken", "called", "skipped"), "serving"),
    Transition("skip", Text("过号", "Pass over"), ("taken", "called"), "skipped"),
    Transition("call_again", Text("回来了", "Came back"), "skipped", "taken"),
    Transition("finish", Text("完成", "Done"), ("called", "serving"), "done", asks=("to_adult",)),
    Transition(
        "visit_at_home",
        Text("转上门", "Visit at home"),
        ("taken", "called", "serving", "skipped", "unserved"),
        "at_home",
        usual=False,
    ),
    Transition(
        "next_time",
        Text("下次优先", "First next time"),
        ("taken", "called", "skipped", "unserved"),
        "next_time",
        usual=False,
    ),
    Transition(
        "give_up",
        Text("没服务到", "Not served"),
        ("taken", "called", "skipped"),
        "unserved",
        usual=False,
    ),
)
KEPT = timedelta(days=30)
"""How long what tells of a person is kept once it served its purpose (个人信息保护法 19)."""
OPEN = ("taken", "called", "skipped", "serving", "unserved")
"""States in which somebody is still owed something."""


def a_month_later(slip: Slip) -> date:
    """Until when a telephone's last four are kept: things are fetched by then."""
    day: date = slip.taken_at.date() + KEPT
    return day


class SlipBook(Book):
    """Number books of stalls."""

    stall = Reference(
        "caravan.stall",
        verbose_name=Text("摊位", "Stall"),
        index=True,
        help_text=Text("哪个摊位的号。", "The stall that it is for."),
    )

    class Meta:
        collection = "caravan.slip_book"
        title = Text("摊位号簿", "Number books of stalls")
        menu = False


class SlipChecks(RecordSchema):
    """Of a slip: the last four of a telephone."""

    phone_last4 = plain_text(
        4,
        (r"[0-9]{4}\Z", Text("只写最后四位数字。", "The last four figures alone.")),
        allow_none=True,
    )
    calls = whole_number(0, 99)


class Slip(Record):
    """Slips."""

    stall = Reference(
        "caravan.stall",
        verbose_name=Text("摊位", "Stall"),
        index=True,
        help_text=Text("哪个摊位的号。", "Of which stall."),
    )
    number = SeriesField(
        SlipBook,
        per=("stall",),
        apart="{laptop}-{number}",
        verbose_name=Text("号码", "Number"),
        max_length=12,
        help_text=Text(
            "号簿上的号；没有号簿时是 电脑号-序号。", "From a book, or the laptop's own."
        ),
    )
    items = CharField(
        verbose_name=Text("东西", "Items"),
        max_length=40,
        null=True,
        help_text=Text(
            "如：菜刀 2 把。健康类摊位不写。", "What was brought; nothing at a health stall."
        ),
    )
    state = StateField(SLIP, help_text=Text("取号、叫号、完成。", "Taken, called, done."))
    phone_last4 = CharField(
        verbose_name=Text("手机后四位", "Phone, last four"),
        max_length=4,
        null=True,
        help_text=Text("愿意留才写。", "Only if they like to."),
    )
    taken_at = DateTimeField(
        verbose_name=Text("取号时间", "Taken at"),
        default=local_now,
        help_text=Text("几点取的号。", "When it was given."),
    )
    queued_at = DateTimeField(
        verbose_name=Text("排在", "Queued at"),
        default=local_now,
        help_text=Text("排队的先后。", "The order."),
    )
    came_back = BooleanField(verbose_name=Text("过号回来", "Came back"), default=False)
    called_at = DateTimeField(
        verbose_name=Text("叫号时间", "Called at"),
        null=True,
        help_text=Text("最近一遍几点叫的。", "When it was last called."),
    )
    calls = IntegerField(
        verbose_name=Text("叫了几遍", "Calls"),
        default=0,
        help_text=Text("叫过几遍。", "How often."),
    )
    to_adult = BooleanField(
        verbose_name=Text("交给成年人", "To an adult"),
        default=False,
        help_text=Text("刀剪只交还给成年人。", "Blades are handed to adults alone."),
    )
    caller = CharField(
        verbose_name=Text("由谁叫", "Called by"),
        max_length=36,
        default=lambda: present_store().writer().laptop,
        help_text=Text("由哪台电脑叫。", "The laptop that may call it."),
    )

    class Meta:
        collection = "caravan.slip"
        title = Text("大篷车号条", "Caravan slips")
        menu = False
        hidden = ("caller", "queued_at", "came_back")
        merges = {"taken_at": Smallest()}
        field_keep = {"phone_last4": Keep(until=a_month_later)}
        checks = SlipChecks


def order(slip: Slip) -> tuple[datetime, bool, int, str]:
    """Where a slip stands in its line."""
    digits = "".join(each for each in slip.number.rpartition("-")[2] if each.isdecimal())
    return slip.queued_at, slip.came_back, int(digits or 0), slip.id
