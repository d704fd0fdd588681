"""A people's mediation case (人民调解案件): what it holds.

Every step of its road is a date on the case with what the law asks for beside it, so that a state
can be checked by looking at the case alone, in whatever order two laptops' work arrives.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

from peewee import BooleanField, CharField, DateField, TextField

from hongxian import (
    Book,
    Claim,
    Keep,
    Lasting,
    MembersField,
    Record,
    SeriesField,
    StateField,
    Text,
    local_today,
)
from hongxian.records import Values, present_store
from hongxian_plugins.mediation.setting import Setting
from hongxian_plugins.mediation.steps import CASE

KINDS = (
    ("family", Text("婚姻家庭", "Family")),
    ("neighbours", Text("邻里", "Neighbours")),
    ("housing", Text("房屋宅基地", "Housing")),
    ("property", Text("物业", "Property management")),
    ("damages", Text("损害赔偿", "Damages")),
    ("contract", Text("合同", "Contract")),
    ("consumer", Text("消费", "Consumer")),
    ("labour", Text("劳动争议", "Labour")),
    ("traffic", Text("道路交通", "Traffic")),
    ("medical", Text("医疗", "Medical")),
    ("other", Text("其他", "Other")),
)
SOURCES = (
    ("applied", Text("当事人申请", "A party applied")),
    ("offered", Text("主动调解", "The committee offered")),
    ("passed_on", Text("移送委托", "Passed on by court or police")),
)
CHOSEN_BY = (
    ("parties", Text("当事人选择", "By the parties")),
    ("committee", Text("委员会指定", "By the committee")),
)
ENDS = (
    ("refused", Text("当事人拒绝", "A party refused")),
    ("failed", Text("调解不成", "No agreement")),
    ("withdrawn", Text("当事人要求终止", "A party withdrew")),
    ("not_ours", Text("不属受理范围", "Not for mediation")),
    ("police", Text("已转公安", "Handed to the police")),
)
PERFORMANCE = (
    ("done", Text("已履行", "Performed")),
    ("partly", Text("部分履行", "Partly")),
    ("not", Text("未履行", "Not performed")),
)
COURT_RESULTS = (
    ("confirmed", Text("已确认", "Confirmed")),
    ("refused", Text("驳回", "Refused")),
    ("withdrawn", Text("已撤回", "Withdrawn")),
)
OUTCOMES = (("agreed", Text("达成协议", "Agreed")), ("terminated", Text("已终止", "Terminated")))
RISKS = (
    ("none", Text("无", "None")),
    ("may_escalate", Text("可能激化", "May escalate")),
    ("public_order", Text("可能成治安刑事案件", "May become a police matter")),
)
COURT_DAYS = timedelta(days=30)
"""人民调解法 33, 民事诉讼法 205 (2023); the day of the agreement is not counted (民法典 201)."""


def court_deadline(agreed_on: date) -> date:
    """The last day to ask the court jointly for confirmation."""
    return agreed_on + COURT_DAYS


def kept_until(case: Case) -> date | None:
    """The end of the last year for which the community keeps an archived case; None: it named no years."""
    years = Setting.now(present_store()).keep_years
    return date(case.archived_on.year + years, 12, 31) if years and case.archived_on else None


def next_archive_numbers(key: Values) -> Iterator[Values]:
    """The archive numbers that follow one: after 2026-007 comes 2026-008."""
    given = str(key["archive_number"])
    stem = given.rstrip("0123456789")
    digits = given[len(stem) :]
    for number in count(int(digits or 0) + 1):
        yield {"archive_number": f"{stem}{number:0{len(digits)}}"}


class ArchiveBook(Book):
    """Books of archive numbers: they lie in the team, the cases each in a circle."""

    class Meta:
        collection = "mediation.archive_book"
        title = Text("卷宗编号簿", "Books of archive numbers")
        menu = False


class Case(Record):
    """People's mediation cases."""

    kind = CharField(
        verbose_name=Text("纠纷类型", "Kind"),
        max_length=12,
        choices=KINDS,
        help_text=Text("按统计报表的类别。", "As the statistics name it."),
    )
    registered_on = DateField(
        verbose_name=Text("受理日期", "Registered on"),
        index=True,
        default=local_today,
        help_text=Text("不填为今天。", "Empty: today."),
    )
    source = CharField(
        verbose_name=Text("案件来源", "Source"),
        max_length=10,
        default="applied",
        choices=SOURCES,
        help_text=Text("怎么来的（人民调解法 17、18）。", "How it came (arts. 17, 18)."),
    )
    summary = TextField(
        verbose_name=Text("纠纷简要情况", "Summary"),
        help_text=Text("只写事由，不写身份证号。", "What it is about; no identity numbers."),
    )
    request = TextField(
        verbose_name=Text("申请事项", "Request"),
        null=True,
        help_text=Text("当事人要求什么。", "What the applicant asks."),
    )
    committee = CharField(
        verbose_name=Text("人民调解委员会", "Committee"),
        max_length=80,
        help_text=Text(
            "受理的人民调解委员会全称；志愿者调解队不是委员会。",
            "The statutory committee that takes the case; a volunteers' team is none.",
        ),
    )
    state = StateField(
        CASE,
        help_text=Text("每一步要有的日期和事项必须齐。", "With all that each step needs."),
    )
    rights_told_on = DateField(
        verbose_name=Text("权利义务告知日期", "Rights told on"),
        null=True,
        help_text=Text(
            "告知当事人权利和义务的日期（23、24）。", "When rights and duties were told."
        ),
    )
    consented_on = DateField(
        verbose_name=Text("同意调解日期", "Consented on"),
        null=True,
        help_text=Text(
            "各方都同意的日期；一方明确拒绝即不得调解（17）。",
            "When all parties had agreed to mediate; one refusal stops it.",
        ),
    )
    chosen_on = DateField(
        verbose_name=Text("选定调解员日期", "Chosen on"),
        null=True,
        help_text=Text("人民调解法第 19 条。", "When mediators were chosen."),
    )
    chosen_by = CharField(
        verbose_name=Text("选定方式", "Chosen by"),
        max_length=10,
        null=True,
        choices=CHOSEN_BY,
        help_text=Text("由谁选定（19）。", "Who chose them (art. 19)."),
    )
    mediators = MembersField(
        verbose_name=Text("人民调解员", "Mediators"),
        help_text=Text("一名或数名，用顿号分开（19）。", "One or several names (art. 19)."),
    )
    first_session = DateField(
        verbose_name=Text("首次调解日期", "First session"),
        null=True,
        help_text=Text("第一次调解的日期。", "The first session."),
    )
    agreed_on = DateField(
        verbose_name=Text("协议生效日期", "Agreed on"),
        null=True,
        help_text=Text(
            "书面：各方与调解员签名、盖章之日；口头：达成之日（29、30）。",
            "Written: the day it was signed and sealed; oral: the day it was reached.",
        ),
    )
    ended_on = DateField(
        verbose_name=Text("终止日期", "Ended on"),
        null=True,
        help_text=Text("终止调解的日期（26）。", "When it was ended."),
    )
    ended_because = CharField(
        verbose_name=Text("终止原因", "Ended because"),
        max_length=10,
        null=True,
        choices=ENDS,
        help_text=Text("为什么终止（17、23、26）。", "Why it was ended."),
    )
    remedies_told = BooleanField(
        verbose_name=Text("已告知其他途径", "Remedies told"),
        default=False,
        help_text=Text(
            "已告知可依法通过仲裁、行政、司法等途径维权（26）。",
            "The parties were told of arbitration, administration and the courts.",
        ),
    )
    checked_on = DateField(
        verbose_name=Text("履行检查日期", "Checked on"),
        null=True,
        help_text=Text("最近一次检查履行的日期（31）。", "When performance was last checked."),
    )
    performance = CharField(
        verbose_name=Text("履行情况", "Performance"),
        max_length=10,
        null=True,
        choices=PERFORMANCE,
        help_text=Text("检查时履行得怎样（31）。", "How far the agreement was performed."),
    )
    court_filed_on = DateField(
        verbose_name=Text("申请司法确认日期", "Court filed on"),
        null=True,
        help_text=Text(
            "自愿；协议生效之日起三十日内，向当事人住所地、标的物所在地或调委会所在地基层法院（33；民事诉讼法 205）。",
            "Optional; within 30 days, at the basic court of a party's home, the thing's or the committee's place.",
        ),
    )
    court_jointly = BooleanField(
        verbose_name=Text("双方共同申请", "Court jointly"),
        default=False,
        help_text=Text("司法确认须双方共同申请（33）。", "Both parties ask the court together."),
    )
    court_late_because = CharField(
        verbose_name=Text("逾期说明", "Court late because"),
        max_length=200,
        null=True,
        help_text=Text(
            "如末日为法定休假日而顺延（民法典 203）。",
            "Why later than 30 days, such as a last day that was a holiday.",
        ),
    )
    court_result = CharField(
        verbose_name=Text("司法确认结果", "Court result"),
        max_length=10,
        null=True,
        choices=COURT_RESULTS,
        help_text=Text("法院的裁定。", "What the court decided."),
    )
    archived_on = DateField(
        verbose_name=Text("归档日期", "Archived on"),
        null=True,
        help_text=Text("立卷归档的日期（27）。", "When it was archived."),
    )
    archive_number = SeriesField(
        ArchiveBook,
        per="year",
        written="{period}-{number:03}",
        size=5,
        verbose_name=Text("卷宗编号", "Archive number"),
        null=True,
        help_text=Text(
            "不填则接着编，如 2026-001；全社区不重复（27）。",
            "Empty: the next one, such as 2026-001. No two cases have the same.",
        ),
    )
    dossier_note = TextField(
        verbose_name=Text("卷宗情况说明", "Dossier note"),
        null=True,
        help_text=Text(
            "缺什么、为什么缺，归入卷宗；可不填。", "What is missing, and why. Optional."
        ),
    )
    outcome = CharField(
        verbose_name=Text("归档结论", "Outcome"),
        max_length=10,
        null=True,
        choices=OUTCOMES,
        help_text=Text("以什么结果归档。", "With what end it was archived."),
    )
    risk = CharField(
        verbose_name=Text("激化风险", "Risk"),
        max_length=12,
        default="none",
        choices=RISKS,
        help_text=Text(
            "可能激化的要预防，可能成案的要及时报告公安（25）。",
            "Prevent escalation; tell the police of what may become theirs.",
        ),
    )
    measures = TextField(
        verbose_name=Text("预防措施", "Measures"),
        null=True,
        help_text=Text("采取了什么措施（25）。", "What is done about it."),
    )
    police_told_on = DateField(
        verbose_name=Text("报告公安日期", "Police told on"),
        null=True,
        help_text=Text("人民调解法第 25 条。", "When the police were told."),
    )
    voided = BooleanField(
        verbose_name=Text("作废", "Voided"),
        default=False,
        help_text=Text("登错了就作废并写明原因，案件不删除。", "A case is voided, never deleted."),
    )
    void_reason = CharField(
        verbose_name=Text("作废原因", "Void reason"),
        max_length=200,
        null=True,
        help_text=Text("为什么作废。", "Why it is void."),
    )

    class Meta:
        collection = "mediation.case"
        scope = "circle"
        confidential = True  # 人民调解法 15
        title = Text("人民调解案件", "People's mediation cases")
        lasting = Lasting(
            voided="voided",
            why="void_reason",
            once={"state": ("archived",)},
            stays="all",
            but=("archive_number", "court_result"),
        )
        keep = Keep(until=kept_until)
        claims = [Claim("archive_number", near=next_archive_numbers)]
