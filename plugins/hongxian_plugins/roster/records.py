"""The collections of the roster: the person for all; membership, contact and care for a team.

A person belongs to the whole community and may be in several teams; what only one team may see,
its own telephone list above all, is kept in records of that team (志愿服务条例 20, 25), and no longer
than it is needed (个人信息保护法 19).
"""

from __future__ import annotations

from datetime import date, timedelta

from peewee import BooleanField, CharField, DateField, IntegerField

from hongxian import (
    Keep,
    MembersField,
    PersonField,
    PhoneField,
    Record,
    Reference,
    StateField,
    Text,
)
from hongxian.checks import RecordSchema, plain_text, whole_number
from hongxian.doubles import group
from hongxian.records import COMMUNITY, present_store
from hongxian_plugins.roster.setting import RosterRules
from hongxian_plugins.roster.steps import PERSON

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
_SKILLS = (
    Text("理发", "Haircuts"),
    Text("量血压", "Blood pressure"),
    Text("磨刀", "Knife grinding"),
    Text("修电器", "Appliances"),
    Text("急救", "First aid"),
)
_TIMES = (
    Text("工作日上午", "Weekday mornings"),
    Text("工作日下午", "Weekday afternoons"),
    Text("工作日晚上", "Weekday evenings"),
    Text("周六", "Saturdays"),
    Text("周日", "Sundays"),
)

_NOT_BLANK = (r"(?s).*\S", Text("必须填写。", "Required."))
_NO_IDENTITY_NUMBER = (
    r"(?s)(?!.*(?<!\d)\d{17}[\dXx](?!\d))",
    Text(
        "像身份证号；名册不保存身份证号，请删去。",
        "Looks like an identity number; the roster keeps none.",
    ),
)
"""It is for certificates alone, with a consent of its own (个人信息保护法 6, 29)."""


def years_after_leaving(person: Person) -> date | None:
    """The last day on which the record of who has left the community is kept."""
    years = RosterRules.now(present_store()).person_years
    if person.state != "left" or person.left_on is None or years is None:
        return None
    return person.left_on + timedelta(days=366 * years)  # type: ignore[no-any-return]


class PersonChecks(RecordSchema):
    """Of a person: a name that is one, a year in which somebody may have been born."""

    name = plain_text(40, _NOT_BLANK, _NO_IDENTITY_NUMBER, required=True)
    born = whole_number(1900, 2100, allow_none=True)


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
    born = IntegerField(
        verbose_name=Text("出生年份", "Year of birth"),
        null=True,
        help_text=Text(
            "只记年份，如 1968；不记日期和身份证号。",
            "The year alone, such as 1968: no day, no identity number.",
        ),
    )
    volunteer_no = CharField(
        verbose_name=Text("志愿者编号", "Volunteer number"),
        max_length=40,
        null=True,
        help_text=Text(
            "市里或全国系统里的编号；有了它就不用身份证号。",
            "The number in the city's or the national system, which stands for an identity number.",
        ),
    )
    joined = DateField(
        verbose_name=Text("加入日期", "Joined"),
        null=True,
        help_text=Text("第一次成为志愿者的日期。", "The day of becoming a volunteer."),
    )
    state = StateField(
        PERSON,
        help_text=Text(
            "暂停的人可以回来；不得违背本人意愿安排服务。",
            "The dormant may come back; nobody serves against their will.",
        ),
    )
    left_on = DateField(
        verbose_name=Text("离开日期", "Left on"),
        null=True,
        help_text=Text(
            "离开社区志愿服务的日期；保留期限从这天算。",
            "The day of leaving, from which it is kept for a time.",
        ),
    )
    party_member = BooleanField(
        verbose_name=Text("党员（旧）", "Party member (before)"),
        default=False,
        help_text=Text("现在记在队员里。", "Now it stands with the member of a team."),
    )
    skills = MembersField(
        usual=_SKILLS,
        verbose_name=Text("技能", "Skills"),
        help_text=Text(
            "如：磨刀、理发、量血压；用顿号分开。", "Such as knife grinding, haircuts; several."
        ),
    )
    free_times = MembersField(
        usual=_TIMES,
        verbose_name=Text("空闲时段", "Free times"),
        help_text=Text("如：周三晚上、周六上午。", "Such as Wednesday evening."),
    )

    class Meta:
        collection = "roster.person"
        scope = COMMUNITY
        title = Text("志愿者", "Volunteers")
        hidden = ("party_member",)
        known_by = ("name",)
        keep = Keep(until=years_after_leaving)
        checks = PersonChecks


class Apart(Record):
    """People who are not the same."""

    one = Reference(
        "roster.person",
        on_delete="with",
        verbose_name=Text("一条", "One"),
        help_text=Text("名册中的人。", "Someone in the roster."),
    )
    other = Reference(
        "roster.person",
        on_delete="with",
        verbose_name=Text("另一条", "The other"),
        help_text=Text("同名的另一个人。", "Somebody else of that name."),
    )

    class Meta:
        collection = "roster.apart"
        scope = COMMUNITY
        title = Text("同名的不同人", "Namesakes")
        menu = False


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
    party_member = BooleanField(
        verbose_name=Text("党员", "Party member"),
        default=False,
        help_text=Text(
            "是否中共党员；只有本队看得到（个人信息保护法 28）。",
            "Member of the Party; seen by this team alone.",
        ),
    )
    asked_on = DateField(
        verbose_name=Text("问过的日期", "Asked on"),
        null=True,
        help_text=Text(
            "久未服务，最近一次问还来不来是哪天。",
            "When somebody last asked whether they stay, after long without service.",
        ),
    )
    stays_on = DateField(
        verbose_name=Text("说还来的日期", "Said to stay on"),
        null=True,
        help_text=Text("本人最近一次说还来的日期。", "When they last said that they stay."),
    )
    until = DateField(
        verbose_name=Text("离队日期", "Until"),
        null=True,
        index=True,
        help_text=Text(
            "离开本队的日期；在队则留空。", "The day of leaving; empty while in the team."
        ),
    )

    class Meta:
        collection = "roster.membership"
        known_by = ("person",)
        title = Text("队员", "Team members")


def days_after_leaving(record: Contact | Care) -> date | None:
    """The last day on which a team keeps what it knows of somebody; None while they are in it."""
    people = group("roster.person", record.person)
    query = Membership.select(Membership.until).where(
        Membership.scope == record.scope, Membership.person.in_(people)
    )
    ends: list[date | None] = [until for (until,) in query.tuples()]
    left = [day for day in ends if day is not None]
    if not left or None in ends:
        return None
    return max(left) + timedelta(days=RosterRules.now(present_store()).contact_days)


class ContactChecks(RecordSchema):
    """Of a contact: an address that is only that."""

    address = plain_text(80, _NO_IDENTITY_NUMBER, allow_none=True)


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
            "小区–幢–单元–室，如：示例小区–3幢–2单元–501室。", "Estate–building–unit–room."
        ),
    )

    class Meta:
        collection = "roster.contact"
        known_by = ("person", "phone")
        title = Text("联系方式", "Contacts")
        menu = False
        keep = Keep(
            until=days_after_leaving,
            consent="data",
            asks=Text("登记个人信息", "Being in the roster"),
        )
        checks = ContactChecks


class CareChecks(RecordSchema):
    """Of what a team minds: a note that is only that."""

    note = plain_text(400, _NO_IDENTITY_NUMBER, allow_none=True)


class Care(Record):
    """Health, and whom to call."""

    person = Reference(
        "roster.person",
        verbose_name=Text("志愿者", "Person"),
        index=True,
        help_text=Text("名册中的人。", "Someone in the roster."),
    )
    call = PersonField(
        verbose_name=Text("紧急联系人", "Whom to call"),
        null=True,
        help_text=Text(
            "名册中的人，或姓名加电话，如：示例·王五 100 0000 1234。",
            "Someone in the roster, or a name and a telephone.",
        ),
    )
    note = CharField(
        verbose_name=Text("健康情况", "Health"),
        max_length=400,
        null=True,
        help_text=Text(
            "服务时要留意的，如：花生过敏；本人单独同意才记。",
            "What to mind while they serve; kept only by a consent of its own.",
        ),
    )

    class Meta:
        collection = "roster.care"
        title = Text("健康与紧急联系人", "Health, and whom to call")
        menu = False
        confidential = True
        keep = Keep(
            until=days_after_leaving,
            consent="health",
            asks=Text("健康情况与紧急联系人", "Health, and whom to call"),
        )
        checks = CareChecks
