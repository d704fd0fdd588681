"""A neighbourly settling (邻里劝解): a volunteer's note, not a case, so no statutory form prints it."""

from __future__ import annotations

from peewee import CharField, DateField, TextField

from hongxian import Record

OUTCOMES = (
    ("settled", "和好 · Settled"),
    ("calmer", "缓和 · Calmer"),
    ("open", "未了 · Still open"),
    ("to_committee", "建议申请人民调解 · Advised to apply for people's mediation"),
)


class Note(Record):
    """邻里劝解 · Neighbourly settling"""

    day = DateField(verbose_name="日期", index=True, help_text="哪天。The day.")
    place = CharField(
        verbose_name="地点", max_length=80, null=True, help_text="楼道、广场等。Where it was."
    )
    about = TextField(verbose_name="事由", help_text="为什么事。What it was about.")
    outcome = CharField(
        verbose_name="结果",
        max_length=12,
        default="open",
        choices=OUTCOMES,
        help_text="劝得怎样。What came of it.",
    )
    volunteer = CharField(
        verbose_name="劝解人", max_length=40, null=True, help_text="谁去劝的。Who went."
    )

    class Meta:
        collection = "mediation.note"
        confidential = True  # 人民调解法 15
        title = "邻里劝解 · Neighbourly settling"
        order = "-day"
