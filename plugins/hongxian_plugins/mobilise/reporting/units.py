"""Units whose party branch reports to its local community, what they offer, and what the community needs.

Of double reporting (双报到) this is the first half: a unit's branch reports to the community where the unit
lies. The working member who reports where they live is a record of its own (`reports.py`).
"""

from __future__ import annotations

from peewee import CharField, DateField, IntegerField, TextField

from hongxian import Record, Reference, Text, gives, local_today
from hongxian.checks import RecordSchema, whole_number
from hongxian.contracts import Institution
from hongxian.records import COMMUNITY, same_id


class Unit(Record):
    """Units."""

    name = CharField(
        verbose_name=Text("单位", "Unit"),
        max_length=80,
        index=True,
        help_text=Text("全称，如：示例电力公司。", "In full."),
    )
    branch = CharField(
        verbose_name=Text("党支部", "Party branch"),
        max_length=80,
        null=True,
        help_text=Text("来报到的支部。", "The branch that reports."),
    )
    contact = CharField(
        verbose_name=Text("联系方式", "Contact"),
        max_length=80,
        null=True,
        help_text=Text(
            "单位公开的电话或办公室；不写个人手机。",
            "The unit's own telephone or office, nobody's.",
        ),
    )

    class Meta:
        collection = "mobilise.unit"
        title = Text("报到单位", "Units")
        scope = COMMUNITY
        known_by = ("name",)
        also_called = {"name": ("单位名称", "单位全称"), "branch": ("支部", "支部名称")}


def unit_called(name: str, branch: str | None = None) -> Unit:
    """The unit of this name, made where there is none: two laptops that make it make one."""
    name = name.strip()
    found: Unit | None = Unit.get_or_none(Unit.name == name)
    if found is not None:
        return found
    made: Unit = Unit.create(id=same_id("mobilise.unit", name), name=name, branch=branch)
    return made


@gives(Institution, of=Unit)
def institution_of(unit: Unit) -> Institution:
    """Others know it as one that the community works with."""
    return Institution(name=unit.name, branch=unit.branch or "", contact=unit.contact or "")


class UnitReport(Record):
    """Units' reports."""

    unit = Reference(
        "mobilise.unit",
        verbose_name=Text("单位", "Unit"),
        index=True,
        help_text=Text("哪个单位来报到。", "Which unit reports."),
    )
    day = DateField(
        verbose_name=Text("报到日期", "Day"),
        default=local_today,
        help_text=Text("支部到社区报到的日子。", "The day on which its branch reported."),
    )
    offers = TextField(
        verbose_name=Text("能提供什么", "Offers"),
        null=True,
        help_text=Text("资源、场地、人手、项目。", "Means, rooms, hands, projects."),
    )

    class Meta:
        collection = "mobilise.unit_report"
        title = Text("单位报到", "Units' reports")
        menu = False
        scope = COMMUNITY
        order = "-day"


class NeedChecks(RecordSchema):
    """Of a need: people that can be found."""

    people = whole_number(1, 1_000)


class Need(Record):
    """Needs."""

    title = CharField(
        verbose_name=Text("需求", "What"),
        max_length=80,
        index=True,
        help_text=Text("做什么，如：周末理发、暑托班看护。", "What is to be done."),
    )
    people = IntegerField(
        verbose_name=Text("人数", "People"),
        default=1,
        help_text=Text("要几个人。", "How many are wanted."),
    )
    day = DateField(
        verbose_name=Text("日期", "Day"), index=True, help_text=Text("哪一天。", "Which day.")
    )
    hour = CharField(
        verbose_name=Text("时段", "Hours"),
        max_length=40,
        null=True,
        help_text=Text("如：周六上午、18:30–20:30。", "Such as Saturday morning."),
    )

    class Meta:
        collection = "mobilise.need"
        title = Text("社区需求", "Needs")
        scope = COMMUNITY
        order = "-day"
        checks = NeedChecks
