"""What the law leaves to a place: who issues, by which form, and from how many hours on there is a star."""

from __future__ import annotations

from peewee import CharField, IntegerField

from hongxian import Settings, Text
from hongxian.checks import RecordSchema, plain_text, whole_number

FORMS = (
    ("67", Text("67 号令：时间、内容、记录单位", "Order 67: time, content, recording unit")),
    (
        "149",
        Text("民发〔2015〕149号：要素全、盖章、公示", "Notice 149: the long list, seal, publicity"),
    ),
)
COUNTS = (
    ("total", Text("历年累计", "All years together")),
    ("year", Text("当年累计", "The year alone")),
)
LEVELS = range(1, 6)
EXPORTED = "volunteer_no,name,activity,day,begins,ends,minutes,content,unit,responsible"
"""Columns of the list of lines, in the order in which a platform is mostly given them."""
_LETTERS = (r"[A-Z]{1,4}\Z", Text("1 到 4 个大写字母。", "One to four capital letters."))


class RulesChecks(RecordSchema):
    """Of the settings: letters for a serial, days and hours that there can be."""

    letters = plain_text(4, _LETTERS, required=True)
    publicity_days = whole_number(7, 60)  # 149: 7 at least
    objection_days = whole_number(1, 60)
    star_1, star_2, star_3, star_4, star_5 = (whole_number(1, 100_000) for _ in LEVELS)


def _hours(level: int, hours: int) -> IntegerField:
    return IntegerField(
        verbose_name=Text("{n} 星（小时）", "{n} {n:star|stars} (hours)").format(n=level),
        default=hours,
        help_text=Text("满多少小时。各地不同，按当地的填。", "Towns differ: as yours says."),
    )


class CertificateRules(Settings):
    """What the community agreed on."""

    issuer = CharField(
        verbose_name=Text("出具单位", "Issuer"),
        max_length=80,
        null=True,
        help_text=Text(
            "居民委员会全称：谁招募、谁记录、谁出具；队伍不能出具（67 号令 26 条）。",
            "The committee, in full: who recruited and recorded issues, and no team does (Order 67, 26).",
        ),
    )
    letters = CharField(
        verbose_name=Text("编号字头", "Letters"),
        max_length=4,
        default="ZM",
        help_text=Text("编号以此开头，如 YH2026-0012。", "Serials begin so: YH2026-0012."),
    )
    form = CharField(
        verbose_name=Text("证明样式", "Form"),
        max_length=3,
        default="67",
        choices=FORMS,
        help_text=Text("新证明先用哪一种。", "With which a new one begins."),
    )
    responsible = CharField(
        verbose_name=Text("负责人", "Responsible"),
        max_length=40,
        null=True,
        help_text=Text("出具时先填上。", "Stands in the form of a new one."),
    )
    contact = CharField(
        verbose_name=Text("联系方式", "Contact"),
        max_length=40,
        null=True,
        help_text=Text("单位的电话，出具时先填上。", "The unit's telephone."),
    )
    publicity_days = IntegerField(
        verbose_name=Text("公示天数", "Days of publicity"),
        default=7,
        help_text=Text("149 号样式：出具前在单位内公示，不少于 7 天。", "Of form 149: 7 at least."),
    )
    objection_days = IntegerField(
        verbose_name=Text("异议几天内答复", "Days to answer an objection"),
        default=5,
        help_text=Text("从提出那天算起。", "From the day on which it was raised."),
    )
    platform = CharField(
        verbose_name=Text("权威平台", "Platform"),
        max_length=40,
        default="江苏志愿服务",
        help_text=Text(
            "当地以哪个系统的记录为准；没有录入的行在证明上标出。",
            "Whose record counts there; lines that are not in it are marked.",
        ),
    )
    stars_count = CharField(
        verbose_name=Text("星级怎么算", "How stars count"),
        max_length=5,
        default="total",
        choices=COUNTS,
        help_text=Text("各地不同。", "Towns differ."),
    )
    star_1 = _hours(1, 100)
    star_2 = _hours(2, 300)
    star_3 = _hours(3, 600)
    star_4 = _hours(4, 1_000)
    star_5 = _hours(5, 1_500)
    awards_low = CharField(
        verbose_name=Text("一、二星谁评定", "Who awards 1 and 2"),
        max_length=40,
        null=True,
        help_text=Text("社区只申报；如：县级。", "The community proposes; such as the county."),
    )
    awards_middle = CharField(
        verbose_name=Text("三、四星谁评定", "Who awards 3 and 4"),
        max_length=40,
        null=True,
        help_text=Text("如：市级。", "Such as the city."),
    )
    awards_high = CharField(
        verbose_name=Text("五星谁评定", "Who awards 5"),
        max_length=40,
        null=True,
        help_text=Text("如：省级。", "Such as the province."),
    )
    exported = CharField(
        verbose_name=Text("明细的列", "Columns of the lines"),
        max_length=200,
        default=EXPORTED,
        help_text=Text(
            "按平台要的次序写列名，用逗号隔开。", "Names in the platform's order, with commas."
        ),
    )

    class Meta:
        collection = "certificates.rules"
        title = Text("证明规则", "Rules of certificates")
        menu = False
        checks = RulesChecks

    def hours_for(self, level: int) -> int:
        """From how many hours on there is a star of a level."""
        return int(getattr(self, f"star_{level}"))

    def awarded_by(self, level: int) -> str | None:
        """Who awards a level here, where somebody said so."""
        named: str | None = (self.awards_low, self.awards_middle, self.awards_high)[
            (level - 1) // 2
        ]
        return named
