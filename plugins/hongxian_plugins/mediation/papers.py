"""What belongs to a case: its parties, its sessions, its agreement, visits after it, and who looked at it."""

from __future__ import annotations

from typing import Any  # Any: a condition of peewee's

from peewee import BooleanField, CharField, DateField, DateTimeField, IntegerField, TextField

from hongxian import Keep, Lasting, PersonField, PhoneField, Record, Reference, Text, local_today
from hongxian.checks import RecordSchema, plain_text, whole_number
from hongxian_plugins.mediation.case import PERFORMANCE, Case
from hongxian_plugins.mediation.contents import BY_HAND

PARTS = (
    ("applicant", Text("申请人", "Applicant")),
    ("respondent", Text("被申请人", "Respondent")),
    ("third", Text("第三人", "Third party")),
    ("mistaken", Text("误录", "Entered by mistake")),
)
SEXES = (("female", Text("女", "Female")), ("male", Text("男", "Male")))
ANSWERS = (
    ("asked", Text("待答复", "Asked")),
    ("agreed", Text("同意调解", "Agrees")),
    ("refused", Text("拒绝调解", "Refuses")),
)
WAYS = (
    ("show", Text("查看", "Shown")),
    ("list", Text("列出", "Listed")),
    ("view", Text("看表", "In a view")),
    ("history", Text("看历史", "History")),
    ("export", Text("导出", "Exported")),
    ("print", Text("打印", "Printed")),
)
FORMS = (("written", Text("书面", "Written")), ("oral", Text("口头", "Oral")))


class Paper(Record):
    """The base of what belongs to a case."""

    case = Reference(
        "mediation.case",
        verbose_name=Text("案件", "Case"),
        index=True,
        help_text=Text("属于哪件案件。", "The case that it belongs to."),
    )


class PartyChecks(RecordSchema):
    """Of a party: an age that people have, and no more than four figures of an identity number."""

    age = whole_number(0, 150, allow_none=True)
    id_last4 = plain_text(
        4,
        (r"[0-9]{3}[0-9X]\Z", Text("只填后四位，如 012X。", "The last four only, such as 012X.")),
        allow_none=True,
    )


class Party(Paper):
    """Parties."""

    part = CharField(
        verbose_name=Text("身份", "Part"),
        max_length=10,
        choices=PARTS,
        help_text=Text(
            "在本案中的身份；录错人选“误录”。", "Their part; “mistaken” for a wrong entry."
        ),
    )
    name = CharField(
        verbose_name=Text("姓名", "Name"),
        max_length=80,
        help_text=Text("姓名或单位名称。", "A person's or body's name."),
    )
    person = Reference(
        "roster.person",
        on_delete="keep",  # a refusal would tell of the case whoever is not to know of it
        verbose_name=Text("名册里的人", "In the roster"),
        null=True,
        help_text=Text("是名册里的人才选。", "Only for who is in the roster."),
    )
    sex = CharField(
        verbose_name=Text("性别", "Sex"),
        max_length=10,
        null=True,
        choices=SEXES,
        help_text=Text("可不填。", "Optional."),
    )
    age = IntegerField(
        verbose_name=Text("年龄", "Age"), null=True, help_text=Text("周岁。", "In years.")
    )
    ethnicity = CharField(
        verbose_name=Text("民族", "Ethnicity"),
        max_length=20,
        null=True,
        help_text=Text("文书要求。", "Asked by the forms."),
    )
    occupation = CharField(
        verbose_name=Text("职业或职务", "Occupation"),
        max_length=40,
        null=True,
        help_text=Text("可不填。", "Optional."),
    )
    address = CharField(
        verbose_name=Text("单位或住址", "Address"),
        max_length=120,
        null=True,
        help_text=Text("工作单位或住址。", "Work unit or address."),
    )
    phone = PhoneField(
        verbose_name=Text("联系方式", "Phone"),
        null=True,
        help_text=Text("手机，或带区号的座机。", "Mobile, or with its area code."),
    )
    id_last4 = CharField(
        verbose_name=Text("身份证后四位", "Id last4"),
        max_length=4,
        null=True,
        help_text=Text("只记后四位。", "The last four characters only, never the whole number."),
    )
    answer = CharField(
        verbose_name=Text("是否同意调解", "Answer"),
        max_length=10,
        default="asked",
        choices=ANSWERS,
        help_text=Text("一方明确拒绝的，不得调解（17）。", "One refusal stops the mediation."),
    )
    answered_on = DateField(
        verbose_name=Text("答复日期", "Answered on"),
        null=True,
        help_text=Text("哪天答复的。", "The day of the answer."),
    )

    class Meta:
        collection = "mediation.party"
        menu = False
        scope = "circle"
        within = "case"
        keep = Keep(until="case")
        lasting = Lasting(
            instead=Text("录错的请改为“误录”", "mark as mistaken what was entered wrongly")
        )
        confidential = True  # 人民调解法 15
        secret = ("id_last4",)
        title = Text("当事人", "Parties")
        checks = PartyChecks


class Session(Paper):
    """Sessions."""

    planned_at = DateTimeField(
        verbose_name=Text("约定时间", "Planned at"),
        null=True,
        index=True,
        help_text=Text("约在何时。", "When it is planned."),
    )
    held_at = DateTimeField(
        verbose_name=Text("调解时间", "Held at"),
        null=True,
        help_text=Text("实际何时。", "When it was held."),
    )
    place = CharField(
        verbose_name=Text("地点", "Place"),
        max_length=80,
        null=True,
        help_text=Text("在哪里。", "Where it takes place."),
    )
    others = CharField(
        verbose_name=Text("参加人", "Others"),
        max_length=200,
        null=True,
        help_text=Text(
            "当事人以外到场的人，邀请须经当事人同意（20）。",
            "Who was there besides the parties, invited with their consent (art. 20).",
        ),
    )
    record = TextField(
        verbose_name=Text("调解记录", "Record"),
        null=True,
        help_text=Text("各方怎么说、怎么劝的。", "What was said."),
    )
    result = TextField(
        verbose_name=Text("调解结果", "Result"),
        null=True,
        help_text=Text("这次谈到哪里。", "What came of it."),
    )
    cancelled = BooleanField(
        verbose_name=Text("取消", "Cancelled"),
        default=False,
        help_text=Text("约了没有开。", "It was not held."),
    )

    class Meta:
        collection = "mediation.session"
        scope = "circle"
        within = "case"
        keep = Keep(until="case")
        lasting = Lasting(instead=Text("没有开的请勾“取消”", "tick as cancelled what was not held"))
        confidential = True  # 人民调解法 15
        title = Text("调解会", "Sessions")


class Agreement(Paper):
    """Agreements."""

    form = CharField(
        verbose_name=Text("形式", "Form"),
        max_length=10,
        default="written",
        choices=FORMS,
        help_text=Text("书面或口头（28）。", "Written or oral (art. 28)."),
    )
    facts = TextField(
        verbose_name=Text("主要事实", "Facts"),
        help_text=Text("纠纷的主要事实（29）。", "The main facts of the dispute (art. 29)."),
    )
    dispute = TextField(
        verbose_name=Text("争议事项", "Dispute"),
        help_text=Text("争的是什么（29）。", "What is in dispute (art. 29)."),
    )
    responsibility = TextField(
        verbose_name=Text("各方责任", "Responsibility"),
        help_text=Text(
            "各方的责任；没有就写“无”（29）。",
            "Of each party; “none” where there is none (art. 29).",
        ),
    )
    terms = TextField(
        verbose_name=Text("协议内容", "Terms"),
        help_text=Text("各方约定了什么（29）。", "What the parties agreed (art. 29)."),
    )
    way = CharField(
        verbose_name=Text("履行方式", "Way"),
        max_length=200,
        help_text=Text("怎样履行（29）。", "How it will be performed (art. 29)."),
    )
    perform_by = DateField(
        verbose_name=Text("履行期限", "Perform by"),
        help_text=Text("哪天前履行（29）。", "The day by which it will be performed (art. 29)."),
    )

    class Meta:
        collection = "mediation.agreement"
        menu = False
        scope = "circle"
        within = "case"
        keep = Keep(until="case")
        lasting = Lasting(instead=Text("有误请作废整件案件", "void the case"))
        confidential = True  # 人民调解法 15
        title = Text("调解协议", "Agreements")
        # Of two that were written offline the hub takes one: terms of two papers never mix.
        claims = [("case",)]


class Visit(Paper):
    """Return visits."""

    day = DateField(
        verbose_name=Text("回访日期", "Day"),
        default=local_today,
        help_text=Text("不填为今天。", "Empty: today."),
    )
    reason = CharField(
        verbose_name=Text("回访事由", "Reason"),
        max_length=200,
        null=True,
        help_text=Text("为什么回访。", "Why."),
    )
    found = TextField(
        verbose_name=Text("回访情况", "Found"),
        null=True,
        help_text=Text("看到听到什么。", "What was found."),
    )
    performance = CharField(
        verbose_name=Text("履行情况", "Performance"),
        max_length=10,
        choices=PERFORMANCE,
        help_text=Text("履行得怎样（31）。", "How far the agreement was performed."),
    )
    visitor = PersonField(
        on_delete="keep",
        verbose_name=Text("回访人", "Visitor"),
        null=True,
        help_text=Text("谁去的。", "Who went."),
    )

    class Meta:
        collection = "mediation.visit"
        menu = False
        scope = "circle"
        within = "case"
        keep = Keep(until="case")
        lasting = Lasting(instead=Text("有误请再登记一次回访", "register another visit"))
        confidential = True  # 人民调解法 15
        title = Text("回访", "Return visits")


class Enclosure(Paper):
    """Papers in the file that no other record tells of."""

    kind = CharField(
        verbose_name=Text("文书", "Paper"),
        max_length=12,
        choices=(*BY_HAND, ("mistaken", Text("误录", "Entered by mistake"))),
        help_text=Text(
            "卷内目录的哪一项；录错选“误录”。",
            "Which of the file's list; “mistaken” for a wrong entry.",
        ),
    )
    about = CharField(
        verbose_name=Text("备注", "About"),
        max_length=80,
        null=True,
        help_text=Text("如“照片 4 张”；不写身份证号。", "Such as “4 photos”; no identity numbers."),
    )

    class Meta:
        collection = "mediation.enclosure"
        menu = False
        scope = "circle"
        within = "case"
        keep = Keep(until="case")
        lasting = Lasting(
            instead=Text("录错的请改为“误录”", "mark as mistaken what was entered wrongly")
        )
        confidential = True  # 人民调解法 15
        title = Text("收入卷宗的材料", "Papers laid into the file")


class Reading(Paper):
    """Access log."""

    looked_at = CharField(
        verbose_name=Text("数据表", "Looked at"),
        max_length=40,
        help_text=Text("看的是哪一部分。", "The part of it that was looked at."),
    )
    record = CharField(
        verbose_name=Text("记录", "Record"),
        max_length=36,
        help_text=Text("哪一条。", "The record that was looked at."),
    )
    how = CharField(
        verbose_name=Text("方式", "How"),
        max_length=10,
        choices=WAYS,
        help_text=Text("查看、导出还是打印。", "Shown, exported or printed."),
    )
    at = DateTimeField(
        verbose_name=Text("时间", "At"), index=True, help_text=Text("什么时候。", "When it was.")
    )
    device = IntegerField(
        verbose_name=Text("电脑编号", "Device"),
        help_text=Text("在哪台电脑上。", "The device on which it was."),
    )
    person = CharField(
        verbose_name=Text("查阅人", "Person"),
        max_length=40,
        null=True,
        help_text=Text("知道是谁时填写。", "The person, where the laptop knows."),
    )

    class Meta:
        collection = "mediation.reading"
        menu = False
        scope = "circle"
        within = "case"
        keep = Keep(until="case")
        lasting = Lasting(stays="all", instead=Text("它只增不减", "it only grows"))
        confidential = True  # 人民调解法 15
        title = Text("查阅记录", "Access log")


def is_to_come() -> Any:
    """That a session is planned, and neither held nor cancelled."""
    open_ones = Session.held_at.is_null() & (Session.cancelled == False)  # noqa: E712
    return Session.planned_at.is_null(False) & open_ones


KEPT: tuple[type[Record], ...] = (Case, Party, Session, Agreement, Visit, Enclosure, Reading)
"""What is of a case, and lasts."""


def parties_of(case: Case) -> list[Party]:
    """Who stands in a case; those who were put in by mistake do not."""
    return list(Party.select().where(Party.case == case.id, Party.part != "mistaken"))
