"""A neighbourly settling (邻里劝解): a volunteer's note, not a case, so no statutory form prints it."""

from __future__ import annotations

from peewee import CharField, DateField, TextField

from hongxian import PersonField, Record, Text

OUTCOMES = (
    ("settled", Text("和好", "Settled")),
    ("calmer", Text("缓和", "Calmer")),
    ("open", Text("未了", "Still open")),
    ("to_committee", Text("建议申请人民调解", "Advised to apply for people's mediation")),
)


class Note(Record):
    """Neighbourly settling."""

    day = DateField(
        verbose_name=Text("日期", "Day"), index=True, help_text=Text("哪天。", "The day.")
    )
    place = CharField(
        verbose_name=Text("地点", "Place"),
        max_length=80,
        null=True,
        help_text=Text("楼道、广场等。", "Where it was."),
    )
    about = TextField(
        verbose_name=Text("事由", "About"), help_text=Text("为什么事。", "What it was about.")
    )
    outcome = CharField(
        verbose_name=Text("结果", "Outcome"),
        max_length=12,
        default="open",
        choices=OUTCOMES,
        help_text=Text("劝得怎样。", "What came of it."),
    )
    volunteer = PersonField(
        on_delete="keep",
        verbose_name=Text("劝解人", "Volunteer"),
        null=True,
        help_text=Text("谁去劝的。", "Who went."),
    )

    matter = CharField(
        verbose_name=Text("来自报事", "Reported"),
        max_length=36,
        null=True,
        index=True,
        help_text=Text("从哪件报事来的。", "The matter that it came of."),
    )

    class Meta:
        collection = "mediation.note"
        menu = False
        hidden = ("matter",)
        confidential = True  # 人民调解法 15
        title = Text("邻里劝解", "Neighbourly settling")
        order = "-day"
