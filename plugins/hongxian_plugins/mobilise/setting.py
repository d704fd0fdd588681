"""What a community agreed on for its calls: times, rest, and how early it wants to know."""

from __future__ import annotations

from peewee import IntegerField

from hongxian import Settings, Text
from hongxian.checks import RecordSchema, whole_number


class MobiliseRulesChecks(RecordSchema):
    """Of the rules: times that are some."""

    answer_minutes = whole_number(1, 24 * 60)
    shift_hours = day_hours = rest_hours = whole_number(1, 24)
    accident_hours = whole_number(1, 24 * 30)
    post_hours = whole_number(0, 72)
    keep_days = whole_number(0, 3_660)


class MobiliseRules(Settings):
    """Rules of calls."""

    answer_minutes = IntegerField(
        verbose_name=Text("几分钟内答复", "Minutes to answer"),
        default=30,
        help_text=Text(
            "发布后超过这些分钟没答复的要打电话。", "Who is silent longer is telephoned."
        ),
    )
    shift_hours = IntegerField(
        verbose_name=Text("一班最多几小时", "Hours of a shift"),
        default=4,
        help_text=Text("超过的照记，标出来。", "Longer is written down all the same, and marked."),
    )
    day_hours = IntegerField(
        verbose_name=Text("一天最多几小时", "Hours of a day"),
        default=8,
        help_text=Text("一个人一天在岗合计，重叠只算一次。", "Of one person; overlaps count once."),
    )
    rest_hours = IntegerField(
        verbose_name=Text("隔天休息几小时", "Hours of rest"),
        default=11,
        help_text=Text(
            "前一天离岗到再到岗之间。", "Between one day's release and the next arrival."
        ),
    )
    post_hours = IntegerField(
        verbose_name=Text("缺岗提前几小时提醒", "Hours before an empty post"),
        default=2,
        help_text=Text("班次开始前这些小时还缺人就提醒。", "From so long before a shift on."),
    )
    accident_hours = IntegerField(
        verbose_name=Text("出险后几小时内报案", "Hours to report an accident"),
        default=48,
        help_text=Text(
            "以保单为准；不少保单要求 48 小时内。", "As the policy says; many want 48 hours."
        ),
    )
    keep_days = IntegerField(
        verbose_name=Text("转出后报到单保留几天", "Days after moving out"),
        default=365,
        help_text=Text(
            "满这些天由主机删去；服务时长不受影响。", "Then the hub erases the report; hours stay."
        ),
    )

    class Meta:
        collection = "mobilise.rules"
        title = Text("召集规则", "Rules of calls")
        menu = False
        writers = "team"
        checks = MobiliseRulesChecks
