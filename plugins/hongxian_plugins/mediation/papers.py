"""What belongs to a case: its parties, its sessions, its agreement, and visits after it."""

from __future__ import annotations

from marshmallow import fields, validate
from peewee import BooleanField, CharField, DateField, DateTimeField, IntegerField, TextField

from hongxian import Record, RecordSchema, Reference, whole_number
from hongxian_plugins.mediation.case import PERFORMANCE

PARTS = (
    ("applicant", "申请人 · Applicant"),
    ("respondent", "被申请人 · Respondent"),
    ("third", "第三人 · Third party"),
    ("mistaken", "误录 · Entered by mistake"),
)
SEXES = (("female", "女 · Female"), ("male", "男 · Male"))
ANSWERS = (
    ("asked", "待答复 · Asked"),
    ("agreed", "同意调解 · Agrees"),
    ("refused", "拒绝调解 · Refuses"),
)
FORMS = (("written", "书面 · Written"), ("oral", "口头 · Oral"))


def _case() -> Reference:
    return Reference(
        "mediation.case",
        verbose_name="案件",
        index=True,
        help_text="属于哪件案件。The case that it belongs to.",
    )


class PartyChecks(RecordSchema):
    """Of a party: an age that people have, a telephone number, and no more of an identity number."""

    age = whole_number(0, 150, allow_none=True)
    phone = fields.String(
        allow_none=True,
        validate=validate.Regexp(
            r"[0-9]{11}\Z",
            error="电话应为 11 位数字（座机连区号）。11 digits, area code included.",
        ),
    )
    id_last4 = fields.String(
        allow_none=True,
        validate=validate.Regexp(
            r"[0-9]{3}[0-9X]\Z", error="只填后四位，如 012X。The last four only, such as 012X."
        ),
    )


class Party(Record):
    """当事人 · Parties"""

    case = _case()
    part = CharField(
        verbose_name="身份",
        max_length=10,
        choices=PARTS,
        help_text="在本案中的身份；录错人选“误录”。Their part; “mistaken” for a wrong entry.",
    )
    name = CharField(
        verbose_name="姓名", max_length=80, help_text="姓名或单位名称。A person's or body's name."
    )
    sex = CharField(
        verbose_name="性别", max_length=10, null=True, choices=SEXES, help_text="可不填。Optional."
    )
    age = IntegerField(verbose_name="年龄", null=True, help_text="周岁。In years.")
    ethnicity = CharField(
        verbose_name="民族", max_length=20, null=True, help_text="文书要求。Asked by the forms."
    )
    occupation = CharField(
        verbose_name="职业或职务", max_length=40, null=True, help_text="可不填。Optional."
    )
    address = CharField(
        verbose_name="单位或住址",
        max_length=120,
        null=True,
        help_text="工作单位或住址。Work unit or address.",
    )
    phone = CharField(
        verbose_name="联系方式", max_length=11, null=True, help_text="11 位数字。Eleven digits."
    )
    id_last4 = CharField(
        verbose_name="身份证后四位",
        max_length=4,
        null=True,
        help_text="只记后四位。The last four characters only, never the whole number.",
    )
    answer = CharField(
        verbose_name="是否同意调解",
        max_length=10,
        default="asked",
        choices=ANSWERS,
        help_text="一方明确拒绝的，不得调解（17）。One refusal stops the mediation.",
    )
    answered_on = DateField(
        verbose_name="答复日期", null=True, help_text="哪天答复的。The day of the answer."
    )

    class Meta:
        collection = "mediation.party"
        confidential = True  # 人民调解法 15
        title = "当事人 · Parties"
        checks = PartyChecks


class Session(Record):
    """调解会 · Sessions"""

    case = _case()
    planned_at = DateTimeField(
        verbose_name="约定时间", null=True, index=True, help_text="约在何时。When it is planned."
    )
    held_at = DateTimeField(
        verbose_name="调解时间", null=True, help_text="实际何时。When it was held."
    )
    place = CharField(
        verbose_name="地点", max_length=80, null=True, help_text="在哪里。Where it takes place."
    )
    others = CharField(
        verbose_name="参加人",
        max_length=200,
        null=True,
        help_text="当事人以外到场的人（20）。Who was there besides the parties (art. 20).",
    )
    record = TextField(
        verbose_name="调解记录", null=True, help_text="各方怎么说、怎么劝的。What was said."
    )
    result = TextField(
        verbose_name="调解结果", null=True, help_text="这次谈到哪里。What came of it."
    )
    cancelled = BooleanField(
        verbose_name="取消", default=False, help_text="约了没有开。It was not held."
    )

    class Meta:
        collection = "mediation.session"
        confidential = True  # 人民调解法 15
        title = "调解会 · Sessions"


class Agreement(Record):
    """调解协议 · Agreements"""

    case = _case()
    form = CharField(
        verbose_name="形式",
        max_length=10,
        default="written",
        choices=FORMS,
        help_text="书面或口头（28）。Written or oral (art. 28).",
    )
    facts = TextField(
        verbose_name="主要事实", help_text="人民调解法第 29 条。The main facts of the dispute."
    )
    dispute = TextField(
        verbose_name="争议事项", help_text="人民调解法第 29 条。What is in dispute."
    )
    responsibility = TextField(
        verbose_name="各方责任", help_text="人民调解法第 29 条。What each party is responsible for."
    )
    terms = TextField(
        verbose_name="协议内容", help_text="人民调解法第 29 条。What the parties agreed."
    )
    way = CharField(
        verbose_name="履行方式",
        max_length=200,
        help_text="人民调解法第 29 条。How it will be performed.",
    )
    perform_by = DateField(
        verbose_name="履行期限",
        help_text="人民调解法第 29 条。The day by which it will be performed.",
    )

    class Meta:
        collection = "mediation.agreement"
        confidential = True  # 人民调解法 15
        title = "调解协议 · Agreements"
        # Of two that were written offline the hub takes one: terms of two papers never mix.
        claims = [("case",)]


class Visit(Record):
    """回访 · Return visits"""

    case = _case()
    day = DateField(verbose_name="回访日期", help_text="哪天回访。The day of the visit.")
    reason = CharField(
        verbose_name="回访事由", max_length=200, null=True, help_text="为什么回访。Why."
    )
    found = TextField(verbose_name="回访情况", null=True, help_text="看到听到什么。What was found.")
    performance = CharField(
        verbose_name="履行情况",
        max_length=10,
        choices=PERFORMANCE,
        help_text="履行得怎样（31）。How far the agreement was performed.",
    )
    visitor = CharField(
        verbose_name="回访人", max_length=40, null=True, help_text="谁去的。Who went."
    )

    class Meta:
        collection = "mediation.visit"
        confidential = True  # 人民调解法 15
        title = "回访 · Return visits"


PAPERS: tuple[type[Record], ...] = (Party, Session, Agreement, Visit)
