"""The three collections of service: the activity, one person's part in it, and counts of 人次.

An activity and its counts belong to one team, or to the whole community where several teams
serve together, as at a caravan. Who attended is kept by the team that signed them in.
"""

from __future__ import annotations

from peewee import BooleanField, CharField, DateField, DateTimeField, IntegerField

from hongxian import (
    First,
    Furthest,
    Largest,
    Record,
    RecordSchema,
    Reference,
    TallyField,
    whole_number,
)

KINDS = (
    ("shift", "值班 · Shift"),
    ("caravan", "红管大篷车 · Caravan"),
    ("patrol", "巡查 · Patrol"),
    ("class", "讲座课程 · Class"),
    ("visit", "上门探访 · Visit"),
    ("emergency", "应急 · Emergency"),
    ("other", "其他 · Other"),
)
STATES = (
    ("planned", "计划中 · Planned"),
    ("open", "报名中 · Open"),
    ("under_way", "进行中 · Under way"),
    ("closed", "已结束 · Closed"),
    ("confirmed", "已确认 · Confirmed"),
)
LONGEST_MINUTES = 24 * 60
"""Of one attendance; whoever stays longer signs in again."""


class ActivityChecks(RecordSchema):
    """Of an activity: minutes that a day has."""

    planned_minutes = whole_number(1, LONGEST_MINUTES, allow_none=True)
    shift_cap = whole_number(1, LONGEST_MINUTES, allow_none=True)


class AttendanceChecks(RecordSchema):
    """Of an attendance: minutes that a day has. What depends on several fields is in rules.py."""

    minutes = whole_number(0, LONGEST_MINUTES, allow_none=True)


class Activity(Record):
    """活动 · Activities"""

    title = CharField(
        verbose_name="活动名称",
        max_length=80,
        index=True,
        help_text="如 学习室值班 3月1日。What it is called.",
    )
    day = DateField(verbose_name="日期", index=True, help_text="活动当天。The day of the activity.")
    place = CharField(
        verbose_name="地点", max_length=80, null=True, help_text="在哪里。Where it takes place."
    )
    kind = CharField(
        verbose_name="类别",
        max_length=10,
        default="shift",
        choices=KINDS,
        help_text="属于哪一类服务。What kind of service.",
    )
    state = CharField(
        verbose_name="状态",
        max_length=10,
        default="planned",
        choices=STATES,
        help_text="只向前走，不退回。Moves forward only.",
    )
    planned_minutes = IntegerField(
        verbose_name="计划时长（分钟）",
        null=True,
        help_text="计划多少分钟。How many minutes are planned.",
    )
    shift_cap = IntegerField(
        verbose_name="时长上限（分钟）",
        null=True,
        help_text="每人每次最多计多少分钟；留空则按签到签退计。"
        "The most that one attendance counts for; empty for no cap.",
    )
    late_after_hours = IntegerField(
        verbose_name="补录界限（小时）",
        default=24,
        help_text="签到后超过多少小时才登记算补录。Hours after which an entry is marked late.",
    )
    drill = BooleanField(
        verbose_name="演练",
        default=False,
        help_text="演练不计入服务时长。Drills stay out of the totals.",
    )

    class Meta:
        collection = "service.activity"
        title = "活动 · Activities"
        order = "-day"
        scope = "any"
        merges = {"state": Furthest(*(state for state, _ in STATES))}
        checks = ActivityChecks


class Attendance(Record):
    """服务签到 · Attendance"""

    activity = Reference(
        "service.activity",
        verbose_name="活动",
        index=True,
        help_text="参加的活动。The activity attended.",
    )
    person = Reference(
        "roster.person",
        verbose_name="志愿者",
        index=True,
        help_text="谁参加了。Who took part.",
    )
    signed_in = DateTimeField(verbose_name="签到", help_text="到的时刻。The moment of signing in.")
    signed_out = DateTimeField(
        verbose_name="签退", null=True, help_text="离开的时刻。The moment of signing out."
    )
    minutes = IntegerField(
        verbose_name="分钟",
        null=True,
        help_text="由签到签退得出，不超过上限；可以少计，不能多计。"
        "From in and out, up to the cap; may be less, never more.",
    )
    late_entry = BooleanField(
        verbose_name="补录",
        default=False,
        help_text="事后才登记的请打勾。Marks what was entered afterwards.",
    )
    voided = BooleanField(
        verbose_name="作废",
        default=False,
        help_text="记错了就作废，不删除；作废不可撤回，可另记一条。"
        "A mistake is voided, never deleted; it stays so, write another.",
    )
    void_reason = CharField(
        verbose_name="作废原因", max_length=200, null=True, help_text="为什么作废。Why it is void."
    )
    confirmed_by = CharField(
        verbose_name="确认人",
        max_length=40,
        null=True,
        help_text="谁核对过；确认后时间不能再改。Who checked it; the times then stay.",
    )

    class Meta:
        collection = "service.attendance"
        title = "服务签到 · Attendance"
        # Void wins over any edit that had not seen it; the first to confirm is who confirmed.
        merges = {"voided": Largest(), "confirmed_by": First()}
        checks = AttendanceChecks


class Tally(Record):
    """人次统计 · Head-counts"""

    activity = Reference(
        "service.activity",
        verbose_name="活动",
        null=True,
        index=True,
        help_text="数的是哪次活动。The activity that is counted.",
    )
    label = CharField(
        verbose_name="项目", max_length=80, help_text="如 磨剪刀、理发。What is counted."
    )
    people = TallyField(
        verbose_name="人次",
        help_text="几台电脑可同时计数，一个不丢；人次不是人数。"
        "Counted by many hands at once; visits, not people.",
    )

    class Meta:
        collection = "service.tally"
        title = "人次统计 · Head-counts"
        scope = "any"
