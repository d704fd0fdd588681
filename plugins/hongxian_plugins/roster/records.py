"""The three collections of the roster: the person for all, membership and contact for a team.

A person belongs to the whole community and may be in several teams; what only one team may see,
its own telephone list above all, is kept in records of that team (志愿服务条例 20, 25).
"""

from __future__ import annotations

from peewee import BooleanField, CharField, DateField

from hongxian import (
    COMMUNITY,
    MembersField,
    PhoneField,
    Record,
    Reference,
    Refused,
    Seen,
    Text,
    rule,
)
from hongxian_plugins.roster.rules import ContactChecks, PersonChecks

STATES = (
    ("applied", Text("已申请", "Applied")),
    ("consented", Text("已同意", "Consented")),
    ("active", Text("在队", "Active")),
    ("dormant", Text("暂停", "Dormant")),
    ("left", Text("已离开", "Left")),
)
GENDERS = (
    ("female", Text("女", "Female")),
    ("male", Text("男", "Male")),
    ("unstated", Text("未说明", "Unstated")),
)
ROLES = (
    ("member", Text("队员", "Member")),
    ("leader", Text("队长", "Leader")),
    ("deputy", Text("副队长", "Deputy leader")),
    ("liaison", Text("联络员", "Liaison")),
)


class Person(Record):
    """Volunteers."""

    name = CharField(
        verbose_name=Text("姓名", "Name"),
        max_length=40,
        index=True,
        help_text=Text("全名，一格填完，可用“·”。", "Full name in one field; “·” is welcome."),
    )
    gender = CharField(
        verbose_name=Text("性别", "Gender"),
        max_length=10,
        null=True,
        choices=GENDERS,
        help_text=Text("可不填。", "May be left empty."),
    )
    joined = DateField(
        verbose_name=Text("加入日期", "Joined"),
        null=True,
        help_text=Text("第一次成为志愿者的日期。", "The day of becoming a volunteer."),
    )
    state = CharField(
        verbose_name=Text("状态", "State"),
        max_length=10,
        default="applied",
        choices=STATES,
        help_text=Text(
            "暂停的人可以回来；不得违背本人意愿安排服务。",
            "The dormant may come back; nobody serves against their will.",
        ),
    )
    party_member = BooleanField(
        verbose_name=Text("党员", "Party member"),
        default=False,
        help_text=Text(
            "是否中共党员（双报到用）。", "Member of the Party, for mobilisation lists."
        ),
    )
    skills = MembersField(
        verbose_name=Text("技能", "Skills"),
        help_text=Text(
            "如 磨刀、理发、量血压；用顿号分开。", "Such as knife grinding, haircuts; several."
        ),
    )
    free_times = MembersField(
        verbose_name=Text("空闲时段", "Free times"),
        help_text=Text("如 周三晚上、周六上午。", "Such as Wednesday evening."),
    )

    class Meta:
        collection = "roster.person"
        scope = COMMUNITY
        title = Text("志愿者", "Volunteers")
        # `state` keeps the latest value: under Furthest nobody could come back from dormant.
        checks = PersonChecks


class Membership(Record):
    """Team members."""

    person = Reference(
        "roster.person",
        verbose_name=Text("志愿者", "Person"),
        index=True,
        help_text=Text("名册中的人。", "Someone in the roster."),
    )
    role = CharField(
        verbose_name=Text("角色", "Role"),
        max_length=10,
        default="member",
        choices=ROLES,
        help_text=Text("在本队的角色。", "Their part in this team."),
    )
    since = DateField(
        verbose_name=Text("入队日期", "Since"),
        null=True,
        help_text=Text("加入本队的日期。", "The day of joining this team."),
    )
    until = DateField(
        verbose_name=Text("离队日期", "Until"),
        null=True,
        help_text=Text(
            "离开本队的日期；在队则留空。", "The day of leaving; empty while in the team."
        ),
    )

    class Meta:
        collection = "roster.membership"
        title = Text("队员", "Team members")


@rule(of=Membership, when=("since", "until"))
def ends_after_it_began(membership: Membership, before: Membership | None, seen: Seen) -> None:
    since, until = membership.since, membership.until
    if since and until and until < since:
        raise Refused(
            Text(
                f"离队日期 {until} 早于入队日期 {since}。",
                f"The day of leaving, {until}, comes before the day of joining, {since}.",
            )
        )


class Contact(Record):
    """Contacts."""

    person = Reference(
        "roster.person",
        verbose_name=Text("志愿者", "Person"),
        index=True,
        help_text=Text("名册中的人。", "Someone in the roster."),
    )
    phone = PhoneField(
        verbose_name=Text("手机", "Phone"),
        null=True,
        index=True,
        help_text=Text(
            "手机或座机；没有可不填。", "Of any kind; empty for people without a telephone."
        ),
    )
    address = CharField(
        verbose_name=Text("住址", "Address"),
        max_length=80,
        null=True,
        help_text=Text(
            "小区–幢–单元–室，如 示例小区–3幢–2单元–501室。", "Estate–building–unit–room."
        ),
    )

    class Meta:
        collection = "roster.contact"
        title = Text("联系方式", "Contacts")
        checks = ContactChecks
