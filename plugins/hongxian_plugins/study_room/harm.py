"""Harm that is suspected: reported at once, sealed for the community's keeper, and then on no laptop any more."""

from __future__ import annotations

from peewee import CharField, DateTimeField, TextField

from hongxian import Record, Store, Text, local_now
from hongxian.entries import entry
from hongxian.records import Value

REPORTED = (
    ("police", Text("公安（110）", "The police (110)")),
    ("minors", Text("未成年人保护热线（12345）", "The minors' hotline (12345)")),
    ("civil", Text("民政部门", "Civil affairs")),
    ("school", Text("教育部门", "Education")),
)


class Harm(Record):
    """Harm that is suspected."""

    at = DateTimeField(
        verbose_name=Text("发现时间", "Seen at"),
        default=local_now,
        help_text=Text("什么时候发现的。", "When it was noticed."),
    )
    child = CharField(
        verbose_name=Text("哪个孩子", "Which child"),
        max_length=60,
        help_text=Text("姓名，够认出是谁。", "A name that tells who."),
    )
    what = TextField(
        verbose_name=Text("看到、听到什么", "What was seen or heard"),
        help_text=Text("原话，不追问孩子。", "As it was said; do not question the child."),
    )
    reported_to = CharField(
        verbose_name=Text("已报告给", "Reported to"),
        max_length=8,
        choices=REPORTED,
        help_text=Text("先打电话，再写这里。", "Call first, then write here."),
    )
    reported_at = DateTimeField(
        verbose_name=Text("报告时间", "Reported at"),
        default=local_now,
        help_text=Text("几点报告的。", "When."),
    )

    class Meta:
        collection = "study_room.harm"
        title = Text("疑似受到伤害", "Suspected harm")
        menu = False
        scope = "keeper"
        confidential = True


@entry(
    makes=Harm,
    title=Text("疑似受到伤害：马上报告", "Suspected harm: report at once"),
    icon="exclamation-triangle",
    asks=[Harm.child, Harm.what, Harm.at, Harm.reported_to, Harm.reported_at],
)
def new_harm(store: Store, **told: Value) -> Text:
    """For the keeper's eyes; after the next sync nothing of it is left on this laptop."""
    Harm.create(**told)
    return Text(
        "已封存，交社区管理员；同步后这台电脑上不留。不要再问孩子，不要告诉别人。",
        "Sealed for the keeper; after the sync nothing stays on this laptop. Do not question the child; tell nobody.",
    )
