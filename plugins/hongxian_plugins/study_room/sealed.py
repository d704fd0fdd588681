"""What few may know: who must not fetch a child, health, accidents, checks of staff; and harm that is suspected.

They lie in one circle of the laptops on duty, which is begun by the first note; harm goes to the
community's keeper, and is then on no laptop any more.
"""

from __future__ import annotations

from datetime import date

from peewee import BooleanField, CharField, DateField, DateTimeField, TextField

from hongxian import Keep, Lasting, PersonField, Record, Reference, Text, local_now
from hongxian.checks import RecordSchema, plain_text
from hongxian_plugins.study_room.children import NO_IDENTITY_NUMBER
from hongxian_plugins.study_room.enrol import Consent


class Watch(Record):
    """The circle on duty."""

    title = CharField(
        verbose_name=Text("名称", "Title"),
        max_length=40,
        help_text=Text("如：学习室值守。", "What it is called."),
    )

    class Meta:
        collection = "study_room.watch"
        title = Text("值守电脑", "Laptops on duty")
        menu = False
        scope = "circle"
        confidential = True


def watch_field() -> Reference:
    return Reference(
        "study_room.watch",
        verbose_name=Text("值守电脑", "Laptops on duty"),
        index=True,
        help_text=Text("只有这些电脑有。", "On these laptops alone."),
    )


def child_field() -> Reference:
    return Reference(
        "study_room.child",
        on_delete="keep",
        verbose_name=Text("孩子", "Child"),
        index=True,
        help_text=Text("哪个孩子。", "Which child."),
    )


class Caution(Record):
    """Who must not fetch a child."""

    watch = watch_field()
    child = child_field()
    who = CharField(
        verbose_name=Text("谁不得接", "Who must not"),
        max_length=60,
        help_text=Text("姓名和关系。", "Name and relation."),
    )
    what = CharField(
        verbose_name=Text("怎么办", "What to do"),
        max_length=200,
        null=True,
        help_text=Text("如：来了先打电话给母亲。", "Such as: call the mother first."),
    )

    class Meta:
        collection = "study_room.caution"
        title = Text("不得接走", "Must not fetch")
        menu = False
        scope = "circle"
        within = "watch"
        confidential = True
        keep = Keep(until="child")


def while_consented(note: Health) -> date | None:
    """None while a guardian's consent to it stands; a day that is over once it is withdrawn or erased."""
    said = Consent.select().where(Consent.child == note.child, Consent.kind == "health")
    return None if said.where(Consent.state == "given").exists() else date.min


class SealedChecks(RecordSchema):
    """Of a note on health: a text that is only that."""

    note = plain_text(200, NO_IDENTITY_NUMBER)


class Health(Record):
    """Notes on health."""

    watch = watch_field()
    child = child_field()
    note = CharField(
        verbose_name=Text("健康提示", "Note"),
        max_length=200,
        help_text=Text(
            "值班要知道的，如：花生过敏。不写病历、检查结果。",
            "What the duty must know; no results of any test.",
        ),
    )

    class Meta:
        collection = "study_room.health"
        title = Text("健康提示", "Health")
        menu = False
        scope = "circle"
        within = "watch"
        confidential = True
        keep = Keep(until=while_consented)
        checks = SealedChecks


class Accident(Record):
    """Accidents."""

    watch = watch_field()
    child = Reference(
        "study_room.child",
        on_delete="keep",
        verbose_name=Text("孩子", "Child"),
        null=True,
        index=True,
        help_text=Text(
            "谁出的事；没有人受伤可留空。", "Whose it was; empty where nobody was hurt."
        ),
    )
    at = DateTimeField(
        verbose_name=Text("时间", "When"),
        default=local_now,
        help_text=Text("什么时候。", "When it was."),
    )
    what = TextField(
        verbose_name=Text("经过", "What happened"),
        help_text=Text("看到的，不猜。", "What was seen."),
    )
    done = TextField(
        verbose_name=Text("怎么处理", "What was done"),
        help_text=Text("当场做了什么。", "On the spot."),
    )
    guardian_told = DateTimeField(
        verbose_name=Text("告知监护人", "Guardian told"),
        null=True,
        help_text=Text("几点告知的。", "When."),
    )
    reported_to = CharField(
        verbose_name=Text("报告给", "Reported to"),
        max_length=80,
        null=True,
        help_text=Text("社区、120、110。", "The community, 120, 110."),
    )

    class Meta:
        collection = "study_room.accident"
        title = Text("意外登记", "Accidents")
        menu = False
        scope = "circle"
        within = "watch"
        confidential = True
        order = "-at"
        lasting = Lasting(stays=("at", "what"))
        keep = Keep(until="child")


class Vetting(Record):
    """Checks of who is on duty."""

    watch = watch_field()
    person = PersonField(
        on_delete="keep",
        verbose_name=Text("志愿者", "Person"),
        help_text=Text("查的是谁。", "Who was looked up."),
    )
    date = DateField(
        verbose_name=Text("查询日期", "Looked up on"),
        help_text=Text("哪天查的。", "The day of it."),
    )
    fit = BooleanField(
        verbose_name=Text("可以值班", "Fit"),
        default=False,
        help_text=Text(
            "只记可以或不可以，查到什么不记。", "Yes or no alone; nothing of what was found."
        ),
    )
    until = DateField(
        verbose_name=Text("有效到", "Until"),
        null=True,
        help_text=Text("每年再查一次。", "Once a year anew."),
    )

    class Meta:
        collection = "study_room.vetting"
        title = Text("入职查询", "Checks of staff")
        menu = False
        scope = "circle"
        within = "watch"
        confidential = True


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
