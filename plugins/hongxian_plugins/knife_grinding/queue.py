"""The queue at a stall: books of numbers, like rolls of paper tickets, and the slips torn off them.

Two stalls without a network must not give one number twice. So a book's numbers are a quota that
one laptop holds whole: only that laptop may tear off the next, or hand the rest on. The claims
say the same at the hub: no two books begin at one number, no two slips bear one number.
"""

from __future__ import annotations

from collections.abc import Iterator

from peewee import CharField, DateTimeField, IntegerField

from hongxian import (
    Claim,
    QuotaField,
    Record,
    RecordSchema,
    Reference,
    StateField,
    Text,
    Values,
    whole_number,
)
from hongxian_plugins.knife_grinding.days import day_here
from hongxian_plugins.knife_grinding.steps import SLIP

SERVICES = (
    ("scissors", Text("磨剪刀", "Scissors")),
    ("knives", Text("磨菜刀", "Knives")),
    ("screens", Text("换纱窗", "Screens")),
)
_BOOKS_LOOKED_AT = 60


def other_firsts(wanted: Values) -> Iterator[Values]:
    """Where the day's other books may begin, from the front."""
    day = day_here(wanted["day"])
    if day is not None:
        for place in range(_BOOKS_LOOKED_AT):
            yield {**wanted, "first": place * day.book_size + 1}


class NumberBookChecks(RecordSchema):
    """Of a book: where its numbers begin."""

    first = whole_number(1, 99_999, required=True)


class NumberBook(Record):
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
    first = IntegerField(
        verbose_name=Text("起始号", "First"),
        help_text=Text("第一张是几号。", "The number of its first slip."),
    )
    numbers = QuotaField(
        verbose_name=Text("余号", "Numbers"),
        unit=Text("号", "numbers"),
        deal="kept",
        help_text=Text(
            "还没撕下的号；整本只归一台电脑。", "Slips left; one laptop alone holds them."
        ),
    )

    class Meta:
        collection = "knife_grinding.number_book"
        title = Text("号簿", "Number books")
        claims = [Claim("day", "service", "first", near=other_firsts)]
        checks = NumberBookChecks


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
    number = CharField(
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
    booking = Reference(
        "knife_grinding.booking",
        verbose_name=Text("上门预约", "Booking"),
        null=True,
        help_text=Text("转上门后的预约。", "The booking that it was turned into."),
    )

    class Meta:
        collection = "knife_grinding.slip"
        title = Text("排队号", "Queue slips")
        claims = [Claim("day", "service", "number", near=lambda wanted: ())]
