"""What the community agreed on about its caravans."""

from __future__ import annotations

from datetime import time

from peewee import CharField, IntegerField, TimeField

from hongxian import Settings, Text
from hongxian.checks import RecordSchema, whole_number


class RulesChecks(RecordSchema):
    """Of the settings: numbers that a fair can have."""

    shift_minutes = whole_number(15, 720)
    book_size = whole_number(1, 999)
    calls = whole_number(1, 9)
    call_seconds = whole_number(0, 600)
    back_after = whole_number(0, 20)
    keep_days = whole_number(1, 90)
    posts_days = whole_number(1, 30)


class CaravanRules(Settings):
    """What counts at every fair."""

    opens = TimeField(
        verbose_name=Text("一般几点开始", "Usually opens"),
        default=time(8, 30),
        help_text=Text("新建大篷车时先填上的。", "What a new fair begins with."),
    )
    closes = TimeField(
        verbose_name=Text("一般几点结束", "Usually closes"),
        default=time(11, 30),
        help_text=Text("新建大篷车时先填上的。", "What a new fair begins with."),
    )
    shift_minutes = IntegerField(
        verbose_name=Text("一班多少分钟", "Minutes of a shift"),
        default=90,
        help_text=Text("志愿者的岗位按班分。", "Helpers' posts are cut into shifts."),
    )
    book_size = IntegerField(
        verbose_name=Text("号簿每本号数", "Numbers in a book"),
        default=20,
        help_text=Text("每台电脑一本，断网也不重号。", "One for each laptop, for hours offline."),
    )
    calls = IntegerField(
        verbose_name=Text("叫几遍过号", "Calls before passing over"),
        default=3,
        help_text=Text("叫满几遍没来，就过号。", "So often a number is called."),
    )
    call_seconds = IntegerField(
        verbose_name=Text("隔几秒再叫", "Seconds between calls"),
        default=60,
        help_text=Text("不到这么久再叫，不另算一遍。", "Sooner ones are no call of their own."),
    )
    back_after = IntegerField(
        verbose_name=Text("过号回来排在几人后", "Places behind on coming back"),
        default=3,
        help_text=Text("过号的人回来，排在几个人后面。", "Who was passed over waits for so many."),
    )
    keep_days = IntegerField(
        verbose_name=Text("寄放几天", "Days that things are kept"),
        default=7,
        help_text=Text("过了没取，就提醒联系。", "After them it reminds to get in touch."),
    )
    posts_days = IntegerField(
        verbose_name=Text("几天前提醒缺人", "Days before to tell of empty posts"),
        default=3,
        help_text=Text("还缺志愿者的岗位。", "Posts that nobody has."),
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
        collection = "caravan.rules"
        title = Text("大篷车规则", "Rules of the caravan")
        menu = False
        checks = RulesChecks
