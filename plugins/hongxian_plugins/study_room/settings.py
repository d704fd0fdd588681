"""The numbers that a community agrees on about its study rooms; a room's own stand with the room."""

from __future__ import annotations

from peewee import IntegerField

from hongxian import Settings, Text
from hongxian.checks import RecordSchema, whole_number


class StudyRulesChecks(RecordSchema):
    """Of the settings: numbers that an evening and a childhood have."""

    alone_age = whole_number(8, 18)  # 未成年人保护法 21: below 8 never
    call_after = leader_after = police_after = close_grace = whole_number(0, 600)
    late_times = whole_number(1, 99)
    duty_places = whole_number(1, 12)
    keep_days = whole_number(0, 3_660)


class StudyRules(Settings):
    """What the community agreed on."""

    alone_age = IntegerField(
        verbose_name=Text("满几岁可独自离开", "Age to leave alone"),
        default=8,
        help_text=Text(
            "监护人书面同意才行；不满八周岁一律由成年人接（未成年人保护法 21）。",
            "With the guardian's writing; below eight an adult always comes.",
        ),
    )
    call_after = IntegerField(
        verbose_name=Text("过点几分钟打电话", "Minutes until the call"),
        default=15,
        help_text=Text(
            "孩子还没接走，打监护人电话。", "The child is still there: call the guardian."
        ),
    )
    leader_after = IntegerField(
        verbose_name=Text("过点几分钟告诉负责人", "Minutes until the leader"),
        default=30,
        help_text=Text("告诉社区负责人。", "Tell the community's leader."),
    )
    police_after = IntegerField(
        verbose_name=Text("过点几分钟报警", "Minutes until the police"),
        default=60,
        help_text=Text("联系不上就打 110。", "Nobody can be reached: call 110."),
    )
    close_grace = IntegerField(
        verbose_name=Text("过点几分钟没关门就提醒", "Minutes until closing is due"),
        default=20,
        help_text=Text("关门时间后多少分钟。", "So long after the hour of closing."),
    )
    late_times = IntegerField(
        verbose_name=Text("晚接几次约谈", "Late times"),
        default=3,
        help_text=Text(
            "晚接满几次，请监护人来谈一谈。", "So often late: ask the guardian to talk."
        ),
    )
    duty_places = IntegerField(
        verbose_name=Text("值班表几个位置", "Places on duty"),
        default=4,
        help_text=Text("一天最多排几个人。", "People on duty on one day, at most."),
    )
    keep_days = IntegerField(
        verbose_name=Text("学期后保留几天", "Days kept after the term"),
        default=365,
        help_text=Text(
            "到离记录在学期结束后、孩子的资料在退出后保留几天，然后由主机删去。",
            "Visits after their term, what is known of a child after leaving; then the hub erases it.",
        ),
    )

    class Meta:
        collection = "study_room.rules"
        title = Text("学习室规则", "Rules of the study room")
        menu = False
        checks = StudyRulesChecks
