"""What people earn: each person's account, days that counted, and the ledger."""

from __future__ import annotations

from peewee import CharField, DateField, IntegerField

from hongxian import Lasting, QuotaField, Record, Reference, TallyField, Text
from hongxian.checks import RecordSchema
from hongxian.quotas import Lines
from hongxian.records import COMMUNITY, new_id
from hongxian_plugins.reward_station.goods.records import BOOKED
from hongxian_plugins.reward_station.points.due import is_earned, is_returned
from hongxian_plugins.reward_station.setting import pieces

ACCOUNTS = (
    ("earned", Text("发放", "Earned")),
    ("person", Text("个人", "Person")),
    ("spent", Text("兑换", "Spent")),
    ("expired", Text("过期", "Expired")),
    ("reversed", Text("冲销", "Reversed")),
)


class EntryChecks(RecordSchema):
    """Of a booking: whole, positive points."""

    points = pieces(required=True)
    minutes = pieces(allow_none=True)


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
        spends=Lines(
            "reward_station.entry",
            "points",
            of="person",
            by="person",
            only={"source": ("person",)},
        ),
        help_text=Text(
            "由服务得来，兑换花掉；社区主机确认后可用。", "Usable once the hub has confirmed them."
        ),
    )

    class Meta:
        collection = "reward_station.account"
        title = Text("积分账户", "Points accounts")
        menu = False
        scope = COMMUNITY
        lasting = Lasting()


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
        title = Text("每日计分时长", "Days that counted")
        menu = False
        scope = COMMUNITY
        lasting = Lasting()


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
    activity = CharField(
        verbose_name=Text("活动", "Activity"),
        max_length=36,
        null=True,
        index=True,
        help_text=Text("在哪次活动挣的。", "At what they were earned."),
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
        title = Text("积分明细", "The ledger of points")
        menu = False
        scope = COMMUNITY
        # The voucher tells a second booking of one thing from the same one coming again.
        lasting = Lasting(stays="all", instead=BOOKED)
        checks = EntryChecks
