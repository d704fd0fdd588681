"""What the town asks for: the columns of the sheet by hour, in its order."""

from __future__ import annotations

from typing import Any  # Any: marshmallow's options

from marshmallow import ValidationError, validates
from peewee import CharField

from hongxian import Settings, Text
from hongxian.checks import RecordSchema
from hongxian_plugins.campaign.counting import KINDS

COLUMNS = {
    "site": Text("点位", "Site"),
    "session": Text("场次", "Session"),
    "unit": Text("单元", "Unit"),
    "hour": Text("时段", "Hour"),
    **dict(KINDS),
    "so_far": Text("累计完成", "Served so far"),
    "until": Text("截至", "As of"),
    "silent": Text("未报", "Not heard of"),
}
"""Those that there are, by name."""
_USUAL = ("site", "unit", "hour", *(name for name, _ in KINDS), "so_far")


def columns_in(text: str) -> list[str]:
    """The columns that a list of their titles names, in its order; raises `KeyError` for another word."""
    known = {word: name for name, each in COLUMNS.items() for word in (each.zh, each.en)}
    words = text.replace("，", "、").replace(",", "、").split("、")
    return list(dict.fromkeys(known[each.strip()] for each in words if each.strip()))


class RulesChecks(RecordSchema):
    """Of the settings: columns that there are, one at least."""

    @validates("columns")
    def are_columns(self, columns: str, **_options: Any) -> None:
        try:
            found = columns_in(columns)
        except KeyError as error:
            told = Text("没有“{word}”这一列。", "There is no column {word}.")
            raise ValidationError([told.format(word=error.args[0])]) from None
        if not found:
            raise ValidationError([Text("至少一列。", "One column at least.")])


class CampaignRules(Settings):
    """Rules of campaigns."""

    columns = CharField(
        verbose_name=Text("分时报表的列", "Columns of the sheet by hour"),
        max_length=200,
        default="、".join(COLUMNS[each].zh for each in _USUAL),
        help_text=Text(
            "按区里、镇里要的次序，用顿号隔开；还有：场次、截至、未报。",
            "In the town's order, by commas; there are Session, As of, Not heard of, too.",
        ),
    )

    class Meta:
        collection = "campaign.rules"
        title = Text("大规模服务规则", "Rules of campaigns")
        menu = False
        checks = RulesChecks
