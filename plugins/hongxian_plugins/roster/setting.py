"""The terms of the roster that a community sets: after how long somebody is asked, and how long it keeps."""

from __future__ import annotations

from peewee import IntegerField

from hongxian import Settings, Text
from hongxian.checks import RecordSchema, whole_number


class RosterRulesChecks(RecordSchema):
    """Of the rules: times that end."""

    contact_days = whole_number(0, 3_660)
    person_years = whole_number(1, 100, allow_none=True)
    quiet_months = whole_number(1, 120, allow_none=True)
    answer_days = whole_number(1, 366)


class RosterRules(Settings):
    """When somebody is asked whether they stay, and how long it is kept what is known of who has left."""

    contact_days = IntegerField(
        verbose_name=Text("离队后联系方式保留几天", "Days of a contact"),
        default=30,
        help_text=Text(
            "队员离队满这些天，本队的电话、住址和健康情况由主机删去。",
            "So long after a member left, the hub erases what the team knew of them.",
        ),
    )
    person_years = IntegerField(
        verbose_name=Text("离开后本人记录保留几年", "Years of a person"),
        default=3,
        null=True,
        help_text=Text(
            "其间还可以开服务证明；留空则一直保留。",
            "A certificate can be written meanwhile; empty keeps the record for good.",
        ),
    )

    quiet_months = IntegerField(
        verbose_name=Text("几个月没服务就问一问", "Months without service"),
        default=6,
        null=True,
        help_text=Text(
            "队员这么久没有服务，就列在“久未服务的人”里；留空则不列。",
            "After so long a member stands on the page of whom to ask; empty for nobody.",
        ),
    )
    answer_days = IntegerField(
        verbose_name=Text("问过几天提醒", "Days for an answer"),
        default=14,
        help_text=Text(
            "问过这些天还没有答复，就在今天页提醒。",
            "So long after asking it stands on Today that no answer came.",
        ),
    )

    class Meta:
        collection = "roster.rules"
        title = Text("名册期限", "Terms of the roster")
        menu = False
        writers = "team"
        checks = RosterRulesChecks
