"""What people earn: the community's rules, each person's account, days that counted, and the ledger."""

from __future__ import annotations

from peewee import BooleanField, CharField, DateField, IntegerField

from hongxian import COMMUNITY, QuotaField, Record, RecordSchema, Reference, TallyField, new_id
from hongxian_plugins.reward_station.goods import pieces

ACCOUNTS = (
    ("earned", "发放 · Earned"),
    ("person", "个人 · Person"),
    ("spent", "兑换 · Spent"),
    ("expired", "过期 · Expired"),
    ("reversed", "冲销 · Reversed"),
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
    """积分规则 · Rules for points"""

    points_per_hour = IntegerField(
        verbose_name="每小时积分", help_text="服务一小时得多少分。Points for an hour of service."
    )
    starts = DateField(
        verbose_name="起计日期",
        null=True,
        help_text="从哪天的服务起计分；留空则全部计。Service from this day on earns; empty for all.",
    )
    daily_cap_minutes = IntegerField(
        verbose_name="每日封顶（分钟）",
        null=True,
        help_text="每人每天最多计多少分钟；留空不封顶。Minutes a day that earn; empty for no cap.",
    )
    expiry_months = IntegerField(
        verbose_name="有效期（月）",
        null=True,
        help_text="多少个月后过期；留空不过期。Months until points expire; empty for never.",
    )
    late_entries_earn = BooleanField(
        verbose_name="补录计分",
        default=False,
        help_text="管理员补录的时长计不计分。Whether hours that are entered afterwards earn.",
    )
    low_stock = IntegerField(
        verbose_name="低库存线",
        null=True,
        help_text="少于多少件提醒补货。Fewer pieces than this are told as low.",
    )
    near_expiry_days = IntegerField(
        verbose_name="临期天数",
        null=True,
        help_text="离过期多少天内提醒。Days before expiry that are told as near.",
    )

    class Meta:
        collection = "reward_station.setting"
        title = "积分规则 · Rules for points"
        scope = COMMUNITY
        checks = SettingChecks


class Account(Record):
    """积分账户 · Points accounts"""

    person = Reference(
        "roster.person", verbose_name="志愿者", index=True, help_text="谁的账户。Whose it is."
    )
    # At once would let a laptop spend what the hub may still refuse as over the day's cap.
    points = QuotaField(
        verbose_name="可用积分",
        unit="分 · points",
        deal="kept",
        at_once=False,
        help_text="由服务得来，兑换花掉；社区主机确认后可用。Usable once the hub has confirmed them.",
    )

    class Meta:
        collection = "reward_station.account"
        title = "积分账户 · Points accounts"
        scope = COMMUNITY


class Day(Record):
    """计分日 · Days that counted"""

    person = Reference("roster.person", verbose_name="志愿者", help_text="谁。Who served.")
    day = DateField(verbose_name="日期", help_text="服务当天。The day of the service.")
    minutes = TallyField(
        verbose_name="已计分钟",
        help_text="这天已计分的分钟，不超过封顶。Minutes of the day that earned, up to the cap.",
    )

    class Meta:
        collection = "reward_station.day"
        title = "计分日 · Days that counted"
        scope = COMMUNITY


class Entry(Record):
    """积分流水 · The ledger of points"""

    person = Reference(
        "roster.person", verbose_name="志愿者", index=True, help_text="谁的积分。Whose points."
    )
    source = CharField(
        verbose_name="转出",
        max_length=10,
        choices=ACCOUNTS,
        help_text="从哪个科目。From which side.",
    )
    target = CharField(
        verbose_name="转入", max_length=10, choices=ACCOUNTS, help_text="到哪个科目。To which side."
    )
    points = IntegerField(
        verbose_name="积分",
        help_text="一边减、一边加，合计为零。Less there, more here: zero in all.",
    )
    minutes = IntegerField(
        verbose_name="计分分钟", null=True, help_text="计了多少分钟。The minutes that earned them."
    )
    day = DateField(
        verbose_name="日期", index=True, help_text="服务或兑换当天。The day of what it is for."
    )
    about = CharField(
        verbose_name="依据",
        max_length=36,
        null=True,
        index=True,
        help_text="服务签到或兑换的编号。The attendance or redemption that it is for.",
    )
    voucher = CharField(
        verbose_name="凭证号",
        max_length=36,
        default=new_id,
        help_text="每次记账一个，用来认出重复记账。One for each booking, so that a second is known.",
    )

    class Meta:
        collection = "reward_station.entry"
        title = "积分流水 · The ledger of points"
        scope = COMMUNITY
        checks = EntryChecks
