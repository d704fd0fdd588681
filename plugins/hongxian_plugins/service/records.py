"""The three collections of service: the activity, one person's part in it, and counts of 人次.

An activity and its counts belong to one team, or to the whole community where several teams
serve together, as at a caravan. Who attended is kept by the team that signed them in.
"""

from __future__ import annotations

from peewee import BooleanField, CharField, DateField, DateTimeField, IntegerField, TimeField

from hongxian import (
    FileField,
    Lasting,
    Record,
    Reference,
    StateField,
    TallyField,
    Text,
    local_today,
)
from hongxian.checks import RecordSchema, whole_number
from hongxian.merges import First
from hongxian.records import same_id
from hongxian_plugins.service.steps import ACTIVITY

KINDS = (
    ("shift", Text("值班", "Shift")),
    ("caravan", Text("红管大篷车", "Caravan")),
    ("patrol", Text("巡查", "Patrol")),
    ("class", Text("讲座课程", "Class")),
    ("visit", Text("上门探访", "Visit")),
    ("emergency", Text("应急", "Emergency")),
    ("other", Text("其他", "Other")),
    ("own", Text("会议、团建、本职（不计时长）", "Meeting, outing, own job (no hours)")),
)
NO_SERVICE = ("own",)
"""Kinds that give no hours: what is no volunteer service is not recorded as such (民政部令第67号 19)."""
EVALUATIONS = (
    ("good", Text("优秀", "Very good")),
    ("fine", Text("合格", "Good")),
    ("poor", Text("不合格", "Not good enough")),
)
LONGEST_MINUTES = 24 * 60
"""Of one attendance; whoever stays longer signs in again."""
MOST_PLACES = 999


class ActivityChecks(RecordSchema):
    """Of an activity: minutes that a day has."""

    planned_minutes = whole_number(1, LONGEST_MINUTES, allow_none=True)
    shift_cap = whole_number(1, LONGEST_MINUTES, allow_none=True)
    places = whole_number(1, MOST_PLACES, allow_none=True)


class AttendanceChecks(RecordSchema):
    """Of an attendance: minutes that a day has. What depends on several fields is in rules.py."""

    minutes = whole_number(0, LONGEST_MINUTES, allow_none=True)


class Activity(Record):
    """Activities."""

    title = CharField(
        verbose_name=Text("活动名称", "Title"),
        max_length=80,
        index=True,
        help_text=Text("如：学习室值班 3月1日。", "What it is called."),
    )
    day = DateField(
        verbose_name=Text("日期", "Day"),
        default=local_today,
        index=True,
        help_text=Text("活动当天。", "The day of the activity."),
    )
    begins = TimeField(
        verbose_name=Text("开始", "Begins"),
        null=True,
        help_text=Text("几点开始，如 8:30。", "The hour it begins at, such as 8:30."),
    )
    place = CharField(
        verbose_name=Text("地点", "Place"),
        max_length=80,
        null=True,
        help_text=Text("在哪里。", "Where it takes place."),
    )
    kind = CharField(
        verbose_name=Text("类别", "Kind"),
        max_length=10,
        default="shift",
        choices=KINDS,
        help_text=Text("属于哪一类服务。", "What kind of service."),
    )
    state = StateField(ACTIVITY, help_text=Text("一步一步来。", "One step after the other."))
    planned_minutes = IntegerField(
        verbose_name=Text("计划时长（分钟）", "Planned minutes"),
        null=True,
        help_text=Text("计划多少分钟。", "How many minutes are planned."),
    )
    shift_cap = IntegerField(
        verbose_name=Text("时长上限（分钟）", "Shift cap"),
        null=True,
        help_text=Text(
            "每人每次最多计多少分钟；留空则按签到签退计。",
            "The most that one attendance counts for; empty for no cap.",
        ),
    )
    late_after_hours = IntegerField(
        verbose_name=Text("补录界限（旧）", "Late after hours (before)"),
        default=24,
        help_text=Text("现在按工作日算，见规则。", "Working days count now, by a setting."),
    )
    places = IntegerField(
        verbose_name=Text("名额", "Places"),
        null=True,
        help_text=Text(
            "最多多少人报名，后来的排队等候；留空不限。来了的人总能签到。",
            "How many may sign up, later ones wait; empty for no limit. Whoever comes signs in all the same.",
        ),
    )
    platform_no = CharField(
        verbose_name=Text("市里平台的活动号", "Number on the city's platform"),
        max_length=40,
        null=True,
        help_text=Text(
            "市里或民政系统里这次活动的编号；有风险的活动先登记、先投保。",
            "Its number in the city's or the ministry's system; risky work is entered and insured before.",
        ),
    )
    risky = BooleanField(
        verbose_name=Text("有风险", "Risky"),
        default=False,
        help_text=Text("如登高、涉水、夜间。", "Such as heights, water, the night."),
    )
    insured = BooleanField(
        verbose_name=Text("已投保", "Insured"),
        default=False,
        help_text=Text("参加的人都有保险。", "All who take part are insured."),
    )
    drill = BooleanField(
        verbose_name=Text("演练", "Drill"),
        default=False,
        help_text=Text("演练不计入服务时长。", "Drills stay out of the totals."),
    )
    photo = FileField(
        verbose_name=Text("现场照片", "Photo"),
        types=("image",),
        help_text=Text(
            "最多一张，拍场面，不拍老人和孩子的脸。",
            "One at most, of the scene; no faces of the old and of children.",
        ),
    )
    sign_in_sheet = FileField(
        verbose_name=Text("签到表扫描件", "Sign-in sheet"),
        help_text=Text("纸质签到表的照片或 PDF。", "A photo or PDF of the sheet of paper."),
    )

    class Meta:
        collection = "service.activity"
        title = Text("活动", "Activities")
        order = "-day"
        scope = "any"
        also_called = {"platform_no": ("平台编号", "平台活动号")}
        hidden = ("late_after_hours",)  # what 0.2 wrote is kept and passed on
        checks = ActivityChecks


class Attendance(Record):
    """Attendance."""

    activity = Reference(
        "service.activity",
        verbose_name=Text("活动", "Activity"),
        index=True,
        help_text=Text("参加的活动。", "The activity attended."),
    )
    person = Reference(
        "roster.person",
        verbose_name=Text("志愿者", "Person"),
        index=True,
        help_text=Text("谁参加了。", "Who took part."),
    )
    signed_in = DateTimeField(
        verbose_name=Text("签到", "Signed in"),
        help_text=Text("到的时刻。", "The moment of signing in."),
    )
    signed_out = DateTimeField(
        verbose_name=Text("签退", "Signed out"),
        null=True,
        help_text=Text("离开的时刻。", "The moment of signing out."),
    )
    minutes = IntegerField(
        verbose_name=Text("分钟", "Minutes"),
        null=True,
        help_text=Text(
            "由签到签退得出，不超过上限；可以少计，不能多计。",
            "From in and out, up to the cap; may be less, never more.",
        ),
    )
    late_entry = BooleanField(
        verbose_name=Text("补录", "Late entry"),
        default=False,
        help_text=Text("事后才登记的请打勾。", "Marks what was entered afterwards."),
    )
    voided = BooleanField(
        verbose_name=Text("作废", "Voided"),
        default=False,
        help_text=Text(
            "记错了就作废，不删除；作废不可撤回，可另记一条。",
            "A mistake is voided, never deleted; it stays so, write another.",
        ),
    )
    void_reason = CharField(
        verbose_name=Text("作废原因", "Void reason"),
        max_length=200,
        null=True,
        help_text=Text("为什么作废。", "Why it is void."),
    )
    evaluation = CharField(
        verbose_name=Text("评价", "Evaluation"),
        max_length=4,
        choices=EVALUATIONS,
        null=True,
        help_text=Text("做得怎么样，可以不填。", "How well it was done; may be left out."),
    )
    note = CharField(
        verbose_name=Text("备注", "Note"),
        max_length=200,
        null=True,
        help_text=Text("如：量血压、早走。", "Such as what they did, or why they left early."),
    )
    confirmed_by = CharField(
        verbose_name=Text("确认人", "Confirmed by"),
        max_length=40,
        null=True,
        help_text=Text("谁核对过；确认后时间不能再改。", "Who checked it; the times then stay."),
    )

    class Meta:
        collection = "service.attendance"
        title = Text("服务签到", "Attendance")
        lasting = Lasting(
            voided="voided",
            why="void_reason",
            once="confirmed_by",
            stays=("activity", "person", "signed_in", "signed_out", "minutes"),
        )
        merges = {"confirmed_by": First()}
        checks = AttendanceChecks


def next_attendance(activity: str, person: str, came_before: int) -> str:
    """The id of somebody's next attendance: the same wherever two sign them in, by hand or by a phone."""
    return same_id("service.attendance", activity, person, str(came_before + 1))


class Tally(Record):
    """Head-counts."""

    activity = Reference(
        "service.activity",
        verbose_name=Text("活动", "Activity"),
        null=True,
        index=True,
        help_text=Text("数的是哪次活动。", "The activity that is counted."),
    )
    label = CharField(
        verbose_name=Text("项目", "Label"),
        max_length=80,
        help_text=Text("如：磨剪刀、理发。", "What is counted."),
    )
    people = TallyField(
        verbose_name=Text("人次", "People"),
        help_text=Text(
            "几台电脑可同时计数，一个不丢；人次不是人数。",
            "Counted by many hands at once; visits, not people.",
        ),
    )

    class Meta:
        collection = "service.tally"
        title = Text("人次统计", "Head-counts")
        menu = False
        scope = "any"
