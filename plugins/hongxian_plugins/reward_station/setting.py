"""The community's rules for points, and the lines at which the shelf warns."""

from __future__ import annotations

from marshmallow import fields
from peewee import BooleanField, DateField, IntegerField

from hongxian import Settings, Text
from hongxian.checks import RecordSchema, whole_number

LARGEST = 1_000_000
"""Pieces or points that one record may name."""


def pieces(smallest: int = 1, **options: bool) -> fields.Integer:
    """A whole number of pieces or points in a schema."""
    return whole_number(smallest, LARGEST, **options)


class SettingChecks(RecordSchema):
    """Of the rules: whole numbers."""

    points_per_hour = pieces(0)
    daily_cap_minutes = pieces(allow_none=True)
    activity_cap_minutes = pieces(allow_none=True)
    quarterly_redemptions = pieces(allow_none=True)
    expiry_months = pieces(allow_none=True)
    low_stock = pieces(allow_none=True)
    near_expiry_days = pieces(allow_none=True)


class Setting(Settings):
    """Rules for points."""

    points_per_hour = IntegerField(
        verbose_name=Text("每小时积分", "Points per hour"),
        default=0,
        help_text=Text(
            "服务一小时得多少分；0 为不计分。", "Points for an hour of service; 0 for none."
        ),
    )
    starts = DateField(
        verbose_name=Text("起计日期", "Starts"),
        null=True,
        help_text=Text(
            "从哪天的服务起计分；留空则全部计。", "Service from this day on earns; empty for all."
        ),
    )
    daily_cap_minutes = IntegerField(
        verbose_name=Text("每日封顶（分钟）", "Daily cap minutes"),
        null=True,
        help_text=Text(
            "每人每天最多计多少分钟；留空不封顶。", "Minutes a day that earn; empty for no cap."
        ),
    )
    activity_cap_minutes = IntegerField(
        verbose_name=Text("每次活动封顶（分钟）", "Activity cap minutes"),
        null=True,
        help_text=Text(
            "每人每次活动最多计多少分钟；留空不封顶。",
            "Minutes of one activity that earn; empty for no cap.",
        ),
    )
    expiry_months = IntegerField(
        verbose_name=Text("有效期（月）", "Expiry months"),
        null=True,
        help_text=Text(
            "多少个月后过期；留空不过期。", "Months until points expire; empty for never."
        ),
    )
    expires_with_year = BooleanField(
        verbose_name=Text("当年有效", "Expires with the year"),
        default=False,
        help_text=Text(
            "一年的积分到那年年底过期。", "Whether the points of a year end with that year."
        ),
    )
    late_entries_earn = BooleanField(
        verbose_name=Text("补录计分", "Late entries earn"),
        default=False,
        help_text=Text(
            "管理员补录的时长计不计分。", "Whether hours that are entered afterwards earn."
        ),
    )
    quarterly_redemptions = IntegerField(
        verbose_name=Text("每季兑换次数", "Redemptions a quarter"),
        null=True,
        help_text=Text(
            "每人每季最多换几次；留空不限。",
            "How often one person redeems in a quarter; empty for no limit.",
        ),
    )
    codes_go_back = BooleanField(
        verbose_name=Text("发码后可退", "Codes go back"),
        default=True,
        help_text=Text(
            "发了取货码还能不能退。", "Whether the counter takes a code back that was not used."
        ),
    )
    low_stock = IntegerField(
        verbose_name=Text("低库存线", "Low stock"),
        null=True,
        help_text=Text("少于多少件提醒补货。", "Fewer pieces than this are told as low."),
    )
    near_expiry_days = IntegerField(
        verbose_name=Text("临期天数", "Near expiry days"),
        null=True,
        help_text=Text("离过期多少天内提醒。", "Days before expiry that are told as near."),
    )

    class Meta:
        collection = "reward_station.setting"
        title = Text("积分规则", "Rules for points")
        menu = False
        writers = "team"
        checks = SettingChecks
