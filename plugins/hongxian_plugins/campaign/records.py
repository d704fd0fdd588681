"""What a campaign consists of: where, when, for whom, and by which steps it goes.

A campaign serves many in a few days: a check-up, relief goods, a census. What it serves is for its
purpose to say; nothing medical is assumed, and of nobody is a result kept.
"""

from __future__ import annotations

from peewee import CharField, DateField, IntegerField, TimeField

from hongxian import Record, Reference, State, StateField, Text, Transition, Workflow
from hongxian.checks import RecordSchema, whole_number
from hongxian.records import COMMUNITY

CAMPAIGN = Workflow(
    State("prepared", Text("筹备", "Prepared")),
    State("drill", Text("演练", "Drill"), tone="wait"),
    State("running", Text("进行中", "Running"), tone="now"),
    State("paused", Text("暂停", "Paused"), tone="wait"),
    State("over", Text("已结束", "Over"), tone="done"),
    State("cleared", Text("已清理", "Cleared"), tone="rest"),
    Transition("rehearse", Text("演练", "Rehearse"), "prepared", "drill"),
    Transition("begin", Text("开始", "Begin"), ("prepared", "drill"), "running"),
    Transition("pause", Text("暂停", "Pause"), "running", "paused"),
    Transition("go_on", Text("继续", "Go on"), ("paused", "over"), "running"),
    Transition("end", Text("结束", "End"), ("running", "paused"), "over"),
    Transition(
        "clear",
        Text("清理", "Clear"),
        "over",
        "cleared",
        law=Text(
            "个人信息保护法第十九、四十七条：目的已实现的，应当删除",
            "What has served its purpose is deleted (Personal Information Protection Law, 19, 47)",
        ),
    ),
)


class SiteChecks(RecordSchema):
    """Of a site: lanes that one has."""

    lanes = whole_number(1, 50)


class UnitChecks(RecordSchema):
    """Of a unit: people that a community has."""

    expected = whole_number(0, 100_000)


class Campaign(Record):
    """Campaigns."""

    name = CharField(
        verbose_name=Text("名称", "Name"),
        max_length=60,
        help_text=Text("如：夏季健康服务。", "What it is called."),
    )
    purpose = CharField(
        verbose_name=Text("目的", "Purpose"),
        max_length=200,
        help_text=Text("为什么做；只为这个目的记录。", "Why; what is kept serves this alone."),
    )
    keep_until = DateField(
        verbose_name=Text("保存到", "Kept until"),
        help_text=Text(
            "这天之后，岗位上的名字、号条和问题自动删除；人次留下。",
            "After this day the names at posts, the numbers and the issues are erased; the counts stay.",
        ),
    )
    state = StateField(CAMPAIGN, help_text=Text("一步一步来。", "One step after the other."))

    class Meta:
        collection = "campaign.campaign"
        title = Text("大规模服务", "Campaigns")
        scope = COMMUNITY
        order = "-keep_until"


class Site(Record):
    """Where it is done."""

    campaign = Reference(
        "campaign.campaign",
        verbose_name=Text("服务", "Campaign"),
        index=True,
        on_delete="refuse",
        help_text=Text("哪一次服务。", "Which campaign."),
    )
    name = CharField(
        verbose_name=Text("点位", "Site"),
        max_length=40,
        help_text=Text("如：一号点。", "Such as: site one."),
    )
    place = CharField(
        verbose_name=Text("地点", "Place"),
        max_length=80,
        help_text=Text("在哪里。", "Where it is."),
    )
    lanes = IntegerField(
        verbose_name=Text("通道", "Lanes"),
        default=1,
        help_text=Text("几条通道。", "How many lanes."),
    )

    class Meta:
        collection = "campaign.site"
        title = Text("点位", "Sites")
        scope = COMMUNITY
        menu = False
        checks = SiteChecks


class Session(Record):
    """A day or half a day on which all sites serve."""

    campaign = Reference(
        "campaign.campaign",
        verbose_name=Text("服务", "Campaign"),
        index=True,
        on_delete="refuse",
        help_text=Text("哪一次服务。", "Which campaign."),
    )
    date = DateField(
        verbose_name=Text("日期", "Day"), index=True, help_text=Text("哪一天。", "Which day.")
    )
    begins = TimeField(
        verbose_name=Text("开始", "Begins"), help_text=Text("几点开始。", "The hour it begins.")
    )
    ends = TimeField(
        verbose_name=Text("结束", "Ends"), help_text=Text("几点结束。", "The hour it ends.")
    )

    class Meta:
        collection = "campaign.session"
        title = Text("场次", "Sessions")
        scope = COMMUNITY
        menu = False
        order = "date"


class Unit(Record):
    """A building, a school, a firm whose people are to come."""

    campaign = Reference(
        "campaign.campaign",
        verbose_name=Text("服务", "Campaign"),
        index=True,
        on_delete="refuse",
        help_text=Text("哪一次服务。", "Which campaign."),
    )
    name = CharField(
        verbose_name=Text("单元", "Unit"),
        max_length=60,
        help_text=Text("如：3幢、示例小学。", "A building, a school, a firm."),
    )
    expected = IntegerField(
        verbose_name=Text("应到", "Expected"),
        default=0,
        help_text=Text("应该来多少人次。", "How many visits are to be expected."),
    )

    class Meta:
        collection = "campaign.unit"
        title = Text("单元", "Units")
        scope = COMMUNITY
        menu = False
        known_by = ("campaign", "name")
        also_called = {"name": ("楼栋", "单位"), "expected": ("应到人数", "目标")}
        checks = UnitChecks
