"""What the community agreed on about its alliance."""

from __future__ import annotations

from peewee import CharField, IntegerField

from hongxian import Settings, Text
from hongxian.checks import RecordSchema, whole_number


class RulesChecks(RecordSchema):
    """Of the settings: days."""

    agreement_days = whole_number(1, 365)
    thank_days = whole_number(0, 365)
    offer_days = whole_number(0, 365)


class AllianceRules(Settings):
    """Rules of the alliance."""

    receiver = CharField(
        verbose_name=Text("接收单位", "Receiver"),
        max_length=60,
        default="",
        help_text=Text(
            "印在接收单和协议上，如：某某社区居民委员会。", "On receipts and agreements."
        ),
    )
    agreement_days = IntegerField(
        verbose_name=Text("协议到期前几天提醒", "Days before an agreement ends"),
        default=60,
        help_text=Text("提前多少天谈续签。", "To talk about the next one."),
    )
    thank_days = IntegerField(
        verbose_name=Text("几天内致谢", "Days to thank"),
        default=7,
        help_text=Text("兑现后几天内。", "After what was delivered."),
    )
    offer_days = IntegerField(
        verbose_name=Text("资源到期前几天提醒", "Days before an offer ends"),
        default=14,
        help_text=Text("还有余量的。", "Of which something is left."),
    )

    class Meta:
        collection = "alliance.rules"
        title = Text("联盟规则", "Rules of the alliance")
        menu = False
        checks = RulesChecks
