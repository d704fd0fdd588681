"""What else is recorded of a volunteer: stars, trainings, awards, objections (民政部令第67号 4, 8–10, 13)."""

from __future__ import annotations

from peewee import CharField, DateField, IntegerField, TextField

from hongxian import FileField, Lasting, Record, Reference, StateField, Text, local_today
from hongxian.checks import RecordSchema, whole_number
from hongxian_plugins.certificates.settings import LEVELS
from hongxian_plugins.certificates.steps import OBJECTION, STAR

MOST_MINUTES = 60_000


def _whose(help_text: Text) -> Reference:
    return Reference(
        "roster.person", verbose_name=Text("志愿者", "Person"), index=True, help_text=help_text
    )


class StarChecks(RecordSchema):
    """Of a star: a level that there is."""

    level = whole_number(LEVELS[0], LEVELS[-1])


class Star(Record):
    """Stars: the community proposes, and who awards them is a setting."""

    person = _whose(Text("谁的星级。", "Whose it is."))
    level = IntegerField(
        verbose_name=Text("星级", "Stars"), help_text=Text("一到五星。", "One to five.")
    )
    year = IntegerField(
        verbose_name=Text("年度", "Year"),
        default=0,
        help_text=Text("按当年算的填年份；历年累计为 0。", "Where years count alone; else 0."),
    )
    minutes = IntegerField(
        verbose_name=Text("申报时分钟", "Minutes when proposed"),
        help_text=Text("申报时本社区确认的时长。", "Confirmed here by then."),
    )
    state = StateField(
        STAR, help_text=Text("社区申报，上级评定。", "Proposed here, awarded above.")
    )
    quality = CharField(
        verbose_name=Text("服务质量", "Quality"),
        max_length=200,
        null=True,
        help_text=Text(
            "时间和质量都看：如评价、表扬。", "Time is not all: such as how it was rated."
        ),
    )
    proposed_on = DateField(
        verbose_name=Text("申报日期", "Proposed on"),
        default=local_today,
        help_text=Text("哪天申报的。", "The day of it."),
    )
    awarded_by = CharField(
        verbose_name=Text("评定单位", "Awarded by"),
        max_length=40,
        null=True,
        help_text=Text("谁评定的。", "By whom."),
    )
    awarded_on = DateField(
        verbose_name=Text("评定日期", "Awarded on"),
        null=True,
        help_text=Text("哪天评定的。", "The day of it."),
    )

    class Meta:
        collection = "certificates.star"
        title = Text("星级", "Stars")
        scope = "community"
        menu = False
        claims = [("person", "level", "year")]
        checks = StarChecks
        known_by = ("person", "level", "year")


class TrainingChecks(RecordSchema):
    """Of a training: a length that it can have."""

    minutes = whole_number(1, MOST_MINUTES)


class Training(Record):
    """Trainings."""

    person = _whose(Text("谁参加了。", "Who took part."))
    name = CharField(
        verbose_name=Text("培训名称", "Training"),
        max_length=80,
        help_text=Text("如：急救初级班。", "Such as first aid."),
    )
    content = CharField(
        verbose_name=Text("内容", "Content"),
        max_length=200,
        help_text=Text("学了什么。", "What was taught."),
    )
    minutes = IntegerField(
        verbose_name=Text("学时（分钟）", "Minutes"),
        help_text=Text("培训时长，不算服务时长。", "How long; no hours of service."),
    )
    giver = CharField(
        verbose_name=Text("组织单位", "Given by"),
        max_length=80,
        help_text=Text("谁办的。", "Who gave it."),
    )
    day = DateField(
        verbose_name=Text("日期", "Day"),
        default=local_today,
        help_text=Text("哪天培训的。", "The day of it."),
    )
    paper = FileField(
        verbose_name=Text("结业证", "Certificate"),
        help_text=Text("证书的照片或 PDF，可不传。", "A photo or PDF of it, if there is one."),
    )

    class Meta:
        collection = "certificates.training"
        title = Text("培训记录", "Trainings")
        order = "-day"
        checks = TrainingChecks
        lasting = Lasting()
        known_by = ("person", "name", "day")
        also_called = {
            "name": ("培训", "课程"),
            "giver": ("举办单位", "培训单位"),
            "day": ("培训日期", "时间"),
        }


class Award(Record):
    """Awards."""

    person = _whose(Text("谁得的。", "Whose it is."))
    name = CharField(
        verbose_name=Text("表彰名称", "Award"),
        max_length=80,
        help_text=Text("如：年度优秀志愿者。", "Such as volunteer of the year."),
    )
    giver = CharField(
        verbose_name=Text("授予单位", "Given by"),
        max_length=80,
        help_text=Text("谁给的。", "Who gave it."),
    )
    day = DateField(
        verbose_name=Text("日期", "Day"),
        default=local_today,
        help_text=Text("哪天。", "The day of it."),
    )
    paper = FileField(
        verbose_name=Text("奖状", "Paper"),
        help_text=Text("照片或 PDF，可不传。", "A photo or PDF of it, if there is one."),
    )

    class Meta:
        collection = "certificates.award"
        title = Text("表彰奖励", "Awards")
        order = "-day"
        menu = False
        lasting = Lasting()
        known_by = ("person", "name", "day")
        also_called = {"name": ("奖项", "荣誉"), "giver": ("表彰单位", "颁发单位")}


class Objection(Record):
    """Objections to what was recorded."""

    person = _whose(Text("谁提的。", "Who raised it."))
    certificate = Reference(
        "certificates.certificate",
        verbose_name=Text("证明", "Certificate"),
        null=True,
        help_text=Text("对哪一份证明；没有就空着。", "To which; empty for none."),
    )
    what = TextField(
        verbose_name=Text("异议", "What"),
        help_text=Text("哪里不对，应是怎样。", "What is wrong, and what is right."),
    )
    raised_on = DateField(
        verbose_name=Text("提出日期", "Raised on"),
        default=local_today,
        help_text=Text("从这天起算答复期限。", "The time to answer runs from here."),
    )
    state = StateField(OBJECTION, help_text=Text("一步一步来。", "One step after the other."))
    answer = TextField(
        verbose_name=Text("答复", "Answer"),
        null=True,
        help_text=Text("更正了什么，或者为什么不改。", "What was corrected, or why not."),
    )
    answered_on = DateField(
        verbose_name=Text("答复日期", "Answered on"),
        null=True,
        help_text=Text("哪天答复本人的。", "When the person was told."),
    )

    class Meta:
        collection = "certificates.objection"
        title = Text("异议", "Objections")
        order = "-raised_on"
        lasting = Lasting()
