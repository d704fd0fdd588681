"""The three collections of the roster: the person for all, membership and contact for a team.

A person belongs to the whole community and may be in several teams; what only one team may see,
its own telephone list above all, is kept in records of that team (志愿服务条例 20, 25).
"""

from __future__ import annotations

from peewee import BooleanField, CharField, DateField

from hongxian import COMMUNITY, MembersField, Record, Reference
from hongxian_plugins.roster.rules import ContactChecks, PersonChecks

STATES = (
    ("applied", "已申请 · Applied"),
    ("consented", "已同意 · Consented"),
    ("active", "在队 · Active"),
    ("dormant", "暂停 · Dormant"),
    ("left", "已离开 · Left"),
)
GENDERS = (("female", "女 · Female"), ("male", "男 · Male"), ("unstated", "未说明 · Unstated"))
ROLES = (
    ("member", "队员 · Member"),
    ("leader", "队长 · Leader"),
    ("deputy", "副队长 · Deputy leader"),
    ("liaison", "联络员 · Liaison"),
)


class Person(Record):
    """志愿者 · Volunteers"""

    name = CharField(
        verbose_name="姓名",
        max_length=40,
        index=True,
        help_text="全名，一格填完，可用“·”。Full name in one field; “·” is welcome.",
    )
    gender = CharField(
        verbose_name="性别",
        max_length=10,
        null=True,
        choices=GENDERS,
        help_text="可不填。May be left empty.",
    )
    joined = DateField(
        verbose_name="加入日期",
        null=True,
        help_text="第一次成为志愿者的日期。The day of becoming a volunteer.",
    )
    state = CharField(
        verbose_name="状态",
        max_length=10,
        default="applied",
        choices=STATES,
        help_text="暂停的人可以回来；不得违背本人意愿安排服务。"
        "The dormant may come back; nobody serves against their will.",
    )
    party_member = BooleanField(
        verbose_name="党员",
        default=False,
        help_text="是否中共党员（双报到用）。Member of the Party, for mobilisation lists.",
    )
    skills = MembersField(
        verbose_name="技能",
        help_text="如 磨刀、理发、量血压；用顿号分开。Such as knife grinding, haircuts; several.",
    )
    free_times = MembersField(
        verbose_name="空闲时段",
        help_text="如 周三晚上、周六上午。Such as Wednesday evening.",
    )

    class Meta:
        collection = "roster.person"
        scope = COMMUNITY
        title = "志愿者 · Volunteers"
        # `state` keeps the latest value: under Furthest nobody could come back from dormant.
        checks = PersonChecks


class Membership(Record):
    """队员 · Team members"""

    person = Reference(
        "roster.person",
        verbose_name="志愿者",
        index=True,
        help_text="名册中的人。Someone in the roster.",
    )
    role = CharField(
        verbose_name="角色",
        max_length=10,
        default="member",
        choices=ROLES,
        help_text="在本队的角色。Their part in this team.",
    )
    since = DateField(
        verbose_name="入队日期",
        null=True,
        help_text="加入本队的日期。The day of joining this team.",
    )
    until = DateField(
        verbose_name="离队日期",
        null=True,
        help_text="离开本队的日期；在队则留空。The day of leaving; empty while in the team.",
    )

    class Meta:
        collection = "roster.membership"
        title = "队员 · Team members"


class Contact(Record):
    """联系方式 · Contacts"""

    person = Reference(
        "roster.person",
        verbose_name="志愿者",
        index=True,
        help_text="名册中的人。Someone in the roster.",
    )
    phone = CharField(
        verbose_name="手机",
        max_length=11,
        null=True,
        index=True,
        help_text="11 位数字；没有手机可不填。11 digits; empty for people without a telephone.",
    )
    address = CharField(
        verbose_name="住址",
        max_length=80,
        null=True,
        help_text="小区–幢–单元–室，如 示例小区–3幢–2单元–501室。Estate–building–unit–room.",
    )

    class Meta:
        collection = "roster.contact"
        title = "联系方式 · Contacts"
        checks = ContactChecks
