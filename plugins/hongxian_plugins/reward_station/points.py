"""What people earn: the community's rules, each person's account, days that counted, and the ledger."""

from __future__ import annotations

from peewee import BooleanField, CharField, DateField, IntegerField

from hongxian import (
    COMMUNITY,
    Lines,
    QuotaField,
    Record,
    RecordSchema,
    Reference,
    TallyField,
    Text,
    new_id,
)
from hongxian_plugins.reward_station.due import is_earned, is_returned
from hongxian_plugins.reward_station.goods import pieces

ACCOUNTS = (
    ("earned", Text("发放", "Earned")),
    ("person", Text("个人", "Person")),
    ("spent", Text("兑换", "Spent")),
    ("expired", Text("过期", "Expired")),
    ("reversed", Text("冲销", "Reversed")),
)


class SettingChecks(RecordSchema):
    """Of the rules: whole numbers."""

    points_per_hour = pieces(required=True)
    daily_cap_minutes = pieces(allow_none=True)
    expiry_months = pieces(allow_none=True)
    low_stock = pieces(allow_none=True)
    near_expiry_days = pieces(allow_none=True)


class EntryChecks(RecordSchema):
    """Of a booking: whole, positive points."""

    points = pieces(required=True)
    minutes = pieces(allow_none=True)


class Setting(Record):
    """Rules for points."""

    points_per_hour = IntegerField(
        verbose_name=Text("每小时积分", "Points per hour"),
        help_text=Text("服务一小时得多少分。", "Points for an hour of service."),
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
    expiry_months = IntegerField(
        verbose_name=Text("有效期（月）", "Expiry months"),
        null=True,
        help_text=Text(
            "多少个月后过期；留空不过期。", "Months until points expire; empty for never."
        ),
    )
    late_entries_earn = BooleanField(
        verbose_name=Text("补录计分", "Late entries earn"),
        default=False,
        help_text=Text(
            "管理员补录的时长计不计分。", "Whether hours that are entered afterwards earn."
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
        scope = COMMUNITY
        checks = SettingChecks


class Account(Record):
    """Points accounts."""

    person = Reference(
        "roster.person",
        verbose_name=Text("志愿者", "Person"),
        index=True,
        help_text=Text("谁的账户。", "Whose it is."),
    )
    # At once would let a laptop spend what the hub may still refuse as over the day's cap.
    points = QuotaField(
        verbose_name=Text("可用积分", "Points"),
        unit=Text("分", "points"),
        deal="kept",
        at_once=False,
        grants=Lines(
            "reward_station.entry",
            "points",
            of="person",
            by="person",
            only={"source": ("earned",), "target": ("person",)},
            due=is_earned,
        ),
        gives_back=Lines(
            "reward_station.entry",
            "points",
            of="person",
            by="person",
            only={"source": ("spent",), "target": ("person",)},
            due=is_returned,
        ),
        help_text=Text(
            "由服务得来，兑换花掉；社区主机确认后可用。", "Usable once the hub has confirmed them."
        ),
    )

    class Meta:
        collection = "reward_station.account"
        title = Text("积分账户", "Points accounts")
        scope = COMMUNITY


class Day(Record):
    """Days that counted."""

    person = Reference(
        "roster.person",
        verbose_name=Text("志愿者", "Person"),
        help_text=Text("谁。", "Who served."),
    )
    day = DateField(
        verbose_name=Text("日期", "Day"), help_text=Text("服务当天。", "The day of the service.")
    )
    minutes = TallyField(
        verbose_name=Text("已计分钟", "Minutes"),
        help_text=Text(
            "这天已计分的分钟，不超过封顶。", "Minutes of the day that earned, up to the cap."
        ),
    )

    class Meta:
        collection = "reward_station.day"
        title = Text("计分日", "Days that counted")
        scope = COMMUNITY


class Entry(Record):
    """The ledger of points."""

    person = Reference(
        "roster.person",
        verbose_name=Text("志愿者", "Person"),
        index=True,
        help_text=Text("谁的积分。", "Whose points."),
    )
    source = CharField(
        verbose_name=Text("转出", "Source"),
        max_length=10,
        choices=ACCOUNTS,
        help_text=Text("从哪个科目。", "From which side."),
    )
    target = CharField(
        verbose_name=Text("转入", "Target"),
        max_length=10,
        choices=ACCOUNTS,
        help_text=Text("到哪个科目。", "To which side."),
    )
    points = IntegerField(
        verbose_name=Text("积分", "Points"),
        help_text=Text("一边减、一边加，合计为零。", "Less there, more here: zero in all."),
    )
    minutes = IntegerField(
        verbose_name=Text("计分分钟", "Minutes"),
        null=True,
        help_text=Text("计了多少分钟。", "The minutes that earned them."),
    )
    day = DateField(
        verbose_name=Text("日期", "Day"),
        index=True,
        help_text=Text("服务或兑换当天。", "The day of what it is for."),
    )
    about = CharField(
        verbose_name=Text("依据", "About"),
        max_length=36,
        null=True,
        index=True,
        help_text=Text("服务签到或兑换的编号。", "The attendance or redemption that it is for."),
    )
    voucher = CharField(
        verbose_name=Text("凭证号", "Voucher"),
        max_length=36,
        default=new_id,
        help_text=Text(
            "每次记账一个，用来认出重复记账。", "One for each booking, so that a second is known."
        ),
    )

    class Meta:
        collection = "reward_station.entry"
        title = Text("积分流水", "The ledger of points")
        scope = COMMUNITY
        checks = EntryChecks
