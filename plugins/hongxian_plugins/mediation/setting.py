"""What the law leaves to a place: whose committee it is, and for how long."""

from __future__ import annotations

from peewee import CharField, IntegerField

from hongxian import Settings, Text
from hongxian.checks import RecordSchema, whole_number


class SettingChecks(RecordSchema):
    """Of the settings: whole numbers."""

    within_days = whole_number(1, 365)
    keep_years = whole_number(1, 100, allow_none=True)


class Setting(Settings):
    """Rules of mediation."""

    committee = CharField(
        verbose_name=Text("人民调解委员会", "Committee"),
        max_length=80,
        null=True,
        help_text=Text("全称；受理时先填上它。", "In full; stands in the form of a new case."),
    )
    within_days = IntegerField(
        verbose_name=Text("调解期限（天）", "Within days"),
        default=30,
        help_text=Text(
            "从受理起多少天内调解完毕；一般为一个月（司法部 2002 年《人民调解工作若干规定》33）。",
            "Days from registration to an end; a month is usual (ministry rules of 2002, 33).",
        ),
    )
    keep_years = IntegerField(
        verbose_name=Text("卷宗保存（年）", "Keep years"),
        null=True,
        help_text=Text(
            "归档后保存几年，到期彻底删除；法律没有规定年限，留空则一直保存。",
            "Years after archiving, then all of it is erased. The law names none; empty: for good.",
        ),
    )

    class Meta:
        collection = "mediation.setting"
        title = Text("调解规则", "Rules of mediation")
        menu = False
        checks = SettingChecks
