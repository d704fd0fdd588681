"""A finding: what is wrong somewhere, who puts it right by when, and that somebody else looked again.

The steps are those of a digital city management: 发现 受理 派单 处置 反馈 复查 结案.
"""

from __future__ import annotations

from peewee import CharField, DateField, TextField

from hongxian import (
    Book,
    FileField,
    PersonField,
    Record,
    Reference,
    SeriesField,
    StateField,
    Text,
    computed,
    local_today,
)
from hongxian_plugins.rounds.steps import FINDING

KINDS = (
    ("fire_lane", Text("消防通道", "Fire lane")),
    ("stairs", Text("楼道堆物", "Things in stairs")),
    ("charging", Text("飞线充电", "Charging by a cable")),
    ("rubbish", Text("暴露垃圾", "Rubbish in the open")),
    ("dumping", Text("乱堆乱放", "Dumping")),
    ("posters", Text("小广告", "Posters")),
    ("sorting", Text("投放不准", "Sorted wrong")),
    ("lamp", Text("路灯", "Street lamp")),
    ("manhole", Text("井盖", "Manhole cover")),
    ("fitness", Text("健身器材", "Fitness equipment")),
    ("green", Text("毁绿", "Damaged green")),
    ("falling", Text("高空隐患", "May fall from above")),
    ("other", Text("其他", "Other")),
)
PARTS = ("lamp", "manhole", "fitness")
"""部件 of a digital city management: what is broken; all others are 事件, what happens."""
CITY = (("event", Text("事件", "Event")), ("part", Text("部件", "Part")))
DANGERS = ("fire_lane", "charging", "manhole", "falling")
"""Kinds that are a danger where nobody says otherwise."""
SEVERITIES = (
    ("danger", Text("危险", "Danger")),
    ("ordinary", Text("一般", "Ordinary")),
    ("hard", Text("疑难", "Hard")),
)


class FindingBook(Book):
    """Books of numbers for the findings."""

    class Meta:
        collection = "rounds.finding_book"
        title = Text("整改单号簿", "Books of findings")
        menu = False


class Finding(Record):
    """Findings."""

    title = CharField(
        verbose_name=Text("问题", "What"),
        max_length=80,
        help_text=Text("一句话；不写人名、门牌、车牌。", "One sentence, and nobody's name."),
    )
    kind = CharField(
        verbose_name=Text("类别", "Kind"),
        max_length=10,
        choices=KINDS,
        default="other",
        help_text=Text("哪一类问题。", "What kind."),
    )
    place = CharField(
        verbose_name=Text("地点", "Place"),
        max_length=80,
        help_text=Text("在哪里。", "Where it is."),
    )
    severity = CharField(
        verbose_name=Text("轻重", "Severity"),
        max_length=8,
        choices=SEVERITIES,
        default="ordinary",
        help_text=Text("危险当天办。", "A danger is settled the same day."),
    )
    state = StateField(FINDING, help_text=Text("一步一步来。", "One step after the other."))
    due = DateField(
        verbose_name=Text("期限", "Due"),
        null=True,
        index=True,
        help_text=Text("按轻重算的工作日，从发现那天起。", "By its severity, in working days."),
    )
    number = SeriesField(
        FindingBook,
        per="year",
        written="XC{period}-{number:04}",
        verbose_name=Text("整改单号", "No."),
        null=True,
        help_text=Text("受理时自动编。", "Given when it is accepted."),
    )
    found_on = DateField(
        verbose_name=Text("发现日期", "Found on"),
        default=local_today,
        index=True,
        help_text=Text("哪天发现的。", "On which day."),
    )
    found_by = PersonField(
        verbose_name=Text("发现人", "Found by"),
        null=True,
        help_text=Text("可以不写。", "May be left empty."),
    )
    photo = FileField(
        verbose_name=Text("整改前照片", "Photo before"),
        types=("image",),
        help_text=Text("拍问题，遮住人脸和车牌。", "Of the matter; cover faces and plates."),
    )
    after = FileField(
        verbose_name=Text("整改后照片", "Photo after"),
        types=("image",),
        help_text=Text("同一个角度。", "From the same side."),
    )
    fixer = CharField(
        verbose_name=Text("责任方", "Who is to fix it"),
        max_length=80,
        null=True,
        help_text=Text("物业、哪个队、哪个单位。", "The property company, a team, a unit."),
    )
    fixed_by = PersonField(
        verbose_name=Text("处置人", "Fixed by"),
        null=True,
        help_text=Text("谁去办的。", "Who did it."),
    )
    fixed_on = DateField(
        verbose_name=Text("处置日期", "Fixed on"), null=True, help_text=Text("哪天办的。", "When.")
    )
    result = TextField(
        verbose_name=Text("结果", "Result"),
        null=True,
        help_text=Text("办成什么样。", "What was done."),
    )
    rechecked_by = PersonField(
        verbose_name=Text("复查人", "Rechecked by"),
        null=True,
        help_text=Text("不能是处置的人。", "Not who fixed it."),
    )
    rechecked_on = DateField(
        verbose_name=Text("复查日期", "Rechecked on"),
        null=True,
        help_text=Text("哪天看的。", "When."),
    )
    outside_to = CharField(
        verbose_name=Text("转交给", "Passed on to"),
        max_length=80,
        null=True,
        help_text=Text("12345、消防、城管、物业。", "Which office."),
    )
    outside_no = CharField(
        verbose_name=Text("对方编号", "Their number"),
        max_length=40,
        null=True,
        help_text=Text("对方给的工单号。", "Under which they know it."),
    )
    why = CharField(
        verbose_name=Text("原因", "Why"),
        max_length=200,
        null=True,
        help_text=Text(
            "退回、挂账、延期、不合格的原因。", "Why not ours, shelved, later, not right."
        ),
    )
    round = Reference(
        "rounds.round",
        on_delete="clear",
        verbose_name=Text("哪次巡查", "Round"),
        null=True,
        index=True,
        help_text=Text("巡查时发现的。", "On which it was found."),
    )
    matter = CharField(max_length=36, null=True)
    """The id of what gave it as a `Matter`, to whom the outcome is told."""

    class Meta:
        collection = "rounds.finding"
        title = Text("发现的问题", "Findings")
        order = "-found_on"
        hidden = ("matter",)
        known_by = ("number",)
        also_called = {
            "number": ("单号",),
            "title": ("描述", "内容", "问题描述"),
            "found_on": ("时间", "发现时间", "日期"),
            "fixer": ("责任单位", "承办"),
            "state": ("状态",),
            "outside_no": ("工单号",),
        }

    @computed(CharField(verbose_name=Text("城管大类", "City's kind"), choices=CITY))
    def city_kind(self) -> str:
        """Of which of the two kinds it is in a digital city management: exports tell it."""
        return "part" if self.kind in PARTS else "event"
