"""Members who report where they live: what they can do and when, and what their unit may be told.

That somebody is of the Party may be of a particular identity (特定身份, 个人信息保护法 28), so a report stays in
its team. What their unit is told wants a consent of its own (23); the roster's page of a person takes it down.
"""

from __future__ import annotations

from datetime import date, timedelta

from peewee import BooleanField, CharField, DateField

from hongxian import (
    Claim,
    Keep,
    MembersField,
    Record,
    Reference,
    StateField,
    Text,
    local_today,
)
from hongxian.records import present_store
from hongxian_plugins.mobilise.setting import MobiliseRules
from hongxian_plugins.mobilise.steps import REPORT

FEEDBACK = "feedback"
"""The kind of consent without which a unit hears nothing."""
KINDS = (
    ("member", Text("党员", "Party member")),
    ("staff", Text("职工", "Employee")),
    ("youth", Text("团员", "Youth League member")),
)
_CAN = (
    Text("急救", "First aid"),
    Text("理发", "Haircuts"),
    Text("修电器", "Appliances"),
    Text("法律咨询", "Legal advice"),
    Text("驾驶", "Driving"),
)
_FREE = (
    Text("工作日晚上", "Weekday evenings"),
    Text("周六", "Saturdays"),
    Text("周日", "Sundays"),
    Text("应急随叫", "On call"),
)
HERE = ("reported", "accepted", "claimed", "fed_back")
"""Who is called when there is a call."""


def last_day(report: Report) -> date | None:
    """The last day on which the report of who moved out is kept."""
    if report.state != "moved_out" or report.left_on is None:
        return None
    days = timedelta(days=MobiliseRules.now(present_store()).keep_days)
    return report.left_on + days  # type: ignore[no-any-return]


class Report(Record):
    """Members' reports."""

    person = Reference(
        "roster.person",
        verbose_name=Text("报到人", "Person"),
        index=True,
        help_text=Text("名册中的人；登记新报到会一起登记。", "Someone in the roster."),
    )
    unit = Reference(
        "mobilise.unit",
        verbose_name=Text("报到单位", "Unit"),
        index=True,
        help_text=Text("在哪里工作。", "Where they work."),
    )
    kind = CharField(
        verbose_name=Text("身份", "Kind"),
        max_length=10,
        default="staff",
        choices=KINDS,
        help_text=Text("只有本队看得到。", "Seen by this team alone."),
    )
    can = MembersField(
        usual=_CAN,
        verbose_name=Text("特长", "Can"),
        help_text=Text("会什么，用顿号分开。", "What they can do; several."),
    )
    free = MembersField(
        usual=_FREE,
        verbose_name=Text("可服务时间", "When"),
        help_text=Text("什么时候能来。", "When they can come."),
    )
    wants = CharField(
        verbose_name=Text("意向岗位", "Wants to do"),
        max_length=80,
        null=True,
        help_text=Text("想做什么。", "What they would like to do."),
    )
    adult = BooleanField(
        verbose_name=Text("已核对年满18周岁", "Checked: 18 or older"),
        default=False,
        help_text=Text(
            "名册没有出生年份的，当面核对后打勾；不记证件号。",
            "Where the roster has no year of birth: looked at face to face; no number is kept.",
        ),
    )
    day = DateField(
        verbose_name=Text("报到日期", "Day"),
        default=local_today,
        help_text=Text("来报到的日子。", "The day of reporting."),
    )
    opinion = CharField(
        verbose_name=Text("社区意见", "The community says"),
        max_length=200,
        null=True,
        help_text=Text("接收时写。", "Written when they are accepted."),
    )
    need = Reference(
        "mobilise.need",
        on_delete="keep",
        verbose_name=Text("认领的需求", "Claimed need"),
        null=True,
        help_text=Text("认领了哪一项。", "Which one they took."),
    )
    evaluation = CharField(
        verbose_name=Text("评价", "Evaluation"),
        max_length=200,
        null=True,
        help_text=Text(
            "只为告诉单位而写；本人撤回同意就删去。",
            "Written for their unit alone; it goes once they withdraw their consent.",
        ),
    )
    left_on = DateField(
        verbose_name=Text("转出日期", "Moved out on"),
        null=True,
        help_text=Text("转到别的社区的日子。", "The day on which they moved away."),
    )
    state = StateField(REPORT, help_text=Text("一步一步来。", "One step after the other."))

    class Meta:
        collection = "mobilise.report"
        title = Text("在职报到", "Members' reports")
        order = "-day"
        known_by = ("person",)
        also_called = {
            "can": ("技能", "会什么"),
            "free": ("时间", "服务时间", "空闲时间"),
            "wants": ("意向",),
        }
        claims = [Claim("person", only={"state": HERE})]
        keep = Keep(until=last_day)
        field_keep = {
            "evaluation": Keep(
                consent=FEEDBACK,
                asks=Text("把服务情况反馈给所在单位", "Telling their unit of their service"),
            )
        }
