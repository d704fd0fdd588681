"""Waste sorting: sheets of 100 points for a collection point, and by household what was put in right.

可回收物、有害垃圾、厨余垃圾、其他垃圾 (苏州市生活垃圾分类管理条例 4). Volunteers persuade; fines are the
authority's, so there is no field for one. A household's counts stay in the team.
"""

from __future__ import annotations

from datetime import date

from peewee import CharField, DateField, IntegerField, fn

from hongxian import PersonField, Record, Reference, TallyField, Text, computed, local_today
from hongxian.checks import RecordSchema, plain_text, whole_number
from hongxian.records import same_id
from hongxian_plugins.rounds.setting import WHOLE

WASTE = (
    ("recyclable", Text("可回收物", "Recyclables")),
    ("hazardous", Text("有害垃圾", "Hazardous waste")),
    ("kitchen", Text("厨余垃圾", "Kitchen waste")),
    ("other", Text("其他垃圾", "Other waste")),
)
"""The four kinds as Suzhou calls them; what is left of renovation, furniture and gardens is apart."""


class DeductionChecks(RecordSchema):
    """Of a deduction: points that a sheet has."""

    points = whole_number(0, WHOLE)


class HouseholdChecks(RecordSchema):
    """Of a household: a month that can be read."""

    month = plain_text(
        7,
        (
            r"20[0-9]{2}-(0[1-9]|1[0-2])\Z",
            Text("月份写成 2026-03。", "Write the month as 2026-03."),
        ),
    )


class Inspection(Record):
    """Sheets of 100 points."""

    title = CharField(
        verbose_name=Text("名称", "Title"),
        max_length=80,
        help_text=Text("点位和日期。", "Point and day."),
    )
    point = Reference(
        "rounds.checkpoint",
        verbose_name=Text("投放点", "Point"),
        index=True,
        help_text=Text("检查哪个点。", "Which one is scored."),
    )
    day = DateField(
        verbose_name=Text("日期", "Day"),
        default=local_today,
        index=True,
        help_text=Text("哪天查的。", "When."),
    )
    by = PersonField(
        verbose_name=Text("检查人", "By"), null=True, help_text=Text("谁查的。", "Who scored it.")
    )

    class Meta:
        collection = "rounds.inspection"
        title = Text("百分检查表", "Sheets of 100")
        order = "-day"

    @computed(IntegerField(verbose_name=Text("得分", "Score")))
    def score(self) -> int:
        """What is left of 100."""
        lost = Deduction.select(fn.SUM(Deduction.points)).where(Deduction.sheet == self.id)
        return WHOLE - int(lost.scalar() or 0)


class Deduction(Record):
    """What an item of a sheet lost, and why."""

    sheet = Reference(
        "rounds.inspection",
        on_delete="with",
        verbose_name=Text("检查表", "Sheet"),
        index=True,
        help_text=Text("哪一张。", "Which sheet."),
    )
    item = CharField(
        verbose_name=Text("项目", "Item"), max_length=20, help_text=Text("哪一项。", "Which item.")
    )
    points = IntegerField(
        verbose_name=Text("扣分", "Deducted"),
        default=0,
        help_text=Text("扣几分。", "How many points."),
    )
    why = CharField(
        verbose_name=Text("说明", "Why"),
        max_length=200,
        null=True,
        help_text=Text("为什么扣；不写哪一家。", "Why; no household is named."),
    )

    class Meta:
        collection = "rounds.deduction"
        title = Text("扣分", "Deductions")
        menu = False
        checks = DeductionChecks


class Household(Record):
    """What a household put in right, by months."""

    building = CharField(
        verbose_name=Text("幢", "Building"),
        max_length=40,
        index=True,
        help_text=Text("小区–幢，如 示例苑–3幢。", "Estate and building."),
    )
    room = CharField(
        verbose_name=Text("户", "Household"),
        max_length=20,
        help_text=Text("单元–室，如 2单元–501室；不写姓名。", "Unit and room, and no name."),
    )
    month = CharField(
        verbose_name=Text("月份", "Month"),
        max_length=7,
        index=True,
        help_text=Text("如 2026-03。", "Such as 2026-03."),
    )
    right = TallyField(verbose_name=Text("准确", "Right"), help_text=Text("分对几次。", "Times."))
    mixed = TallyField(verbose_name=Text("混投", "Mixed"), help_text=Text("混投几次。", "Times."))
    none = TallyField(
        verbose_name=Text("没分", "Not sorted"), help_text=Text("没分几次。", "Times.")
    )
    talked = TallyField(
        verbose_name=Text("上门劝导", "Talked to"), help_text=Text("劝导几次。", "How often.")
    )

    class Meta:
        collection = "rounds.household"
        title = Text("户分类情况", "Households' sorting")
        groups = {"home": ("building", "room")}
        known_by = ("room", "building", "month")
        checks = HouseholdChecks
        menu = False
        order = "-month"


def deduction_id(sheet: str, item: str) -> str:
    """One for a sheet and an item."""
    return same_id("rounds.deduction", sheet, item)


def household_id(scope: str, building: str, room: str, month: str) -> str:
    """One for a household and a month: two laptops that count at one bin count together."""
    return same_id("rounds.household", scope, building, room, month)


def month_of(day: date) -> str:
    """2026-03."""
    return f"{day:%Y-%m}"
