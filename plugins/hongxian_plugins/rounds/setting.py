"""What the community agreed on: days by severity, the sheet of 100 points, when a building is named."""

from __future__ import annotations

import re
from collections.abc import Mapping

from marshmallow import ValidationError, fields
from peewee import IntegerField, TextField

from hongxian import Settings, Text
from hongxian.checks import RecordSchema, whole_number

WHOLE = 100
"""Points of a sheet."""
_LINE = re.compile(r"(\S{1,20})\s+([0-9]{1,3})(?:\s+(.{1,100}))?")
_ITEMS = """宣传 10 有宣传栏，内容不过期
设施 20 桶齐全、无破损、标志清楚
低价值回收 10 有回收点，有记录
集置点 20 地面干净、无异味、桶外无垃圾
质量 15 四分类投放准确
收运 10 日产日清、分类收运
机制入户 15 有人督导，入户有记录"""
"""After one published sheet; each place has its own."""


def items_in(lines: str) -> dict[str, tuple[int, str]]:
    """Of each item on a sheet how many points it has, and what is looked at."""
    found = [_LINE.fullmatch(each.strip()) for each in lines.splitlines() if each.strip()]
    return {each[1]: (int(each[2]), each[3] or "") for each in found if each}


def _adds_up(lines: str) -> None:
    written = [each for each in lines.splitlines() if each.strip()]
    items = items_in(lines)
    if len(items) < len(written):
        raise ValidationError(
            [
                Text(
                    "一行一项：名称 分值 标准，名称不重复。",
                    "A line for each item: its name, its points, what is looked at; no name twice.",
                )
            ]
        )
    if sum(points for points, _ in items.values()) != WHOLE:
        raise ValidationError([Text("各项分值合计应为 100。", "The points add up to 100.")])


class RulesChecks(RecordSchema):
    """Of the settings: numbers that can be kept."""

    ordinary_days = whole_number(0, 90)
    hard_days = whole_number(0, 90)
    accept_days = whole_number(0, 30)
    least_households = whole_number(2, 1_000)
    red_from = whole_number(0, 100)
    black_below = whole_number(0, 100)
    items = fields.String(required=True, validate=_adds_up)


class RoundRules(Settings):
    """What the community agreed on."""

    accept_days = IntegerField(
        verbose_name=Text("几个工作日内受理", "Working days to accept"),
        default=1,
        help_text=Text("发现以后；危险的当天。", "After it was found; a danger on the same day."),
    )
    ordinary_days = IntegerField(
        verbose_name=Text("一般问题几个工作日", "Working days, ordinary"),
        default=3,
        help_text=Text("从发现那天算；危险的当天。", "From the day it was found; a danger: 0."),
    )
    hard_days = IntegerField(
        verbose_name=Text("疑难问题几个工作日", "Working days, hard"),
        default=7,
        help_text=Text("从发现那天算。", "From the day it was found."),
    )
    items = TextField(
        verbose_name=Text("检查表项目", "Items of the sheet"),
        default=_ITEMS,
        help_text=Text(
            "一行一项：名称 分值 标准；合计 100 分。",
            "A line each: name, points, what is looked at; 100 in all.",
        ),
    )
    least_households = IntegerField(
        verbose_name=Text("上榜的幢至少几户", "Households of a building that is told"),
        default=10,
        help_text=Text(
            "户数少的幢不上红黑榜，免得认出哪一家。", "Fewer would tell which household."
        ),
    )
    red_from = IntegerField(
        verbose_name=Text("红榜准确率（%）", "Red list from (%)"),
        default=90,
        help_text=Text("不低于它上红榜。", "Of what was put in right."),
    )
    black_below = IntegerField(
        verbose_name=Text("黑榜准确率（%）", "Black list below (%)"),
        default=60,
        help_text=Text("低于它上黑榜。", "Of what was put in right."),
    )

    class Meta:
        collection = "rounds.rules"
        title = Text("巡查规则", "Rules of rounds")
        menu = False
        checks = RulesChecks


def days_of(rules: RoundRules) -> Mapping[str, int]:
    """Working days to settle a finding, by its severity; a danger is settled the same day."""
    return {"danger": 0, "ordinary": rules.ordinary_days, "hard": rules.hard_days}
