"""What a community agrees on about its grinding days; what a day says itself counts before it."""

from __future__ import annotations

from datetime import time

from peewee import CharField, IntegerField, TimeField

from hongxian import Settings, Text
from hongxian.checks import RecordSchema, whole_number

MOST_BENCHES = 20
PLACES = {
    "slot_minutes": whole_number(5, 240),
    "benches": whole_number(0, MOST_BENCHES),
    "book_size": whole_number(1, 999),
}
"""What a day's numbers can be, and those that it begins with."""


class RulesChecks(RecordSchema):
    """Of the settings: numbers that a stall can have."""

    slot_minutes, benches, book_size = PLACES.values()
    most_pieces = whole_number(1, 999)
    most_numbers = whole_number(1, 9_999, allow_none=True)
    minutes_each = whole_number(1, 120, allow_none=True)
    callback_days = whole_number(1, 90)
    keep_days = whole_number(1, 90)


class GrindingRules(Settings):
    """What the community agreed on."""

    begins = TimeField(
        verbose_name=Text("一般几点开始", "Usually begins"),
        default=time(9),
        help_text=Text("新建磨刀日时先填上的。", "What a new day begins with."),
    )
    ends = TimeField(
        verbose_name=Text("一般几点结束", "Usually ends"),
        default=time(11, 30),
        help_text=Text("新建磨刀日时先填上的。", "What a new day begins with."),
    )
    slot_minutes = IntegerField(
        verbose_name=Text("一般每段分钟", "Usual slot minutes"),
        default=15,
        help_text=Text("新建磨刀日时先填上的，5 到 240。", "What a new day begins with, 5 to 240."),
    )
    benches = IntegerField(
        verbose_name=Text("一般几个工位", "Usual benches"),
        default=2,
        help_text=Text("新建磨刀日时先填上的。", "What a new day begins with."),
    )
    book_size = IntegerField(
        verbose_name=Text("一般号簿每本号数", "Usual book size"),
        default=50,
        help_text=Text("新建磨刀日时先填上的。", "What a new day begins with."),
    )
    most_pieces = IntegerField(
        verbose_name=Text("一样最多几件", "Most pieces of a kind"),
        default=50,
        help_text=Text("一次预约里，一样东西最多几件。", "That one booking may bring."),
    )
    most_numbers = IntegerField(
        verbose_name=Text("一天约磨几号", "Numbers a day"),
        null=True,
        help_text=Text(
            "现场号超过这么多照样发，另开一件待办；留空不限。",
            "Beyond these numbers are given all the same, and a task opens; empty for no limit.",
        ),
    )
    minutes_each = IntegerField(
        verbose_name=Text("一号约几分钟", "Minutes a number"),
        null=True,
        help_text=Text(
            "用来估算要等多久；留空就不写。", "Tells how long people wait; empty to tell nothing."
        ),
    )
    callback_days = IntegerField(
        verbose_name=Text("几天内回访", "Days to call back"),
        default=7,
        help_text=Text("磨刀日后几天内回访。", "After the grinding day."),
    )
    keep_days = IntegerField(
        verbose_name=Text("东西寄放几天", "Days that things are kept"),
        default=7,
        help_text=Text("过了还没取走，就提醒联系。", "After them it reminds to get in touch."),
    )

    roll = CharField(
        verbose_name=Text("号条纸宽", "Slips' paper"),
        max_length=4,
        choices=[
            ("80mm", Text("80 毫米", "80 mm")),
            ("58mm", Text("58 毫米", "58 mm")),
            ("none", Text("不打小票", "No slips")),
        ],
        default="80mm",
        help_text=Text("摊位打印机用的纸卷。", "The roll of the printer at the stall."),
    )

    class Meta:
        collection = "knife_grinding.rules"
        title = Text("磨刀规则", "Rules of grinding")
        menu = False
        checks = RulesChecks
