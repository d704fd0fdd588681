"""What the community agreed on: how fast people walk, how often is checked, what the gap table asks for."""

from __future__ import annotations

from typing import Any  # Any: marshmallow's options

from marshmallow import ValidationError, validates
from peewee import IntegerField, TextField

from hongxian import Settings, Text
from hongxian.checks import RecordSchema, whole_number
from hongxian_plugins.circle.trades import TRADES, trades_in

_BASIC = "、".join(each.title.zh for each in TRADES.values() if each.tier == "basic")
_USUAL = f"{_BASIC}、老年助餐点、托育点、卫生服务站、党群服务中心"


class RulesChecks(RecordSchema):
    """Of the settings: numbers that people can walk, and kinds that there are."""

    quarter = whole_number(1, 120)
    metres_a_minute = whole_number(10, 200)
    detour_percent = whole_number(100, 300)
    check_days = whole_number(1, 730)
    report_days = whole_number(1, 90)

    @validates("wanted")
    def are_kinds(self, wanted: str, **_options: Any) -> None:
        try:
            trades_in(wanted)
        except KeyError as error:
            raise ValidationError(
                [Text("没有业态“{word}”。", "There is no kind {word}.").format(word=error.args[0])]
            ) from None


class CircleRules(Settings):
    """Rules of the circle."""

    quarter = IntegerField(
        verbose_name=Text("便民圈几分钟", "Minutes of the circle"),
        default=15,
        help_text=Text("步行多少分钟以内算在圈里。", "On foot; what is farther is a gap."),
    )
    metres_a_minute = IntegerField(
        verbose_name=Text("一分钟走几米", "Metres a minute"),
        default=75,
        help_text=Text("老人慢些，可以填 50。", "Old people walk slower: 50, say."),
    )
    detour_percent = IntegerField(
        verbose_name=Text("绕路系数（%）", "Detours (%)"),
        default=130,
        help_text=Text("直线距离的百分之几是实际要走的。", "Of the straight line, what is walked."),
    )
    check_days = IntegerField(
        verbose_name=Text("几天核对一次", "Days between checks"),
        default=90,
        help_text=Text("超过就提醒。", "After them it reminds."),
    )
    report_days = IntegerField(
        verbose_name=Text("读者来话几天内核实", "Days to look into a report"),
        default=7,
        help_text=Text("有人说“这里不对”以后。", "After somebody said that something is wrong."),
    )
    wanted = TextField(
        verbose_name=Text("缺口表看哪些业态", "Kinds that the gap table asks for"),
        default=_USUAL,
        help_text=Text(
            "业态名称，用顿号隔开，按这个顺序。", "Their names, by commas, in this order."
        ),
    )

    class Meta:
        collection = "circle.rules"
        title = Text("便民圈规则", "Rules of the circle")
        menu = False
        checks = RulesChecks
